#include "boa/acquisition/acquisition_function.hpp"

#include "boa/util/error.hpp"

namespace boa::acquisition {

Vector AcquisitionFunction::values(const Matrix& X, Index q) const {
  BOA_CHECK(X.cols() == dim() && q > 0 && X.rows() % q == 0, X.cols(), q, X.rows());
  BOA_CHECK(q == 1 || !single_point(), q);
  Vector result(X.rows() / q);
  if (result.size() > 0) do_values(X, q, result);
  return result;
}

Vector AcquisitionFunction::rough_values(const Matrix& X, Index q) const {
  if (!has_rough_values()) return values(X, q);
  BOA_CHECK(X.cols() == dim() && q > 0 && X.rows() % q == 0, X.cols(), q, X.rows());
  Vector result(X.rows() / q);
  if (result.size() > 0) do_rough_values(X, q, result);
  return result;
}

double AcquisitionFunction::value_and_gradient(const Matrix& X, Matrix* gradient) const {
  BOA_CHECK(X.cols() == dim() && X.rows() > 0, X.cols(), X.rows());
  BOA_CHECK(X.rows() == 1 || !single_point(), X.rows());
  if (gradient) gradient->setZero(X.rows(), X.cols());
  return do_value_and_gradient(X, gradient);
}

std::unique_ptr<AcquisitionFunction> AcquisitionFunction::with_pending(const Matrix& X_pending) const {
  BOA_CHECK(X_pending.cols() == dim(), X_pending.cols());
  return do_with_pending(X_pending);
}

std::unique_ptr<AcquisitionFunction> AcquisitionFunction::do_with_pending(const Matrix&) const {
  throw UnsupportedError("this acquisition function cannot take pending points into account",
                         "Use a Monte Carlo one, such as qLogNEI.");
}

}  // namespace boa::acquisition
