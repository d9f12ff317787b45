#include <fmt/core.h>

#include <cmath>

#include "boa/metrics/builtin.hpp"
#include "boa/metrics/targets.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

// The deviance of Tweedie distributions (power 0: normal, 1: Poisson, 2: gamma; Jorgensen 1987), as in scikit-learn.
namespace boa::metrics {
namespace {

struct TweedieArguments : TargetArguments {
  double power = 0.0;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    TargetArguments::visit(self, field);
    field(util::Field{.name = "power", .doc = "at most 0, or at least 1"}, self.power);
  }
};

/// y log(y / p), 0 at y = 0.
double y_log_ratio(double y, double p) { return y == 0.0 ? 0.0 : y * std::log(y / p); }

double unit_deviance(double y, double p, double power) {
  if (power == 0.0) return (y - p) * (y - p);
  if (power == 1.0) return 2.0 * (y_log_ratio(y, p) - y + p);
  if (power == 2.0) return 2.0 * (std::log(p / y) + y / p - 1.0);
  const double base = power < 0.0 ? std::max(y, 0.0) : y;
  return 2.0 * (std::pow(base, 2.0 - power) / ((1.0 - power) * (2.0 - power)) -
                y * std::pow(p, 1.0 - power) / (1.0 - power) + std::pow(p, 2.0 - power) / (2.0 - power));
}

void check_domain(const Targets& targets, double power) {
  if (power > 0.0 && power < 1.0) {
    throw UserInputError(fmt::format("power must be at most 0 or at least 1, found {}", util::python_repr(power)));
  }
  if (power == 0.0) return;
  const char* wanted = nullptr;
  if ((targets.y_pred.array() <= 0.0).any()) wanted = "y_pred above 0";
  if (power >= 1.0 && power < 2.0 && (targets.y_true.array() < 0.0).any()) wanted = "y_true of at least 0";
  if (power >= 2.0 && (targets.y_true.array() <= 0.0).any()) wanted = "y_true above 0";
  if (wanted) throw UserInputError(fmt::format("a deviance of power {} needs {}", util::python_repr(power), wanted));
}

double deviance(const Targets& targets, double power) {
  Vector values(targets.y_true.rows());
  for (Index i = 0; i < values.size(); ++i) {
    values[i] = unit_deviance(targets.y_true(i, 0), targets.y_pred(i, 0), power);
  }
  return weighted_mean(values, targets.weights);
}

double mean_deviance(const TargetArguments& arguments, double power) {
  const Targets targets = single_output_of(arguments, "a deviance");
  check_domain(targets, power);
  return deviance(targets, power);
}

double mean_tweedie_deviance(const TweedieArguments& arguments) { return mean_deviance(arguments, arguments.power); }
double mean_poisson_deviance(const TargetArguments& arguments) { return mean_deviance(arguments, 1.0); }
double mean_gamma_deviance(const TargetArguments& arguments) { return mean_deviance(arguments, 2.0); }

double d2_tweedie_score(const TweedieArguments& arguments) {
  Targets targets = single_output_of(arguments, "d2_tweedie_score");
  if (targets.y_true.rows() < 2) throw UserInputError("a D2 score needs at least two values");
  check_domain(targets, arguments.power);
  const double unexplained = deviance(targets, arguments.power);
  targets.y_pred.setConstant(weighted_mean(targets.y_true.col(0), targets.weights));
  return 1.0 - unexplained / deviance(targets, arguments.power);
}

}  // namespace

void add_deviances(MetricRegistries& all) {
  all.sklearn.add("d2_tweedie_score", function_of(d2_tweedie_score));
  all.sklearn.add("mean_gamma_deviance", function_of(mean_gamma_deviance));
  all.sklearn.add("mean_poisson_deviance", function_of(mean_poisson_deviance));
  all.sklearn.add("mean_tweedie_deviance", function_of(mean_tweedie_deviance));
}

}  // namespace boa::metrics
