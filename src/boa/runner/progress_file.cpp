#include "boa/runner/progress_file.hpp"

#include <fmt/core.h>

#include <cmath>
#include <system_error>

#include "boa/util/error.hpp"
#include "boa/util/json.hpp"
#include "boa/util/text.hpp"

namespace boa::runner {

namespace {

using util::Node;

/// Empty if the line says what a progress line should say.
std::string read_point(const Node& node, ProgressPoint& point) {
  if (!node.is_object()) return fmt::format("expected a mapping, found {}", node.describe());
  const Node* step = node.find("step");
  if (step == nullptr || !step->is_number() || !std::isfinite(step->as_double())) return "'step' is no number";
  const Node* metrics = node.find("metrics");
  if (metrics == nullptr || !metrics->is_object()) return "'metrics' is no mapping";
  point.step = step->as_double();
  for (const auto& [name, value] : metrics->as_object()) {
    if (value.is_null()) continue;
    if (!value.is_number()) return fmt::format("'{}' is no number but {}", name, value.describe());
    // A step without a usable value says nothing; the next one may.
    if (std::isfinite(value.as_double())) point.metrics.emplace_back(name, value.as_double());
  }
  return {};
}

}  // namespace

ProgressFile::ProgressFile(const std::filesystem::path& folder) : file_(folder / kProgressFile), tail_(file_) {}

ProgressUpdate ProgressFile::read(bool is_final) {
  ProgressUpdate update;
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file_, error);
  if (error) return update;
  if (size < size_) {
    update.restarted = true;
    tail_ = LogTail(file_);
    line_ = 0;
  }
  size_ = size;
  const auto listener = [&](std::string_view line) { take(line, update); };
  if (is_final) {
    tail_.finish(listener);
  } else {
    tail_.forward(listener);
  }
  return update;
}

void ProgressFile::take(std::string_view line, ProgressUpdate& update) {
  ++line_;
  if (util::trim(line).empty()) return;
  ProgressPoint point;
  try {
    const std::string wrong = read_point(util::parse_json(line), point);
    if (!wrong.empty()) return complain(wrong, update);
  } catch (const ConfigError& e) {
    return complain(e.what(), update);
  }
  if (!point.metrics.empty()) update.points.push_back(std::move(point));
}

void ProgressFile::complain(const std::string& what, ProgressUpdate& update) {
  if (has_complained_) return;
  has_complained_ = true;
  update.complaint = fmt::format("line {} of {} is left out: {}", line_, file_.string(), what);
}

}  // namespace boa::runner
