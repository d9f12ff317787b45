#include <algorithm>
#include <cmath>
#include <numbers>

#include "boa/problems/formula.hpp"
#include "boa/util/error.hpp"

// Formulas and optima as in Surjanovic & Bingham's Virtual Library of Simulation Experiments and BoTorch's test
// functions.
namespace boa::problems {

double branin(double x1, double x2) {
  constexpr double pi = std::numbers::pi;
  const double a = x2 - 5.1 / (4.0 * pi * pi) * x1 * x1 + 5.0 / pi * x1 - 6.0;
  return a * a + 10.0 * (1.0 - 1.0 / (8.0 * pi)) * std::cos(x1) + 10.0;
}

double hartmann(const Vector& x, double first_weight, bool single_precision) {
  const auto stored = [&](double value) {
    return single_precision ? static_cast<double>(static_cast<float>(value)) : value;
  };
  const double alpha[4] = {first_weight, 1.2, 3.0, 3.2};
  static const double a3[4][6] = {{3, 10, 30}, {0.1, 10, 35}, {3, 10, 30}, {0.1, 10, 35}};
  static const double p3[4][6] = {{3689, 1170, 2673}, {4699, 4387, 7470}, {1091, 8732, 5547}, {381, 5743, 8828}};
  static const double a6[4][6] = {
      {10, 3, 17, 3.5, 1.7, 8}, {0.05, 10, 17, 0.1, 8, 14}, {3, 3.5, 1.7, 10, 17, 8}, {17, 8, 0.05, 10, 0.1, 14}};
  static const double p6[4][6] = {{1312, 1696, 5569, 124, 8283, 5886},
                                  {2329, 4135, 8307, 3736, 1004, 9991},
                                  {2348, 1451, 3522, 2883, 3047, 6650},
                                  {4047, 8828, 8732, 5743, 1091, 381}};
  const auto& a = x.size() == 3 ? a3 : a6;
  const auto& p = x.size() == 3 ? p3 : p6;
  double sum = 0.0;
  for (int i = 0; i < 4; ++i) {
    double inner = 0.0;
    for (Index j = 0; j < x.size(); ++j) {
      const double delta = x[j] - 1e-4 * p[i][j];
      inner += stored(a[i][j]) * delta * delta;
    }
    sum += stored(alpha[i]) * std::exp(-inner);
  }
  return -sum;
}

double ackley(const Vector& x) {
  const double d = static_cast<double>(x.size());
  return -20.0 * std::exp(-0.2 * x.norm() / std::sqrt(d)) -
         std::exp((2.0 * std::numbers::pi * x.array()).cos().mean()) + 20.0 + std::numbers::e;
}

double levy(const Vector& x) {
  const Eigen::ArrayXd w = 1.0 + (x.array() - 1.0) / 4.0;
  const Index d = x.size();
  double sum = square(std::sin(std::numbers::pi * w[0]));
  for (Index i = 0; i + 1 < d; ++i)
    sum += square(w[i] - 1.0) * (1.0 + 10.0 * square(std::sin(std::numbers::pi * w[i] + 1.0)));
  return sum + square(w[d - 1] - 1.0) * (1.0 + square(std::sin(2.0 * std::numbers::pi * w[d - 1])));
}

Formula make_hartmann(Index given, const util::Node& params) {
  const Index d = dimension("Hartmann", given, 6, 3, 6);
  if (d == 5) throw UserInputError("Hartmann cannot have 5 dimensions; possible: 3, 4, 6");
  if (d == 4) {
    // Picheny, Wagner & Ginsbourger (2013): standardised.
    const util::Node* single_precision = params.find("single_precision");
    const bool rounded = single_precision != nullptr && *single_precision == util::Node(true);
    return single("Hartmann", same_bounds(4, 0, 1),
                  [=](const Vector& x) { return (1.1 + hartmann(x, 1.0, rounded)) / 0.839; }, {});
  }
  return single(
      "Hartmann", same_bounds(d, 0, 1), [](const Vector& x) { return hartmann(x); }, d == 3 ? -3.86278 : -3.32237);
}

namespace {

constexpr double kPi = std::numbers::pi;

double shekel(const Vector& x, int m) {
  static const double beta[10] = {1, 2, 2, 4, 4, 6, 3, 7, 5, 5};
  static const double a[10] = {4, 1, 8, 6, 3, 2, 5, 8, 6, 7};
  static const double b[10] = {4, 1, 8, 6, 7, 9, 3, 1, 2, 3.6};
  double sum = 0.0;
  for (int i = 0; i < m; ++i) {
    double distance = 0.0;
    for (Index j = 0; j < 4; ++j) distance += square(x[j] - (j % 2 == 0 ? a[i] : b[i]));
    sum -= 1.0 / (distance + beta[i] / 10.0);
  }
  return sum;
}

Formula make_shekel(Index given, const util::Node& params) {
  dimension("Shekel", given, 4, 4, 4);
  const util::Node* count = params.find("m");
  const int m = count ? static_cast<int>(count->as_int()) : 10;
  if (m < 1 || m > 10) throw UserInputError("Shekel's m must be from 1 to 10");
  const std::optional<double> optimum = m == 5    ? std::optional(-10.1532)
                                        : m == 7  ? std::optional(-10.4029)
                                        : m == 10 ? std::optional(-10.536443)
                                                  : std::nullopt;
  return single("Shekel", same_bounds(4, 0, 10), [m](const Vector& x) { return shekel(x, m); }, optimum);
}

double rosenbrock(const Vector& x) {
  double sum = 0.0;
  for (Index i = 0; i + 1 < x.size(); ++i) sum += 100.0 * square(x[i + 1] - x[i] * x[i]) + square(x[i] - 1.0);
  return sum;
}

double griewank(const Vector& x) {
  double product = 1.0;
  for (Index i = 0; i < x.size(); ++i) product *= std::cos(x[i] / std::sqrt(static_cast<double>(i + 1)));
  return x.squaredNorm() / 4000.0 - product + 1.0;
}

double rastrigin(const Vector& x) {
  return 10.0 * static_cast<double>(x.size()) + (x.array().square() - 10.0 * (2.0 * kPi * x.array()).cos()).sum();
}

double styblinski_tang(const Vector& x) {
  const auto a = x.array();
  return 0.5 * (a.square().square() - 16.0 * a.square() + 5.0 * a).sum();
}

double dixon_price(const Vector& x) {
  double sum = square(x[0] - 1.0);
  for (Index i = 1; i < x.size(); ++i) sum += static_cast<double>(i + 1) * square(2.0 * x[i] * x[i] - x[i - 1]);
  return sum;
}

double michalewicz(const Vector& x) {
  double sum = 0.0;
  for (Index i = 0; i < x.size(); ++i) {
    sum -= std::sin(x[i]) * std::pow(std::sin(static_cast<double>(i + 1) * x[i] * x[i] / kPi), 20);
  }
  return sum;
}

double powell(const Vector& x) {
  double sum = 0.0;
  for (Index i = 0; i + 3 < x.size(); i += 4) {
    const double a = x[i], b = x[i + 1], c = x[i + 2], e = x[i + 3];
    sum += square(a + 10.0 * b) + 5.0 * square(c - e) + square(square(b - 2.0 * c)) + 10.0 * square(square(a - e));
  }
  return sum;
}

double beale(const Vector& x) {
  return square(1.5 - x[0] + x[0] * x[1]) + square(2.25 - x[0] + x[0] * square(x[1])) +
         square(2.625 - x[0] + x[0] * x[1] * x[1] * x[1]);
}

double six_hump_camel(const Vector& x) {
  const double a = x[0] * x[0], b = x[1] * x[1];
  return (4.0 - 2.1 * a + a * a / 3.0) * a + x[0] * x[1] + (4.0 * b - 4.0) * b;
}

double three_hump_camel(const Vector& x) {
  const double a = x[0] * x[0];
  return 2.0 * a - 1.05 * a * a + a * a * a / 6.0 + x[0] * x[1] + x[1] * x[1];
}

double drop_wave(const Vector& x) {
  const double r = x.norm();
  return -(1.0 + std::cos(12.0 * r)) / (0.5 * r * r + 2.0);
}

double egg_holder(const Vector& x) {
  return -(x[1] + 47.0) * std::sin(std::sqrt(std::abs(x[1] + 0.5 * x[0] + 47.0))) -
         x[0] * std::sin(std::sqrt(std::abs(x[0] - (x[1] + 47.0))));
}

double holder_table(const Vector& x) {
  return -std::abs(std::sin(x[0]) * std::cos(x[1]) * std::exp(std::abs(1.0 - x.norm() / kPi)));
}

using Function = double (*)(const Vector&);

/// A function of exactly two variables.
void add_plane(TestFunctionRegistry& registry, const std::string& name, const Matrix& bounds, Function f, double best) {
  registry.add(name, [=](Index given, const util::Node&) {
    dimension(name, given, 2, 2, 2);
    return from_formula(single(name, bounds, f, best));
  });
}

/// A function of any number of variables with the same bounds in each.
void add_scalable(TestFunctionRegistry& registry, const std::string& name, Index fallback, double lower, double upper,
                  Function f, const std::function<std::optional<double>(Index)>& best, Index least = 1) {
  registry.add(name, [=](Index given, const util::Node&) {
    const Index d = dimension(name, given, fallback, least);
    return from_formula(single(name, same_bounds(d, lower, upper), f, best(d)));
  });
}

std::optional<double> michalewicz_optimum(Index d) {
  if (d == 2) return -1.80130341;
  if (d == 5) return -4.687658;
  if (d == 10) return -9.66015;
  return std::nullopt;
}

}  // namespace

void add_synthetic(TestFunctionRegistry& registry) {
  const auto zero = [](Index) { return std::optional(0.0); };
  add_scalable(registry, "Ackley", 2, -32.768, 32.768, ackley, zero);
  add_plane(registry, "Beale", same_bounds(2, -4.5, 4.5), beale, 0.0);
  add_plane(
      registry, "Branin", bounds_of({{-5, 10}, {0, 15}}), [](const Vector& x) { return branin(x[0], x[1]); }, 0.397887);
  add_plane(
      registry, "Bukin", bounds_of({{-15, -5}, {-3, 3}}),
      [](const Vector& x) {
        return 100.0 * std::sqrt(std::abs(x[1] - 0.01 * x[0] * x[0])) + 0.01 * std::abs(x[0] + 10.0);
      },
      0.0);
  registry.add("Cosine8", [](Index given, const util::Node&) {
    dimension("Cosine8", given, 8, 8, 8);
    Formula formula = single(
        "Cosine8", same_bounds(8, -1, 1),
        [](const Vector& x) { return (0.1 * (5.0 * kPi * x.array()).cos() - x.array().square()).sum(); }, 0.8);
    formula.maximize = true;
    return from_formula(std::move(formula));
  });
  add_scalable(registry, "DixonPrice", 2, -10, 10, dixon_price, zero);
  add_plane(registry, "DropWave", same_bounds(2, -5.12, 5.12), drop_wave, -1.0);
  add_plane(registry, "EggHolder", same_bounds(2, -512, 512), egg_holder, -959.6407);
  add_scalable(registry, "Griewank", 2, -600, 600, griewank, zero);
  registry.add("Hartmann",
               [](Index given, const util::Node& params) { return from_formula(make_hartmann(given, params)); });
  add_plane(registry, "HolderTable", same_bounds(2, -10, 10), holder_table, -19.2085);
  add_scalable(registry, "Levy", 2, -10, 10, levy, zero);
  add_scalable(registry, "Michalewicz", 2, 0, kPi, michalewicz, michalewicz_optimum);
  registry.add("Powell", [](Index given, const util::Node&) {
    const Index d = dimension("Powell", given, 4, 4);
    if (d % 4 != 0) throw UserInputError("Powell's dimension must be a multiple of 4");
    return from_formula(single("Powell", same_bounds(d, -4, 5), powell, 0.0));
  });
  add_scalable(registry, "Rastrigin", 2, -5.12, 5.12, rastrigin, zero);
  add_scalable(registry, "Rosenbrock", 2, -5, 10, rosenbrock, zero, 2);
  registry.add("Shekel",
               [](Index given, const util::Node& params) { return from_formula(make_shekel(given, params)); });
  add_plane(registry, "SixHumpCamel", bounds_of({{-3, 3}, {-2, 2}}), six_hump_camel, -1.0316);
  add_scalable(registry, "StyblinskiTang", 2, -5, 5, styblinski_tang,
               [](Index d) { return std::optional(-39.166166 * static_cast<double>(d)); });
  add_plane(registry, "ThreeHumpCamel", same_bounds(2, -5, 5), three_hump_camel, 0.0);
}

}  // namespace boa::problems
