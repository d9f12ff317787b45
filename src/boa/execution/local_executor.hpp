#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "boa/execution/executor.hpp"
#include "boa/execution/process_table.hpp"

namespace boa::execution {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  int get() const { return fd_; }

 private:
  int fd_;
};

/// Runs jobs as processes of this machine, as many as it is asked for. The kernel reports the end of each process
/// (pidfd and epoll); nothing is polled but a lock whose holder cannot be found.
///
/// Makes this process the one that orphans of its jobs are handed to, so that work left behind by a command that has
/// ended is found, waited for and reaped.
class LocalExecutor final : public Executor {
 public:
  explicit LocalExecutor(const util::Clock& clock);
  ~LocalExecutor() override;

  JobId start(const Job& job) override;
  JobState state(JobId id) override;
  void stop(JobId id, std::chrono::milliseconds grace) override;
  void release(JobId id) override;
  LockState look(const Job& job) override;
  JobId adopt(const Job& job) override;
  int capacity() override { return -1; }
  void wait(util::SteadyTime until) override;
  void wake() noexcept override;

 private:
  struct Watched {
    Descriptor pidfd;
    ProcessInfo info;
  };
  struct Running {
    Job job;
    std::string marker;
    pid_t group = 0;
    bool is_child = false;  ///< started by us: its exit status is ours to read
    JobState state;
    std::map<pid_t, Watched> processes;  ///< known to be alive
    std::optional<util::SteadyTime> kill_at;
    bool only_lock = false;  ///< alive by its lock alone: no process of it was found
  };

  Running& running(JobId id);
  JobId add(Running running);
  void watch(JobId id, Running& job, const ProcessInfo& info);
  void process_ended(JobId id, pid_t pid);
  void command_ended(JobId id, Running& job);
  void look_for_left_behind(JobId id, Running& job);
  bool may_have_left_something(const Running& job) const;
  void kill_due();
  void signal_all(Running& job, int signal);
  void check_locks();

  const util::Clock& clock_;
  Descriptor epoll_;
  Descriptor wake_;
  std::map<JobId, Running> jobs_;
  std::map<pid_t, JobId> owner_;  ///< watched process -> its job
  JobId next_id_ = 1;
};

}  // namespace boa::execution
