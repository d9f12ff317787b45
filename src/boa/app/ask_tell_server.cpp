#include "boa/app/ask_tell_server.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "boa/app/ask_tell.hpp"
#include "boa/app/experiment_session.hpp"
#include "boa/app/signals.hpp"
#include "boa/app/traps.hpp"
#include "boa/runner/trial_folder.hpp"
#include "boa/scheduler/ask_tell_session.hpp"
#include "boa/storage/export_writer.hpp"
#include "boa/util/error.hpp"
#include "boa/util/log.hpp"

namespace boa::app {

namespace {

namespace fs = std::filesystem;

constexpr int kInterruptedStatus = 130;
/// Exports are looked after this often while no request comes.
constexpr int kIdleMilliseconds = 10000;

/// Turns a signal into something that poll sees, so that none is missed between two waits.
class SignalPipe {
 public:
  SignalPipe() {
    if (::pipe2(ends_.data(), O_NONBLOCK | O_CLOEXEC) != 0) {
      throw StorageError(fmt::format("could not make a pipe: {}", std::strerror(errno)));
    }
  }
  ~SignalPipe() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  SignalPipe(const SignalPipe&) = delete;
  SignalPipe& operator=(const SignalPipe&) = delete;

  int readable_end() const { return ends_[0]; }
  /// Async-signal-safe.
  void raise() const {
    const char byte = 1;
    static_cast<void>(::write(ends_[1], &byte, 1) == 1);
  }

 private:
  std::array<int, 2> ends_{};
};

/// Lines from a file descriptor, with a look at something else now and then.
class LineReader {
 public:
  LineReader(int descriptor, int signals) : descriptor_(descriptor), signals_(signals) {}

  enum class Event { kLine, kEnd, kSignal, kNothing };
  /// Waits for the next line, at most `milliseconds`. A last line without an end counts.
  Event next(std::string& line, int milliseconds) {
    for (;;) {
      if (take_line(line)) return Event::kLine;
      if (ended_) return Event::kEnd;
      std::array<pollfd, 2> waiting = {{{signals_, POLLIN, 0}, {descriptor_, POLLIN, 0}}};
      if (::poll(waiting.data(), waiting.size(), milliseconds) <= 0) return Event::kNothing;
      if (waiting[0].revents != 0) return Event::kSignal;
      std::array<char, 65536> part{};
      const ssize_t n = ::read(descriptor_, part.data(), part.size());
      if (n < 0 && errno == EINTR) return Event::kNothing;
      if (n <= 0) {
        ended_ = true;
      } else {
        buffer_.append(part.data(), static_cast<std::size_t>(n));
      }
    }
  }

 private:
  bool take_line(std::string& line) {
    const std::size_t end = buffer_.find('\n', scanned_);
    if (end == std::string::npos) {
      scanned_ = buffer_.size();
      if (!ended_ || buffer_.empty()) return false;
      line = std::exchange(buffer_, {});
      scanned_ = 0;
      return true;
    }
    line = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    scanned_ = 0;
    return true;
  }

  int descriptor_;
  int signals_;
  std::string buffer_;
  std::size_t scanned_ = 0;
  bool ended_ = false;
};

void write_line(int descriptor, std::string text) {
  text += '\n';
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = ::write(descriptor, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw StorageError(fmt::format("could not write a reply: {}", std::strerror(errno)));
    done += static_cast<std::size_t>(n);
  }
}

bool is_experiment(const fs::path& target) {
  std::error_code ignored;
  if (fs::is_directory(target, ignored)) return true;
  const std::string name = target.filename().string();
  return name == storage::kStoreName || name == "scheduler.json" || name == "optimization.csv";
}

ExperimentSession create(const AskTellRequest& request) {
  BoaConfig config = read_config(request.target, {request.launch_dir, request.paths.allow_python});
  const RunPaths paths = resolve_paths(config, request.launch_dir, request.paths);
  ChosenStrategy strategy = choose_strategy(config, request.seed);
  return create_session(std::move(config), paths, std::move(strategy),
                        {.is_async = false, .fill = {}, .is_ask_tell = true});
}

ExperimentSession open(const AskTellRequest& request) {
  if (request.seed) {
    throw UserInputError("--seed goes with a new experiment only",
                         "This one goes on with the seed that it began with.");
  }
  return open_session(request.target, std::nullopt, request.launch_dir, request.paths, OpenFor::kAskTell);
}

/// The goal of the store, so that `status` and a later resume know it.
void store_goal(ExperimentSession& session) {
  const std::optional<std::int64_t> budget = session.config.budget();
  if (!budget || session.last_goal) return;
  session.last_goal = scheduler::Goal{*budget, 0, session.config.scheduler.n_trials.value_or(0)};
  storage::Changes changes;
  changes.documents["run"] = session.last_goal->to_node();
  session.storage->commit(changes);
  session.documents["run"] = session.last_goal->to_node();
}

}  // namespace

int serve_ask_tell(const AskTellRequest& request) {
  ExperimentSession session = is_experiment(request.target) ? open(request) : create(request);
  session.strategy.threads = request.threads;
  fmt::print(stderr, "Experiment: {}\n", session.folder.string());
  store_goal(session);
  const auto budget = session.last_goal ? std::optional(session.last_goal->total) : std::nullopt;

  const util::SystemClock clock;
  generation::GenerationStrategy strategy = session.strategy.make();
  storage::ExportWriter exports(session.folder, clock);
  util::Log log;
  log.add_file(session.folder / "optimization.log");
  log.add_listener(util::LogLevel::kWarning,
                   [](const util::LogRecord& record) { fmt::print(stderr, "warning: {}\n", record.text); });
  const auto is_taken = [&](std::int64_t index) { return runner::has_trial_folder(session.folder, index); };
  for (const std::string& warning : session.config.warnings) log.warning(warning);
  for (const std::string& notice : session.notices) log.warning(notice);
  if (const std::string idle = find_idle_scheduling(session.config.scheduler); !idle.empty()) log.warning(idle);
  std::set<std::string> noted;  // what is odd about the data is so with each point
  const auto note = [&](const std::string& notice) {
    if (noted.insert(notice).second) log.warning(notice);
  };
  scheduler::AskTellSession tell({session.experiment, strategy, *session.storage, clock, is_taken, note}, budget);
  AskTellProtocol protocol(tell, strategy, session.folder);

  const auto update_exports = [&](bool now) {
    if (const auto warning = exports.update(session.experiment, session.documents, now)) log.warning(*warning);
  };
  const SignalPipe signals;
  const SignalGuard guard([&signals](bool) { signals.raise(); });
  LineReader reader(request.input, signals.readable_end());
  std::string line;
  LineReader::Event event = LineReader::Event::kNothing;
  while (event != LineReader::Event::kEnd && event != LineReader::Event::kSignal) {
    event = reader.next(line, kIdleMilliseconds);
    if (event == LineReader::Event::kLine) write_line(request.output, protocol.answer(line));
    update_exports(false);
  }
  update_exports(true);
  return event == LineReader::Event::kSignal ? kInterruptedStatus : 0;
}

}  // namespace boa::app
