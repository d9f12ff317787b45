#include "boa/generation/imputed_acquisition.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "boa/generation/generation_strategy.hpp"

namespace boa::generation {
namespace imputed_test {

using core::ChoiceParameter;
using core::Parameterization;
using core::ParameterType;
using core::ParameterValue;
using core::RangeParameter;
using core::SearchSpace;

const ParameterValue kLine = std::string("line");
const ParameterValue kPlane = std::string("plane");
const ParameterValue kPoint = std::string("point");

/// shape = line: a; shape = plane: b, c, and k on a grid; shape = point: nothing else.
SearchSpace shapes() {
  const auto range = [](const char* name) { return RangeParameter{name, ParameterType::kFloat, 0, 1, false, {}}; };
  return SearchSpace({ChoiceParameter{"shape",
                                      ParameterType::kString,
                                      {kLine, kPlane, kPoint},
                                      false,
                                      {{kLine, {"a"}}, {kPlane, {"b", "c", "k"}}}},
                      range("a"), range("b"), range("c"), RangeParameter{"k", ParameterType::kInt, 0, 4, false, {}}},
                     {{{{"b", 1}, {"c", 1}}, 1.2, "b + c <= 1.2"}});
}

double number(const Parameterization& point, const char* name) {
  return core::as_double(*core::find_value(point, name));
}

/// Least, 0, in the plane at b = 0.7, c = 0.3, k = 3; at least 0.3 elsewhere.
double height(const Parameterization& point) {
  const ParameterValue& shape = point.at(0).second;
  if (shape == kPoint) return 0.6;
  if (shape == kLine) return 0.3 + std::pow(number(point, "a") - 0.5, 2);
  return std::pow(number(point, "b") - 0.7, 2) + std::pow(number(point, "c") - 0.3, 2) +
         0.05 * std::abs(number(point, "k") - 3);
}

/// The sum of the columns.
class ColumnSum final : public acquisition::AcquisitionFunction {
 public:
  explicit ColumnSum(Index dim) : dim_(dim) {}
  bool single_point() const override { return true; }

 private:
  Index do_dim() const override { return dim_; }
  void do_values(const Matrix& X, Index, Vector& values) const override { values = X.rowwise().sum(); }
  double do_value_and_gradient(const Matrix& X, Matrix* gradient) const override {
    if (gradient != nullptr) gradient->setOnes(X.rows(), X.cols());
    return X.sum();
  }
  Index dim_;
};

TEST(ImputedAcquisition, ColumnsThatDoNotExistMakeNoDifference) {
  const UnitSpace space(shapes());
  const ColumnSum sum(space.dim());
  const ImputedAcquisition imputed(sum, space);
  Matrix X(2, 5);
  X << 0, 0.25, 0.1, 0.2, 0.1,  //
      0, 0.25, 0.9, 0.8, 0.9;
  EXPECT_EQ(imputed.values(X)[0], imputed.values(X)[1]);
  Matrix gradient;
  imputed.value_and_gradient(X.topRows(1), &gradient);
  EXPECT_EQ(gradient, (Matrix(1, 5) << 1, 1, 0, 0, 0).finished());
}

TEST(ImputedAcquisition, EncodedPointsAgreeWithImputedOnes) {
  const UnitSpace space(shapes());
  util::Rng rng(4);
  for (int i = 0; i < 200; ++i) {
    Vector x(5);
    x[0] = static_cast<double>(rng.below(3));
    for (Index j = 1; j < 5; ++j) x[j] = rng.uniform();
    const Parameterization point = space.decode(x);
    space.impute(x);
    const Vector encoded = space.encode(point).value();
    EXPECT_LE((encoded - x).head(4).cwiseAbs().maxCoeff(), 1e-12);
    EXPECT_EQ(space.decode(encoded), point);
  }
}

TEST(ImputedAcquisition, ConditionalSpaceIsSearchedToItsBestBranch) {
  const SearchSpace space = shapes();
  core::OptimizationConfig config;
  config.metrics.resize(1);
  config.metrics[0].name = "y";
  config.objective.terms = {{"y", 1, true}};
  core::Experiment experiment("test", space, config, {});
  GenerationStep first;
  first.num_trials = 8;
  GenerationStep second;
  second.model = "BOTORCH_MODULAR";
  GenerationStrategy strategy("test", {first, second}, 3);
  double best = 1;
  std::set<std::string> seen;
  for (int i = 0; i < 35; ++i) {
    const Suggestions made = strategy.gen(experiment, 1);
    ASSERT_EQ(made.points.size(), 1U);
    const Parameterization& point = made.points[0].parameters;
    ASSERT_EQ(space.why_not_member(point), "");
    EXPECT_TRUE(seen.insert(signature_of(point)).second) << "no point comes twice";
    const core::Trial& trial = experiment.new_trial({point}, made.points[0].generator_run, false, {});
    experiment.mark_running(trial.index, {});
    experiment.attach_data(trial.index, {{trial.arms[0].name, "y", height(point), {}}});
    experiment.mark_completed(trial.index, {});
    best = std::min(best, height(point));
  }
  EXPECT_LT(best, 0.02);
}

TEST(ImputedAcquisition, FiniteConditionalSpaceIsListedOnce) {
  const UnitSpace space(SearchSpace(
      {ChoiceParameter{
           "shape", ParameterType::kString, {kLine, kPlane, kPoint}, false, {{kLine, {"k"}}, {kPlane, {"m"}}}},
       RangeParameter{"k", ParameterType::kInt, 1, 4, false, {}},
       RangeParameter{"m", ParameterType::kInt, 1, 5, false, {}}},
      {}));
  EXPECT_EQ(space.enumerate().size(), 4U + 5U + 1U);
}

}  // namespace imputed_test
}  // namespace boa::generation
