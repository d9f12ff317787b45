#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace boa::acquisition {

/// Storage that calls borrow and hand back, so that the large matrices are allocated once and threads never share one.
template <typename T>
class Workspaces {
 public:
  /// Hands the workspace back when it goes.
  class Loan {
   public:
    Loan(const Workspaces& owner, std::unique_ptr<T> item) : owner_(owner), item_(std::move(item)) {}
    ~Loan() { owner_.give_back(std::move(item_)); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    T* operator->() const { return item_.get(); }
    T& operator*() const { return *item_; }

   private:
    const Workspaces& owner_;
    std::unique_ptr<T> item_;
  };

  Loan take() const {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return {*this, std::make_unique<T>()};
    std::unique_ptr<T> item = std::move(free_.back());
    free_.pop_back();
    return {*this, std::move(item)};
  }

 private:
  void give_back(std::unique_ptr<T> item) const {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(item));
  }

  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<T>> free_;
};

}  // namespace boa::acquisition
