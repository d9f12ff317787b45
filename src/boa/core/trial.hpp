#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "boa/core/parameter.hpp"
#include "boa/util/clock.hpp"
#include "boa/util/node.hpp"

namespace boa::core {

/// Ax's states and numbers. Terminal: FAILED, COMPLETED, ABANDONED, EARLY_STOPPED. Numbers are stored: do not change.
enum class TrialStatus : int {
  kCandidate = 0,
  kStaged = 1,
  kFailed = 2,
  kCompleted = 3,
  kRunning = 4,
  kAbandoned = 5,
  kDispatched = 6,
  kEarlyStopped = 7,
};

/// `CANDIDATE`, `STAGED`, ...
std::string_view to_string(TrialStatus status);
/// By name in any case; nothing for an unknown one.
std::optional<TrialStatus> trial_status_from_name(std::string_view name);
std::optional<TrialStatus> trial_status_from_number(std::int64_t number);
bool is_terminal(TrialStatus status);
/// Has it ended with a result? COMPLETED and EARLY_STOPPED have.
bool has_data(TrialStatus status);
/// RUNNING, COMPLETED, EARLY_STOPPED.
bool expects_data(TrialStatus status);

/// One point with its name (`<trial index>_<k>`; a point that occurred before keeps its first name).
struct Arm {
  std::string name;
  Parameterization parameters;  ///< config order
};

/// One observed value.
struct DataRow {
  std::string arm_name;
  std::string metric;
  double mean = 0;
  std::optional<double> sem;  ///< as the result gave it; absent: the metric's default holds
};

/// Where an arm came from.
struct GeneratorRun {
  std::string model_key = "Manual";          ///< column generation_method: `Sobol`, `BoTorch`, `GPEI`, `Manual`, ...
  std::optional<int> generation_step_index;  ///< position in the strategy
  util::Node gen_metadata;                   ///< what the generator wants to remember; null if nothing
};

/// One evaluation (or, as a batch, several arms evaluated together).
struct Trial {
  std::int64_t index = 0;
  TrialStatus status = TrialStatus::kCandidate;
  bool is_batch = false;
  std::vector<Arm> arms;  ///< one, unless is_batch
  GeneratorRun generator_run;
  std::vector<DataRow> data;

  util::TimePoint time_created{};
  std::optional<util::TimePoint> time_staged;
  std::optional<util::TimePoint> time_run_started;
  std::optional<util::TimePoint> time_completed;
  std::optional<std::int64_t> ttl_seconds;
  std::string failed_reason;
  std::string abandoned_reason;
  util::Node run_metadata;   ///< from the runner, e.g. {"job_id": 3}; null before it ran
  util::Node stop_metadata;  ///< `{"reason": TEXT}` once its early stop is decided; else null
  util::Node properties;     ///< null

  /// Why it failed, was abandoned, or was stopped early; empty if there is none.
  const std::string& reason() const;
  /// Why it was, or while it runs shall be, stopped early, as stop_metadata has it; empty if there is none.
  const std::string& stop_reason() const;
  /// The value of a metric for an arm (of a plain trial: its only arm), or null.
  const DataRow* find_data(std::string_view metric, std::string_view arm_name) const;
};

}  // namespace boa::core
