#pragma once

#include <functional>
#include <memory>
#include <string>

#include "boa/math/special.hpp"
#include "boa/util/node.hpp"
#include "boa/util/registry.hpp"
#include "boa/util/rng.hpp"

namespace boa::gp {

/// Prior density of one positive hyperparameter, in its natural scale (no Jacobian, whatever the optimizer works in).
class Prior {
 public:
  virtual ~Prior() = default;
  /// Log density at x > 0 and its derivative.
  virtual math::ValueAndSlope log_density(double x) const = 0;
  /// The x at which log-density is greatest when seen as a function of log x: a good start.
  virtual double mode_in_log() const = 0;
  /// A random draw.
  virtual double sample(util::Rng& rng) const = 0;
};

/// log x ~ N(loc, scale^2).
std::unique_ptr<Prior> make_log_normal(double loc, double scale);
/// Gamma(concentration a, rate b).
std::unique_ptr<Prior> make_gamma(double concentration, double rate);
/// |x| of a Cauchy distribution around 0: 2 scale / (pi (scale^2 + x^2)).
std::unique_ptr<Prior> make_half_cauchy(double scale);
/// `{type: lognormal, loc, scale}`, `{type: gamma, concentration, rate}` or `{type: half_cauchy, scale}`.
std::unique_ptr<Prior> make_prior(const util::Node& description);
using PriorFactory = std::function<std::unique_ptr<Prior>(const util::Node&)>;
const util::Registry<PriorFactory>& prior_registry();

}  // namespace boa::gp
