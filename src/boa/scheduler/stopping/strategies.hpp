#pragma once

#include "boa/scheduler/stopping/global_stopping.hpp"

namespace boa::scheduler {

/// Ax's ImprovementGlobalStoppingStrategy: the best value moves by less than `improvement_bar` interquartile ranges
/// over the last `window_size` COMPLETED trials; of several objectives the feasible hypervolume grows by a smaller
/// part.
std::unique_ptr<GlobalStoppingStrategy> make_improvement_stopping(const util::Node& options, const std::string& path,
                                                                  util::Problems& problems);
/// The best feasible value is at least as good as `value`.
std::unique_ptr<GlobalStoppingStrategy> make_target_stopping(const util::Node& options, const std::string& path,
                                                             util::Problems& problems);
/// The best next point is expected to gain less than `bar`, in the objective's units.
std::unique_ptr<GlobalStoppingStrategy> make_expected_improvement_stopping(const util::Node& options,
                                                                           const std::string& path,
                                                                           util::Problems& problems);
/// The run has lasted `hours`.
std::unique_ptr<GlobalStoppingStrategy> make_wall_clock_stopping(const util::Node& options, const std::string& path,
                                                                 util::Problems& problems);
/// `left` and `right`: both say so, or one of them.
std::unique_ptr<GlobalStoppingStrategy> make_and_stopping(const util::Node& options, const std::string& path,
                                                          util::Problems& problems);
std::unique_ptr<GlobalStoppingStrategy> make_or_stopping(const util::Node& options, const std::string& path,
                                                         util::Problems& problems);

/// JSON Schemas of their options.
util::Node improvement_stopping_options();
util::Node target_stopping_options();
util::Node expected_improvement_stopping_options();
util::Node wall_clock_stopping_options();
util::Node combined_stopping_options();

}  // namespace boa::scheduler
