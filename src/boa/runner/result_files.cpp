#include "boa/runner/result_files.hpp"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "boa/util/error.hpp"
#include "boa/util/files.hpp"
#include "boa/util/json.hpp"
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

/// R and Julia write scalars as lists of one.
const Node& unwrap(const Node& node) { return node.is_array() && node.size() == 1 ? node.at(std::size_t{0}) : node; }

std::optional<TrialStatus> status_from(const Node& written) {
  const Node& value = written.is_array() && written.size() > 0 ? written.at(std::size_t{0}) : written;
  if (value.is_int()) return core::trial_status_from_number(value.as_int());
  if (value.is_float() && value.as_double() == std::floor(value.as_double()) && std::abs(value.as_double()) < 100) {
    return core::trial_status_from_number(static_cast<std::int64_t>(value.as_double()));
  }
  if (!value.is_string()) return std::nullopt;
  const std::string text(util::trim(value.as_string()));
  std::int64_t number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec == std::errc() && end.ptr == text.data() + text.size()) return core::trial_status_from_number(number);
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
    const Node& value = unwrap(it->second);
    if (value.is_number())
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

bool means_missing(const Node& value) {
  if (value.is_null()) return true;
  if (value.is_float() && std::isnan(value.as_double())) return true;
  if (!value.is_string()) return false;
  const std::string lower = util::to_lower(util::trim(value.as_string()));
  return lower == "nan" || lower == "na";
}

bool looks_like_number(const std::string& text) {
  const std::string trimmed(util::trim(text));
  double number = 0;
  const auto end = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), number);
  return end.ec == std::errc() && end.ptr == trimmed.data() + trimmed.size();
}

/// The number of a pass-through metric, or why it is none.
util::Result<double, std::string> number_from(const Node& written) {
  const Node& value = unwrap(written);
  if (means_missing(value) || (value.is_object() && value.size() == 0)) {
    return util::failure(std::string("NaNs in Results: it is missing (NaN, NA or null)"));
  }
  if (value.is_bool()) return value.as_bool() ? 1.0 : 0.0;
  if (value.is_number()) {
    if (std::isfinite(value.as_double())) return value.as_double();
    return util::failure(std::string("it is infinite"));
  }
  if (value.is_string() && looks_like_number(value.as_string())) {
    return util::failure(
        fmt::format("it is the text '{}': the quotes are the trouble, write it without them", value.as_string()));
  }
  return util::failure(fmt::format("it must be a number, not {}", value.describe()));
}

struct Observation {
  double mean = 0;
  std::optional<double> sem;
};

util::Result<Observation, std::string> observation_from(const Node& written) {
  const Node& value = unwrap(written);
  Observation observation;
  const Node* mean = &value;
  if (value.is_object() && value.contains("wrapper_args")) {
    mean = value.find("wrapper_args");
    if (const Node* sem = value.find("sem")) {
      const Node& number = unwrap(*sem);
      if (number.is_number() && number.as_double() >= 0) {
        observation.sem = number.as_double();
      } else if (means_missing(number)) {
        observation.sem = std::nan("");
      } else {
        return util::failure(fmt::format("its sem must be a number >= 0, not {}", number.describe()));
      }
    }
  }
  const auto number = number_from(*mean);
  if (!number) return util::failure(number.error());
  observation.mean = *number;
  return observation;
}

std::string missing_reason(const std::string& metric, const Node& mapping, const std::string& file) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : mapping.as_object()) keys.push_back(key);
  const std::string nearest = util::nearest_name(metric, keys);
  return fmt::format("{} has no value of the metric '{}'; it has: {}{}", file, metric, util::join(keys, ", "),
                     nearest.empty() ? "" : fmt::format(" (is '{}' meant?)", nearest));
}

void read_values(Node mapping, const std::string& file, const std::string& arm_name,
                 const core::OptimizationConfig& config, ModelReport& report) {
  std::erase_if(mapping.as_object(), [](const auto& entry) { return is_status_key(entry.first); });
  if (mapping.size() == 0) return;
  report.result = ModelReport::Result::kComplete;
  for (const auto& [key, value] : mapping.as_object()) {
    if (config.find_metric(key) == nullptr) report.unknown_metrics.push_back(key);
  }
  for (const core::Metric& metric : config.metrics) {
    const bool needed = config.is_needed(metric.name);
    const Node* value = mapping.find(metric.name);
    if (value == nullptr) {
      if (!needed) continue;
      report.result = ModelReport::Result::kIncomplete;
      report.reason = missing_reason(metric.name, mapping, file);
      return;
    }
    const auto observation = observation_from(*value);
    if (observation) {
      report.rows.push_back({arm_name, metric.name, observation->mean, observation->sem});
      continue;
    }
    const std::string problem = fmt::format("{}: metric '{}': {}", file, metric.name, observation.error());
    if (!needed) {
      report.remarks.push_back(problem);
    } else if (report.result == ModelReport::Result::kComplete) {
      report.result = ModelReport::Result::kRejected;
      report.reason = problem;
    }
  }
}

}  // namespace

ModelReport read_model_report(const fs::path& folder, const std::string& arm_name,
                              const core::OptimizationConfig& config) {
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
  read_values(std::move(*mapping), result_files.front(), arm_name, config, report);
  return report;
}

}  // namespace boa::runner
