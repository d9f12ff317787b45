#include <limits>

#include "boa/metrics/builtin.hpp"
#include "boa/metrics/targets.hpp"

// Errors |y - p|: their mean, their median, the largest, and relative to |y|, as in scikit-learn.
namespace boa::metrics {
namespace {

double mean_absolute_error(const OutputArguments& arguments) {
  const Targets targets = targets_of(arguments);
  return over_outputs(weighted_column_means((targets.y_true - targets.y_pred).cwiseAbs(), targets.weights),
                      arguments.multioutput);
}

/// With weights the weighted median (see weighted_percentile), else the middle one or the mean of the two in the
/// middle.
double median_absolute_error(const OutputArguments& arguments) {
  const Targets targets = targets_of(arguments);
  const Matrix errors = (targets.y_true - targets.y_pred).cwiseAbs();
  Vector medians(errors.cols());
  for (Index j = 0; j < errors.cols(); ++j) {
    medians[j] = targets.weighted ? weighted_percentile(errors.col(j), targets.weights, 50.0)
                                  : linear_percentile(errors.col(j), 0.5);
  }
  return over_outputs(medians, arguments.multioutput);
}

/// |y - p| / max(|y|, eps): a share, not times 100.
double mean_absolute_percentage_error(const OutputArguments& arguments) {
  const Targets targets = targets_of(arguments);
  constexpr double kSmallest = std::numeric_limits<double>::epsilon();
  const Matrix errors = (targets.y_true - targets.y_pred).array().abs() / targets.y_true.array().abs().max(kSmallest);
  return over_outputs(weighted_column_means(errors, targets.weights), arguments.multioutput);
}

struct MaxErrorArguments {
  util::Node y_true;
  util::Node y_pred;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(util::Field{.name = "y_true", .doc = "the right values"}, self.y_true);
    field(util::Field{.name = "y_pred", .doc = "the predicted values"}, self.y_pred);
  }
};

double max_error(const MaxErrorArguments& arguments) {
  const Targets targets = single_output_of({arguments.y_true, arguments.y_pred, {}}, "max_error");
  return (targets.y_true - targets.y_pred).cwiseAbs().maxCoeff();
}

}  // namespace

void add_absolute_errors(MetricRegistries& all) {
  all.sklearn.add("max_error", function_of(max_error));
  all.sklearn.add("mean_absolute_error", function_of(mean_absolute_error));
  all.sklearn.add("mean_absolute_percentage_error", function_of(mean_absolute_percentage_error));
  all.sklearn.add("median_absolute_error", function_of(median_absolute_error));
}

}  // namespace boa::metrics
