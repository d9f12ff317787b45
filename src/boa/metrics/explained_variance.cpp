#include "boa/metrics/builtin.hpp"
#include "boa/metrics/targets.hpp"
#include "boa/util/error.hpp"

// 1 - sum w (y - p)^2 / sum w (y - ybar)^2, and the same with the mean error taken from the errors, as in scikit-learn.
namespace boa::metrics {
namespace {

struct ExplainedArguments : OutputArguments {
  bool force_finite = true;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    OutputArguments::visit(self, field);
    field(util::Field{.name = "force_finite", .doc = "0 or 1 where y_true is constant, instead of NaN or -infinity"},
          self.force_finite);
  }
};

/// Weighted mean square of each column, about its weighted mean.
Vector variances(const Matrix& values, const Vector& weights) {
  const Vector means = weighted_column_means(values, weights);
  return weighted_column_means((values.rowwise() - means.transpose()).array().square(), weights);
}

double r2_score(const ExplainedArguments& arguments) {
  const Targets targets = targets_of(arguments);
  if (targets.y_true.rows() < 2) throw UserInputError("R2 needs at least two values");
  const Vector unexplained = weighted_column_means((targets.y_true - targets.y_pred).array().square(), targets.weights);
  const Vector total = variances(targets.y_true, targets.weights);
  return over_outputs(explained_share(unexplained, total, arguments.force_finite), arguments.multioutput, total);
}

double explained_variance_score(const ExplainedArguments& arguments) {
  const Targets targets = targets_of(arguments);
  const Vector unexplained = variances(targets.y_true - targets.y_pred, targets.weights);
  const Vector total = variances(targets.y_true, targets.weights);
  return over_outputs(explained_share(unexplained, total, arguments.force_finite), arguments.multioutput, total);
}

}  // namespace

void add_explained_variance(MetricRegistries& all) {
  all.add_boa("RSquared", {"R2", "r2_score"}, function_of(r2_score));
  all.sklearn.add("explained_variance_score", function_of(explained_variance_score));
  all.sklearn.add("r2_score", function_of(r2_score));
}

}  // namespace boa::metrics
