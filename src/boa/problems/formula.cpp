#include "boa/problems/formula.hpp"

#include <fmt/core.h>

#include "boa/util/error.hpp"

namespace boa::problems {
namespace {

class FormulaFunction final : public TestFunction {
 public:
  explicit FormulaFunction(Formula formula) : formula_(std::move(formula)) {
    name_ = formula_.name;
    bounds_ = formula_.bounds;
    num_objectives_ = formula_.num_objectives;
    num_constraints_ = formula_.num_constraints;
    optimal_value_ = formula_.optimal_value;
    maximize_ = formula_.maximize;
    reference_point_ =
        Eigen::Map<const Vector>(formula_.reference_point.data(), static_cast<Index>(formula_.reference_point.size()));
  }

 private:
  void do_evaluate(const Vector& x, Vector& objectives) const override { formula_.objectives(x, objectives); }
  void do_slack(const Vector& x, Vector& slack) const override { formula_.slack(x, slack); }

  Formula formula_;
};

}  // namespace

std::unique_ptr<TestFunction> from_formula(Formula formula) {
  return std::make_unique<FormulaFunction>(std::move(formula));
}

Formula single(std::string name, Matrix bounds, std::function<double(const Vector&)> f,
               std::optional<double> optimal_value) {
  Formula formula;
  formula.name = std::move(name);
  formula.bounds = std::move(bounds);
  formula.objectives = [f = std::move(f)](const Vector& x, Vector& objectives) { objectives[0] = f(x); };
  formula.optimal_value = optimal_value;
  return formula;
}

Formula several(std::string name, Matrix bounds, std::function<void(const Vector&, Vector&)> objectives,
                std::vector<double> reference_point) {
  Formula formula;
  formula.name = std::move(name);
  formula.bounds = std::move(bounds);
  formula.objectives = std::move(objectives);
  formula.num_objectives = static_cast<Index>(reference_point.size());
  formula.reference_point = std::move(reference_point);
  return formula;
}

Formula constrained(Formula formula, Index count, std::function<void(const Vector&, Vector&)> slack) {
  formula.num_constraints = count;
  formula.slack = std::move(slack);
  return formula;
}

void add_fixed(TestFunctionRegistry& registry, Formula (*make)()) {
  const std::string name = make().name;
  registry.add(name, [make, name](Index given, const util::Node&) {
    Formula formula = make();
    const Index d = formula.bounds.cols();
    dimension(name, given, d, d, d);
    return from_formula(std::move(formula));
  });
}

Matrix same_bounds(Index d, double lower, double upper) {
  Matrix bounds(2, d);
  bounds.row(0).setConstant(lower);
  bounds.row(1).setConstant(upper);
  return bounds;
}

Matrix bounds_of(const std::vector<std::pair<double, double>>& pairs) {
  Matrix bounds(2, static_cast<Index>(pairs.size()));
  for (std::size_t j = 0; j < pairs.size(); ++j) {
    bounds(0, static_cast<Index>(j)) = pairs[j].first;
    bounds(1, static_cast<Index>(j)) = pairs[j].second;
  }
  return bounds;
}

Index dimension(const std::string& name, Index given, Index fallback, Index least, Index most) {
  const Index d = given == 0 ? fallback : given;
  if (d < least || d > most) {
    const std::string allowed = least == most                               ? fmt::format("{}", least)
                                : most == std::numeric_limits<Index>::max() ? fmt::format("{} or more", least)
                                                                            : fmt::format("{} to {}", least, most);
    throw UserInputError(fmt::format("{} cannot have {} dimensions; possible: {}", name, d, allowed));
  }
  return d;
}

const TestFunctionRegistry& test_function_registry() {
  static const TestFunctionRegistry registry = [] {
    TestFunctionRegistry all("test function");
    for (const auto add :
         {add_augmented, add_synthetic, add_engineering, add_multi_fidelity, add_multi_objective,
          add_multi_objective_constrained, add_penicillin, add_robust, add_sensitivity, add_trajectory}) {
      add(all);
    }
    return all;
  }();
  return registry;
}

std::unique_ptr<TestFunction> make_test_function(const std::string& name, Index dim, const util::Node& params) {
  return test_function_registry().get(name)(dim, params);
}

}  // namespace boa::problems
