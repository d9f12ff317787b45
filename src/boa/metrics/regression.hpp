#pragma once

#include <string>
#include <vector>

namespace boa::metrics {

// Scores of predictions against true values, as in scikit-learn. `weights` empty: all equal. UserInputError if the
// lengths differ, there are no values, or the weights sum to 0.

/// sum w (y - p)^2 / sum w.
double mean_squared_error(const std::vector<double>& y_true, const std::vector<double>& y_pred,
                          const std::vector<double>& weights = {});
/// Square root of mean_squared_error.
double root_mean_squared_error(const std::vector<double>& y_true, const std::vector<double>& y_pred,
                               const std::vector<double>& weights = {});
/// sum w |y - p| / sum w.
double mean_absolute_error(const std::vector<double>& y_true, const std::vector<double>& y_pred,
                           const std::vector<double>& weights = {});
/// 1 - sum w (y - p)^2 / sum w (y - ybar)^2, ybar weighted. Constant y_true: 1 if y_pred equals it, else 0.
double r2_score(const std::vector<double>& y_true, const std::vector<double>& y_pred,
                const std::vector<double>& weights = {});
/// Arithmetic mean.
double mean(const std::vector<double>& values);

/// By what an error is divided to make it free of units; taken from the predictions, as BOA does.
enum class Normalizer { kIqr, kStd, kMean, kRange };
/// `iqr`, `std`, `mean` or `range`; UnsupportedError names the known ones.
Normalizer normalizer_of(const std::string& name);
/// root_mean_squared_error / norm(y_pred): the range between the 25th and 75th percentile (linear interpolation), the
/// standard deviation (divisor n-1), the mean, or the range.
double normalized_root_mean_squared_error(const std::vector<double>& y_true, const std::vector<double>& y_pred,
                                          Normalizer normalizer = Normalizer::kIqr,
                                          const std::vector<double>& weights = {});

}  // namespace boa::metrics
