#include "boa/app/wrapper_factory.hpp"

#include <utility>

#include "boa/execution/local_executor.hpp"
#include "boa/runner/script_wrapper.hpp"

namespace boa::app {

std::shared_ptr<runner::BaseWrapper> make_wrapper(const ExperimentSession& session, const util::Clock& clock,
                                                  util::Log& log) {
  const BoaConfig& config = session.config;
  runner::ScriptOptions options;
  options.write_configs = config.script.write_configs;
  options.run_model = config.script.run_model;
  options.set_trial_status = config.script.set_trial_status;
  options.fetch_trial_data = config.script.fetch_trial_data;
  options.allow_python = config.allow_python;
  options.working_dir = session.paths.working_dir;
  options.experiment_dir = session.folder;
  options.config_path = session.paths.config;
  options.result_grace_seconds = config.script.result_grace_seconds;
  options.has_time_to_live = config.scheduler.ttl_seconds_for_trials.has_value();
  options.init_seconds_between_polls = config.scheduler.init_seconds_between_polls;
  options.poll_backoff_factor = config.scheduler.seconds_between_polls_backoff_factor;
  options.noise_seed = session.strategy.seed;
  options.optimization_config = session.experiment.optimization_config();
  options.search_space = session.experiment.search_space();
  if (!config.parameter_origins.empty()) {
    options.nested_parameters = [origins = config.parameter_origins](const core::Parameterization& parameters) {
      return nested_parameters(origins, parameters);
    };
  }
  return std::make_shared<runner::ScriptWrapper>(std::move(options), std::make_shared<execution::LocalExecutor>(clock),
                                                 clock, log);
}

}  // namespace boa::app
