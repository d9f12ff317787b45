#include "boa/runner/result_files.hpp"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "boa/runner/result_values.hpp"
#include "boa/util/error.hpp"
#include "boa/util/files.hpp"
#include "boa/util/json.hpp"
#include "boa/util/number_text.hpp"
#include "boa/util/result.hpp"
#include "boa/util/text.hpp"
#include "boa/util/yaml.hpp"

namespace boa::runner {

namespace {

namespace fs = std::filesystem;
using core::TrialStatus;
using util::Node;

constexpr std::array<std::string_view, 2> kStatusNames = {"trial_status", "TrialStatus"};
constexpr std::array<std::string_view, 6> kResultNames = {"output",  "outputs", "result",
                                                          "results", "metric",  "metrics"};

bool has_known_suffix(const std::string& name) {
  const std::string lower = util::to_lower(name);
  return lower.ends_with(".json") || lower.ends_with(".yaml") || lower.ends_with(".yml");
}

bool is_status_key(const std::string& key) {
  const std::string lower = util::to_lower(key);
  return lower == "trialstatus" || lower == "trial_status";
}

std::vector<std::string> files_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::string name = it->path().filename().string();
    if (has_known_suffix(name)) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// The files of the first base name that exists.
template <typename BaseNames>
std::vector<std::string> first_existing(const std::vector<std::string>& files, const BaseNames& base_names) {
  for (const std::string_view base : base_names) {
    std::vector<std::string> found;
    for (const std::string& file : files) {
      if (file.starts_with(base) && file.size() > base.size() && file[base.size()] == '.') found.push_back(file);
    }
    if (!found.empty()) return found;
  }
  return {};
}

FileStamp stamp_of(const fs::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return {};
  return {static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec, info.st_size};
}

/// A mapping, or why there is none.
util::Result<Node, std::string> read_mapping(const fs::path& folder, const std::vector<std::string>& files) {
  if (files.size() > 1) {
    return util::failure(
        fmt::format("there are two result files of one name, {} and {}: one must go", files[0], files[1]));
  }
  const std::string& name = files.front();
  try {
    const std::string text = util::read_file(folder / name);
    Node node = util::to_lower(name).ends_with(".json") ? util::parse_json(text, name) : util::parse_yaml(text, name);
    if (node.is_object()) return node;
    if (node.is_null()) return util::failure(fmt::format("{} is empty", name));
    return util::failure(fmt::format("{} must hold a mapping from metric to value, not {}", name, node.describe()));
  } catch (const Error& e) {
    return util::failure(std::string(e.what()));
  }
}

std::optional<TrialStatus> status_from(const Node& written) {
  const Node& value = written.is_array() && written.size() > 0 ? written.at(std::size_t{0}) : written;
  if (value.is_int()) return core::trial_status_from_number(value.as_int());
  if (value.is_float() && value.as_double() == std::floor(value.as_double()) && std::abs(value.as_double()) < 100) {
    return core::trial_status_from_number(static_cast<std::int64_t>(value.as_double()));
  }
  if (!value.is_string()) return std::nullopt;
  const std::string text(util::trim(value.as_string()));
  if (const auto number = util::number_from_text<std::int64_t>(text)) return core::trial_status_from_number(*number);
  return core::trial_status_from_name(text);
}

void read_status(const Node& mapping, const std::string& file, ModelReport& report) {
  const auto& entries = mapping.as_object();
  const auto it =
      std::find_if(entries.begin(), entries.end(), [](const auto& entry) { return is_status_key(entry.first); });
  if (it == entries.end()) {
    // BOA: a status file without a status means that the model is done.
    if (std::any_of(kStatusNames.begin(), kStatusNames.end(),
                    [&](std::string_view base) { return file.starts_with(base); })) {
      report.status = TrialStatus::kCompleted;
    }
    return;
  }
  const std::optional<TrialStatus> status = status_from(it->second);
  if (status == TrialStatus::kRunning) {
    report.says_running = true;
    if (unwrap_scalar(it->second).is_number())
      report.remarks.push_back(fmt::format("{}: the status 4 means RUNNING; ABANDONED is 5", file));
  } else if (status && core::is_terminal(*status)) {
    report.status = status;
  } else {
    report.bad_status = fmt::format(
        "{}: {} is no trial status that a model can set (allowed: COMPLETED or 3, FAILED or 2, ABANDONED or 5, "
        "EARLY_STOPPED or 7, RUNNING or 4)",
        file, it->second.describe());
  }
}

}  // namespace

ModelReport read_model_report(const fs::path& folder, const ArmData& arm, const core::OptimizationConfig& config) {
  ModelReport report;
  const std::vector<std::string> files = files_in(folder);
  const std::vector<std::string> status_files = first_existing(files, kStatusNames);
  const std::vector<std::string> result_files = first_existing(files, kResultNames);
  if (!status_files.empty()) {
    report.stamp = stamp_of(folder / status_files.front());
    const auto mapping = read_mapping(folder, status_files);
    if (mapping) {
      read_status(*mapping, status_files.front(), report);
    } else {
      report.malformed_status = mapping.error();
    }
  }
  if (result_files.empty()) return report;
  report.stamp = stamp_of(folder / result_files.front());
  auto mapping = read_mapping(folder, result_files);
  if (!mapping) {
    report.result = ModelReport::Result::kMalformed;
    report.reason = mapping.error();
    return report;
  }
  if (status_files.empty()) read_status(*mapping, result_files.front(), report);
  std::erase_if(mapping->as_object(), [](const auto& entry) { return is_status_key(entry.first); });
  if (mapping->size() > 0) {
    read_values(*mapping, result_files.front(), arm, config, report);
  } else {
    report.reason = fmt::format("{} holds no metric", result_files.front());
  }
  return report;
}

}  // namespace boa::runner
