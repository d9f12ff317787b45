#include <algorithm>
#include <cmath>

#include "boa/problems/formula.hpp"

// Small constrained problems of two objectives as in BoTorch (Garrido-Merchan & Hernandez-Lobato 2020; Ma & Wang 2019;
// Osyczka & Kundu 1995), to be minimized; feasible where every slack is >= 0.
namespace boa::problems {
namespace {

Formula bnh() {
  Formula formula = several("BNH", bounds_of({{0, 5}, {0, 3}}),
                            [](const Vector& x, Vector& f) {
                              f[0] = 4.0 * x.squaredNorm();
                              f[1] = (x.array() - 5.0).square().sum();
                            },
                            {0, 0});
  return constrained(std::move(formula), 2, [](const Vector& x, Vector& g) {
    g[0] = 25.0 - square(x[0] - 5.0) - square(x[1]);
    g[1] = square(x[0] - 8.0) + square(x[1] + 3.0) - 7.7;
  });
}

Formula constr() {
  Formula formula = several("CONSTR", bounds_of({{0.1, 10}, {0, 5}}),
                            [](const Vector& x, Vector& f) {
                              f[0] = x[0];
                              f[1] = (1.0 + x[1]) / x[0];
                            },
                            {10, 10});
  return constrained(std::move(formula), 2, [](const Vector& x, Vector& g) {
    g[0] = 9.0 * x[0] + x[1] - 6.0;
    g[1] = 9.0 * x[0] - x[1] - 1.0;
  });
}

void osy_values(const Vector& x, Vector& f) {
  f[0] =
      -(25.0 * square(x[0] - 2.0) + square(x[1] - 2.0) + square(x[2] - 1.0) + square(x[3] - 4.0) + square(x[4] - 1.0));
  f[1] = x.squaredNorm();
}

Formula osy() {
  const Matrix bounds = bounds_of({{0, 10}, {0, 10}, {1, 5}, {0, 6}, {1, 5}, {0, 10}});
  return constrained(several("OSY", bounds, osy_values, {-75, 75}), 6, [](const Vector& x, Vector& g) {
    g[0] = x[0] + x[1] - 2.0;
    g[1] = 6.0 - x[0] - x[1];
    g[2] = 2.0 - x[1] + x[0];
    g[3] = 2.0 - x[0] + 3.0 * x[1];
    g[4] = 4.0 - square(x[2] - 3.0) - x[3];
    g[5] = square(x[4] - 3.0) + x[5] - 4.0;
  });
}

/// BoTorch's form of SRN: its first slack has fourth powers where the literature has squares.
Formula srn() {
  Formula formula = several("SRN", same_bounds(2, -20, 20),
                            [](const Vector& x, Vector& f) {
                              f[0] = 2.0 + (x.array() - 2.0).square().sum();
                              f[1] = 9.0 * x[0] - square(x[1] - 1.0);
                            },
                            {0, 0});
  return constrained(std::move(formula), 2, [](const Vector& x, Vector& g) {
    g[0] = 225.0 - x.array().square().square().sum();
    g[1] = -10.0 - x[0] + 3.0 * x[1];
  });
}

void mw7_values(const Vector& x, Vector& f) {
  double g = 1.0;
  for (Index i = 0; i + 1 < x.size(); ++i) g += 2.0 * square(x[i + 1] + square(x[i] - 0.5) - 1.0);
  f[0] = g * x[0];
  f[1] = g * std::sqrt(std::max(1.0 - square(f[0] / g), 0.0));
}

void mw7_slack(const Vector& x, Vector& g) {
  Vector f(2);
  mw7_values(x, f);
  const double sine = std::sin(4.0 * std::atan2(f[1], f[0])), norm = f.squaredNorm();
  g[0] = square(1.2 + 0.4 * std::pow(sine, 16)) - norm;
  g[1] = norm - square(1.15 - 0.2 * std::pow(sine, 8));
}

}  // namespace

void add_multi_objective_constrained(TestFunctionRegistry& registry) {
  for (Formula (*make)() : {bnh, constr, osy, srn}) add_fixed(registry, make);
  registry.add("MW7", [](Index given, const util::Node&) {
    const Index d = dimension("MW7", given, 2, 2);
    return from_formula(constrained(several("MW7", same_bounds(d, 0, 1), mw7_values, {1.2, 1.2}), 2, mw7_slack));
  });
}

}  // namespace boa::problems
