#include "boa/util/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace boa::util {

namespace {

/// Hands out the indices in order, so that before a call that throws all smaller indices have been handed out.
class Work {
 public:
  Work(std::size_t count, const std::function<void(std::size_t)>& body) : count_(count), body_(body) {}

  void take_turns() {
    while (!failed_.load()) {
      const std::size_t index = next_.fetch_add(1);
      if (index >= count_) return;
      try {
        body_(index);
      } catch (...) {
        keep(index);
      }
    }
  }

  void rethrow_if_any() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  void keep(std::size_t index) {
    const std::lock_guard lock(mutex_);
    failed_ = true;
    if (error_ && index_of_error_ < index) return;
    error_ = std::current_exception();
    index_of_error_ = index;
  }

  std::size_t count_;
  const std::function<void(std::size_t)>& body_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  std::exception_ptr error_;
  std::size_t index_of_error_ = 0;
};

}  // namespace

void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& body) {
  const std::size_t wanted = std::min(count, static_cast<std::size_t>(std::max(threads, 1)));
  if (wanted <= 1) {
    for (std::size_t i = 0; i < count; ++i) body(i);
    return;
  }
  Work work(count, body);
  {
    std::vector<std::jthread> helpers;  // joined at the end of this block
    helpers.reserve(wanted - 1);
    try {
      while (helpers.size() + 1 < wanted) helpers.emplace_back([&work] { work.take_turns(); });
    } catch (const std::system_error&) {  // those that there are will do
    }
    work.take_turns();
  }
  work.rethrow_if_any();
}

}  // namespace boa::util
