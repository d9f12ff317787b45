#pragma once

#include <functional>
#include <vector>

#include "boa/template/runtime.hpp"

namespace boa::templates {

/// `loop` inside of a for: the items, and where in them it is.
class Loop : public Object {
 public:
  /// `again` runs the loop's body over other items (recursive loops); empty where that is not allowed.
  using Again = std::function<Value(Runtime&, const Value& iterable, int depth)>;
  Loop(std::vector<Value> items, int depth, Again again)
      : items_(std::move(items)), depth_(depth), again_(std::move(again)) {}

  std::size_t size() const { return items_.size(); }
  const Value& item() const { return items_[at_]; }
  void go_to(std::size_t index) { at_ = index; }

  std::string type_name() const override { return "LoopContext"; }
  std::optional<Value> attribute(Runtime& runtime, std::string_view name) override;
  bool is_callable() const override { return static_cast<bool>(again_); }
  Value call(Runtime& runtime, CallArguments arguments) override;
  std::string text() const override;

 private:
  Value cycle(const CallArguments& arguments) const;
  Value changed(Runtime& runtime, const CallArguments& arguments);

  std::vector<Value> items_;
  std::size_t at_ = 0;
  int depth_;
  Again again_;
  std::optional<Value> last_;  ///< what changed() was last asked about
};

}  // namespace boa::templates
