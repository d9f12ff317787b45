#include "boa/gp/prior.hpp"

#include <fmt/core.h>

#include <cmath>

#include "boa/util/error.hpp"

namespace boa::gp {
namespace {

class LogNormalPrior final : public Prior {
 public:
  LogNormalPrior(double loc, double scale) : loc_(loc), scale_(scale) {}
  math::ValueAndSlope log_density(double x) const override {
    const double z = (std::log(x) - loc_) / scale_;
    return {-std::log(x) - std::log(scale_) - math::kLogSqrt2Pi - 0.5 * z * z, -(1.0 + z / scale_) / x};
  }
  // The density of x itself peaks at exp(loc - scale^2), far below what is typical; in log x it peaks at exp(loc).
  double mode_in_log() const override { return std::exp(loc_); }
  double sample(util::Rng& rng) const override { return std::exp(loc_ + scale_ * rng.normal()); }

 private:
  double loc_;
  double scale_;
};

class GammaPrior final : public Prior {
 public:
  GammaPrior(double concentration, double rate) : a_(concentration), b_(rate) {
    int sign = 0;  // lgamma writes a global variable: a race between threads
    constant_ = a_ * std::log(b_) - ::lgamma_r(a_, &sign);
  }
  math::ValueAndSlope log_density(double x) const override {
    return {constant_ + (a_ - 1.0) * std::log(x) - b_ * x, (a_ - 1.0) / x - b_};
  }
  double mode_in_log() const override { return a_ / b_; }
  /// Marsaglia & Tsang (2000).
  double sample(util::Rng& rng) const override {
    const double boost = a_ < 1.0 ? std::pow(1.0 - rng.uniform(), 1.0 / a_) : 1.0;
    const double d = (a_ < 1.0 ? a_ + 1.0 : a_) - 1.0 / 3.0;
    const double c = 1.0 / std::sqrt(9.0 * d);
    while (true) {
      const double z = rng.normal();
      const double v = std::pow(1.0 + c * z, 3);
      if (v <= 0.0) continue;
      if (std::log(1.0 - rng.uniform()) < 0.5 * z * z + d - d * v + d * std::log(v)) return boost * d * v / b_;
    }
  }

 private:
  double a_;
  double b_;
  double constant_;
};

class HalfCauchyPrior final : public Prior {
 public:
  explicit HalfCauchyPrior(double scale) : scale_(scale) {}
  math::ValueAndSlope log_density(double x) const override {
    const double square = scale_ * scale_ + x * x;
    return {std::log(2.0 * scale_ / math::kPi) - std::log(square), -2.0 * x / square};
  }
  double mode_in_log() const override { return scale_; }
  double sample(util::Rng& rng) const override { return scale_ * std::tan(0.5 * math::kPi * rng.uniform()); }

 private:
  double scale_;
};

double positive_field(const util::Node& node, std::string_view key, bool may_be_negative = false) {
  const util::Node* value = node.find(key);
  if (!value || !value->is_number()) throw UserInputError(fmt::format("a prior's '{}' must be a number", key));
  if (!may_be_negative && !(value->as_double() > 0.0)) {
    throw UserInputError(fmt::format("a prior's '{}' must be positive", key));
  }
  return value->as_double();
}

util::Registry<PriorFactory> make_registry() {
  util::Registry<PriorFactory> registry("prior");
  registry.add("gamma", [](const util::Node& n) {
    return make_gamma(positive_field(n, "concentration"), positive_field(n, "rate"));
  });
  registry.add("half_cauchy", [](const util::Node& n) { return make_half_cauchy(positive_field(n, "scale")); });
  registry.add("lognormal", [](const util::Node& n) {
    return make_log_normal(positive_field(n, "loc", true), positive_field(n, "scale"));
  });
  return registry;
}

}  // namespace

std::unique_ptr<Prior> make_log_normal(double loc, double scale) {
  return std::make_unique<LogNormalPrior>(loc, scale);
}

std::unique_ptr<Prior> make_gamma(double concentration, double rate) {
  return std::make_unique<GammaPrior>(concentration, rate);
}

std::unique_ptr<Prior> make_half_cauchy(double scale) { return std::make_unique<HalfCauchyPrior>(scale); }

const util::Registry<PriorFactory>& prior_registry() {
  static const util::Registry<PriorFactory> registry = make_registry();
  return registry;
}

std::unique_ptr<Prior> make_prior(const util::Node& description) {
  const util::Node* type = description.find("type");
  if (!type || !type->is_string()) throw UserInputError("a prior needs a 'type'");
  return prior_registry().get(type->as_string())(description);
}

}  // namespace boa::gp
