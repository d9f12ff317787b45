#include <fmt/core.h>

#include "boa/metrics/builtin.hpp"
#include "boa/metrics/numbers.hpp"
#include "boa/util/error.hpp"

// The arithmetic mean of numpy, where it is a single number.
namespace boa::metrics {
namespace {

using util::Node;

struct MeanArguments {
  Node a;
  std::optional<std::int64_t> axis;
  Node where;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(util::Field{.name = "a", .doc = "numbers: a list, or lists of lists"}, self.a);
    field(util::Field{.name = "axis", .doc = "the axis that is averaged over; all if absent"}, self.axis);
    field(util::Field{.name = "where", .doc = "true for the elements that count, in the shape of a"}, self.where);
  }
};

/// Sizes of nested lists, from the outside in.
std::vector<std::size_t> shape_of(const Node& node) {
  std::vector<std::size_t> shape;
  for (const Node* inner = &node; inner->is_array(); inner = &inner->at(std::size_t{0})) {
    shape.push_back(inner->size());
    if (inner->size() == 0) break;
  }
  return shape;
}

/// All numbers of nested lists, each list of the stated size.
void flatten(const Node& node, const std::vector<std::size_t>& shape, std::size_t depth, const std::string& name,
             Node& flat) {
  if (depth == shape.size()) {
    flat.push_back(node);
    return;
  }
  if (!node.is_array() || node.size() != shape[depth]) {
    throw UserInputError(
        fmt::format("{} must be a list of {} as those before it, not {}", name, shape[depth], node.describe()));
  }
  for (std::size_t i = 0; i < node.size(); ++i) {
    flatten(node.at(i), shape, depth + 1, fmt::format("{}[{}]", name, i), flat);
  }
}

/// The mean over one axis is a single number only if all other axes have one element.
void check_axis(const std::vector<std::size_t>& shape, std::int64_t axis) {
  const auto rank = static_cast<std::int64_t>(shape.size());
  if (rank == 0) {
    throw UserInputError(
        fmt::format("axis {} does not exist, a is a single number (a list of numbers is written {{\"a\": [...]}}; a "
                    "bare list is spread over the arguments)",
                    axis));
  }
  if (axis < -rank || axis >= rank) {
    throw UserInputError(fmt::format("axis {} does not exist, a has {}", axis, rank));
  }
  const auto averaged = static_cast<std::size_t>(axis < 0 ? axis + rank : axis);
  std::size_t left = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) left *= i == averaged ? 1 : shape[i];
  if (left != 1) {
    throw UserInputError(fmt::format("the mean over axis {} leaves {} numbers, a metric is one number", axis, left));
  }
}

double mean(const MeanArguments& arguments) {
  const std::vector<std::size_t> shape = shape_of(arguments.a);
  if (arguments.axis) check_axis(shape, *arguments.axis);
  if (!arguments.a.is_array()) return vector_of(Node::array({arguments.a}), "a")[0];
  Node flat = Node::array();
  flatten(arguments.a, shape, 0, "a", flat);
  const Vector values = vector_of(flat, "a");
  if (arguments.where.is_null()) return values.mean();
  Node counts = Node::array();
  flatten(arguments.where, shape, 0, "where", counts);
  return weighted_mean(values, vector_of(counts, "where"));
}

}  // namespace

void add_mean(MetricRegistries& all) { all.add_boa("Mean", {"mean"}, function_of(mean, {"a"})); }

}  // namespace boa::metrics
