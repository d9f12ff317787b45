#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "boa/core/optimization_config.hpp"
#include "boa/util/fields.hpp"
#include "boa/util/node.hpp"
#include "boa/util/registry.hpp"
#include "boa/util/schema.hpp"
#include "boa/util/text.hpp"

// What strategies that stop a run and strategies that stop a trial have in common.
namespace boa::scheduler {

/// The type that a mapping names; null, with at least one problem, if there is none.
template <typename Kind>
const util::Node* find_type(const util::Registry<Kind>& registry, const util::Node& node, const std::string& key_path,
                            util::Problems& problems, const std::string& hint) {
  const util::Node* type = node.find("type");
  if (type != nullptr && type->is_string()) return type;
  if (type != nullptr && !type->is_null()) {
    problems.add(*type, util::join_key(key_path, "type"), fmt::format("expected text, found {}", type->describe()),
                 hint);
    return nullptr;
  }
  // Without a type the options of all are known.
  std::vector<std::string> known = {"type"};
  for (const std::string& name : registry.names()) {
    const util::Node options = registry.get(name).options();
    for (const auto& [key, schema] : options.at("properties").as_object()) {
      if (std::find(known.begin(), known.end(), key) == known.end()) known.push_back(key);
    }
  }
  for (const auto& [key, value] : node.as_object()) {
    if (std::find(known.begin(), known.end(), key) == known.end())
      util::add_unknown_key(problems, value, key_path, key, known);
  }
  util::add_missing_key(problems, node, key_path, "type", hint);
  return nullptr;
}

/// Makes the strategy that a mapping with a `type` describes, by a registry whose `kind` is for messages; null, with
/// at least one problem, if it describes none. The factories get the mapping without its type.
template <typename Strategy, typename Kind>
std::unique_ptr<Strategy> make_by_type(const util::Registry<Kind>& registry, const char* kind, const util::Node& node,
                                       const std::string& key_path, util::Problems& problems) {
  const std::vector<std::string> known = registry.names();
  const std::string hint = "Known: " + util::join(known, ", ");
  if (!node.is_object()) {
    problems.add(node, key_path, fmt::format("expected a mapping with a 'type', found {}", node.describe()), hint);
    return nullptr;
  }
  const util::Node* type = find_type(registry, node, key_path, problems, hint);
  if (type == nullptr) return nullptr;
  const Kind* found = registry.find(type->as_string());
  if (found == nullptr) {
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
  std::unique_ptr<Strategy> strategy = found->make(options, key_path, problems);
  return problems.list().size() == before ? std::move(strategy) : nullptr;
}

/// JSON Schema of such a mapping: one form for each set of options, with the types that take it.
template <typename Kind>
util::Node schema_by_type(const util::Registry<Kind>& registry) {
  std::vector<std::pair<util::Node (*)(), util::Node>> types;
  for (const std::string& name : registry.names()) {
    const auto options = registry.get(name).options;
    if (types.empty() || types.back().first != options) types.emplace_back(options, util::Node::array({}));
    types.back().second.push_back(name);
  }
  util::NodeArray forms;
  for (auto& [options, names] : types) {
    util::Node form = options();
    util::Node properties = util::Node::object(
        {{"type", util::Node::object({{"description", "which strategy"}, {"enum", std::move(names)}})}});
    for (const auto& [key, schema] : form.at("properties").as_object()) properties.set(key, schema);
    form.set("properties", std::move(properties));
    util::Node required = util::Node::array({"type"});
    if (const util::Node* more = form.find("required")) {
      for (const util::Node& key : more->as_array()) required.push_back(key);
    }
    form.set("required", std::move(required));
    forms.push_back(std::move(form));
  }
  return util::schema_of_any(std::move(forms));
}

/// Schema of options of which `required` must be given.
template <typename Options>
util::Node schema_with(util::NodeArray required) {
  util::Node schema = util::schema_of<Options>();
  schema.set("required", util::Node(std::move(required)));
  return schema;
}

/// An option that must be given; one that was given wrongly has its own message.
template <typename T>
bool is_given(const std::optional<T>& value, const char* key, const util::Node& node, const std::string& path,
              util::Problems& problems, const std::string& hint = {}) {
  const util::Node* written = node.find(key);
  if (!value && (written == nullptr || written->is_null())) util::add_missing_key(problems, node, path, key, hint);
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
  bool is_and() const { return both_; }
  const Strategy& left() const { return *left_; }
  const Strategy& right() const { return *right_; }

 private:
  Part left_;
  Part right_;
  bool both_;
};

/// Options of a combination; `Part` gives the schema of a strategy.
template <util::Node (*Part)()>
struct PairOptions {
  std::optional<util::Node> left;
  std::optional<util::Node> right;
  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(util::FieldWithSchema{{.name = "left", .doc = "a strategy"}, Part}, self.left);
    field(util::FieldWithSchema{{.name = "right", .doc = "another one"}, Part}, self.right);
  }
};

/// A `Combination` (a Combined) of the `Options` left and right, each made by `make`.
template <typename Combination, typename Options, typename Make>
std::unique_ptr<Combination> make_combined(const util::Node& node, const std::string& path, util::Problems& problems,
                                           bool both, const Make& make) {
  Options options;
  if (!util::read_fields(node, options, path, problems)) return nullptr;
  if (!is_given(options.left, "left", node, path, problems)) return nullptr;
  if (!is_given(options.right, "right", node, path, problems)) return nullptr;
  auto left = make(*options.left, util::join_key(path, "left"), problems);
  auto right = make(*options.right, util::join_key(path, "right"), problems);
  if (left == nullptr || right == nullptr) return nullptr;
  return std::make_unique<Combination>(std::move(left), std::move(right), both);
}

}  // namespace boa::scheduler
