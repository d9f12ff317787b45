#include <algorithm>
#include <cmath>
#include <numbers>

#include "boa/problems/formula.hpp"

// Constrained problems of a single objective, with BoTorch's forms and signs: feasible where every slack is >= 0.
namespace boa::problems {
namespace {

constexpr double kPi = std::numbers::pi;

double fourth(double x) { return x * x * x * x; }

Formula gramacy() {
  return constrained(single(
                         "ConstrainedGramacy", same_bounds(2, 0, 1), [](const Vector& x) { return x.sum(); }, 0.5998),
                     2, [](const Vector& x, Vector& g) {
                       g[0] = -(1.5 - x[0] - 2.0 * x[1] - 0.5 * std::sin(2.0 * kPi * (x[0] * x[0] - 2.0 * x[1])));
                       g[1] = -(x.squaredNorm() - 1.5);
                     });
}

/// Hartmann's function within the unit ball; `slack` is not below 0 there.
void add_constrained_hartmann(TestFunctionRegistry& registry, const char* name,
                              const std::function<double(const Vector&)>& slack) {
  registry.add(name, [=](Index given, const util::Node& params) {
    Formula formula =
        constrained(make_hartmann(given, params), 1, [=](const Vector& x, Vector& g) { g[0] = slack(x); });
    formula.name = name;
    return from_formula(std::move(formula));
  });
}

double pressure_vessel_cost(const Vector& x) {
  // Plates come in multiples of 1/16 inch; std::nearbyint rounds half to even.
  const double x1 = 0.0625 * std::nearbyint(x[0] / 0.0625), x2 = 0.0625 * std::nearbyint(x[1] / 0.0625);
  return 0.6224 * x1 * x[2] * x[3] + 1.7781 * x2 * square(x[2]) + 3.1661 * square(x1) * x[3] +
         19.84 * square(x1) * x[2];
}

Formula pressure_vessel() {
  return constrained(
      single("PressureVessel", bounds_of({{0, 10}, {0, 10}, {10, 50}, {150, 200}}), pressure_vessel_cost, 6059.946341),
      4, [](const Vector& x, Vector& g) {
        g[0] = x[0] - 0.0193 * x[2];
        g[1] = x[1] - 0.00954 * x[2];
        g[2] = kPi * square(x[2]) * x[3] + (4.0 / 3.0) * kPi * cube(x[2]) - 1296000.0;
        g[3] = 240.0 - x[3];
      });
}

double welded_beam_cost(const Vector& x) {
  return 1.10471 * square(x[0]) * x[1] + 0.04811 * x[2] * x[3] * (14.0 + x[1]);
}

void welded_beam_slack(const Vector& x, Vector& g) {
  constexpr double P = 6000.0, L = 14.0, E = 30e6, G = 12e6;
  const double x1 = x[0], x2 = x[1], x3 = x[2], x4 = x[3];
  const double M = P * (L + x2 / 2.0);
  const double R = std::sqrt(0.25 * (square(x2) + square(x1 + x3)));
  const double J = 2.0 * std::sqrt(2.0) * x1 * x2 * (square(x2) / 12.0 + 0.25 * square(x1 + x3));
  const double t1 = P / (std::sqrt(2.0) * x1 * x2), t2 = M * R / J;
  const double t = std::sqrt(square(t1) + t1 * t2 * x2 / R + square(t2));
  const double s = 6.0 * P * L / (x4 * square(x3));
  const double Pc = 4.013 * E * x3 * cube(x4) * 6.0 / square(L) * (1.0 - 0.25 * x3 * std::sqrt(E / G) / L);
  g[0] = -(t - 13600.0);
  g[1] = -(s - 30000.0);
  g[2] = -(x1 - x4);
  g[3] = -(0.10471 * square(x1) + 0.04811 * x3 * x4 * (14.0 + x2) - 5.0);
  g[4] = -(4.0 * P * cube(L) / (E * cube(x3) * x4) - 0.25);
  g[5] = -(P - Pc);
}

Formula welded_beam_so() {
  return constrained(
      single("WeldedBeamSO", bounds_of({{0.125, 10}, {0.1, 10}, {0.1, 10}, {0.1, 10}}), welded_beam_cost, 1.728226), 6,
      welded_beam_slack);
}

void string_slack(const Vector& x, Vector& g) {
  const double x1 = x[0], x2 = x[1], x3 = x[2];
  const double raw[4] = {
      1.0 - cube(x2) * x3 / (71785.0 * fourth(x1)),
      (4.0 * square(x2) - x1 * x2) / (12566.0 * cube(x1) * (x2 - x1)) + 1.0 / (5108.0 * square(x1)) - 1.0,
      1.0 - 140.45 * x1 / (x3 * square(x2)), (x1 + x2) / 1.5 - 1.0};
  for (Index k = 0; k < 4; ++k) g[k] = -std::min(raw[k], 100.0);
}

Formula tension_compression_string() {
  return constrained(single(
                         "TensionCompressionString", bounds_of({{0.01, 1}, {0.01, 1}, {0.01, 20}}),
                         [](const Vector& x) { return square(x[0]) * x[1] * (x[2] + 2.0); }, 0.012681),
                     4, string_slack);
}

double speed_reducer_weight(const Vector& x) {
  const double x1 = x[0], x2 = x[1], x3 = x[2], x4 = x[3], x5 = x[4], x6 = x[5], x7 = x[6];
  return 0.7854 * x1 * square(x2) * (3.3333 * square(x3) + 14.9334 * x3 - 43.0934) -
         1.508 * x1 * (square(x6) + square(x7)) + 7.4777 * (cube(x6) + cube(x7)) +
         0.7854 * (x4 * square(x6) + x5 * square(x7));
}

void speed_reducer_slack(const Vector& x, Vector& g) {
  const double x1 = x[0], x2 = x[1], x3 = x[2], x4 = x[3], x5 = x[4], x6 = x[5], x7 = x[6];
  g[0] = -(27.0 / (x1 * square(x2) * x3) - 1.0);
  g[1] = -(397.5 / (x1 * square(x2) * square(x3)) - 1.0);
  g[2] = -(1.93 * cube(x4) / (x2 * x3 * fourth(x6)) - 1.0);
  g[3] = -(1.93 * cube(x5) / (x2 * x3 * fourth(x7)) - 1.0);
  g[4] = -(std::sqrt(square(745.0 * x4 / (x2 * x3)) + 16.9e6) / (0.1 * cube(x6)) - 1100.0);
  g[5] = -(std::sqrt(square(745.0 * x5 / (x2 * x3)) + 157.5e6) / (0.1 * cube(x7)) - 850.0);
  g[6] = -(x2 * x3 - 40.0);
  g[7] = -(5.0 - x1 / x2);
  g[8] = -(x1 / x2 - 12.0);
  g[9] = -((1.5 * x6 + 1.9) / x4 - 1.0);
  g[10] = -((1.1 * x7 + 1.9) / x5 - 1.0);
}

Formula speed_reducer() {
  const Matrix bounds = bounds_of({{2.6, 3.6}, {0.7, 0.8}, {17, 28}, {7.3, 8.3}, {7.8, 8.3}, {2.9, 3.9}, {5, 5.5}});
  return constrained(single("SpeedReducer", bounds, speed_reducer_weight, 2996.3482), 11, speed_reducer_slack);
}

}  // namespace

void add_engineering(TestFunctionRegistry& registry) {
  add_constrained_hartmann(registry, "ConstrainedHartmann", [](const Vector& x) { return 1.0 - x.norm(); });
  add_constrained_hartmann(registry, "ConstrainedHartmannSmooth",
                           [](const Vector& x) { return 1.0 - x.squaredNorm(); });
  for (Formula (*make)() : {gramacy, pressure_vessel, speed_reducer, tension_compression_string, welded_beam_so}) {
    add_fixed(registry, make);
  }
}

}  // namespace boa::problems
