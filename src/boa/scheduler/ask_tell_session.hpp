#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "boa/core/experiment.hpp"
#include "boa/generation/generation_strategy.hpp"
#include "boa/scheduler/changes.hpp"
#include "boa/storage/storage.hpp"
#include "boa/util/clock.hpp"
#include "boa/util/result.hpp"

namespace boa::scheduler {

/// Why a request was refused. Nothing was changed.
struct Refusal {
  /// `bad_request`, `unknown_trial`, `conflict`, `unknown_metric`, `missing_metric`, `non_finite`, `outside`,
  /// `storage`.
  std::string code;
  std::string message;
};

template <typename T>
using Reply = util::Result<T, Refusal>;

/// A metric's value as somebody outside measured it; without a standard error the metric's own holds.
struct ToldValue {
  std::string metric;
  double mean = 0;
  std::optional<double> sem;
};

/// A point that somebody else chose, with its result if there is one already.
struct Attachment {
  core::Parameterization parameters;
  std::optional<std::vector<ToldValue>> metrics;
  /// The point may lie outside the search space.
  bool outside = false;
};

/// Points to be evaluated by the caller.
struct Asked {
  std::vector<std::int64_t> trials;  ///< RUNNING now; their parameters are in the experiment
  std::string reason;                ///< why there are fewer than asked for; empty if there are not
};

/// Values of a trial as somebody has written them down, perhaps not all of them yet.
struct Revision {
  std::int64_t trial = 0;
  std::vector<ToldValue> metrics;
};

/// What became of revisions.
struct Revised {
  std::vector<std::int64_t> completed;  ///< they have every needed metric now
  std::vector<std::int64_t> corrected;  ///< COMPLETED ones that have other values now
};

/// Lets somebody else run the trials: gives points, takes results. What the Scheduler is to a model that boa starts.
///
/// Every accepted change is durable before the call returns; a refused one, and one that could not be stored, changes
/// nothing. A point that was asked for is RUNNING, and pending for the model, until it is told, failed or abandoned.
class AskTellSession {
 public:
  struct Parts {
    core::Experiment& experiment;
    generation::GenerationStrategy& strategy;
    storage::Storage& storage;
    const util::Clock& clock;
    /// True when a number cannot be given to a new trial because a folder of that name is in the way. May be empty.
    std::function<bool(std::int64_t)> is_index_taken;
    /// Called with what is unusual about how a point was made. May be empty.
    std::function<void(const std::string&)> on_notice = {};
  };

  /// `budget`: as many trials as the experiment may have in its life, attached ones included; nothing: no limit.
  AskTellSession(Parts parts, std::optional<std::int64_t> budget);

  const core::Experiment& experiment() const { return parts_.experiment; }
  std::optional<std::int64_t> budget() const { return budget_; }

  /// Up to n >= 1 new points. Fewer, with the reason, when the budget, the step's parallelism or the space is used up.
  Reply<Asked> ask(std::int64_t n);
  /// The result of a RUNNING trial, which is COMPLETED then. All needed metrics, finite. Saying the same again is fine.
  Reply<void> tell(std::int64_t index, const std::vector<ToldValue>& metrics);
  /// Values of RUNNING and COMPLETED trials, new ones and others than before. A RUNNING trial is COMPLETED once it has
  /// all needed metrics. All of them in one transaction, or none.
  Reply<Revised> revise(const std::vector<Revision>& revisions);
  Reply<void> fail(std::int64_t index, const std::string& reason);
  Reply<void> abandon(std::int64_t index, const std::string& reason);
  /// Adds points; with metrics they are COMPLETED, else RUNNING. All of them in one transaction, or none.
  Reply<std::vector<std::int64_t>> attach(const std::vector<Attachment>& attachments);

  /// What the next ask would do, in words.
  std::string next() const;

 private:
  template <typename Change>
  std::optional<Refusal> store(Change&& change);
  std::optional<Refusal> restore();
  std::optional<Refusal> check_values(const std::vector<ToldValue>& metrics) const;
  std::optional<Refusal> check_metrics(const std::vector<ToldValue>& metrics) const;
  std::optional<Refusal> check_revision(const Revision& revision) const;
  std::optional<Refusal> check_point(const Attachment& attachment) const;
  std::vector<core::DataRow> rows_for(const core::Trial& trial, const std::vector<ToldValue>& metrics) const;
  bool was_told(const core::Trial& trial, const std::vector<ToldValue>& metrics) const;
  Reply<const core::Trial*> find(std::int64_t index) const;
  std::int64_t left_in_budget() const;
  void add_points(const generation::Suggestions& suggestions, Asked& asked);
  void skip_taken_indices();

  Parts parts_;
  std::optional<std::int64_t> budget_;
  PendingChanges changes_;
  bool damaged_ = false;  ///< memory is ahead of the store, which could not be read back yet
};

}  // namespace boa::scheduler
