#include "boa/metrics/builtin.hpp"
#include "boa/metrics/targets.hpp"
#include "boa/util/error.hpp"

// The loss of quantile regression, alpha (y - p) above and (1 - alpha) (p - y) below, and the share of it that the
// predictions explain beside the alpha-quantile of y_true, as in scikit-learn.
namespace boa::metrics {
namespace {

struct PinballArguments : OutputArguments {
  double alpha = 0.5;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    OutputArguments::visit(self, field);
    field(util::Field{.name = "alpha", .doc = "the quantile", .at_least = 0, .at_most = 1}, self.alpha);
  }
};

Vector losses(const Targets& targets, double alpha) {
  const auto difference = (targets.y_true - targets.y_pred).array();
  return weighted_column_means((alpha * difference).max((alpha - 1.0) * difference), targets.weights);
}

double mean_pinball_loss(const PinballArguments& arguments) {
  return over_outputs(losses(targets_of(arguments), arguments.alpha), arguments.multioutput);
}

double d2(const OutputArguments& arguments, double alpha) {
  Targets targets = targets_of(arguments);
  if (targets.y_true.rows() < 2) throw UserInputError("a D2 score needs at least two values");
  const Vector unexplained = losses(targets, alpha);
  for (Index j = 0; j < targets.y_true.cols(); ++j) {
    targets.y_pred.col(j).setConstant(weighted_percentile(targets.y_true.col(j), targets.weights, 100.0 * alpha));
  }
  const Vector total = losses(targets, alpha);
  return over_outputs(explained_share(unexplained, total), arguments.multioutput);
}

double d2_pinball_score(const PinballArguments& arguments) { return d2(arguments, arguments.alpha); }
double d2_absolute_error_score(const OutputArguments& arguments) { return d2(arguments, 0.5); }

}  // namespace

void add_pinball(MetricRegistries& all) {
  all.sklearn.add("d2_absolute_error_score", function_of(d2_absolute_error_score));
  all.sklearn.add("d2_pinball_score", function_of(d2_pinball_score));
  all.sklearn.add("mean_pinball_loss", function_of(mean_pinball_loss));
}

}  // namespace boa::metrics
