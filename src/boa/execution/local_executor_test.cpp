#include "boa/execution/local_executor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>

#include "boa/execution/job_lock.hpp"
#include "boa/execution/spawn.hpp"
#include "boa/util/error.hpp"
#include "boa/util/files.hpp"

namespace boa::execution {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using ::testing::HasSubstr;
using Phase = JobState::Phase;

constexpr seconds kPatience{30};

class LocalExecutorTest : public testing::Test {
 protected:
  LocalExecutorTest() {
    std::string name = (fs::temp_directory_path() / "boa_executor_XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~LocalExecutorTest() override { fs::remove_all(folder_); }

  Job shell(const std::string& script, const std::string& name = "job") const {
    return {{"sh", "-c", script},
            folder_,
            folder_ / (name + ".out"),
            folder_ / (name + ".err"),
            folder_ / (name + ".lock")};
  }

  /// Waits by events until the condition holds.
  void wait_until(LocalExecutor& executor, const std::function<bool()>& condition) const {
    const util::SteadyTime end = clock_.steady() + kPatience;
    while (!condition()) {
      ASSERT_LT(clock_.steady(), end) << "waited in vain";
      executor.wait(end);
    }
  }
  JobState run(const Job& job) {
    const JobId id = executor_.start(job);
    wait_until(executor_, [&] { return executor_.state(id).phase == Phase::kEnded; });
    return executor_.state(id);
  }
  std::string text(const std::string& file) const { return util::read_file(folder_ / file); }

  util::SystemClock clock_;
  fs::path folder_;
  LocalExecutor executor_{clock_};
};

TEST_F(LocalExecutorTest, ReportsTheExitCode) {
  EXPECT_EQ(run(shell("exit 0")).exit_code, 0);
  const JobState failed = run(shell("exit 7"));
  EXPECT_EQ(failed.exit_code, 7);
  EXPECT_FALSE(failed.succeeded());
}

TEST_F(LocalExecutorTest, ReportsTheSignalThatKilledACommand) {
  const JobState state = run(shell("kill -SEGV $$"));
  EXPECT_EQ(state.signal, SIGSEGV);
  EXPECT_FALSE(state.exit_code.has_value());
}

TEST_F(LocalExecutorTest, WritesOutputIntoFilesHoweverMuchItIs) {
  run(
      shell("i=0; while [ $i -lt 3000 ]; do echo 'a line on standard output'; echo 'a line on standard error' >&2; "
            "i=$((i+1)); done"));
  EXPECT_EQ(text("job.out").size(), 3000 * std::string("a line on standard output\n").size());
  EXPECT_EQ(text("job.err").size(), 3000 * std::string("a line on standard error\n").size());
}

TEST_F(LocalExecutorTest, CommandReadsNothingAndRunsInItsFolder) {
  run(shell("cat; pwd"));
  EXPECT_EQ(text("job.out"), fs::canonical(folder_).string() + "\n");
}

TEST_F(LocalExecutorTest, CommandIsNoShellText) {
  Job job = shell("");
  job.command = {"echo", "$HOME", "a b", ">x"};
  run(job);
  EXPECT_EQ(text("job.out"), "$HOME a b >x\n");
}

TEST_F(LocalExecutorTest, RefusesProgramsThatCannotRunAndLeavesNoLock) {
  const auto message = [&](std::vector<std::string> command) {
    Job job = shell("");
    job.command = std::move(command);
    try {
      executor_.start(job);
    } catch (const ExecutorError& e) {
      EXPECT_FALSE(fs::exists(job.lock_file));
      return e.describe();
    }
    return std::string("it was started");
  };
  util::write_file(folder_ / "plain.txt", "text");
  util::write_file(folder_ / "noshebang", "echo hello");
  fs::permissions(folder_ / "noshebang", fs::perms::owner_all);
  EXPECT_THAT(message({"no-such-program-at-all"}), HasSubstr("'no-such-program-at-all' is not found in PATH"));
  EXPECT_THAT(message({"./missing"}), HasSubstr("'./missing' does not exist"));
  EXPECT_THAT(message({"./plain.txt"}), HasSubstr("may not be executed"));
  EXPECT_THAT(message({"./"}), HasSubstr("is a folder"));
  EXPECT_THAT(message({"./noshebang"}), HasSubstr("#!/bin/sh"));
  EXPECT_THAT(message({}), HasSubstr("empty"));
}

TEST_F(LocalExecutorTest, StopEndsTheWholeProcessGroup) {
  const JobId id = executor_.start(shell("sleep 1000 & sleep 1000 & echo started; wait"));
  wait_until(executor_, [&] {
    executor_.stop(id, seconds(10));
    return executor_.state(id).phase == Phase::kEnded;
  });
  EXPECT_EQ(executor_.state(id).signal, SIGTERM);
  EXPECT_FALSE(is_lock_held(folder_ / "job.lock"));
}

TEST_F(LocalExecutorTest, StopKillsWhatIgnoresTheFirstSignal) {
  const JobId id = executor_.start(shell("trap '' TERM; echo ready > ready; while :; do sleep 1000; done"));
  const util::SteadyTime end = clock_.steady() + kPatience;
  while (!fs::exists(folder_ / "ready") && clock_.steady() < end)
    executor_.wait(clock_.steady() + std::chrono::milliseconds(5));
  executor_.stop(id, std::chrono::milliseconds(50));
  wait_until(executor_, [&] { return executor_.state(id).phase == Phase::kEnded; });
  EXPECT_EQ(executor_.state(id).signal, SIGKILL);
}

TEST_F(LocalExecutorTest, FindsAndAwaitsWhatACommandLeavesBehind) {
  // In a session of its own and without the inherited lock: only its environment tells whose it is.
  const JobId id = executor_.start(
      shell("setsid python3 -c 'import os, select; os.closerange(3, 256); [select.select([], [], [], 0.01) for _ in "
            "iter(lambda: os.path.exists(\"go\"), True)]; open(\"late\", \"w\")' & exit 0"));
  wait_until(executor_, [&] { return executor_.state(id).phase != Phase::kRunning; });
  EXPECT_EQ(executor_.state(id).phase, Phase::kLeftBehind);
  EXPECT_EQ(executor_.state(id).exit_code, 0);
  util::write_file(folder_ / "go", "");
  wait_until(executor_, [&] { return executor_.state(id).phase == Phase::kEnded; });
  EXPECT_TRUE(executor_.state(id).left_processes_behind);
  EXPECT_TRUE(fs::exists(folder_ / "late"));
}

TEST_F(LocalExecutorTest, AnotherExecutorAdoptsARunningJobAndSeesItsEnd) {
  const Job job = shell("while [ ! -e go ]; do sleep 0.01; done");
  EXPECT_EQ(executor_.look(job), LockState::kAbsent);
  const JobId first = executor_.start(job);
  LocalExecutor other(clock_);
  EXPECT_EQ(other.look(job), LockState::kHeld);
  const JobId adopted = other.adopt(job);
  EXPECT_EQ(other.state(adopted).phase, Phase::kRunning);
  util::write_file(folder_ / "go", "");
  wait_until(other, [&] {
    // The first executor is the parent and must reap it, as the system does when a parent is gone.
    executor_.wait(clock_.steady() + std::chrono::milliseconds(5));
    return other.state(adopted).phase == Phase::kEnded;
  });
  EXPECT_FALSE(other.state(adopted).exit_code.has_value());
  EXPECT_TRUE(other.state(adopted).succeeded());
  EXPECT_TRUE(other.state(adopted).is_adopted);
  EXPECT_FALSE(executor_.state(first).is_adopted);
  EXPECT_EQ(other.look(job), LockState::kFree);
  EXPECT_EQ(executor_.state(first).phase, Phase::kEnded);
}

TEST_F(LocalExecutorTest, LockThatNobodyUsedMeansNeverStarted) {
  const Job job = shell("true");
  { const JobLock lock(job.lock_file, "marker"); }
  EXPECT_EQ(executor_.look(job), LockState::kAbsent);
}

TEST_F(LocalExecutorTest, RecordOfAReusedProcessNumberIsNotBelieved) {
  const Job job = shell("true");
  util::write_file(job.lock_file, "{\"job\": \"m\", \"host\": \"" + host_name() + "\", \"boot\": \"" + boot_id() +
                                      "\"}\n{\"pid\": " + std::to_string(::getpid()) + ", \"start\": 1}\n");
  EXPECT_EQ(executor_.look(job), LockState::kFree);
}

TEST_F(LocalExecutorTest, TornRecordIsReadAsFarAsItGoes) {
  util::write_file(folder_ / "torn.lock", "{\"job\": \"abc\", \"host\": \"h\", \"boot\": \"b\"}\n{\"pid\": 12");
  const JobRecord record = read_job_record(folder_ / "torn.lock");
  EXPECT_EQ(record.marker, "abc");
  EXPECT_EQ(record.pid, 0);
}

TEST_F(LocalExecutorTest, LeaksNoDescriptorIntoChildrenOrAfterwards) {
  const auto open_descriptors = [] {
    return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
  };
  const JobId first = executor_.start(shell("true"));
  wait_until(executor_, [&] { return executor_.state(first).phase == Phase::kEnded; });
  executor_.release(first);
  const auto before = open_descriptors();
  for (int i = 0; i < 100; ++i) {
    const JobId id = executor_.start(shell("true"));
    wait_until(executor_, [&] { return executor_.state(id).phase == Phase::kEnded; });
    executor_.release(id);
  }
  EXPECT_EQ(open_descriptors(), before);
  // A child has as many descriptors beside another running job as it has alone.
  run(shell("ls /proc/self/fd | wc -l", "alone"));
  const JobId other = executor_.start(shell("sleep 1000", "other"));
  run(shell("ls /proc/self/fd | wc -l", "beside"));
  executor_.stop(other, seconds(1));
  EXPECT_EQ(text("beside.out"), text("alone.out"));
}

TEST_F(LocalExecutorTest, WakeEndsAWait) {
  executor_.wake();
  executor_.wait(clock_.steady() + std::chrono::hours(1));
  SUCCEED();  // would have hung
}

}  // namespace
}  // namespace boa::execution
