#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "boa/execution/executor.hpp"
#include "boa/util/clock.hpp"
#include "boa/util/error.hpp"

namespace boa::execution {

/// An executor for tests, without processes: jobs run until the test says how they end. A job is named by the program
/// in its command; of several with one name the newest is meant.
class FakeExecutor final : public Executor {
 public:
  explicit FakeExecutor(const util::Clock& clock) : clock_(clock) {}

  std::vector<Job> started;                ///< in order
  std::vector<std::string> stopped;        ///< programs
  std::map<std::string, LockState> locks;  ///< what look() says, by program; absent for others
  std::string start_failure;               ///< start() throws this unless it is empty
  std::function<void(const Job&)> on_start = [](const Job&) {};

  JobId start(const Job& job) override {
    if (!start_failure.empty()) throw ExecutorError(start_failure);
    started.push_back(job);
    on_start(job);
    return add(job);
  }
  JobState state(JobId id) override { return jobs_.at(id).second; }
  void stop(JobId id, std::chrono::milliseconds) override { stopped.push_back(jobs_.at(id).first.command.front()); }
  void release(JobId id) override { jobs_.erase(id); }
  LockState look(const Job& job) override {
    const auto it = locks.find(job.command.front());
    return it == locks.end() ? LockState::kAbsent : it->second;
  }
  JobId adopt(const Job& job) override {
    const JobId id = add(job);
    jobs_.at(id).second.is_adopted = true;
    return id;
  }
  int capacity() override { return -1; }
  void wait(util::SteadyTime) override {}
  void wake() noexcept override {}

  // ---- what happens to the processes ----

  /// The status of an adopted job stays unknown.
  void exit(const std::string& program, int code = 0) {
    JobState& state = find(program);
    if (!state.is_adopted) state.exit_code = code;
    end(state);
  }
  void kill(const std::string& program, int signal) {
    JobState& state = find(program);
    state.signal = signal;
    end(state);
  }
  /// The command ends with status 0, a process that it started lives on.
  void leave_behind(const std::string& program) {
    JobState& state = find(program);
    state.exit_code = 0;
    state.phase = JobState::Phase::kLeftBehind;
    state.left_processes_behind = true;
    state.command_ended = clock_.steady();
  }
  void end_left_behind(const std::string& program) {
    JobState& state = find(program);
    state.phase = JobState::Phase::kEnded;
    state.all_ended = clock_.steady();
  }
  std::size_t num_held() const { return jobs_.size(); }

 private:
  JobId add(const Job& job) {
    jobs_[next_id_].first = job;
    return next_id_++;
  }
  JobState& find(const std::string& program) {
    for (auto it = jobs_.rbegin(); it != jobs_.rend(); ++it) {
      if (it->second.first.command.front() == program) return it->second.second;
    }
    throw InternalError("no job runs " + program);
  }
  void end(JobState& state) {
    state.phase = JobState::Phase::kEnded;
    state.command_ended = state.all_ended = clock_.steady();
  }

  const util::Clock& clock_;
  std::map<JobId, std::pair<Job, JobState>> jobs_;
  JobId next_id_ = 1;
};

}  // namespace boa::execution
