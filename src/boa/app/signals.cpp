#include "boa/app/signals.hpp"

#include <signal.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <utility>

#include "boa/util/error.hpp"

namespace boa::app {

namespace {

constexpr std::array<int, 4> kSignals = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};

// A handler has no argument that could carry this.
std::atomic<const std::function<void(bool)>*> current{nullptr};

void handle(int number) {
  const int saved_errno = errno;
  if (const auto* on_signal = current.load()) (*on_signal)(number != SIGINT);
  errno = saved_errno;
}

}  // namespace

struct SignalGuard::Saved {
  std::array<struct sigaction, kSignals.size()> actions;
};

SignalGuard::SignalGuard(std::function<void(bool)> on_signal)
    : on_signal_(std::move(on_signal)), saved_(std::make_unique<Saved>()) {
  BOA_CHECK(current.load() == nullptr, "signals are guarded already");
  current = &on_signal_;
  for (std::size_t k = 0; k < kSignals.size(); ++k) {
    struct sigaction action {};
    action.sa_handler = kSignals[k] == SIGPIPE ? SIG_IGN : handle;
    sigemptyset(&action.sa_mask);
    ::sigaction(kSignals[k], nullptr, &saved_->actions[k]);
    if (kSignals[k] == SIGHUP && saved_->actions[k].sa_handler == SIG_IGN) continue;
    ::sigaction(kSignals[k], &action, nullptr);
  }
}

SignalGuard::~SignalGuard() {
  for (std::size_t k = 0; k < kSignals.size(); ++k) ::sigaction(kSignals[k], &saved_->actions[k], nullptr);
  current = nullptr;
}

}  // namespace boa::app
