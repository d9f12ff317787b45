#pragma once

#include <cmath>
#include <utility>

#include "boa/generation/model_data.hpp"

namespace boa::generation::model_data_test {

/// Observations of one objective whose noise nothing is said of.
inline ModelData data_of(Matrix X, Vector y) {
  ModelData data;
  Outcome& outcome = data.outcomes.emplace_back();
  outcome.coefficients = {{"y", 1.0}};
  outcome.y_var = Vector::Constant(y.size(), std::nan(""));
  outcome.X = std::move(X);
  outcome.y = std::move(y);
  return data;
}

}  // namespace boa::generation::model_data_test
