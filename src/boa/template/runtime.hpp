#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "boa/template/value.hpp"
#include "boa/util/error.hpp"

namespace boa::templates {

/// What went wrong in an operation, in Python's words where it has some; the evaluator adds the place.
class OperationError : public Error {
  using Error::Error;
};

/// What one rendering owns and may use: its lists and dicts, and a budget. The budget is spent by steps of the
/// evaluation, by items that are made and by bytes that are written, so that a template which loops, recurses or grows
/// without end stops with an error, in the same place on every machine.
class Runtime {
 public:
  static constexpr std::size_t kMostSteps = 3'000'000;
  static constexpr std::size_t kBytesOfAStep = 16;
  static constexpr int kDeepest = 1200;

  Runtime() = default;
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  void spend(std::size_t steps = 1) {
    spent_ += std::min(steps, kMostSteps + 1);
    if (spent_ > kMostSteps) refuse_budget();
  }
  /// For a text of this many bytes that is made or looked through.
  void spend_bytes(std::size_t bytes) { spend(1 + bytes / kBytesOfAStep); }

  template <typename T, typename... Arguments>
  T* make(Arguments&&... arguments) {
    spend(2);
    auto item = std::make_unique<T>(std::forward<Arguments>(arguments)...);
    T* pointer = item.get();
    items_.push_back(std::move(item));
    return pointer;
  }
  Value text(std::string text) {
    spend_bytes(text.size());
    return Value(std::move(text));
  }
  Value list(std::vector<Value> items, List::Kind kind = List::Kind::kList) {
    spend(items.size());
    return Value(make<List>(std::move(items), kind));
  }
  Value tuple(std::vector<Value> items) { return list(std::move(items), List::Kind::kTuple); }
  /// A variable that has no value.
  Value undefined(std::string name);
  /// An element that `owner` does not have.
  Value undefined_element(const Value& owner, const Value& key);
  /// An undefined value that says something of its own.
  Value undefined_because(std::string hint, bool is_silent = false);

  /// Counts the depth of a recursion for as long as it lives. OperationError beyond kDeepest.
  class Descent {
   public:
    explicit Descent(Runtime& runtime) : runtime_(runtime) {
      if (++runtime_.depth_ > kDeepest) refuse_depth(runtime_);
    }
    Descent(const Descent&) = delete;
    Descent& operator=(const Descent&) = delete;
    ~Descent() { --runtime_.depth_; }

   private:
    Runtime& runtime_;
  };

 private:
  [[noreturn]] static void refuse_budget();
  [[noreturn]] static void refuse_depth(Runtime& runtime);

  std::size_t spent_ = 0;
  int depth_ = 0;
  std::vector<std::unique_ptr<HeapItem>> items_;
};

}  // namespace boa::templates
