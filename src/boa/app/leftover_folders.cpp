#include "boa/app/leftover_folders.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "boa/core/ax_json.hpp"
#include "boa/generation/history.hpp"
#include "boa/runner/result_files.hpp"
#include "boa/runner/trial_folder.hpp"
#include "boa/util/error.hpp"
#include "boa/util/files.hpp"
#include "boa/util/json.hpp"

namespace boa::app {

namespace {

namespace fs = std::filesystem;
using core::TrialStatus;
using util::Node;

/// The number of a trial folder (`000007`), or nothing.
std::optional<std::int64_t> number_of(const fs::path& folder) {
  const std::string name = folder.filename().string();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc{} || end != name.data() + name.size() || runner::trial_folder_name(number) != name) {
    return std::nullopt;
  }
  return number;
}

std::map<std::int64_t, fs::path> unknown_folders(const fs::path& folder, const core::Experiment& experiment) {
  std::map<std::int64_t, fs::path> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::optional<std::int64_t> number = number_of(entry.path());
    if (number && *number >= 0 && entry.is_directory() && experiment.find_trial(*number) == nullptr) {
      found[*number] = entry.path();
    }
  }
  return found;
}

/// The trial as its trial.json describes it; an empty one of that number where that cannot be read.
core::Trial described_trial(const fs::path& folder, std::int64_t index) {
  core::Trial trial;
  try {
    const Node node = util::parse_json(util::read_file(folder / "trial.json"), "trial.json");
    trial = core::trial_from_ax(node);
    if (const Node* run = node.find("generator_run")) keep_sequence_position(*run, trial);
  } catch (const Error&) {
    trial = {};  // what matters is in parameters.json
  }
  if (trial.is_batch || trial.arms.size() != 1) trial.arms = {{fmt::format("{}_0", index), {}}};
  trial.is_batch = false;
  trial.index = index;
  return trial;
}

/// The point of the folder; if it is none of this experiment, `why` says so.
core::Parameterization point_of(const fs::path& folder, const core::SearchSpace& space, std::string& why) {
  try {
    const Node node = util::parse_json(util::read_file(folder / "parameters.json"), "parameters.json");
    const core::Parameterization point = space.in_config_order(core::parameterization_from_node(node));
    why = space.why_not_member(point);
    return point;
  } catch (const Error& error) {
    why = error.what();
    return {};
  }
}

void take_result(const fs::path& folder, const core::OptimizationConfig& config, core::Trial& trial) {
  const runner::ModelReport report = runner::read_model_report(folder, {trial.arms.front().name}, config);
  const bool says_done = !report.status || *report.status == TrialStatus::kCompleted;
  trial.status = TrialStatus::kFailed;
  if (report.result == runner::ModelReport::Result::kComplete && says_done && !report.says_running &&
      report.bad_status.empty()) {
    trial.status = TrialStatus::kCompleted;
    trial.data = report.rows;
  } else if (!says_done) {
    trial.failed_reason = fmt::format("the model wrote the trial status {}", core::to_string(*report.status));
  } else {
    trial.failed_reason = fmt::format("it was running when BOA ended, and left no result{}",
                                      report.reason.empty() ? "" : ": " + report.reason);
  }
}

}  // namespace

std::vector<std::int64_t> leftover_numbers(const fs::path& folder, const core::Experiment& experiment) {
  std::vector<std::int64_t> numbers;
  for (const auto& [number, path] : unknown_folders(folder, experiment)) numbers.push_back(number);
  return numbers;
}

void fetch_missing_data(const fs::path& trial_folder, const core::OptimizationConfig& config, core::Trial& trial) {
  if (trial.status != TrialStatus::kCompleted || !trial.data.empty() || trial.arms.size() != 1) return;
  const runner::ModelReport report = runner::read_model_report(trial_folder, {trial.arms.front().name}, config);
  if (report.result == runner::ModelReport::Result::kComplete) trial.data = report.rows;
}

void keep_sequence_position(const Node& generator_run, core::Trial& trial) {
  const Node* state = generator_run.find("model_state_after_gen");
  const Node* position = state == nullptr ? nullptr : state->find("init_position");
  if (position == nullptr || !position->is_int() || position->as_int() < 1) return;
  trial.generator_run.gen_metadata = Node::object({{generation::kPositionKey, position->as_int()}});
}

std::vector<std::string> adopt_leftover_folders(const fs::path& folder, core::Experiment& experiment) {
  std::vector<std::string> notices;
  for (const auto& [index, path] : unknown_folders(folder, experiment)) {
    std::string why;
    core::Parameterization point = point_of(path, experiment.search_space(), why);
    if (!why.empty()) {
      notices.push_back(
          fmt::format("{} is not in scheduler.json and stays as it is, its number is skipped: {}", path.string(), why));
      continue;
    }
    core::Trial trial = described_trial(path, index);
    trial.arms.front().parameters = std::move(point);
    take_result(path, experiment.optimization_config(), trial);
    notices.push_back(fmt::format("trial {} was started after scheduler.json was written: {}{}", index,
                                  core::to_string(trial.status),
                                  trial.failed_reason.empty() ? "" : " (" + trial.failed_reason + ")"));
    experiment.add_stored_trial(std::move(trial));
  }
  return notices;
}

}  // namespace boa::app
