#include <cmath>

#include "boa/problems/formula.hpp"

namespace boa::problems {
namespace {

constexpr int kMostSteps = 2500;    // hours
constexpr double kLargest = 180.0;  // litres that the vessel holds

/// The state of a fermentation: volume of the medium, and concentrations of biomass, glucose, penicillin and CO2.
struct Tank {
  double volume, biomass, glucose, penicillin = 0.0, co2 = 0.0;
};

/// What stays the same during a fermentation.
struct Conditions {
  double loss;    ///< part of the volume that evaporates in an hour
  double growth;  ///< of biomass, as far as temperature and acidity decide
  double feed, feed_glucose;
};

Conditions conditions_of(const Vector& x) {
  const double temperature = x[2], hydrogen = std::pow(10.0, -x[6]);
  const double acidity = 0.092 / (1.0 + 1e-10 / hydrogen + hydrogen / 7e-5);
  const double heat =
      7.0e3 * std::exp(-5100.0 / (1.9872 * temperature)) - 1e33 * std::exp(-50000.0 / (1.9872 * temperature));
  return {2.5e-4 * std::expm1(5.0 * (temperature - 373.0) / (273.0 - 373.0)), acidity * heat, x[4], x[5]};
}

/// One hour later (an Euler step); returns the change of penicillin.
double advance(Tank& tank, const Conditions& now) {
  const double V = tank.volume, X = tank.biomass, S = tank.glucose;
  const double dV = now.feed - V * now.loss;
  const double growth = now.growth * S / (0.15 * X + S);
  const double making = 0.005 * S / (0.0002 + S + S * S / 0.10);
  const double dX = growth * X - X / V * dV;
  const double dS = -growth / 0.45 * X - making / 0.90 * X - 0.014 * X + now.feed * now.feed_glucose / V - S / V * dV;
  const double dP = making * X - 0.04 * tank.penicillin - tank.penicillin / V * dV;
  tank.co2 += 0.143 * dX + 4e-7 * X + 1e-4;
  tank.penicillin += dP;
  tank.volume += dV;
  tank.biomass += dX;
  tank.glucose += dS;
  return dP;
}

/// Minus the yield of penicillin, CO2, and hours, until the vessel is full, the glucose used up, or nothing is made any
/// more (Liang & Lai 2021; simplified as in BoTorch).
void penicillin_values(const Vector& x, Vector& f) {
  Tank tank{.volume = x[0], .biomass = x[1], .glucose = x[3]};
  const Conditions now = conditions_of(x);
  int hours = 1;
  while (true) {
    const double made = advance(tank, now);
    if (hours == kMostSteps || tank.volume > kLargest || tank.glucose < 0.0 || made < 1e-11) break;
    ++hours;
  }
  f[0] = -tank.penicillin;
  f[1] = tank.co2;
  f[2] = hours;
}

Formula penicillin() {
  const Matrix bounds = bounds_of({{60, 120}, {0.05, 18}, {293, 303}, {0.05, 18}, {0.01, 0.5}, {500, 700}, {5, 6.5}});
  return several("Penicillin", bounds, penicillin_values, {25.935, 57.612, 935.5});
}

}  // namespace

void add_penicillin(TestFunctionRegistry& registry) { add_fixed(registry, penicillin); }

}  // namespace boa::problems
