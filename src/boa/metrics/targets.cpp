#include "boa/metrics/targets.hpp"

#include <fmt/core.h>

#include "boa/util/error.hpp"

namespace boa::metrics {

Targets targets_of(const TargetArguments& arguments) {
  Targets targets{matrix_of(arguments.y_true, "y_true"), matrix_of(arguments.y_pred, "y_pred"), {}, false};
  const Index n = targets.y_true.rows();
  if (targets.y_pred.rows() != n) {
    throw UserInputError(
        fmt::format("there are {} true values (y_true) but {} predictions (y_pred)", n, targets.y_pred.rows()));
  }
  if (targets.y_pred.cols() != targets.y_true.cols()) {
    throw UserInputError(
        fmt::format("y_true has {} outputs, y_pred has {}", targets.y_true.cols(), targets.y_pred.cols()));
  }
  targets.weighted = !arguments.sample_weight.is_null();
  targets.weights = targets.weighted ? vector_of(arguments.sample_weight, "sample_weight") : Vector(Vector::Ones(n));
  if (targets.weights.size() != n) {
    throw UserInputError(fmt::format("there are {} values but {} weights (sample_weight)", n, targets.weights.size()));
  }
  return targets;
}

Targets single_output_of(const TargetArguments& arguments, std::string_view function) {
  Targets targets = targets_of(arguments);
  if (targets.y_true.cols() != 1) {
    throw UserInputError(fmt::format("{} takes a single output, y_true has {}", function, targets.y_true.cols()));
  }
  return targets;
}

double over_outputs(const Vector& values, const util::Node& multioutput, const Vector& variances) {
  const bool may_weight = variances.size() > 0;
  const auto is = [&](std::string_view name) { return multioutput.is_string() && multioutput.as_string() == name; };
  if (multioutput.is_null() || is("uniform_average")) return values.mean();
  if (is("raw_values")) {
    if (values.size() == 1) return values[0];
    throw UserInputError(
        fmt::format("multioutput 'raw_values' leaves {} numbers, a metric is one number", values.size()));
  }
  if (may_weight && is("variance_weighted")) {
    return variances.isZero(0.0) ? values.mean() : weighted_mean(values, variances);
  }
  if (!multioutput.is_array()) {
    throw UserInputError(fmt::format("multioutput must be uniform_average, raw_values, {}or a list of weights, not {}",
                                     may_weight ? "variance_weighted " : "", multioutput.describe()));
  }
  const Vector weights = vector_of(multioutput, "multioutput");
  if (weights.size() != values.size()) {
    throw UserInputError(
        fmt::format("multioutput has {} weights, there are {} outputs", weights.size(), values.size()));
  }
  return weighted_mean(values, weights);
}

Vector explained_share(const Vector& unexplained, const Vector& total, bool force_finite) {
  Vector shares(unexplained.size());
  for (Index j = 0; j < shares.size(); ++j) {
    if (total[j] == 0.0 && force_finite) {
      shares[j] = unexplained[j] == 0.0 ? 1.0 : 0.0;
    } else {
      shares[j] = 1.0 - unexplained[j] / total[j];
    }
  }
  return shares;
}

}  // namespace boa::metrics
