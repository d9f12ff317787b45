#pragma once

#include "boa/scheduler/stopping/early_stopping.hpp"

namespace boa::scheduler {

/// Ax's PercentileEarlyStoppingStrategy: at its last step the trial is worse than the percentile, of the better side,
/// of all trials' values at that step. Between two steps of a trial its values are interpolated linearly; a trial that
/// begins later or ends earlier than that step does not count.
std::unique_ptr<EarlyStoppingStrategy> make_percentile_stopping(const util::Node& options, const std::string& path,
                                                                util::Problems& problems);
/// Ax's ThresholdEarlyStoppingStrategy: at its last step the trial is worse than `metric_threshold`.
std::unique_ptr<EarlyStoppingStrategy> make_threshold_stopping(const util::Node& options, const std::string& path,
                                                               util::Problems& problems);
/// `left` and `right`: both say so, or one of them.
std::unique_ptr<EarlyStoppingStrategy> make_and_early_stopping(const util::Node& options, const std::string& path,
                                                               util::Problems& problems);
std::unique_ptr<EarlyStoppingStrategy> make_or_early_stopping(const util::Node& options, const std::string& path,
                                                              util::Problems& problems);

/// JSON Schemas of their options.
util::Node percentile_stopping_options();
util::Node threshold_stopping_options();
util::Node combined_early_stopping_options();

}  // namespace boa::scheduler
