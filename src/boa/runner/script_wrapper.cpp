#include "boa/runner/script_wrapper.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "boa/metrics/metrics.hpp"
#include "boa/runner/trial_folder.hpp"
#include "boa/util/error.hpp"

namespace boa::runner {

using core::TrialStatus;

ScriptWrapper::ScriptWrapper(ScriptOptions options, std::shared_ptr<execution::Executor> executor,
                             const util::Clock& clock, util::Log& log)
    : executor_(std::move(executor)), context_(std::move(options), *executor_, clock, log) {
  for (const core::Metric& metric : context_.options.optimization_config.metrics) {
    static_cast<void>(metrics::make_metric_function(metric));  // throws for one that is not known
  }
}

ScriptWrapper::~ScriptWrapper() = default;

util::Node ScriptWrapper::to_dict() const {
  const auto text = [](const std::optional<std::string>& command) {
    return command ? util::Node(*command) : util::Node();
  };
  const ScriptOptions& options = context_.options;
  return util::Node::object({{"experiment_dir", options.experiment_dir.string()},
                             {"working_dir", options.working_dir.string()},
                             {"config_path", options.config_path.string()},
                             {"write_configs", text(options.write_configs)},
                             {"run_model", text(options.run_model)},
                             {"set_trial_status", text(options.set_trial_status)},
                             {"fetch_trial_data", text(options.fetch_trial_data)}});
}

ScriptWrapper::Arms& ScriptWrapper::make_arms(const core::Trial& trial) {
  Arms arms;
  for (std::size_t i = 0; i < trial.arms.size(); ++i) arms.push_back(std::make_unique<ArmRun>(context_, trial, i));
  return runs_[trial.index] = std::move(arms);
}

template <typename Action>
void ScriptWrapper::for_each_arm(const core::Trial& trial, const Action& action) {
  for (const std::unique_ptr<ArmRun>& arm : runs_[trial.index]) {
    if (arm->is_done()) continue;
    try {
      action(*arm);
    } catch (const Error& e) {
      if (!trial.is_batch) throw;
      arm->fail(e.what());
    }
  }
}

void ScriptWrapper::write_configs(const core::Trial& trial) {
  make_trial_folders(context_.options.experiment_dir, trial);
  make_arms(trial);
  for_each_arm(trial, [&](ArmRun& arm) { arm.write_configs(trial); });
}

void ScriptWrapper::run_model(const core::Trial& trial) {
  for_each_arm(trial, [&](ArmRun& arm) { arm.run_model(trial); });
}

void ScriptWrapper::resume(const core::Trial& trial) {
  make_arms(trial);
  for_each_arm(trial, [&](ArmRun& arm) { arm.resume(trial); });
}

WrapperStatus ScriptWrapper::set_trial_status(const core::Trial& trial) {
  const auto it = runs_.find(trial.index);
  if (it == runs_.end()) return {TrialStatus::kFailed, "it was never started"};
  for (const std::unique_ptr<ArmRun>& arm : it->second) static_cast<void>(arm->advance(trial));

  // The worst end counts, but only once all have ended.
  WrapperStatus worst{TrialStatus::kCompleted, {}};
  const auto rank = [](TrialStatus status) {
    if (status == TrialStatus::kFailed) return 3;
    if (status == TrialStatus::kAbandoned) return 2;
    return status == TrialStatus::kEarlyStopped ? 1 : 0;
  };
  for (std::size_t i = 0; i < it->second.size(); ++i) {
    const WrapperStatus& status = it->second[i]->status();
    if (!it->second[i]->is_done()) return {TrialStatus::kRunning, {}};
    if (rank(status.status) <= rank(worst.status)) continue;
    worst = status;
    if (trial.is_batch) worst.reason = fmt::format("arm {}_{}: {}", trial.index, i, status.reason);
  }
  return worst;
}

util::Result<std::vector<core::DataRow>, std::string> ScriptWrapper::fetch_trial_data(const core::Trial& trial) {
  std::vector<core::DataRow> rows;
  std::string reason = "there is no result";
  const auto it = runs_.find(trial.index);
  for (std::size_t i = 0; i < trial.arms.size(); ++i) {
    if (it != runs_.end()) {
      const ArmRun& arm = *it->second.at(i);
      rows.insert(rows.end(), arm.rows().begin(), arm.rows().end());
      if (!arm.status().reason.empty()) reason = arm.status().reason;
      continue;
    }
    // A trial that ended earlier: what its folder says.
    const ModelReport report =
        read_model_report(arm_folder(context_.options.experiment_dir, trial, i),
                          {trial.arms[i].name, context_.options.noise_seed}, context_.options.optimization_config);
    if (report.result == ModelReport::Result::kComplete)
      rows.insert(rows.end(), report.rows.begin(), report.rows.end());
    if (!report.reason.empty()) reason = report.reason;
  }
  if (rows.empty()) return util::failure(reason);
  return rows;
}

ProgressUpdate ScriptWrapper::read_progress(const core::Trial& trial) {
  if (trial.arms.size() != 1) return {};
  const auto it = runs_.find(trial.index);
  if (it != runs_.end()) return it->second.front()->read_progress();
  return ProgressFile(arm_folder(context_.options.experiment_dir, trial, 0)).read(true);
}

void ScriptWrapper::stop(const core::Trial& trial, const std::string& reason) {
  const auto it = runs_.find(trial.index);
  if (it == runs_.end()) return;
  // What a trial writes after it was decided to stop it early is ignored.
  const bool result_counts = trial.stop_reason().empty();
  for (const std::unique_ptr<ArmRun>& arm : it->second) arm->stop(reason, result_counts);
}

void ScriptWrapper::release(const core::Trial& trial) { runs_.erase(trial.index); }

std::optional<util::SteadyTime> ScriptWrapper::next_poll() const {
  std::optional<util::SteadyTime> next;
  for (const auto& [index, arms] : runs_) {
    for (const std::unique_ptr<ArmRun>& arm : arms) {
      if (!arm->is_done()) next = next ? std::min(*next, arm->next_look()) : arm->next_look();
    }
  }
  return next;
}

}  // namespace boa::runner
