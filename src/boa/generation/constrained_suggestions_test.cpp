// Every suggestion of every generator is a member of its search space: random problems with all kinds of parameters and
// constraints.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "boa/generation/generation_strategy.hpp"
#include "boa/generation/transforms/unit_space.hpp"
#include "boa/util/text.hpp"

namespace boa::generation {
namespace constrained_test {

using core::ChoiceParameter;
using core::Parameter;
using core::ParameterConstraint;
using core::Parameterization;
using core::ParameterType;
using core::ParameterValue;
using core::RangeParameter;
using core::SearchSpace;

/// Shares of the equality's size.
constexpr double kEqualityTolerance = 1e-9;

Parameter random_parameter(int i, util::Rng& rng) {
  const std::string name = "x" + std::to_string(i);
  switch (rng.below(8)) {
    case 0:
      return RangeParameter{name, ParameterType::kInt, -2, 2.0 + static_cast<double>(rng.below(9)), false, {}};
    case 1:
      return RangeParameter{name, ParameterType::kInt, 1, 2000, rng.below(2) == 0, {}};
    case 2:
      return RangeParameter{name, ParameterType::kFloat, -1, 3, false, 2};
    case 3:
      return RangeParameter{name, ParameterType::kFloat, 1e-3, 10, true, {}};
    case 4:
      return ChoiceParameter{name, ParameterType::kFloat, {0.5, 1.0, 4.0}, true};
    case 5:
      return ChoiceParameter{
          name, ParameterType::kString, {std::string("r"), std::string("g"), std::string("b")}, false};
    default:
      return RangeParameter{name, ParameterType::kFloat, -2, 3.0 + rng.uniform(), false, {}};
  }
}

std::string number(double value) { return util::python_repr(value); }

/// Constraints that a random point meets, so that the set is not empty.
SearchSpace random_problem(util::Rng& rng) {
  std::vector<Parameter> parameters;
  const int d = 2 + static_cast<int>(rng.below(5));
  for (int i = 0; i < d; ++i) parameters.push_back(random_parameter(i, rng));
  const UnitSpace box(SearchSpace(parameters, {}));
  const Parameterization member =
      box.decode_sample(Vector::NullaryExpr(box.dim(), [&rng] { return 0.1 + 0.8 * rng.uniform(); }));
  std::vector<std::string> names;
  for (const auto& [name, value] : member) {
    if (!std::holds_alternative<std::string>(value)) names.push_back(name);
  }
  if (names.empty()) return SearchSpace(parameters, {});
  std::vector<ParameterConstraint> linear;
  std::vector<core::NonlinearConstraint> nonlinear;
  for (std::uint64_t k = 1 + rng.below(3); k > 0; --k) {
    ParameterConstraint constraint;
    for (const std::string& name : names) {
      if (rng.below(4) != 0) constraint.coefficients.emplace_back(name, static_cast<double>(rng.below(7)) - 3.0);
    }
    std::erase_if(constraint.coefficients, [](const auto& term) { return term.second == 0; });
    if (constraint.coefficients.empty()) continue;
    constraint.is_equality = linear.empty() && rng.below(3) == 0;
    constraint.bound = constraint.evaluate(member) + (constraint.is_equality ? 0.0 : rng.uniform());
    linear.push_back(constraint);
  }
  if (rng.below(2) == 0) {
    const std::string& a = names[rng.below(names.size())];
    const std::string& b = names[rng.below(names.size())];
    const std::string formulas[] = {a + "**2 + " + b + "**2", a + "*" + b, "exp(" + a + "/5) - " + b,
                                    "max(" + a + ", " + b + ")**3"};
    const std::string& formula = formulas[rng.below(4)];
    core::NonlinearConstraint constraint = core::parse_nonlinear_constraint(formula + " <= 0", names);
    const double bound = constraint.evaluate(member) + 0.5 * rng.uniform();
    nonlinear.push_back(core::parse_nonlinear_constraint(formula + " <= " + number(bound), names));
  }
  return SearchSpace(std::move(parameters), std::move(linear), std::move(nonlinear));
}

/// Runs the suggestion as a trial that measured `y`.
void complete(core::Experiment& experiment, const Suggestion& suggestion, double y) {
  const core::Trial& trial = experiment.new_trial({suggestion.parameters}, suggestion.generator_run, false, {});
  experiment.mark_running(trial.index, {});
  experiment.attach_data(trial.index, {{trial.arms[0].name, "y", y, {}}});
  experiment.mark_completed(trial.index, {});
}

core::OptimizationConfig minimize_y() {
  core::OptimizationConfig config;
  config.metrics.resize(1);
  config.metrics[0].name = "y";
  config.objective.terms = {{"y", 1, true}};
  return config;
}

GenerationStep step_of(const std::string& model, std::int64_t num_trials) {
  GenerationStep step;
  step.model = model;
  step.num_trials = num_trials;
  return step;
}

std::string described(const SearchSpace& space) {
  std::string text;
  for (const auto& constraint : space.constraints()) {
    for (const auto& [name, coefficient] : constraint.coefficients) text += number(coefficient) + "*" + name + " ";
    text += (constraint.is_equality ? "== " : "<= ") + number(constraint.bound) + "; ";
  }
  for (const auto& constraint : space.nonlinear_constraints()) text += constraint.text + "; ";
  for (const auto& parameter : space.parameters()) {
    const auto* range = std::get_if<RangeParameter>(&parameter);
    text += core::name_of(parameter) + (range == nullptr   ? " choice"
                                        : range->log_scale ? " log"
                                        : range->digits    ? " digits"
                                                           : "");
    text += std::string(" ") + std::string(core::to_string(core::type_of(parameter))) + "; ";
  }
  return text;
}

void expect_members(const SearchSpace& space, const Suggestions& made) {
  for (const Suggestion& point : made.points) {
    ASSERT_EQ(space.why_not_member(point.parameters), "") << described(space);
    for (const ParameterConstraint& constraint : space.constraints()) {
      if (constraint.is_equality) {
        ASSERT_LE(constraint.violation(point.parameters), kEqualityTolerance) << described(space);
      }
    }
  }
}

/// Grids are finite, and an equality can leave a few values of a float.
bool may_be_finite(const SearchSpace& space) {
  const bool any_equality = std::any_of(space.constraints().begin(), space.constraints().end(),
                                        [](const ParameterConstraint& c) { return c.is_equality; });
  return any_equality || UnitSpace(space).num_points() != UnitColumn::kInfinite;
}

TEST(ConstrainedSuggestions, OfSequencesAreMembersOfTheirSpace) {
  constexpr std::array kDesigns = {"SOBOL", "UNIFORM", "LATIN_HYPERCUBE"};
  util::Rng rng(7);
  std::size_t asked = 0;
  std::size_t got = 0;
  for (int problem = 0; problem < 300; ++problem) {
    const SearchSpace space = random_problem(rng);
    const core::Experiment experiment("test", space, minimize_y(), {});
    const std::string design = kDesigns[static_cast<std::size_t>(problem) % kDesigns.size()];
    const GenerationStep step = step_of(design, design == "LATIN_HYPERCUBE" ? 40 : -1);
    GenerationStrategy strategy("test", {step}, static_cast<std::uint64_t>(problem));
    const Suggestions made = strategy.gen(experiment, 34);
    expect_members(space, made);
    if (HasFatalFailure()) return;
    EXPECT_GT(made.points.size(), 0U) << described(space);
    asked += may_be_finite(space) ? made.points.size() : 34;
    got += made.points.size();
  }
  EXPECT_GE(got, 9000U);
  EXPECT_EQ(got, asked) << "an infinite set is not exhausted";
}

TEST(ConstrainedSuggestions, LargeAndNarrowSpacesAreServed) {
  std::vector<ParameterValue> names;
  for (int i = 0; i < 500; ++i) names.emplace_back("category " + std::to_string(i));
  const auto narrow = [](const std::string& name) {
    return RangeParameter{name, ParameterType::kFloat, 1e9, 1e9 + 2e-5, false, {}};
  };
  std::vector<Parameter> many;
  ParameterConstraint sum{{}, 20, "the sum == 20"};
  sum.is_equality = true;
  for (int i = 0; i < 60; ++i) {
    many.emplace_back(RangeParameter{"x" + std::to_string(i), ParameterType::kFloat, 0, 1, false, {}});
    sum.coefficients.emplace_back("x" + std::to_string(i), 1.0);
  }
  const SearchSpace spaces[] = {
      SearchSpace({ChoiceParameter{"c", ParameterType::kString, names, false}, narrow("x")}, {}),
      SearchSpace({narrow("x"), narrow("y")}, {{{{"x", 1}, {"y", -1}}, 0, "x <= y"}}), SearchSpace(many, {sum})};
  for (const SearchSpace& space : spaces) {
    core::Experiment experiment("test", space, minimize_y(), {});
    GenerationStrategy strategy("test", {step_of("SOBOL", 4), step_of("BOTORCH_MODULAR", -1)}, 1);
    for (int i = 0; i < 5; ++i) {
      const Suggestions made = strategy.gen(experiment, 1);
      ASSERT_EQ(made.points.size(), 1U);
      expect_members(space, made);
      complete(experiment, made.points[0], std::sin(i));
    }
  }
}

// As users of inequalities alone write a mixture; the design must not gather in a corner.
TEST(ConstrainedSuggestions, DesignsFillThinSets) {
  for (const double half_width : {1e-2, 1e-4, 1e-9, 0.0}) {
    std::vector<Parameter> parameters;
    ParameterConstraint below{{}, 1 + half_width, "the sum is not above"};
    ParameterConstraint above{{}, half_width - 1, "the sum is not below"};
    for (const char* name : {"a", "b", "c", "d", "e"}) {
      parameters.emplace_back(RangeParameter{name, ParameterType::kFloat, 0, 1, false, {}});
      below.coefficients.emplace_back(name, 1.0);
      above.coefficients.emplace_back(name, -1.0);
    }
    const SearchSpace space(parameters, {below, above});
    const core::Experiment experiment("test", space, minimize_y(), {});
    GenerationStrategy strategy("test", {step_of("SOBOL", -1)}, 1);
    const Suggestions made = strategy.gen(experiment, 60);
    ASSERT_EQ(made.points.size(), 60U);
    expect_members(space, made);
    for (std::size_t j = 0; j < parameters.size(); ++j) {
      double sum = 0;
      double most = 0;
      for (const Suggestion& point : made.points) {
        const double v = core::as_double(point.parameters[j].second);
        sum += v / 60;
        most = std::max(most, v);
      }
      EXPECT_NEAR(sum, 0.2, 0.08) << half_width;
      EXPECT_GT(most, 0.4) << half_width;
    }
  }
}

/// How many of `n` equal parts of [0, 1] hold a point's last value.
std::size_t parts_held(const Suggestions& made, double n) {
  std::set<double> parts;
  for (const Suggestion& point : made.points) {
    parts.insert(std::floor(n * core::as_double(point.parameters.back().second)));
  }
  return parts.size();
}

TEST(ConstrainedSuggestions, FreeParametersAreStratifiedBesideAnEquality) {
  const auto unit_range = [](const char* name) { return RangeParameter{name, ParameterType::kFloat, 0, 1, false, {}}; };
  ParameterConstraint sum{{{"a", 1}, {"b", 1}}, 1, "a + b == 1"};
  sum.is_equality = true;
  const SearchSpace space({unit_range("a"), unit_range("b"), unit_range("c")}, {sum});
  const core::Experiment experiment("test", space, minimize_y(), {});
  for (const std::uint64_t seed : {1, 2, 3}) {
    const auto of = [&](const char* model) {
      return GenerationStrategy("test", {step_of(model, 16)}, seed).gen(experiment, 16);
    };
    EXPECT_EQ(parts_held(of("LATIN_HYPERCUBE"), 16), 16U);
    EXPECT_EQ(parts_held(of("SOBOL"), 16), 16U);
    EXPECT_LT(parts_held(of("UNIFORM"), 16), 16U) << "these are random";
  }
}

TEST(ConstrainedSuggestions, AllSolutionsOfAnEqualityAreFoundAndThenTheEnd) {
  ParameterConstraint sum{{{"a", 100}, {"b", 101}}, 20200, "100*a + 101*b == 20200"};
  sum.is_equality = true;
  const SearchSpace space({RangeParameter{"a", ParameterType::kInt, 0, 1000, false, {}},
                           RangeParameter{"b", ParameterType::kInt, 0, 1000, false, {}}},
                          {sum});
  for (const char* model : {"SOBOL", "BOTORCH_MODULAR", "THOMPSON"}) {
    core::Experiment experiment("test", space, minimize_y(), {});
    GenerationStrategy strategy("test", {step_of("SOBOL", 1), step_of(model, -1)}, 1);
    for (int i = 0; i < 5; ++i) {
      const Suggestions made = strategy.gen(experiment, 1);
      ASSERT_EQ(made.points.size(), i < 3 ? 1U : 0U) << model;
      if (made.points.empty()) continue;
      expect_members(space, made);
      complete(experiment, made.points[0], std::sin(i));
    }
  }
}

void expect_members_of_model(const GenerationStep& model, int problems, util::Rng rng) {
  for (int problem = 0; problem < problems; ++problem) {
    const SearchSpace space = random_problem(rng);
    core::Experiment experiment("test", space, minimize_y(), {});
    GenerationStrategy strategy("test", {step_of("SOBOL", 6), model}, static_cast<std::uint64_t>(problem));
    for (int i = 0; i < 12; ++i) {
      const Suggestions made = strategy.gen(experiment, i == 11 ? 3 : 1);
      expect_members(space, made);
      if (::testing::Test::HasFatalFailure() || made.points.empty()) break;
      double y = 0;
      for (const auto& [name, value] : made.points[0].parameters) {
        if (!std::holds_alternative<std::string>(value)) y += std::pow(core::as_double(value) - 0.5, 2);
      }
      complete(experiment, made.points[0], y);
    }
  }
}

TEST(ConstrainedSuggestions, OfModelsAreMembersOfTheirSpace) {
  expect_members_of_model(step_of("BOTORCH_MODULAR", -1), 25, util::Rng(8));
}

TEST(ConstrainedSuggestions, OfTrustRegionsAreMembersOfTheirSpace) {
  GenerationStep step = step_of("TURBO", -1);
  expect_members_of_model(step, 12, util::Rng(9));
  step.model_kwargs = util::Node::object({{"acquisition", "thompson"}, {"n_candidates", 200}});
  expect_members_of_model(step, 12, util::Rng(10));
}

}  // namespace constrained_test
}  // namespace boa::generation
