#pragma once

#include <string_view>
#include <vector>

#include "boa/math/types.hpp"
#include "boa/util/node.hpp"

namespace boa::metrics {

using math::Index;
using math::Matrix;
using math::Vector;

/// A list of n numbers as n x 1, a list of n lists of k as n x k. UserInputError, which begins with `name`, for
/// anything else: an empty list, ragged rows, text, NaN, infinity. true is 1.
Matrix matrix_of(const util::Node& node, std::string_view name);
/// A list of numbers. UserInputError as above.
Vector vector_of(const util::Node& node, std::string_view name);

/// sum w x / sum w. UserInputError if the weights sum to 0.
double weighted_mean(const Vector& values, const Vector& weights);
/// weighted_mean of each column.
Vector weighted_column_means(const Matrix& values, const Vector& weights);

/// The percentile (rank in [0, 100]) of values with weights, by scikit-learn's averaged inverted distribution function:
/// the first value at which the cumulated weight passes the share, the middle of two where it meets the share exactly.
double weighted_percentile(const Vector& values, const Vector& weights, double rank);
/// The percentile by linear interpolation between order statistics at share (n-1), numpy's default.
double linear_percentile(Vector values, double share);

}  // namespace boa::metrics
