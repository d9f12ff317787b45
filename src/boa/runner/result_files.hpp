#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "boa/core/optimization_config.hpp"
#include "boa/core/trial.hpp"
#include "boa/util/node.hpp"

namespace boa::runner {

/// Changes whenever a file does.
struct FileStamp {
  std::int64_t modified_ns = 0;
  std::int64_t size = -1;
  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

/// What a model's files say at this moment. Base names are looked for in this order, the first that exists wins:
/// trial_status, TrialStatus (status only), output, outputs, result, results, metric, metrics; with a last suffix
/// .json, .yaml or .yml in any case.
///
/// A result maps metrics to values. Where a metric's name is not among its keys, the whole result may be the arguments
/// of its function: `{"y_true": [...], "y_pred": [...]}`.
struct ModelReport {
  enum class Result {
    kNone,        ///< no result file, or one without any metric
    kMalformed,   ///< cannot be read (yet): half-written, no mapping
    kIncomplete,  ///< a needed metric is missing
    kRejected,    ///< complete, but a value cannot be used
    kComplete,
  };

  /// The trial status that the model itself has written; RUNNING counts as none.
  std::optional<core::TrialStatus> status;
  /// The model has written that it is RUNNING: what else it has written is not final.
  bool says_running = false;
  /// Why the status cannot be understood; fails the trial. Empty if all is well.
  std::string bad_status;
  /// The status file cannot be read (yet).
  std::string malformed_status;

  Result result = Result::kNone;
  std::vector<core::DataRow> rows;           ///< of kComplete
  std::string reason;                        ///< of kMalformed, kIncomplete, kRejected: for people
  bool only_constrained_missing = false;     ///< kIncomplete for want of metrics that only outcome constraints need
  std::vector<std::string> unknown_metrics;  ///< keys that are no metric of the experiment
  std::vector<std::string> remarks;          ///< about values of info_only metrics that are left out; status 4
  FileStamp stamp;                           ///< of the file that counts
};

/// Whose result is read.
struct ArmData {
  std::string name;              ///< `3_0`
  std::uint64_t noise_seed = 0;  ///< for the simulated noise of test functions; the same arm gets the same noise
};

/// UnsupportedError if a metric's function is not known.
ModelReport read_model_report(const std::filesystem::path& folder, const ArmData& arm,
                              const core::OptimizationConfig& config);

}  // namespace boa::runner
