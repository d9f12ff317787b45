#pragma once

#include <optional>
#include <string>
#include <vector>

#include "boa/util/node.hpp"

namespace boa::core {

/// What is known beforehand about the noise of a metric; a sem in a result always wins.
enum class NoiseKind {
  kUnset,    ///< nothing said: shown as sem 0 like BOA does, but the model infers the noise
  kUnknown,  ///< `noise_sd: null`: sem NaN, the model infers the noise
  kKnown,    ///< `noise_sd: s`: the standard error of every value; 0 means exact
};

/// A quantity that the model returns for each arm.
struct Metric {
  std::string name;
  /// What makes the number from a result, as BOA's class: PassThrough, MeanSquaredError, ..., BOASklearnMetric,
  /// ModularMetric (a test function).
  std::string function = "PassThrough";
  std::string function_name;  ///< scikit-learn's or the test function's own name; else empty
  bool minimize = true;
  NoiseKind noise = NoiseKind::kUnset;
  double noise_sd = 0;           ///< of kKnown
  bool info_only = false;        ///< tracked, not optimized; its absence fails no trial
  bool is_cost = false;          ///< what an evaluation costs, e.g. seconds; info_only too
  std::optional<double> weight;  ///< in a scalarized objective
  std::vector<std::string> param_names;
  util::Node properties;       ///< free mapping for the user's scripts; null if none
  util::Node function_kwargs;  ///< null if none

  /// The standard error that tables show when a result brings none: 0, noise_sd or NaN.
  double default_sem() const;
};

}  // namespace boa::core
