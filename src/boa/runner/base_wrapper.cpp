#include "boa/runner/base_wrapper.hpp"

#include <fmt/core.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "boa/util/error.hpp"

namespace boa::runner {

void BaseWrapper::write_configs(const core::Trial&) {}

void BaseWrapper::run_model(const core::Trial&) {
  throw UnsupportedError(fmt::format("the wrapper {} does not say how to run the model", type_name()),
                         "Override run_model.");
}

WrapperStatus BaseWrapper::set_trial_status(const core::Trial&) { return {}; }

util::Result<std::vector<core::DataRow>, std::string> BaseWrapper::fetch_trial_data(const core::Trial&) {
  return util::failure(fmt::format("the wrapper {} does not say how to fetch a result", type_name()));
}

ProgressUpdate BaseWrapper::read_progress(const core::Trial&) { return {}; }

void BaseWrapper::resume(const core::Trial& trial) {
  write_configs(trial);
  run_model(trial);
}

void BaseWrapper::stop(const core::Trial&, const std::string&) {}

void BaseWrapper::release(const core::Trial&) {}

void BaseWrapper::wait(util::SteadyTime until) {
  // A wrapper without events of its own is looked at again when its next poll is due.
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  never.wait_until(lock, until, [] { return false; });
}

}  // namespace boa::runner
