#include "boa/metrics/synthetic.hpp"

#include <fmt/core.h>

#include <array>
#include <utility>

#include "boa/metrics/numbers.hpp"
#include "boa/problems/test_function.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::metrics {
namespace {

using util::Node;

/// A name of BOA or Ax, the test function that it means, and its dimension (0: the default).
struct Alias {
  std::string_view name;
  const char* function;
  problems::Index dim;
  bool single_precision = false;  ///< its coefficients, as in BOA's instance of BoTorch's class
};

constexpr std::array<Alias, 9> kAliases = {{{"hartmann4", "Hartmann", 4, true},
                                            {"Hartmann4", "Hartmann", 4, true},
                                            {"branin", "Branin", 0},
                                            {"hartmann6", "Hartmann", 6},
                                            {"Hartmann6", "Hartmann", 6},
                                            {"aug_branin", "AugmentedBranin", 0},
                                            {"Aug_Branin", "AugmentedBranin", 0},
                                            {"aug_hartmann6", "AugmentedHartmann", 0},
                                            {"Aug_Hartmann6", "AugmentedHartmann", 0}}};

/// Lists of one are scalars: so R and Julia write them.
const Node& unwrap(const Node& node) { return node.is_array() && node.size() == 1 ? node.at(std::size_t{0}) : node; }

class SyntheticFunction final : public MetricFunction {
 public:
  explicit SyntheticFunction(std::unique_ptr<problems::TestFunction> function) : function_(std::move(function)) {}

  std::vector<std::string> argument_names() const override { return {}; }
  std::vector<std::string> required_arguments() const override { return {}; }
  bool is_synthetic() const override { return true; }

  double evaluate(const Node& arguments) const override {
    Node coordinates = Node::array();
    std::vector<std::string> names;
    for (const auto& [name, value] : arguments.as_object()) {
      coordinates.push_back(unwrap(value));
      names.push_back(name);
    }
    if (static_cast<problems::Index>(coordinates.size()) != function_->dim()) {
      throw UserInputError(fmt::format("{} takes {} coordinates, found {}{}", function_->name(), function_->dim(),
                                       coordinates.size(),
                                       names.empty() ? "" : fmt::format(" ({})", util::join(names, ", "))));
    }
    return (*function_)(vector_of(coordinates, "coordinate "));
  }

  void check_fixed_arguments(const Node& arguments, const std::string& path, util::Problems& problems) const override {
    for (const auto& [name, value] : arguments.as_object()) {
      if (!value.is_number()) {
        problems.add(value, path + "." + name, fmt::format("expected a coordinate, found {}", value.describe()));
      }
    }
  }

 private:
  std::unique_ptr<problems::TestFunction> function_;
};

}  // namespace

MetricFunctionPtr make_synthetic_function(std::string_view name) {
  std::string function(name);
  problems::Index dim = 0;
  Node params;
  for (const Alias& alias : kAliases) {
    if (alias.name != name) continue;
    function = alias.function;
    dim = alias.dim;
    if (alias.single_precision) params = Node::object({{"single_precision", true}});
  }
  if (problems::test_function_registry().find(function) == nullptr) {
    const std::vector<std::string> known = synthetic_names();
    const std::string nearest = util::nearest_name(name, known);
    throw UnsupportedError(fmt::format("no test function is called '{}'{}", name,
                                       nearest.empty() ? "" : "; did you mean '" + nearest + "'?"),
                           fmt::format("Known: {}", util::join(known, ", ")));
  }
  auto made = problems::make_test_function(function, dim, params);
  if (made->num_objectives() != 1) {
    throw UnsupportedError(
        fmt::format("the test function '{}' has {} values, a metric is one number", name, made->num_objectives()));
  }
  return std::make_unique<const SyntheticFunction>(std::move(made));
}

std::vector<std::string> synthetic_names() {
  std::vector<std::string> names;
  for (const Alias& alias : kAliases) names.emplace_back(alias.name);
  for (const std::string& name : problems::test_function_registry().names()) {
    if (problems::make_test_function(name)->num_objectives() == 1) names.push_back(name);
  }
  return names;
}

}  // namespace boa::metrics
