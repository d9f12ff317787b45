#include "boa/generation/remembered_fit.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "boa/generation/model_data_test.hpp"
#include "boa/generation/surrogate.hpp"
#include "boa/util/json.hpp"

namespace boa::generation {
namespace remembered_fit_test {

ModelData data_of(Index n) {
  Matrix X(n, 2);
  Vector y(n);
  for (Index i = 0; i < n; ++i) {
    const double t = static_cast<double>(i) / static_cast<double>(n);
    X.row(i) << t, std::fmod(7.3 * t, 1.0);
    y[i] = std::sin(5.0 * t) + X(i, 1);
  }
  return model_data_test::data_of(X, y);
}

UnitSpace square() {
  using core::ParameterType, core::RangeParameter;
  return UnitSpace(core::SearchSpace({RangeParameter{"x", ParameterType::kFloat, 0, 1, false, std::nullopt},
                                      RangeParameter{"y", ParameterType::kFloat, 0, 1, false, std::nullopt}},
                                     {}));
}

RememberedFits example() {
  RememberedFits fits{0xfedcba9876543210u, {}};
  RememberedFit fit{"rbf", OutcomeTransform::Shape::kStrong, true, {0.0123457, Vector{{1.5, 0.25, 1e-4}}}};
  fits.fits = {fit, fit};
  fits.fits[1].kernel = "matern52";
  return fits;
}

TEST(RememberedFits, ComeBackFromTextAsTheyWere) {
  const RememberedFits fits = example();
  const auto read = read_fits(util::parse_json(util::write_json(to_node(fits))));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->fingerprint, fits.fingerprint);
  ASSERT_EQ(read->fits.size(), 2u);
  EXPECT_EQ(read->fits[0].kernel, "rbf");
  EXPECT_EQ(read->fits[1].kernel, "matern52");
  EXPECT_EQ(read->fits[0].shape, OutcomeTransform::Shape::kStrong);
  EXPECT_TRUE(read->fits[0].exact);
  EXPECT_EQ(read->fits[0].hyperparameters.noise_variance, 0.0123457);
  EXPECT_EQ(read->fits[0].hyperparameters.kernel, fits.fits[0].hyperparameters.kernel);
}

TEST(RememberedFits, AnythingElseIsNotTakenForOne) {
  const std::string good = util::write_json(to_node(example()));
  const auto with = [&good](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return read_fits(util::parse_json(text)).has_value();
  };
  EXPECT_TRUE(with("\"rbf\"", "\"matern52\""));
  EXPECT_FALSE(with("\"rbf\"", "\"cubic\""));
  EXPECT_FALSE(with("\"strong\"", "\"odd\""));
  EXPECT_FALSE(with("\"strong\"", "3"));
  EXPECT_FALSE(with("true", "1"));
  EXPECT_FALSE(with("0.0123457", "-1.0"));
  EXPECT_FALSE(with("0.25", "\"a\""));
  EXPECT_FALSE(with("0.25", "0.0"));
  EXPECT_FALSE(with("fedcba98", "somehow "));
  for (const char* text : {"null", "[]", "{}", "3", R"({"data": "00", "outcomes": 3})"}) {
    EXPECT_FALSE(read_fits(util::parse_json(text)).has_value()) << text;
  }
}

TEST(Fingerprint, ChangesWithEveryObservationAndBound) {
  const ModelData data = data_of(10);
  EXPECT_EQ(fingerprint(data), fingerprint(data_of(10)));
  EXPECT_NE(fingerprint(data), fingerprint(data_of(11)));
  ModelData other = data;
  other.outcomes[0].y[3] = std::nextafter(other.outcomes[0].y[3], 10.0);
  EXPECT_NE(fingerprint(other), fingerprint(data));
  other = data;
  other.outcomes[0].X(3, 1) += 1e-12;
  EXPECT_NE(fingerprint(other), fingerprint(data));
  other = data;
  other.outcomes[0].y_var[3] = 0.0;
  EXPECT_NE(fingerprint(other), fingerprint(data));
  other = data;
  other.intervals.push_back({0, 0.0, 1.0});
  const std::uint64_t bounded = fingerprint(other);
  EXPECT_NE(bounded, fingerprint(data));
  other.intervals[0].upper = 2;
  EXPECT_NE(fingerprint(other), bounded) << "the transform of a bounded outcome depends on the bound";
}

TEST(FitSurrogate, FitsOfTheSameDataAreTakenToTheLastBit) {
  const ModelData data = data_of(20);
  const UnitSpace space = square();
  const Surrogate first = fit_surrogate(data, space, util::Rng(1));
  const auto stored = read_fits(util::parse_json(util::write_json(to_node(remember(data, first)))));
  const Surrogate again = fit_surrogate(data, space, util::Rng(2), stored);
  EXPECT_EQ(first.outcomes[0].model->alpha(), again.outcomes[0].model->alpha());
  EXPECT_EQ(first.outcomes[0].model->factor(), again.outcomes[0].model->factor());
  EXPECT_EQ(first.outcomes[0].noisy, again.outcomes[0].noisy);
}

TEST(FitSurrogate, ARefitFromEarlierDataFindsAsGoodAModel) {
  const UnitSpace space = square();
  const ModelData before = data_of(19), now = data_of(20);
  const RememberedFits last = remember(before, fit_surrogate(before, space, util::Rng(1)));
  const auto error_of = [](const Surrogate& surrogate) -> double {
    const gp::GaussianProcess& model = *surrogate.outcomes[0].model;
    return (model.leave_one_out().mean - model.data().y).norm();
  };
  const double cold = error_of(fit_surrogate(now, space, util::Rng(1)));
  const double warm = error_of(fit_surrogate(now, space, util::Rng(1), last));
  EXPECT_LT(warm, 1.5 * cold + 1e-3);
}

TEST(FitSurrogate, FitsOfAnotherProblemDoNoHarm) {
  RememberedFits other = example();
  const Surrogate surrogate = fit_surrogate(data_of(12), square(), util::Rng(1), other);
  EXPECT_TRUE(surrogate.outcomes[0].model->alpha().allFinite());
  other.fits.resize(1);
  other.fits[0].hyperparameters.kernel = Vector::Constant(9, 1e250);
  EXPECT_TRUE(fit_surrogate(data_of(12), square(), util::Rng(1), other).outcomes[0].model->alpha().allFinite());
  other.fits[0].hyperparameters.kernel = Vector::Constant(3, 1e250);
  EXPECT_TRUE(fit_surrogate(data_of(12), square(), util::Rng(1), other).outcomes[0].model->alpha().allFinite());
}

}  // namespace remembered_fit_test
}  // namespace boa::generation
