#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "boa/metrics/metrics.hpp"
#include "boa/testing/test_data.hpp"
#include "boa/util/error.hpp"
#include "boa/util/files.hpp"
#include "boa/util/json.hpp"

namespace boa::metrics {
namespace {

constexpr double kRelative = 1e-11;  // sums are taken in another order
constexpr double kAbsolute = 1e-13;

/// The values of scikit-learn itself, frozen by make_scikit_learn.py.
util::Node frozen_cases() {
  const auto file = boa::testing::test_data("metrics/scikit_learn.json");
  return util::parse_json(util::read_file(file), file.string()).at("cases");
}

TEST(ScikitLearn, EveryFrozenValueIsReproduced) {
  const util::Node cases = frozen_cases();
  ASSERT_GT(cases.size(), 300U);
  for (const util::Node& example : cases.as_array()) {
    const std::string shown = util::write_json(example);
    const MetricFunctionPtr function = make_metric_function(MetricSource::kSklearn, example.at("metric").as_string());
    double value = std::nan("");
    try {
      value = function->evaluate(example.at("arguments"));
    } catch (const UserInputError&) {
    }
    if (example.contains("refused")) {
      EXPECT_FALSE(std::isfinite(value)) << shown;
    } else {
      const double expected = example.at("value").as_double();
      EXPECT_NEAR(value, expected, kAbsolute + kRelative * std::abs(expected)) << shown;
    }
  }
}

TEST(ScikitLearn, EveryMetricHasFrozenValues) {
  const util::Node cases = frozen_cases();
  for (const std::string& name : metric_names(MetricSource::kSklearn)) {
    int count = 0;
    for (const util::Node& example : cases.as_array()) {
      if (example.at("metric").as_string() == name && example.contains("value")) ++count;
    }
    EXPECT_GE(count, 5) << name;
  }
}

}  // namespace
}  // namespace boa::metrics
