#pragma once

#include <optional>

#include "boa/optim/minimize.hpp"

namespace boa::optim {

/// The nearest point of box and linear constraints, by the dual of that quadratic program: as many unknowns as there
/// are constraints, at d operations each, however many columns there are.
class LinearProjection {
 public:
  /// Nonlinear constraints and discrete columns of the domain are not looked at.
  explicit LinearProjection(const Domain& domain);

  /// Nothing if the constraints, seen with unit normals, are not met within 1e-10: there is no such point, or none was
  /// found.
  std::optional<Vector> operator()(const Vector& y) const;

 private:
  Vector at(const Vector& y, const Vector& multipliers) const;
  bool is_met(const Vector& residual) const;
  Vector search(const Vector& y) const;
  void refine(const Vector& y, Vector& multipliers) const;

  Vector lower_, upper_;
  Matrix A_;  // m x d, unit rows: equalities, then inequalities A x <= b
  Vector b_;
  Index equalities_ = 0;
};

/// Local minimum in box and linear constraints by the spectral projected gradient method (Birgin, Martinez & Raydan
/// 2000): for many columns, where sequential quadratic programming pays their cube each step. Every point that is
/// looked at is inside. Nothing if no point of the domain was found.
std::optional<MinimizeResult> minimize_projected(const Function& f, const Vector& start, const Domain& domain,
                                                 const MinimizeOptions& options);

}  // namespace boa::optim
