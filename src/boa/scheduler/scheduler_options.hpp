#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "boa/util/fields.hpp"
#include "boa/util/node.hpp"
#include "boa/util/schema.hpp"

namespace boa::scheduler {

/// What happens to models that still run when the run ends early.
enum class OnStop {
  kWait,   ///< start nothing more, wait for them
  kLeave,  ///< end at once, let them run; a resume takes them over
  kStop,   ///< end them (TERM, then KILL)
};
constexpr std::array<std::pair<std::string_view, OnStop>, 3> field_names(OnStop) {
  return {{{"wait", OnStop::kWait}, {"leave", OnStop::kLeave}, {"stop", OnStop::kStop}}};
}

enum class TrialType { kTrial, kBatchTrial };
constexpr std::array<std::pair<std::string_view, TrialType>, 2> field_names(TrialType) {
  return {{{"TRIAL", TrialType::kTrial}, {"BATCH_TRIAL", TrialType::kBatchTrial}}};
}

/// The `scheduler` part of a config: Ax's SchedulerOptions with Ax's names and defaults, and boa's own additions.
struct SchedulerOptions {
  std::optional<std::int64_t> n_trials;      ///< so many new trials; exactly one of the two is given for a run
  std::optional<std::int64_t> total_trials;  ///< so many over the experiment's life
  std::int64_t max_pending_trials = 10;
  TrialType trial_type = TrialType::kTrial;
  std::optional<std::int64_t> batch_size;  ///< arms of a batch trial
  double tolerated_trial_failure_rate = 0.5;
  std::int64_t min_failed_trials_for_failure_rate_check = 5;
  std::optional<std::int64_t> ttl_seconds_for_trials;
  double init_seconds_between_polls = 1;
  double min_seconds_before_poll = 1;
  double seconds_between_polls_backoff_factor = 1.5;
  std::optional<double> timeout_hours;
  bool run_trials_in_batches = false;
  OnStop on_interrupt = OnStop::kWait;
  OnStop on_timeout = OnStop::kLeave;
  std::string logging_level = "20";  ///< Python's number, or a name
  std::optional<std::string> log_filepath;
  util::Node early_stopping_strategy;   ///< a mapping for make_early_stopping; null if none
  util::Node global_stopping_strategy;  ///< a mapping for make_global_stopping; null if none
  bool debug_log_run_metadata = false;
  bool suppress_storage_errors_after_retries = false;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    using util::Field;
    field(Field{.name = "n_trials", .doc = "run this many new trials", .at_least = 1}, self.n_trials);
    field(Field{.name = "total_trials", .doc = "run until the experiment has this many trials", .at_least = 1},
          self.total_trials);
    field(Field{.name = "max_pending_trials", .doc = "most trials running at once", .at_least = 1},
          self.max_pending_trials);
    field(Field{.name = "trial_type", .doc = "one point a trial, or batch_size points"}, self.trial_type);
    field(Field{.name = "batch_size", .doc = "points in a batch trial", .at_least = 1}, self.batch_size);
    field(Field{.name = "tolerated_trial_failure_rate",
                .doc = "the run stops when a larger part of its trials failed",
                .at_least = 0,
                .at_most = 1,
                .below = true},
          self.tolerated_trial_failure_rate);
    field(Field{.name = "min_failed_trials_for_failure_rate_check",
                .doc = "so many trials must have failed before the rate counts (at the end it always does)",
                .at_least = 0},
          self.min_failed_trials_for_failure_rate_check);
    field(Field{.name = "ttl_seconds_for_trials", .doc = "a trial that runs longer fails", .at_least = 1},
          self.ttl_seconds_for_trials);
    field(Field{.name = "init_seconds_between_polls",
                .doc = "first pause between two starts of the set_trial_status command of a trial",
                .at_least = 0},
          self.init_seconds_between_polls);
    field(
        Field{
            .name = "min_seconds_before_poll", .doc = "accepted; the end of a model is noticed at once", .at_least = 0},
        self.min_seconds_before_poll);
    field(Field{.name = "seconds_between_polls_backoff_factor",
                .doc = "growth of the pause between polls, which is at most 60 s",
                .at_least = 1},
          self.seconds_between_polls_backoff_factor);
    field(Field{.name = "timeout_hours", .doc = "the run ends after this time", .at_least = 0}, self.timeout_hours);
    field(Field{.name = "run_trials_in_batches", .doc = "ask for all points that may be started in one go"},
          self.run_trials_in_batches);
    field(Field{.name = "on_interrupt", .doc = "what the first Ctrl-C does with running models"}, self.on_interrupt);
    field(Field{.name = "on_timeout", .doc = "what timeout_hours does with running models"}, self.on_timeout);
    field(Field{.name = "logging_level",
                .doc = "accepted: 10, 20, 30, 40, 50 or a name; log files hold everything from 20 on"},
          self.logging_level);
    field(Field{.name = "log_filepath", .doc = "a further log file", .not_empty = true}, self.log_filepath);
    field(util::FieldWithSchema{{.name = "early_stopping_strategy",
                                 .doc = "which running trials are stopped by what they write to progress.jsonl"},
                                [] { return util::schema_reference("early_stopping_strategy"); }},
          self.early_stopping_strategy);
    field(util::FieldWithSchema{{.name = "global_stopping_strategy", .doc = "when the run has done enough"},
                                [] { return util::schema_reference("global_stopping_strategy"); }},
          self.global_stopping_strategy);
    field(Field{.name = "debug_log_run_metadata", .doc = "log the metadata of every started trial"},
          self.debug_log_run_metadata);
    field(Field{.name = "suppress_storage_errors_after_retries", .doc = "accepted, without effect"},
          self.suppress_storage_errors_after_retries);
  }
};

}  // namespace boa::scheduler
