#include "boa/generation/imputed_acquisition.hpp"

#include <vector>

namespace boa::generation {

Matrix imputed(const UnitSpace& space, Matrix X) {
  for (Index i = 0; i < X.rows(); ++i) {
    Vector x = X.row(i).transpose();
    space.impute(x);
    X.row(i) = x.transpose();
  }
  return X;
}

void ImputedAcquisition::do_values(const Matrix& X, Index q, Vector& values) const {
  values = inner_.values(imputed(space_, X), q);
}

double ImputedAcquisition::do_value_and_gradient(const Matrix& X, Matrix* gradient) const {
  Matrix imputed = X;
  std::vector<std::vector<Index>> absent;
  for (Index i = 0; i < X.rows(); ++i) {
    Vector x = X.row(i).transpose();
    absent.push_back(space_.impute(x));
    imputed.row(i) = x.transpose();
  }
  const double value = inner_.value_and_gradient(imputed, gradient);
  if (gradient == nullptr) return value;
  for (Index i = 0; i < X.rows(); ++i) {
    for (const Index j : absent[static_cast<std::size_t>(i)]) (*gradient)(i, j) = 0;
  }
  return value;
}

}  // namespace boa::generation
