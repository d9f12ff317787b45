#include <algorithm>
#include <cmath>
#include <numbers>

#include "boa/problems/formula.hpp"
#include "boa/util/error.hpp"

// Problems of several objectives, all to be minimized, as in BoTorch.
namespace boa::problems {
namespace {

constexpr double kPi = std::numbers::pi;

void branin_currin_values(const Vector& x, Vector& f) {
  f[0] = branin(15.0 * x[0] - 5.0, 15.0 * x[1]);
  const double x1 = x[0], x2 = x[1];
  // The limit of exp(-1/(2 x2)) at 0 is 0.
  const double factor = 1.0 - (x2 > 0.0 ? std::exp(-1.0 / (2.0 * x2)) : 0.0);
  f[1] = factor * (2300.0 * cube(x1) + 1900.0 * square(x1) + 2092.0 * x1 + 60.0) /
         (100.0 * cube(x1) + 500.0 * square(x1) + 4.0 * x1 + 20.0);
}

Formula branin_currin() { return several("BraninCurrin", same_bounds(2, 0, 1), branin_currin_values, {18, 6}); }

Formula constrained_branin_currin() {
  Formula formula = several("ConstrainedBraninCurrin", same_bounds(2, 0, 1), branin_currin_values, {80, 12});
  formula.num_constraints = 1;
  formula.slack = [](const Vector& x, Vector& g) {
    g[0] = 50.0 - square(15.0 * x[0] - 5.0 - 2.5) - square(15.0 * x[1] - 7.5);
  };
  return formula;
}

void vehicle_safety_values(const Vector& x, Vector& f) {
  const double x1 = x[0], x2 = x[1], x3 = x[2], x4 = x[3], x5 = x[4];
  f[0] = 1640.2823 + 2.3573285 * x1 + 2.3220035 * x2 + 4.5688768 * x3 + 7.7213633 * x4 + 4.4559504 * x5;
  f[1] = 6.5856 + 1.15 * x1 - 1.0427 * x2 + 0.9738 * x3 + 0.8364 * x4 - 0.3695 * x1 * x4 + 0.0861 * x1 * x5 +
         0.3628 * x2 * x4 - 0.1106 * x1 * x1 - 0.3437 * x3 * x3 + 0.1764 * x4 * x4;
  f[2] = -0.0551 + 0.0181 * x1 + 0.1024 * x2 + 0.0421 * x3 - 0.0073 * x1 * x2 + 0.024 * x2 * x3 - 0.0118 * x2 * x4 -
         0.0204 * x3 * x4 - 0.008 * x3 * x5 - 0.0241 * x2 * x2 + 0.0109 * x4 * x4;
}

Formula vehicle_safety() {
  return several("VehicleSafety", same_bounds(5, 1, 3), vehicle_safety_values, {1864.72022, 11.81993945, 0.2903999384});
}

void car_side_impact_values(const Vector& x, Vector& f) {
  const double x1 = x[0], x2 = x[1], x3 = x[2], x4 = x[3], x5 = x[4], x6 = x[5], x7 = x[6];
  f[0] = 1.98 + 4.9 * x1 + 6.67 * x2 + 6.98 * x3 + 4.01 * x4 + 1.78 * x5 + 1e-5 * x6 + 2.73 * x7;
  f[1] = 4.72 - 0.5 * x4 - 0.19 * x2 * x3;
  const double mb = 10.58 - 0.674 * x1 * x2 - 0.67275 * x2;
  const double fd = 16.45 - 0.489 * x3 * x7 - 0.843 * x5 * x6;
  f[2] = 0.5 * (mb + fd);
  const double g[10] = {-0.16 + 0.3717 * x2 * x4 + 0.0092928 * x3,
                        0.059 + 0.0159 * x1 * x2 + 0.06486 * x1 + 0.019 * x2 * x7 - 0.0144 * x3 * x5 - 0.0154464 * x6,
                        0.106 - 0.00817 * x5 + 0.0587118 * x1 - 0.03099 * x2 * x6 + 0.018 * x2 * x7 - 0.030408 * x3 +
                            0.00364 * x5 * x6 + 0.018 * x2 * x2,
                        -0.42 + 0.61 * x2 + 0.031296 * x3 + 0.031872 * x7 - 0.227 * x2 * x2,
                        3.02 - 3.818 * x3 + 4.2 * x1 * x2 - 1.27296 * x6 + 2.68065 * x7,
                        -3.31728 - 2.95 * x3 + 5.057 * x1 * x2 + 3.795 * x2 + 3.4431 * x7,
                        -14.36 + 9.9 * x2 + 4.4505 * x1,
                        4.0 - f[1],
                        9.9 - mb,
                        15.7 - fd};
  f[3] = 0.0;
  for (const double v : g) f[3] += std::max(-v, 0.0);
}

Formula car_side_impact() {
  const Matrix bounds =
      bounds_of({{0.5, 1.5}, {0.45, 1.35}, {0.5, 1.5}, {0.5, 1.5}, {0.875, 2.625}, {0.4, 1.2}, {0.4, 1.2}});
  return several("CarSideImpact", bounds, car_side_impact_values, {45.4872, 4.5114, 13.3394, 10.3942});
}

void welded_beam_constraints(const Vector& x, Vector& g) {
  constexpr double P = 6000.0, L = 14.0;
  const double x1 = x[0], x2 = x[1], x3 = x[2], x4 = x[3];
  const double M = P * (L + x2 / 2.0);
  const double R = std::sqrt(0.25 * (square(x2) + square(x1 + x3)));
  const double J = 2.0 * std::sqrt(0.5) * x1 * x2 * (square(x2) / 12.0 + 0.25 * square(x1 + x3));
  const double t1 = P / (std::sqrt(2.0) * x1 * x2), t2 = M * R / J;
  const double t = std::sqrt(square(t1) + t1 * t2 * x2 / R + square(t2));
  const double s = 6.0 * P * L / (x4 * square(x3));
  const double Pc = 64746.022 * (1.0 - 0.0282346 * x3) * x3 * cube(x4);
  // As published in BoTorch: positive means violated.
  g[0] = (t - 13600.0) / 13600.0;
  g[1] = (s - 30000.0) / 30000.0;
  g[2] = (x1 - x4) / (5.0 - 0.125);
  g[3] = (P - Pc) / P;
}

Formula welded_beam() {
  Formula formula = several("WeldedBeam", bounds_of({{0.125, 5}, {0.1, 10}, {0.1, 10}, {0.125, 5}}),
                            [](const Vector& x, Vector& f) {
                              f[0] = 1.10471 * square(x[0]) * x[1] + 0.04811 * x[2] * x[3] * (14.0 + x[1]);
                              f[1] = 2.1952 / (x[3] * cube(x[2]));
                            },
                            {40, 0.015});
  formula.num_constraints = 4;
  formula.slack = welded_beam_constraints;
  return formula;
}

Formula disc_brake() {
  Formula formula = several("DiscBrake", bounds_of({{55, 80}, {75, 110}, {1000, 3000}, {11, 20}}),
                            [](const Vector& x, Vector& f) {
                              const double D = square(x[1]) - square(x[0]), T = cube(x[1]) - cube(x[0]);
                              f[0] = 4.9e-5 * D * (x[3] - 1.0);
                              f[1] = 9.82e6 * D / (x[2] * x[3] * T);
                            },
                            {5.7771, 3.9651});
  formula.num_constraints = 4;
  formula.slack = [](const Vector& x, Vector& g) {
    const double D = square(x[1]) - square(x[0]), T = cube(x[1]) - cube(x[0]);
    g[0] = x[1] - x[0] - 20.0;
    g[1] = 0.4 - x[2] / (3.14 * D);
    g[2] = 1.0 - 2.22e-3 * x[2] * T / (D * D);
    g[3] = 2.66e-2 * x[2] * x[3] * T / D - 900.0;
  };
  return formula;
}

/// Which g(z) and shape one of the DTLZ problems has (Deb, Thiele, Laumanns & Zitzler 2002).
enum class Dtlz { k1, k2, k3, k4, k5, k7 };

double dtlz_g(Dtlz kind, const Vector& z) {
  const auto shifted = z.array() - 0.5;
  if (kind == Dtlz::k1 || kind == Dtlz::k3) {
    return 100.0 * (static_cast<double>(z.size()) + (shifted.square() - (20.0 * kPi * shifted).cos()).sum());
  }
  if (kind == Dtlz::k7) return 9.0 * z.mean();
  return shifted.square().sum();
}

void dtlz_values(Dtlz kind, Index m, const Vector& x, Vector& f) {
  Vector t = x.head(m - 1);
  const double g = dtlz_g(kind, x.tail(x.size() - m + 1));
  if (kind == Dtlz::k7) {
    double sum = static_cast<double>(m);
    for (Index i = 0; i + 1 < m; ++i) {
      f[i] = t[i];
      sum -= t[i] / (2.0 + g) * (1.0 + std::sin(3.0 * kPi * t[i]));
    }
    f[m - 1] = (2.0 + g) * sum;
    return;
  }
  if (kind == Dtlz::k5) {
    for (Index j = 1; j < t.size(); ++j) t[j] = (1.0 + 2.0 * g * t[j]) / (2.0 * (1.0 + g));
  }
  for (Index i = 0; i < m; ++i) {
    const Index last = m - 1 - i;
    double value = kind == Dtlz::k1 ? 0.5 * (1.0 + g) : 1.0 + g;
    for (Index j = 0; j < last; ++j) value *= kind == Dtlz::k1 ? t[j] : std::cos(0.5 * kPi * t[j]);
    if (i > 0) value *= kind == Dtlz::k1 ? 1.0 - t[last] : std::sin(0.5 * kPi * t[last]);
    f[i] = value;
  }
}

void add_dtlz(TestFunctionRegistry& registry, const std::string& name, Dtlz kind, double reference,
              bool constrained = false) {
  registry.add(name, [=](Index given, const util::Node& params) {
    const util::Node* count = params.find("num_objectives");
    const Index m = count ? static_cast<Index>(count->as_int()) : 2;
    if (m < 2) throw UserInputError(name + " needs two objectives or more");
    const Index d = dimension(name, given, m + 4, m + (kind == Dtlz::k5 ? 1 : 0));
    Formula formula = several(
        name, same_bounds(d, 0, 1), [kind, m](const Vector& x, Vector& f) { dtlz_values(kind, m, x, f); },
        std::vector<double>(static_cast<std::size_t>(m), reference));
    if (constrained) {
      formula.num_constraints = 1;
      formula.slack = [kind, m](const Vector& x, Vector& g) {
        Vector f(m);
        dtlz_values(kind, m, x, f);
        double least =
            (f.array() - 1.0 / std::sqrt(static_cast<double>(m))).square().sum() - 0.04 * static_cast<double>(m);
        for (Index i = 0; i < m; ++i) {
          const double others = f.squaredNorm() - square(f[i]) - 0.04 * static_cast<double>(m - 1);
          least = std::min(least, square(f[i] - 1.0) + others);
        }
        g[0] = -least;
      };
    }
    return from_formula(std::move(formula));
  });
}

void add_zdt(TestFunctionRegistry& registry, const std::string& name, int variant) {
  registry.add(name, [=](Index given, const util::Node&) {
    const Index d = dimension(name, given, 30, 2);
    const auto values = [variant](const Vector& x, Vector& f) {
      const double g = 1.0 + 9.0 * x.tail(x.size() - 1).mean();
      const double ratio = x[0] / g;
      f[0] = x[0];
      if (variant == 1) f[1] = g * (1.0 - std::sqrt(ratio));
      if (variant == 2) f[1] = g * (1.0 - ratio * ratio);
      // BoTorch's ZDT3 does not multiply by g.
      if (variant == 3) f[1] = 1.0 - std::sqrt(ratio) - ratio * std::sin(10.0 * kPi * x[0]);
    };
    return from_formula(several(name, same_bounds(d, 0, 1), values, {11, 11}));
  });
}

}  // namespace

void add_multi_objective(TestFunctionRegistry& registry) {
  for (Formula (*make)() :
       {branin_currin, car_side_impact, constrained_branin_currin, disc_brake, vehicle_safety, welded_beam}) {
    add_fixed(registry, make);
  }
  add_dtlz(registry, "C2DTLZ2", Dtlz::k2, 1.1, true);
  add_dtlz(registry, "DTLZ1", Dtlz::k1, 400);
  add_dtlz(registry, "DTLZ2", Dtlz::k2, 1.1);
  add_dtlz(registry, "DTLZ3", Dtlz::k3, 10000);
  add_dtlz(registry, "DTLZ4", Dtlz::k4, 1.1);
  add_dtlz(registry, "DTLZ5", Dtlz::k5, 10);
  add_dtlz(registry, "DTLZ7", Dtlz::k7, 15);
  add_zdt(registry, "ZDT1", 1);
  add_zdt(registry, "ZDT2", 2);
  add_zdt(registry, "ZDT3", 3);
}

}  // namespace boa::problems
