#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "boa/runner/log_tail.hpp"

namespace boa::runner {

/// Name of the file to which a running model may append its progress, one JSON text a line:
/// `{"step": 3, "metrics": {"y": 1.5}}`.
inline constexpr const char* kProgressFile = "progress.jsonl";

/// What a model has said of itself at one step; finite values only.
struct ProgressPoint {
  double step = 0;
  std::vector<std::pair<std::string, double>> metrics;
};

/// What a model has appended since it was looked at last.
struct ProgressUpdate {
  bool restarted = false;  ///< the file was written anew: what came before does not hold any more
  std::vector<ProgressPoint> points;
  std::string complaint;  ///< why the first bad line of this file is left out; empty for all later ones
};

/// The progress file of one trial folder, read on as it grows. A last line without an end is left until it is whole.
class ProgressFile {
 public:
  explicit ProgressFile(const std::filesystem::path& folder);

  /// The lines that are new. `is_final`: nobody writes any more, so that a last line without an end counts, if it is
  /// whole.
  ProgressUpdate read(bool is_final);

 private:
  void take(std::string_view line, ProgressUpdate& update);
  void complain(const std::string& what, ProgressUpdate& update);

  std::filesystem::path file_;
  LogTail tail_;
  std::uintmax_t size_ = 0;
  std::int64_t line_ = 0;
  bool has_complained_ = false;
};

}  // namespace boa::runner
