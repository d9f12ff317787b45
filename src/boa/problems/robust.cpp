#include <cmath>
#include <numbers>

#include "boa/problems/formula.hpp"
#include "boa/util/error.hpp"

// Problems of several objectives, to be minimized, whose best points are sensitive to small changes of the inputs: DH1
// to DH4 (Deb & Gupta 2005), and Gaussian mixtures and a function of one variable (Daulton et al. 2022), as in BoTorch.
namespace boa::problems {
namespace {

constexpr double kPi = std::numbers::pi;

/// DH1 and DH2, which have another beta.
void dh12_values(double beta, const Vector& x, Vector& f) {
  const auto z = x.tail(x.size() - 1).array();
  const double g = (10.0 + z.square() - 10.0 * (4.0 * kPi * z).cos()).sum();
  f[0] = x[0];
  f[1] = 1.0 - square(x[0]) + g * (1.0 / (0.2 + x[0]) + beta * square(x[0]));
}

/// DH3, and DH4 whose two valleys lie along x1 + x2.
void dh34_values(bool tilted, const Vector& x, Vector& f) {
  const double place = tilted ? x[0] + x[1] : x[1];
  const double valleys =
      0.8 * std::exp(-square((place - 0.35) / 0.25)) + std::exp(-square((place - 0.85) / 0.03)) + (tilted ? x[0] : 0.0);
  const double g = 50.0 * x.tail(x.size() - 2).squaredNorm();
  f[0] = x[0];
  f[1] = (2.0 - valleys) * (g + 1.0 - std::sqrt(x[0]));
}

void add_dh(TestFunctionRegistry& registry, const std::string& name, Index least, double second_lower,
            const std::function<void(const Vector&, Vector&)>& values) {
  registry.add(name, [=](Index given, const util::Node&) {
    const Index d = dimension(name, given, least, least);
    Matrix bounds = same_bounds(d, -1, 1);
    bounds(0, 0) = 0.0;
    bounds(0, 1) = second_lower;
    return from_formula(several(name, bounds, values, {1.1, 1.1}));
  });
}

/// Three bells in the unit square.
struct Mixture {
  double center[3][2], width[3], weight[3];
};

const Mixture kMixtures[4] = {{{{0.2, 0.2}, {0.8, 0.2}, {0.5, 0.7}}, {0.2, 0.1, 0.1}, {0.5, 0.7, 0.7}},
                              {{{0.07, 0.2}, {0.4, 0.8}, {0.85, 0.1}}, {0.2, 0.1, 0.05}, {0.5, 0.7, 0.7}},
                              {{{0.08, 0.21}, {0.45, 0.75}, {0.86, 0.11}}, {0.2, 0.1, 0.07}, {0.5, 0.7, 0.9}},
                              {{{0.09, 0.19}, {0.44, 0.72}, {0.89, 0.13}}, {0.15, 0.07, 0.09}, {0.5, 0.7, 0.9}}};

void gmm_values(const Vector& x, Vector& f) {
  for (Index i = 0; i < f.size(); ++i) {
    f[i] = 0.0;
    for (int k = 0; k < 3; ++k) {
      const double* center = kMixtures[i].center[k];
      const double distance = square(x[0] - center[0]) + square(x[1] - center[1]);
      f[i] -= kMixtures[i].weight[k] * std::exp(-distance / (2.0 * square(kMixtures[i].width[k])));
    }
  }
}

std::unique_ptr<TestFunction> make_gmm(Index given, const util::Node& params) {
  dimension("GMM", given, 2, 2, 2);
  const util::Node* count = params.find("num_objectives");
  const std::int64_t m = count ? count->as_int() : 2;
  if (m < 2 || m > 4) throw UserInputError("GMM has 2 to 4 objectives");
  std::vector<double> reference = {-0.2338, -0.2211, -0.5180, -0.1866};
  reference.resize(static_cast<std::size_t>(m));
  return from_formula(several("GMM", same_bounds(2, 0, 1), gmm_values, reference));
}

void toy_robust_values(const Vector& x, Vector& f) {
  const double v = x[0];
  const double mask = 1.0 / (1.0 + std::exp(-(0.2 - v) / 0.005));
  const double left = 2.4 - 10.0 * v - 0.1 * v * v, right = 2.0 * v - 0.1 * v * v;
  const double smooth = square(v - 0.5) + 0.1 * std::sin(30.0 * v);
  f[0] = 30.0 * (left * mask + right * (1.0 - mask) + smooth) - 30.0;
  // A cut through Levy's function; both coordinates leave out its first part.
  const double u = 20.0 * (0.95 * v + 0.03) - 10.0;
  f[1] = 0.75 * u * u - levy(Vector{{u, 20.0 * 0.03 - 10.0}});
}

Formula toy_robust() { return several("ToyRobust", bounds_of({{0, 0.7}}), toy_robust_values, {-6.1397, -8.1942}); }

}  // namespace

void add_robust(TestFunctionRegistry& registry) {
  add_dh(registry, "DH1", 2, -1.0, [](const Vector& x, Vector& f) { dh12_values(1.0, x, f); });
  add_dh(registry, "DH2", 2, -1.0, [](const Vector& x, Vector& f) { dh12_values(10.0, x, f); });
  add_dh(registry, "DH3", 3, 0.0, [](const Vector& x, Vector& f) { dh34_values(false, x, f); });
  add_dh(registry, "DH4", 3, -0.15, [](const Vector& x, Vector& f) { dh34_values(true, x, f); });
  registry.add("GMM", make_gmm);
  add_fixed(registry, toy_robust);
}

}  // namespace boa::problems
