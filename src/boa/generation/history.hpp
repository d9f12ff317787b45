#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "boa/core/experiment.hpp"

namespace boa::generation {

/// What generation has to know of all trials, kept up at a cost that depends on new and open trials alone. It is a
/// cache: everything follows from the experiment, and another experiment makes it start again.
class History {
 public:
  struct Step {
    std::int64_t generated = 0;  ///< trials, without FAILED and ABANDONED ones
    std::int64_t observed = 0;   ///< COMPLETED and EARLY_STOPPED trials
    std::int64_t open = 0;       ///< CANDIDATE, STAGED and RUNNING trials
    std::int64_t arms = 0;       ///< points of all its trials, whatever became of them
    std::uint64_t position = 0;  ///< least position of its sequence that was not used, as its trials remember it
  };

  /// Looks at what is new.
  void update(const core::Experiment& experiment);

  /// Counts of a step; zeros for one that has made nothing.
  const Step& step(std::size_t index) const;
  /// The furthest step that has made a trial.
  std::size_t furthest_step() const { return furthest_step_; }
  /// Points of all trials.
  std::int64_t num_arms() const { return num_arms_; }
  /// Does any trial, whatever became of it, have this point?
  bool was_tried(const std::string& signature) const { return tried_.contains(signature); }
  std::size_t num_tried() const { return tried_.size(); }
  /// Trials that are CANDIDATE, STAGED or RUNNING.
  const std::set<std::int64_t>& open_trials() const { return open_; }

 private:
  bool is_continuation(const core::Experiment& experiment) const;
  void add(const core::Trial& trial);
  Step* step_of(const core::Trial& trial);
  static void count(const core::Trial& trial, Step& step);

  const core::Experiment* experiment_ = nullptr;  // compared, never followed
  std::size_t num_trials_ = 0;
  std::int64_t last_index_ = -1;
  std::string last_signature_;
  std::map<std::size_t, Step> steps_;
  std::set<std::int64_t> open_;
  std::unordered_set<std::string> tried_;
  std::size_t furthest_step_ = 0;
  std::int64_t num_arms_ = 0;
};

/// Key of gen_metadata under which a sequence remembers the position after this point.
inline constexpr const char* kPositionKey = "next_position";

}  // namespace boa::generation
