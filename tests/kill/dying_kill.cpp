// Preloaded into boa: it dies, without a word, beside the TERM that ends a model. DYING_KILL says when: `before` the
// signal is sent, or right `after` it. Without the variable, or for other signals, kill() is as it was.
#include <dlfcn.h>
#include <sys/types.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>

extern "C" int kill(pid_t target, int signal) noexcept {
  using Kill = int (*)(pid_t, int);
  static const auto real = reinterpret_cast<Kill>(dlsym(RTLD_NEXT, "kill"));
  const char* when = std::getenv("DYING_KILL");
  if (signal != SIGTERM || when == nullptr) return real(target, signal);
  if (std::strcmp(when, "after") == 0) real(target, signal);
  real(getpid(), SIGKILL);
  return 0;
}
