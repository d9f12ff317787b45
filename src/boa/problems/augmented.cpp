#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <numbers>
#include <optional>
#include <utility>

#include "boa/problems/formula.hpp"
#include "boa/util/error.hpp"

// Functions with a last coordinate for the fidelity (1: the real one), of Ax and BoTorch, and BoTorch's functions of
// binary coordinates.
namespace boa::problems {
namespace {

/// Best values that are known for some dimensions.
using KnownOptima = std::initializer_list<std::pair<Index, double>>;

std::optional<double> look_up(KnownOptima known, Index d) {
  for (const auto& [dim, value] : known) {
    if (dim == d) return value;
  }
  return std::nullopt;
}

/// Ackley over d - 3 binary coordinates and three in [0, 1], with its optimum in the origin.
Formula ackley_mixed(Index given) {
  const Index d = dimension("AckleyMixed", given, 53, 4);
  return single("AckleyMixed", same_bounds(d, 0, 1), [](const Vector& x) { return ackley(x); }, 0.0);
}

/// The merit factor d^2 / (2 E) of low auto-correlation binary sequences (Packebusch & Mertens 2016), to be maximized.
Formula labs(Index given) {
  const Index d = dimension("Labs", given, 30, 2);
  Formula formula = single(
      "Labs", same_bounds(d, 0, 1),
      [](const Vector& x) {
        const Vector s = 2.0 * x.array() - 1.0;
        double energy = 0.0;
        for (Index k = 1; k < s.size(); ++k) {
          const double correlation = s.head(s.size() - k).dot(s.tail(s.size() - k));
          energy += correlation * correlation;
        }
        const double n = static_cast<double>(s.size());
        return n * n / (2.0 * energy);
      },
      look_up({{10, 3.846}, {20, 7.692}, {30, 7.627}, {40, 7.407}, {50, 8.170}, {60, 8.257}}, d));
  formula.maximize = true;
  return formula;
}

Formula augmented_branin(Index given) {
  dimension("AugmentedBranin", given, 3, 3, 3);
  return single(
      "AugmentedBranin", bounds_of({{-5, 10}, {0, 15}, {0, 1}}),
      [](const Vector& x) {
        constexpr double pi = std::numbers::pi;
        const double bend = 5.1 / (4.0 * pi * pi) - 0.1 * (1.0 - x[2]);
        const double a = x[1] - bend * x[0] * x[0] + 5.0 / pi * x[0] - 6.0;
        return a * a + 10.0 * (1.0 - 1.0 / (8.0 * pi)) * std::cos(x[0]) + 10.0;
      },
      0.397887);
}

/// Hartmann's function of six coordinates whose first term has the weight 1 - 0.1 (1 - x7).
Formula augmented_hartmann(Index given) {
  dimension("AugmentedHartmann", given, 7, 7, 7);
  return single(
      "AugmentedHartmann", same_bounds(7, 0, 1),
      [](const Vector& x) { return hartmann(x.head(6), 1.0 - 0.1 * (1.0 - x[6])); }, -3.32237);
}

/// Keane's bumps, with best values of Mishra (2007); x is feasible where its product is at least 0.75 and its sum at
/// most 7.5 d.
Formula keane_bump(Index given) {
  const Index d = dimension("KeaneBumpFunction", given, 2, 2);
  Formula formula = single(
      "KeaneBumpFunction", same_bounds(d, 0, 10),
      [](const Vector& x) {
        const Eigen::ArrayXd squares = x.array().cos().square();
        double weighted = 0.0;
        for (Index i = 0; i < x.size(); ++i) weighted += static_cast<double>(i + 1) * x[i] * x[i];
        return -std::abs((squares.square().sum() - 2.0 * squares.prod()) / std::max(std::sqrt(weighted), 1e-3));
      },
      look_up({{2, -0.365},
               {10, -0.6737},
               {15, -0.781647601},
               {20, -0.803619104},
               {30, -0.818056222},
               {40, -0.826624404},
               {50, -0.83078783}},
              d));
  formula.num_constraints = 2;
  formula.slack = [](const Vector& x, Vector& g) {
    g[0] = x.prod() - 0.75;
    g[1] = 7.5 * static_cast<double>(x.size()) - x.sum();
  };
  return formula;
}

}  // namespace

void add_augmented(TestFunctionRegistry& registry) {
  const auto add = [&](const char* name, Formula (*make)(Index)) {
    registry.add(name, [make](Index given, const util::Node&) { return from_formula(make(given)); });
  };
  add("AckleyMixed", ackley_mixed);
  add("AugmentedBranin", augmented_branin);
  add("AugmentedHartmann", augmented_hartmann);
  add("KeaneBumpFunction", keane_bump);
  add("Labs", labs);
}

}  // namespace boa::problems
