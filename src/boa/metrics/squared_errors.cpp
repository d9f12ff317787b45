#include <cmath>

#include "boa/metrics/builtin.hpp"
#include "boa/metrics/targets.hpp"
#include "boa/util/error.hpp"

// sum w (y - p)^2 / sum w, of the values or of log(1 + value), with or without the root, as in scikit-learn.
namespace boa::metrics {
namespace {

/// `squared: false` asks for the root, in scikit-learn before 1.6.
struct SquaredErrorArguments : OutputArguments {
  bool squared = true;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    OutputArguments::visit(self, field);
    field(util::Field{.name = "squared", .doc = "false: the square root of each output's error"}, self.squared);
  }
};

Vector mean_squares(const Targets& targets) {
  return weighted_column_means((targets.y_true - targets.y_pred).array().square(), targets.weights);
}

Targets logarithms(const TargetArguments& arguments) {
  Targets targets = targets_of(arguments);
  if ((targets.y_true.array() <= -1.0).any() || (targets.y_pred.array() <= -1.0).any()) {
    throw UserInputError("a logarithmic error needs values above -1");
  }
  targets.y_true = targets.y_true.array().log1p();
  targets.y_pred = targets.y_pred.array().log1p();
  return targets;
}

double mean_squared_error(const SquaredErrorArguments& arguments) {
  const Vector squares = mean_squares(targets_of(arguments));
  return over_outputs(arguments.squared ? squares : Vector(squares.cwiseSqrt()), arguments.multioutput);
}

double root_mean_squared_error(const OutputArguments& arguments) {
  return over_outputs(mean_squares(targets_of(arguments)).cwiseSqrt(), arguments.multioutput);
}

double mean_squared_log_error(const SquaredErrorArguments& arguments) {
  const Vector squares = mean_squares(logarithms(arguments));
  return over_outputs(arguments.squared ? squares : Vector(squares.cwiseSqrt()), arguments.multioutput);
}

double root_mean_squared_log_error(const OutputArguments& arguments) {
  return over_outputs(mean_squares(logarithms(arguments)).cwiseSqrt(), arguments.multioutput);
}

}  // namespace

void add_squared_errors(MetricRegistries& all) {
  all.add_boa("MeanSquaredError", {"MSE", "mean_squared_error"}, function_of(mean_squared_error));
  all.add_boa("RootMeanSquaredError", {"RMSE", "root_mean_squared_error"}, function_of(root_mean_squared_error));
  all.sklearn.add("mean_squared_error", function_of(mean_squared_error));
  all.sklearn.add("mean_squared_log_error", function_of(mean_squared_log_error));
  all.sklearn.add("root_mean_squared_error", function_of(root_mean_squared_error));
  all.sklearn.add("root_mean_squared_log_error", function_of(root_mean_squared_log_error));
}

}  // namespace boa::metrics
