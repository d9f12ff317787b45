#include <cmath>
#include <numbers>

#include "boa/problems/formula.hpp"
#include "boa/util/error.hpp"

// Functions that are known from sensitivity analysis, as in BoTorch. None has a published optimum.
namespace boa::problems {
namespace {

/// Ishigami & Homma (1990): sin(x1) + 7 sin(x2)^2 + b x3^4 sin(x1).
std::unique_ptr<TestFunction> make_ishigami(Index given, const util::Node& params) {
  dimension("Ishigami", given, 3, 3, 3);
  const util::Node* weight = params.find("b");
  const double b = weight ? weight->as_double() : 0.1;
  const auto value = [b](const Vector& x) {
    return std::sin(x[0]) + 7.0 * square(std::sin(x[1])) + b * square(square(x[2])) * std::sin(x[0]);
  };
  return from_formula(single("Ishigami", same_bounds(3, -std::numbers::pi, std::numbers::pi), value, {}));
}

/// The product of (|4 x_i - 2| + a_i) / (1 + a_i) (Saltelli & Sobol 1995), with the usual a of 6, 8 and 15 coordinates.
/// BoTorch has no default for their number; here it is 8.
std::unique_ptr<TestFunction> make_g_sobol(Index given, const util::Node&) {
  const Index d = dimension("Gsobol", given, 8, 6, 15);
  Vector a;
  if (d == 6) {
    a = Vector{{0, 0.5, 3, 9, 99, 99}};
  } else if (d == 8) {
    a = Vector{{0, 1, 4.5, 9, 99, 99, 99, 99}};
  } else if (d == 15) {
    a = Vector{{1, 2, 5, 10, 20, 50, 100, 500, 1000, 1000, 1000, 1000, 1000, 1000, 1000}};
  } else {
    throw UserInputError("Gsobol has 6, 8 or 15 dimensions");
  }
  const auto value = [a](const Vector& x) {
    return (((4.0 * x.array() - 2.0).abs() + a.array()) / (1.0 + a.array())).prod();
  };
  return from_formula(single("Gsobol", same_bounds(d, 0, 1), value, {}));
}

/// Morris (1991): a polynomial of third degree in 20 transformed coordinates w, with a product of the first four.
double morris(const Vector& x) {
  Vector w = 2.0 * (x.array() - 0.5);
  for (const Index i : {2, 4, 6}) w[i] = 2.0 * (1.1 * x[i] / (x[i] + 0.1) - 0.5);
  const auto sign = [](Index power) { return power % 2 == 0 ? 1.0 : -1.0; };
  double sum = 5.0 * w[0] * w[1] * w[2] * w[3];
  for (Index i = 0; i < w.size(); ++i) {
    sum += (i < 10 ? 20.0 : sign(i + 1)) * w[i];
    for (Index j = i + 1; j < w.size(); ++j) {
      sum += (i < 6 ? -15.0 : sign(i + j)) * w[i] * w[j];
      if (i < 5) sum -= 10.0 * w[i] * w[j] * w.tail(w.size() - j - 1).sum();
    }
  }
  return sum;
}

Formula make_morris() { return single("Morris", same_bounds(20, 0, 1), morris, {}); }

}  // namespace

void add_sensitivity(TestFunctionRegistry& registry) {
  registry.add("Gsobol", make_g_sobol);
  registry.add("Ishigami", make_ishigami);
  add_fixed(registry, make_morris);
}

}  // namespace boa::problems
