#include <cmath>
#include <numbers>

#include "boa/problems/formula.hpp"

// BoTorch's functions whose last coordinates are fidelities, besides those of augmented.cpp.
namespace boa::problems {
namespace {

constexpr double kPi = std::numbers::pi;

/// Rosenbrock over the first d - 2 coordinates, bent by two fidelities (1: the real one). As in BoTorch the sum has
/// d - 3 terms: with the default of three coordinates it is 0 everywhere.
double augmented_rosenbrock(const Vector& x) {
  const Index d = x.size();
  const double bend = 0.1 * (1.0 - x[d - 2]), shift = 0.1 * square(1.0 - x[d - 1]);
  double sum = 0.0;
  for (Index i = 0; i + 3 < d; ++i) {
    sum += 100.0 * square(x[i + 1] - x[i] * x[i] + bend) + square(x[i] - 1.0 + shift);
  }
  return sum;
}

/// Weight of a light aircraft's wing (Forrester, Sobester & Keane 2008). The last coordinate numbers the model: 0 is
/// the real one, 1 to 3 are cheaper ones (Chen et al. 2024); between these numbers the value is 0.
double wing_weight(const Vector& x) {
  const double area = x[0], per_area = x[9], cosine = std::cos(x[3] * kPi / 180.0);
  const double common = 0.036 * std::pow(x[4], 0.006) * std::pow(x[5], 0.04) * std::pow(x[2] / square(cosine), 0.6) *
                        std::pow(100.0 * x[6] / cosine, -0.3) * std::pow(x[7] * x[8], 0.49) * std::pow(x[1], 0.0035);
  if (x[10] == 0.0) return std::pow(area, 0.758) * common + area * per_area;
  if (x[10] == 1.0) return std::pow(area, 0.758) * common + per_area;
  if (x[10] == 2.0) return std::pow(area, 0.8) * common + per_area;
  if (x[10] == 3.0) return std::pow(area, 0.9) * common;
  return 0.0;
}

Formula wing_weight_multi_fidelity() {
  const Matrix bounds = bounds_of({{150, 200},
                                   {220, 300},
                                   {6, 10},
                                   {-10, 10},
                                   {16, 45},
                                   {0.5, 1},
                                   {0.08, 0.18},
                                   {2.5, 6},
                                   {1700, 2500},
                                   {0.025, 0.08},
                                   {0, 3}});
  return single("WingWeightMultiFidelity", bounds, wing_weight, 123.25);
}

/// Flow through a borehole (Morris, Mitchell & Ylvisaker 1993). The last coordinate numbers the model: 0 is the real
/// one, 1 to 4 are cheaper ones (Chen et al. 2024); between these numbers the value is 0.
double borehole(const Vector& x) {
  struct Model {
    double upper, lower, radius, length, transmissivity;  // factors of H_u, H_l, r, L T_u and T_u / T_l
  };
  static const Model models[5] = {
      {1, 1, 1, 2, 1}, {1, 0.8, 1, 1, 1}, {1, 1, 1, 8, 0.75}, {1.09, 1, 4, 3, 1}, {1.05, 1, 2, 3, 1}};
  const double number = x[8];
  if (number != std::floor(number) || number < 0.0 || number > 4.0) return 0.0;
  const Model& model = models[static_cast<int>(number)];
  const double well = x[0], radius = x[1], upper_flow = x[2], lower_flow = x[3];
  const double inner = std::log(radius / well) * square(well) * x[7];
  const double head = 2.0 * kPi * upper_flow * (model.upper * x[4] - model.lower * x[5]);
  return head / (std::log(model.radius * radius / well) *
                 (1.0 + model.length * x[6] * upper_flow / inner + model.transmissivity * upper_flow / lower_flow));
}

Formula borehole_multi_fidelity() {
  const Matrix bounds = bounds_of({{0.05, 0.15},
                                   {100, 10000},
                                   {100, 1000},
                                   {10, 500},
                                   {990, 1110},
                                   {700, 820},
                                   {1000, 2000},
                                   {6000, 12000},
                                   {0, 4}});
  return single("BoreholeMultiFidelity", bounds, borehole, 3.98);
}

/// Branin and Currin with a fidelity, turned into two gains and negated (Irshad, Karsch & Döpp 2021).
void momf_branin_currin_values(const Vector& x, Vector& f) {
  const double x1 = x[0], lost = 1.0 - x[2];
  const double u = 15.0 * x1 - 5.0, v = 15.0 * x[1];
  const double b = 5.1 / (4.0 * kPi * kPi) - 0.01 * lost, c = 5.0 / kPi - 0.1 * lost;
  const double t = 1.0 / (8.0 * kPi) + 0.05 * lost;
  const double branin_value = square(v - b * u * u + c * u - 6.0) + 10.0 * (1.0 - t) * std::cos(u) + 10.0;
  f[0] = -(21.0 - branin_value) / 22.0;
  // The limit of exp(-1/(2 x2)) at 0 is 0.
  const double fading = x[1] > 0.0 ? std::exp(-1.0 / (2.0 * x[1])) : 0.0;
  const double currin = (1.0 - 0.1 * lost * fading) * (2300.0 * cube(x1) + 1900.0 * square(x1) + 2092.0 * x1 + 60.0) /
                        (100.0 * cube(x1) + 500.0 * square(x1) + 4.0 * x1 + 20.0);
  f[1] = -(14.0 - currin) / 15.0;
}

Formula momf_branin_currin() {
  return several("MOMFBraninCurrin", same_bounds(3, 0, 1), momf_branin_currin_values, {0, 0});
}

/// Two functions of Park with a fidelity, moved and negated (Irshad, Karsch & Döpp 2021).
void momf_park_values(const Vector& x, Vector& f) {
  const double x1 = 1.0 - 2.0 * square(x[0] - 0.6), x2 = x[1];
  const double x3 = 1.0 - 3.0 * square(x[2] - 0.5), x4 = 1.0 - square(x[3] - 0.8);
  const double lost = 1.0 - x[4], a = 0.9 + 0.1 * x[4], b = 0.1 * lost;
  const double t1 = (x1 + 1e-3 * lost) / 2.0 * std::sqrt(1.0 + (x2 + x3 * x3) * x4 / (x1 * x1 + 1e-4));
  const double t2 = (x1 + 3.0 * x4) * std::exp(1.0 + std::sin(x3));
  f[0] = -(a * (t1 + t2 - b) / 22.0 - 0.8);
  f[1] = -(a * (5.0 - 2.0 / 3.0 * std::exp(x1 + x2) + x4 * std::sin(x3) * a - x3 + b) / 4.0 - 0.7);
}

Formula momf_park() { return several("MOMFPark", same_bounds(5, 0, 1), momf_park_values, {0, 0}); }

}  // namespace

void add_multi_fidelity(TestFunctionRegistry& registry) {
  registry.add("AugmentedRosenbrock", [](Index given, const util::Node&) {
    const Index d = dimension("AugmentedRosenbrock", given, 3, 3);
    Matrix bounds = same_bounds(d, -5, 10);
    bounds.rightCols(2) = same_bounds(2, 0, 1);
    return from_formula(single("AugmentedRosenbrock", bounds, augmented_rosenbrock, 0.0));
  });
  for (Formula (*make)() : {borehole_multi_fidelity, momf_branin_currin, momf_park, wing_weight_multi_fidelity}) {
    add_fixed(registry, make);
  }
}

}  // namespace boa::problems
