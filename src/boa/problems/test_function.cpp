#include "boa/problems/test_function.hpp"

#include "boa/util/error.hpp"

namespace boa::problems {

Matrix TestFunction::evaluate(const Matrix& X) const {
  BOA_CHECK(X.cols() == dim(), X.cols(), dim());
  Matrix result(X.rows(), num_objectives_);
  Vector objectives(num_objectives_);
  for (Index i = 0; i < X.rows(); ++i) {
    do_evaluate(X.row(i).transpose(), objectives);
    result.row(i) = objectives.transpose();
  }
  return result;
}

Matrix TestFunction::slack(const Matrix& X) const {
  BOA_CHECK(X.cols() == dim(), X.cols(), dim());
  Matrix result(X.rows(), num_constraints_);
  Vector values(num_constraints_);
  for (Index i = 0; i < X.rows() && num_constraints_ > 0; ++i) {
    do_slack(X.row(i).transpose(), values);
    result.row(i) = values.transpose();
  }
  return result;
}

double TestFunction::operator()(const Vector& x) const {
  BOA_CHECK(num_objectives_ == 1, num_objectives_);
  Vector objective(1);
  do_evaluate(x, objective);
  return objective[0];
}

void TestFunction::do_slack(const Vector&, Vector&) const {}

}  // namespace boa::problems
