#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "boa/execution/executor.hpp"
#include "boa/runner/arm_run.hpp"
#include "boa/runner/base_wrapper.hpp"
#include "boa/runner/script_command.hpp"
#include "boa/runner/script_options.hpp"
#include "boa/util/clock.hpp"
#include "boa/util/log.hpp"

namespace boa::runner {

/// Runs the user's commands for each arm of a trial, in the folder `EXP/000003` (of a batch `EXP/000003/3_0`), which is
/// their last argument, and reads what they write there. The rules are ArmRun's.
///
/// A batch is COMPLETED when all of its arms are, FAILED when one has failed and the others have ended (their results
/// are kept).
class ScriptWrapper final : public BaseWrapper {
 public:
  /// `clock` and `log` must outlive it. UserInputError or UnsupportedError for a template that no command may hold, and
  /// for a metric function that is not known.
  ScriptWrapper(ScriptOptions options, std::shared_ptr<execution::Executor> executor, const util::Clock& clock,
                util::Log& log);
  ~ScriptWrapper() override;

  std::string type_name() const override { return "ScriptWrapper"; }
  util::Node to_dict() const override;

  void write_configs(const core::Trial& trial) override;
  void run_model(const core::Trial& trial) override;
  WrapperStatus set_trial_status(const core::Trial& trial) override;
  util::Result<std::vector<core::DataRow>, std::string> fetch_trial_data(const core::Trial& trial) override;
  /// Of a plain trial; arms of a batch are not followed.
  ProgressUpdate read_progress(const core::Trial& trial) override;
  void resume(const core::Trial& trial) override;
  void stop(const core::Trial& trial, const std::string& reason) override;
  void release(const core::Trial& trial) override;

  int available_capacity() override { return executor_->capacity(); }
  std::optional<util::SteadyTime> next_poll() const override;
  void wait(util::SteadyTime until) override { executor_->wait(until); }
  void wake() noexcept override { executor_->wake(); }

 private:
  using Arms = std::vector<std::unique_ptr<ArmRun>>;

  Arms& make_arms(const core::Trial& trial);
  /// Calls `action` for each arm. In a batch an Error fails that arm alone; in a plain trial it goes on to the caller.
  template <typename Action>
  void for_each_arm(const core::Trial& trial, const Action& action);

  std::shared_ptr<execution::Executor> executor_;
  ScriptContext context_;
  std::map<std::int64_t, Arms> runs_;
};

}  // namespace boa::runner
