#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "boa/metrics/builtin.hpp"
#include "boa/metrics/targets.hpp"
#include "boa/util/error.hpp"

// The root mean squared error divided by a measure of the predictions' spread: of y_pred, not y_true, as BOA does, so
// that results compare with its.
namespace boa::metrics {
namespace {

enum class Normalizer { kIqr, kStd, kMean, kRange };
constexpr std::array<std::pair<std::string_view, Normalizer>, 4> field_names(Normalizer) {
  return {{{"iqr", Normalizer::kIqr},
           {"std", Normalizer::kStd},
           {"mean", Normalizer::kMean},
           {"range", Normalizer::kRange}}};
}

struct NormalizedErrorArguments {
  OutputArguments targets;
  Normalizer normalizer = Normalizer::kIqr;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(util::Field{.name = "y_true", .doc = "the right values"}, self.targets.y_true);
    field(util::Field{.name = "y_pred", .doc = "the predicted values"}, self.targets.y_pred);
    field(util::Field{.name = "normalizer", .doc = "by what the error is divided"}, self.normalizer);
    field(util::Field{.name = "sample_weight", .doc = "a weight for each sample"}, self.targets.sample_weight);
    field(util::Field{.name = "multioutput", .doc = "how several outputs make one number"}, self.targets.multioutput);
  }
};

double spread(const Vector& values, Normalizer normalizer) {
  switch (normalizer) {
    case Normalizer::kIqr:
      return linear_percentile(values, 0.75) - linear_percentile(values, 0.25);
    case Normalizer::kStd:
      return std::sqrt((values.array() - values.mean()).square().sum() / static_cast<double>(values.size() - 1));
    case Normalizer::kMean:
      return values.mean();
    case Normalizer::kRange:
      return values.maxCoeff() - values.minCoeff();
  }
  return 1.0;
}

double normalized_root_mean_squared_error(const NormalizedErrorArguments& arguments) {
  const Targets targets = targets_of(arguments.targets);
  const Vector squares = weighted_column_means((targets.y_true - targets.y_pred).array().square(), targets.weights);
  const double error = over_outputs(squares.cwiseSqrt(), arguments.targets.multioutput);
  return error / spread(targets.y_pred.reshaped(), arguments.normalizer);
}

}  // namespace

void add_normalized_error(MetricRegistries& all) {
  all.add_boa("NormalizedRootMeanSquaredError", {"NRMSE", "normalized_root_mean_squared_error"},
              function_of(normalized_root_mean_squared_error));
}

}  // namespace boa::metrics
