#pragma once

#include <fmt/core.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "boa/core/optimization_config.hpp"
#include "boa/util/fields.hpp"
#include "boa/util/node.hpp"
#include "boa/util/registry.hpp"
#include "boa/util/text.hpp"

// What strategies that stop a run and strategies that stop a trial have in common.
namespace boa::scheduler {

/// Makes the strategy that a mapping with a `type` describes, by a registry whose `kind` is for messages; null, with
/// at least one problem, if it describes none. The factories get the mapping without its type.
template <typename Strategy, typename Factory>
std::unique_ptr<Strategy> make_by_type(const util::Registry<Factory>& registry, const char* kind,
                                       const util::Node& node, const std::string& key_path, util::Problems& problems) {
  const std::vector<std::string> known = registry.names();
  const std::string hint = "Known: " + util::join(known, ", ");
  if (!node.is_object()) {
    problems.add(node, key_path, fmt::format("expected a mapping with a 'type', found {}", node.describe()), hint);
    return nullptr;
  }
  const util::Node* type = node.find("type");
  if (type == nullptr || !type->is_string()) {
    problems.add(node, key_path, "'type' is missing", hint);
    return nullptr;
  }
  const Factory* factory = registry.find(type->as_string());
  if (factory == nullptr) {
    const std::string nearest = util::nearest_name(type->as_string(), known);
    problems.add(*type, util::join_key(key_path, "type"),
                 fmt::format("there is no {} '{}'{}", kind, type->as_string(),
                             nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest)),
                 hint);
    return nullptr;
  }
  util::Node options = node;
  options.erase("type");
  const std::size_t before = problems.list().size();
  std::unique_ptr<Strategy> strategy = (*factory)(options, key_path, problems);
  return problems.list().size() == before ? std::move(strategy) : nullptr;
}

/// An option that must be given; one that was given wrongly has its own message.
template <typename T>
bool is_given(const std::optional<T>& value, const char* key, const util::Node& node, const std::string& path,
              util::Problems& problems) {
  const util::Node* written = node.find(key);
  if (!value && (written == nullptr || written->is_null()))
    problems.add(node, path, fmt::format("'{}' is missing", key));
  return value.has_value();
}

/// Two strategies: both must say so, or one of them.
template <typename Strategy>
class Combined : public Strategy {
 public:
  using State = typename Strategy::State;
  using Part = std::unique_ptr<Strategy>;

  Combined(Part left, Part right, bool both) : left_(std::move(left)), right_(std::move(right)), both_(both) {}

  std::string why_stop(const State& state) const override {
    std::string left = left_->why_stop(state);
    const bool is_decided = left.empty() == both_;  // "no" decides `and`, "yes" decides `or`
    if (is_decided) return left;
    const std::string right = right_->why_stop(state);
    return left.empty() || right.empty() ? right : left + "; " + right;
  }
  std::string why_not_for(const core::OptimizationConfig& config) const override {
    const std::string left = left_->why_not_for(config);
    return left.empty() ? right_->why_not_for(config) : left;
  }

 protected:
  const Strategy& left() const { return *left_; }
  const Strategy& right() const { return *right_; }

 private:
  Part left_;
  Part right_;
  bool both_;
};

struct PairOptions {
  std::optional<util::Node> left;
  std::optional<util::Node> right;
  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    using util::Field;
    field(Field{.name = "left", .doc = "a strategy"}, self.left);
    field(Field{.name = "right", .doc = "another one"}, self.right);
  }
};

/// A `Combination` (a Combined) of the options `left` and `right`, each made by `make`.
template <typename Combination, typename Make>
std::unique_ptr<Combination> make_combined(const util::Node& node, const std::string& path, util::Problems& problems,
                                           bool both, const Make& make) {
  PairOptions options;
  if (!util::read_fields(node, options, path, problems)) return nullptr;
  if (!is_given(options.left, "left", node, path, problems)) return nullptr;
  if (!is_given(options.right, "right", node, path, problems)) return nullptr;
  auto left = make(*options.left, util::join_key(path, "left"), problems);
  auto right = make(*options.right, util::join_key(path, "right"), problems);
  if (left == nullptr || right == nullptr) return nullptr;
  return std::make_unique<Combination>(std::move(left), std::move(right), both);
}

}  // namespace boa::scheduler
