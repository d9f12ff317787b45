#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "boa/core/optimization_config.hpp"
#include "boa/core/search_space.hpp"
#include "boa/core/trial.hpp"
#include "boa/util/clock.hpp"
#include "boa/util/node.hpp"

namespace boa::core {

/// The whole of one optimization: what is searched, what is measured, and every trial so far.
///
/// Trials are changed only through the mark_ methods, which check Ax's transitions and keep the counts by status, so
/// that a step of the scheduler does not grow with the number of trials stored.
class Experiment {
 public:
  Experiment() = default;
  Experiment(std::string name, SearchSpace search_space, OptimizationConfig optimization_config,
             util::TimePoint time_created);

  const std::string& name() const { return name_; }
  const SearchSpace& search_space() const { return search_space_; }
  const OptimizationConfig& optimization_config() const { return optimization_config_; }
  util::TimePoint time_created() const { return time_created_; }
  /// Free mapping in Ax's file; null if empty.
  util::Node& properties() {
    ++revision_;
    return properties_;
  }
  const util::Node& properties() const { return properties_; }

  /// Grows with every change of this experiment: who has seen this number has seen everything.
  std::uint64_t revision() const { return revision_; }

  const std::map<std::int64_t, Trial>& trials() const { return trials_; }
  /// InternalError if there is none.
  const Trial& trial(std::int64_t index) const;
  const Trial* find_trial(std::int64_t index) const;
  std::size_t num_trials() const { return trials_.size(); }
  /// Indices in this state, ascending.
  const std::set<std::int64_t>& with_status(TrialStatus status) const;
  std::size_t count(TrialStatus status) const { return with_status(status).size(); }

  /// The number that the next trial gets. Never one that was handed out before.
  std::int64_t next_index() const { return next_index_; }
  /// Numbers below `index` are not used any more (a folder of that name is in the way).
  void skip_to(std::int64_t index);

  /// A CANDIDATE with one arm, or a batch of several. Parameters are put into the config's order; arms that occurred
  /// before keep their name.
  const Trial& new_trial(const std::vector<Parameterization>& arms, GeneratorRun generator_run, bool is_batch,
                         util::TimePoint now, std::optional<std::int64_t> ttl_seconds = std::nullopt);
  /// A trial from a file, as it is.
  void add_stored_trial(Trial trial);

  /// Transitions of Ax: running from CANDIDATE or STAGED; completed, failed and early stopped from RUNNING; abandoned
  /// from any that is not terminal. Another one is InternalError.
  void mark_staged(std::int64_t index, util::TimePoint now);
  void mark_running(std::int64_t index, util::TimePoint now);
  void mark_completed(std::int64_t index, util::TimePoint now);
  /// From CANDIDATE and STAGED too: a trial that could not be started.
  void mark_failed(std::int64_t index, const std::string& reason, util::TimePoint now);
  void mark_abandoned(std::int64_t index, const std::string& reason, util::TimePoint now);
  void mark_early_stopped(std::int64_t index, const std::string& reason, util::TimePoint now);

  void set_run_metadata(std::int64_t index, util::Node metadata);
  /// Remembers that a trial shall be stopped early, before it is.
  void set_stop_reason(std::int64_t index, const std::string& reason);
  void set_properties(std::int64_t index, util::Node properties);
  /// Adds rows; a row for the same arm and metric replaces the older one.
  void attach_data(std::int64_t index, std::vector<DataRow> rows);

 private:
  Trial& mutable_trial(std::int64_t index);
  void set_status(Trial& trial, TrialStatus status);
  std::string arm_name(const Parameterization& parameters, std::int64_t index, std::size_t position);

  std::string name_;
  SearchSpace search_space_;
  OptimizationConfig optimization_config_;
  util::TimePoint time_created_{};
  util::Node properties_;
  std::map<std::int64_t, Trial> trials_;
  std::map<TrialStatus, std::set<std::int64_t>> by_status_;
  std::unordered_map<std::string, std::string> arm_names_;  // signature of the parameters -> first name
  std::int64_t next_index_ = 0;
  std::uint64_t revision_ = 0;
};

}  // namespace boa::core
