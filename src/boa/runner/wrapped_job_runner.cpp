#include "boa/runner/wrapped_job_runner.hpp"

#include <utility>

#include "boa/util/error.hpp"

namespace boa::runner {

WrappedJobRunner::WrappedJobRunner(std::shared_ptr<BaseWrapper> wrapper)
    : wrapper_(wrapper ? std::move(wrapper) : std::make_shared<BaseWrapper>()) {}

util::Node WrappedJobRunner::run(const core::Trial& trial) {
  wrapper_->write_configs(trial);
  wrapper_->run_model(trial);
  return util::Node::object({{"job_id", trial.index}});
}

std::map<std::int64_t, WrappedJobRunner::RunOutcome> WrappedJobRunner::run_multiple(
    std::span<const core::Trial* const> trials) {
  std::map<std::int64_t, RunOutcome> outcomes;
  for (const core::Trial* trial : trials) {
    RunOutcome& outcome = outcomes[trial->index];
    try {
      outcome.metadata = run(*trial);
    } catch (const Error& e) {
      outcome.failure = e.what();
    }
  }
  return outcomes;
}

std::map<core::TrialStatus, std::set<std::int64_t>> WrappedJobRunner::poll_trial_status(
    std::span<const core::Trial* const> trials) {
  std::map<core::TrialStatus, std::set<std::int64_t>> by_status;
  for (const core::Trial* trial : trials) {
    WrapperStatus state = wrapper_->set_trial_status(*trial);
    by_status[state.status].insert(trial->index);
    if (state.reason.empty()) {
      reasons_.erase(trial->index);
    } else {
      reasons_[trial->index] = std::move(state.reason);
    }
  }
  return by_status;
}

std::string WrappedJobRunner::poll_exception(const core::Trial& trial) const {
  const auto it = reasons_.find(trial.index);
  return it == reasons_.end() ? "" : it->second;
}

util::Result<std::vector<core::DataRow>, std::string> WrappedJobRunner::fetch_trial_data(const core::Trial& trial) {
  return wrapper_->fetch_trial_data(trial);
}

int WrappedJobRunner::poll_available_capacity() const { return wrapper_->available_capacity(); }

util::Node WrappedJobRunner::stop(const core::Trial& trial, const std::string& reason) {
  wrapper_->stop(trial, reason);
  return util::Node::object({{"reason", reason}});
}

void WrappedJobRunner::resume(const core::Trial& trial) { wrapper_->resume(trial); }

void WrappedJobRunner::release(const core::Trial& trial) {
  wrapper_->release(trial);
  reasons_.erase(trial.index);
}

WrappedJobRunner WrappedJobRunner::clone() const { return WrappedJobRunner(wrapper_); }

util::Node WrappedJobRunner::to_dict() const { return util::Node::object({{"__type", "WrappedJobRunner"}}); }

util::Node WrappedJobRunner::serialize_init_args(const WrappedJobRunner& runner) {
  util::Node wrapper = util::Node::object({{"__type", runner.wrapper_->type_name()}});
  const util::Node described = runner.wrapper_->to_dict();
  for (const auto& [key, value] : described.as_object()) wrapper.set(key, value);
  return util::Node::object({{"wrapper", std::move(wrapper)}});
}

WrappedJobRunner WrappedJobRunner::deserialize_init_args(const util::Node& args, const WrapperFactory& factory) {
  const util::Node* wrapper = args.find("wrapper");
  const util::Node* type = wrapper == nullptr ? nullptr : wrapper->find("__type");
  if (type == nullptr || !type->is_string()) return WrappedJobRunner();
  return WrappedJobRunner(factory(type->as_string(), *wrapper));
}

bool operator==(const WrappedJobRunner& a, const WrappedJobRunner& b) { return a.wrapper_ == b.wrapper_; }

}  // namespace boa::runner
