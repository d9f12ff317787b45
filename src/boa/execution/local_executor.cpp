#include "boa/execution/local_executor.hpp"

#include <fmt/core.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "boa/execution/job_lock.hpp"
#include "boa/execution/spawn.hpp"
#include "boa/util/error.hpp"
#include "boa/util/rng.hpp"

namespace boa::execution {

namespace {

// In epoll's user data; a pid is never 0.
constexpr std::uint64_t kWakeEvent = 0;
// How often a lock is tried whose holder could not be found among the processes.
constexpr std::chrono::seconds kLockCheck{1};

int open_pidfd(pid_t pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

std::string new_marker() { return fmt::format("{:016x}", util::Rng::entropy()); }

/// Whether a recorded process is still the same one.
bool is_same_process(const JobRecord& record) {
  if (record.pid <= 0) return false;
  const auto info = process_info(record.pid);
  return info && info->state != 'Z' && info->start_time == record.start_time;
}

bool is_of_this_boot(const JobRecord& record) { return record.host == host_name() && record.boot == boot_id(); }

/// Living processes that belong to a recorded job.
std::vector<ProcessInfo> living(const JobRecord& record) {
  if (!is_of_this_boot(record)) return {};
  // The group's number alone proves nothing when its leader is gone: it may have been given to somebody else.
  return processes_of(is_same_process(record) ? record.pid : 0, record.marker);
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

LocalExecutor::LocalExecutor(const util::Clock& clock)
    : clock_(clock), epoll_(::epoll_create1(EPOLL_CLOEXEC)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (epoll_.get() < 0 || wake_.get() < 0) throw ExecutorError("no file descriptors are left to wait for processes");
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = kWakeEvent;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

LocalExecutor::~LocalExecutor() = default;

LocalExecutor::Running& LocalExecutor::running(JobId id) {
  const auto it = jobs_.find(id);
  BOA_CHECK(it != jobs_.end(), id);
  return it->second;
}

JobId LocalExecutor::add(Running running) {
  const JobId id = next_id_++;
  jobs_.emplace(id, std::move(running));
  return id;
}

JobId LocalExecutor::start(const Job& job) {
  Running running;
  running.job = job;
  running.marker = new_marker();
  running.is_child = true;
  JobLock lock(job.lock_file, running.marker);
  try {
    running.group = spawn(job, running.marker, lock.descriptor());
  } catch (...) {
    lock.remove();
    throw;
  }
  lock.write_process(running.group);
  const auto info = process_info(running.group);
  const JobId id = add(std::move(running));
  watch(id, this->running(id), info.value_or(ProcessInfo{.pid = this->running(id).group}));
  return id;
}

void LocalExecutor::watch(JobId id, Running& job, const ProcessInfo& info) {
  if (job.processes.contains(info.pid)) return;
  Watched watched{Descriptor(open_pidfd(info.pid)), info};
  if (watched.pidfd.get() < 0) {
    // A child of ours stays a zombie until we ask, so this means another process, and it has just ended.
    if (errno == ESRCH) return;
    throw ExecutorError(fmt::format("could not watch process {}: {}", info.pid, std::strerror(errno)),
                        "boa needs Linux 5.3 or later for this.");
  }
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = static_cast<std::uint64_t>(info.pid);
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, watched.pidfd.get(), &event);
  owner_[info.pid] = id;
  job.processes.emplace(info.pid, std::move(watched));
}

void LocalExecutor::process_ended(JobId id, pid_t pid) {
  Running& job = running(id);
  siginfo_t info{};
  // Orphans that were handed to us are reaped here as well; for somebody else's child this fails, and that is fine.
  const bool reaped = ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG) == 0 && info.si_pid == pid;
  if (pid == job.group && job.is_child && reaped) {
    if (info.si_code == CLD_EXITED) {
      job.state.exit_code = info.si_status;
    } else {
      job.state.signal = info.si_status;
    }
  }
  job.processes.erase(pid);
  owner_.erase(pid);
  if (pid == job.group) return command_ended(id, job);
  if (job.processes.empty()) look_for_left_behind(id, job);
}

void LocalExecutor::command_ended(JobId id, Running& job) {
  job.state.command_ended = clock_.steady();
  if (may_have_left_something(job)) {
    look_for_left_behind(id, job);
  } else if (job.processes.empty()) {
    job.state.phase = JobState::Phase::kEnded;
    job.state.all_ended = clock_.steady();
  }
}

/// Cheap hints before all of /proc is read: the group lives on, somebody holds the lock, or orphans came to us.
bool LocalExecutor::may_have_left_something(const Running& job) const {
  if (!job.is_child || ::kill(-job.group, 0) == 0 || is_lock_held(job.job.lock_file)) return true;
  const std::vector<pid_t> children = own_children();
  return std::any_of(children.begin(), children.end(), [this](pid_t child) { return !owner_.contains(child); });
}

void LocalExecutor::look_for_left_behind(JobId id, Running& job) {
  for (const ProcessInfo& info : processes_of(job.group, job.marker)) watch(id, job, info);
  job.only_lock = job.processes.empty() && is_lock_held(job.job.lock_file);
  if (!job.processes.empty() || job.only_lock) {
    job.state.phase = job.processes.contains(job.group) ? JobState::Phase::kRunning : JobState::Phase::kLeftBehind;
    if (job.state.command_ended) job.state.left_processes_behind = true;
    return;
  }
  job.state.phase = JobState::Phase::kEnded;
  job.state.all_ended = clock_.steady();
}

JobState LocalExecutor::state(JobId id) { return running(id).state; }

void LocalExecutor::stop(JobId id, std::chrono::milliseconds grace) {
  Running& job = running(id);
  if (job.state.phase == JobState::Phase::kEnded) return;
  look_for_left_behind(id, job);
  signal_all(job, SIGTERM);
  job.kill_at = clock_.steady() + grace;
}

void LocalExecutor::signal_all(Running& job, int signal) {
  // The group's number is ours as long as a member of it is watched.
  const auto in_group = [&](const auto& entry) { return entry.second.info.group == job.group; };
  if (std::any_of(job.processes.begin(), job.processes.end(), in_group)) ::kill(-job.group, signal);
  for (const auto& [pid, watched] : job.processes) {
    ::syscall(SYS_pidfd_send_signal, watched.pidfd.get(), signal, nullptr, 0);
  }
}

void LocalExecutor::kill_due() {
  for (auto& [id, job] : jobs_) {
    if (!job.kill_at || clock_.steady() < *job.kill_at) continue;
    job.kill_at.reset();
    if (job.state.phase == JobState::Phase::kEnded) continue;
    look_for_left_behind(id, job);
    signal_all(job, SIGKILL);
  }
}

void LocalExecutor::release(JobId id) {
  for (const auto& [pid, watched] : running(id).processes) owner_.erase(pid);
  jobs_.erase(id);
}

LockState LocalExecutor::look(const Job& job) {
  std::error_code error;
  if (!std::filesystem::exists(job.lock_file, error)) return LockState::kAbsent;
  if (is_lock_held(job.lock_file)) return LockState::kHeld;
  const JobRecord record = read_job_record(job.lock_file);
  if (!living(record).empty()) return LockState::kHeld;
  // The child opens its output before it becomes the command: without that file, and without the second half of the
  // record, boa ended between the lock and the start.
  const bool never_started = record.pid == 0 && !std::filesystem::exists(job.stdout_file, error);
  return never_started ? LockState::kAbsent : LockState::kFree;
}

JobId LocalExecutor::adopt(const Job& job) {
  const JobRecord record = read_job_record(job.lock_file);
  Running adopted;
  adopted.job = job;
  adopted.state.is_adopted = true;
  adopted.marker = record.marker;
  adopted.group = is_of_this_boot(record) && is_same_process(record) ? record.pid : 0;
  const JobId id = add(std::move(adopted));
  Running& taken = running(id);
  if (taken.group == 0) taken.state.command_ended = clock_.steady();
  look_for_left_behind(id, taken);
  return id;
}

void LocalExecutor::check_locks() {
  for (auto& [id, job] : jobs_) {
    if (job.only_lock) look_for_left_behind(id, job);
  }
}

void LocalExecutor::wait(util::SteadyTime until) {
  for (const auto& [id, job] : jobs_) {
    if (job.kill_at) until = std::min(until, *job.kill_at);
    if (job.only_lock) until = std::min(until, clock_.steady() + kLockCheck);
  }
  const auto left = std::chrono::duration_cast<std::chrono::microseconds>(until - clock_.steady()).count();
  // Rounded up: waking a moment too early would only mean to wait again.
  const auto milliseconds = std::clamp<std::int64_t>((left + 999) / 1000, 0, 3'600'000);
  std::array<epoll_event, 64> events{};
  const int count =
      ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), static_cast<int>(milliseconds));
  for (int i = 0; i < count; ++i) {
    const std::uint64_t data = events[static_cast<std::size_t>(i)].data.u64;
    if (data == kWakeEvent) {
      std::uint64_t ignored = 0;
      [[maybe_unused]] const ssize_t read = ::read(wake_.get(), &ignored, sizeof(ignored));
      continue;
    }
    const auto owner = owner_.find(static_cast<pid_t>(data));
    if (owner != owner_.end()) process_ended(owner->second, static_cast<pid_t>(data));
  }
  kill_due();
  check_locks();
}

void LocalExecutor::wake() noexcept {
  const std::uint64_t one = 1;
  const int saved = errno;
  [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof(one));
  errno = saved;
}

}  // namespace boa::execution
