#include "boa/generation/search_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boa/acquisition/acquisition_function.hpp"
#include "boa/generation/point_search.hpp"
#include "boa/util/error.hpp"
#include "boa/util/json.hpp"

namespace boa::generation {
namespace {

using ::testing::HasSubstr;

SearchOptions read(const char* json) {
  util::Problems problems("c.yaml");
  const SearchOptions options = read_search_options(util::parse_json(json), "model_gen_kwargs", problems);
  problems.throw_if_any();
  return options;
}

std::string refusal(const char* json) {
  try {
    read(json);
  } catch (const Error& error) {
    return error.describe();
  }
  return {};
}

TEST(SearchOptions, AreReadByAxsNames) {
  const SearchOptions options =
      read(R"({"model_gen_options": {"optimizer_kwargs": {"num_restarts": 3, "raw_samples": 700}}})");
  EXPECT_EQ(options.num_restarts, 3);
  EXPECT_EQ(options.raw_samples, 700);
  for (const char* nothing :
       {"null", "{}", R"({"model_gen_options": {}})", R"({"model_gen_options": {"optimizer_kwargs": {}}})"}) {
    EXPECT_FALSE(read(nothing).num_restarts.has_value()) << nothing;
  }
}

TEST(SearchOptions, OtherKeysAndValuesAreRefused) {
  EXPECT_THAT(refusal(R"({"fixed_features": {"x": 1}})"), HasSubstr("unknown key 'fixed_features'"));
  EXPECT_THAT(refusal(R"({"model_gen_options": {"acquisition_function_kwargs": {}}})"),
              HasSubstr("model_gen_kwargs.model_gen_options: unknown key 'acquisition_function_kwargs'"));
  EXPECT_THAT(refusal(R"({"model_gen_options": {"optimizer_kwargs": {"raw_sample": 4}}})"),
              HasSubstr("did you mean 'raw_samples'?"));
  EXPECT_THAT(refusal(R"({"model_gen_options": {"optimizer_kwargs": {"num_restarts": 0}}})"),
              HasSubstr("num_restarts"));
  EXPECT_THAT(refusal(R"({"model_gen_options": {"optimizer_kwargs": {"raw_samples": 1000000000}}})"),
              HasSubstr("raw_samples"));
  EXPECT_THAT(refusal(R"({"model_gen_options": 3})"), HasSubstr("model_gen_options"));
}

/// A bowl that counts what it is asked for.
class CountedBowl final : public acquisition::AcquisitionFunction {
 public:
  bool single_point() const override { return true; }

  mutable Index candidates = 0;
  mutable int ascents = 0;  ///< evaluations with a gradient

 private:
  Index do_dim() const override { return 2; }
  void do_values(const Matrix& X, Index /*q*/, Vector& values) const override {
    candidates += X.rows();
    values = -(X.array() - 0.4).square().rowwise().sum();
  }
  double do_value_and_gradient(const Matrix& X, Matrix* gradient) const override {
    ++ascents;
    if (gradient != nullptr) *gradient = -2 * (X.array() - 0.4).matrix();
    return -(X.array() - 0.4).square().sum();
  }
};

struct Cost {
  Index candidates;
  int ascents;
};

Cost cost_of(const SearchOptions& options) {
  const core::SearchSpace space({core::RangeParameter{"a", core::ParameterType::kFloat, 0, 1, false, {}},
                                 core::RangeParameter{"b", core::ParameterType::kFloat, 0, 1, false, {}}},
                                {});
  const PointSearch search(std::make_shared<const UnitSpace>(space), 1, options);
  ChosenAcquisition chosen;
  auto bowl = std::make_unique<CountedBowl>();
  const CountedBowl& counted = *bowl;
  chosen.function = std::move(bowl);
  Incumbents incumbents;
  incumbents.X.resize(0, 2);
  const auto point = search.best(chosen, incumbents, util::Rng(1));
  EXPECT_NEAR(core::as_double(point.value()[0].second), 0.4, 1e-3);
  return {counted.candidates, counted.ascents};
}

TEST(SearchOptions, SayHowCloselyIsSearched) {
  const Cost one = cost_of({.num_restarts = 1, .raw_samples = 100});
  const Cost many = cost_of({.num_restarts = 9, .raw_samples = 1000});
  EXPECT_GE(many.candidates, one.candidates + 900);
  EXPECT_GT(many.ascents, one.ascents);
}

}  // namespace
}  // namespace boa::generation
