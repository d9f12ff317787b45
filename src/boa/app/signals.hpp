#pragma once

#include <functional>
#include <memory>

namespace boa::app {

/// While it lives, SIGINT, SIGTERM and SIGHUP call `on_signal` (with true for the latter two), which must be
/// async-signal-safe, and SIGPIPE is ignored; afterwards they do what they did before. A system call that waits is
/// ended by them. One at a time. A SIGHUP that is ignored (nohup) stays so.
class SignalGuard {
 public:
  explicit SignalGuard(std::function<void(bool terminate)> on_signal);
  ~SignalGuard();
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;

 private:
  struct Saved;
  std::function<void(bool)> on_signal_;
  std::unique_ptr<Saved> saved_;
};

}  // namespace boa::app
