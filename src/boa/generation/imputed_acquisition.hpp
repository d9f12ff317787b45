#pragma once

#include "boa/acquisition/acquisition_function.hpp"
#include "boa/generation/transforms/unit_space.hpp"

namespace boa::generation {

/// The rows of X (n x d) with the coordinates that UnitSpace::impute gives absent parameters.
Matrix imputed(const UnitSpace& space, Matrix X);

/// An acquisition function over a space in which some parameters exist only for certain values of others: the columns
/// of those that do not exist at a point are as UnitSpace::impute sets them, so that they make no difference.
class ImputedAcquisition final : public acquisition::AcquisitionFunction {
 public:
  /// Both must outlive it.
  ImputedAcquisition(const acquisition::AcquisitionFunction& inner, const UnitSpace& space)
      : inner_(inner), space_(space) {}

  bool single_point() const override { return inner_.single_point(); }

 private:
  Index do_dim() const override { return inner_.dim(); }
  void do_values(const Matrix& X, Index q, Vector& values) const override;
  double do_value_and_gradient(const Matrix& X, Matrix* gradient) const override;

  const acquisition::AcquisitionFunction& inner_;
  const UnitSpace& space_;
};

}  // namespace boa::generation
