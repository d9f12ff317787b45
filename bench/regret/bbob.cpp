#include "bbob.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "boa/util/error.hpp"
#include "boa/util/rng.hpp"

namespace boa::regret {
namespace {

using math::Index;
using math::Matrix;
using math::Vector;
using Function = std::function<double(const Vector&)>;

constexpr double kPi = std::numbers::pi;
constexpr Index kPeaks = 101;

Vector uniform(Index d, double lower, double upper, util::Rng rng) {
  Vector x(d);
  for (double& v : x) v = lower + (upper - lower) * rng.uniform();
  return x;
}

/// A random rotation: Gram-Schmidt of a Gaussian matrix.
Matrix rotation(Index d, util::Rng rng) {
  Matrix q(d, d);
  for (Index j = 0; j < d; ++j) {
    for (Index i = 0; i < d; ++i) q(i, j) = rng.normal();
    for (Index k = 0; k < j; ++k) q.col(j) -= q.col(k).dot(q.col(j)) * q.col(k);
    q.col(j).normalize();
  }
  return q;
}

/// Diagonal of BBOB's Lambda^alpha.
Vector conditioning(Index d, double alpha) {
  Vector scale = Vector::Ones(d);
  for (Index i = 0; i < d && d > 1; ++i) {
    scale[i] = std::pow(alpha, 0.5 * static_cast<double>(i) / static_cast<double>(d - 1));
  }
  return scale;
}

Function make_sphere(Index d, const util::Rng& rng) {
  return [best = uniform(d, -4, 4, rng.split("optimum"))](const Vector& x) { return (x - best).squaredNorm(); };
}

/// Condition 1e3 where BBOB has 1e6: at 40 evaluations the latter is noise to every method.
Function make_ellipsoid(Index d, const util::Rng& rng) {
  const Vector scale = conditioning(d, 1e3);
  return [best = uniform(d, -4, 4, rng.split("optimum")), turn = rotation(d, rng.split("rotation")),
          scale](const Vector& x) { return scale.cwiseProduct(turn * (x - best)).squaredNorm(); };
}

Function make_rosenbrock(Index d, const util::Rng& rng) {
  const double stretch = std::max(1.0, std::sqrt(static_cast<double>(d)) / 8);
  return [turn = rotation(d, rng.split("rotation")), stretch](const Vector& x) {
    const Vector z = (stretch * (turn * x)).array() + 0.5;
    double sum = 0;
    for (Index i = 0; i + 1 < z.size(); ++i) {
      sum += 100 * std::pow(z[i] * z[i] - z[i + 1], 2) + std::pow(z[i] - 1, 2);
    }
    return sum;
  };
}

Function make_sharp_ridge(Index d, const util::Rng& rng) {
  const Vector scale = conditioning(d, 10);
  return [best = uniform(d, -4, 4, rng.split("optimum")), inner = rotation(d, rng.split("rotation", 0)),
          outer = rotation(d, rng.split("rotation", 1)), scale](const Vector& x) {
    const Vector z = outer * scale.cwiseProduct(inner * (x - best));
    return z[0] * z[0] + 100 * z.tail(z.size() - 1).norm();
  };
}

Function make_rastrigin(Index d, const util::Rng& rng) {
  const Vector scale = conditioning(d, 10);
  return [best = uniform(d, -4, 4, rng.split("optimum")), inner = rotation(d, rng.split("rotation", 0)),
          outer = rotation(d, rng.split("rotation", 1)), scale](const Vector& x) {
    const Vector z = outer * scale.cwiseProduct(inner * (x - best));
    return 10 * (static_cast<double>(z.size()) - (2 * kPi * z.array()).cos().sum()) + z.squaredNorm();
  };
}

/// The highest of many Gaussian peaks, of which one is the best.
Function make_gallagher(Index d, const util::Rng& rng) {
  Matrix centres(kPeaks, d), scales(kPeaks, d);
  Vector heights(kPeaks);
  for (Index k = 0; k < kPeaks; ++k) {
    const auto index = static_cast<std::uint64_t>(k);
    util::Rng stream = rng.split("peak", index);
    const double alpha = k == 0 ? 1e3 : std::pow(1e3, 2.0 * stream.uniform());
    Vector scale = conditioning(d, alpha) / std::pow(alpha, 0.25);
    for (Index i = d - 1; i > 0; --i) {
      std::swap(scale[i], scale[static_cast<Index>(stream.below(static_cast<std::uint64_t>(i) + 1))]);
    }
    scales.row(k) = scale.transpose();
    centres.row(k) = uniform(d, k == 0 ? -4 : -5, k == 0 ? 4 : 5, rng.split("centre", index)).transpose();
    heights[k] = k == 0 ? 10 : 1.1 + 8.0 * static_cast<double>(k - 1) / static_cast<double>(kPeaks - 2);
  }
  return [centres, scales, heights, turn = rotation(d, rng.split("rotation"))](const Vector& x) {
    double highest = 0;
    for (Index k = 0; k < kPeaks; ++k) {
      const Vector z = turn * (x - centres.row(k).transpose());
      const double spread = scales.row(k).transpose().cwiseProduct(z.cwiseAbs2()).sum();
      highest = std::max(highest, heights[k] * std::exp(-spread / (2.0 * static_cast<double>(x.size()))));
    }
    return std::pow(10 - highest, 2);
  };
}

using Maker = Function (*)(Index, const util::Rng&);
const std::map<std::string, Maker>& makers() {
  static const std::map<std::string, Maker> table = {{"sphere", make_sphere},         {"ellipsoid", make_ellipsoid},
                                                     {"rosenbrock", make_rosenbrock}, {"sharp_ridge", make_sharp_ridge},
                                                     {"rastrigin", make_rastrigin},   {"gallagher", make_gallagher}};
  return table;
}

}  // namespace

std::vector<std::string> bbob_names() {
  std::vector<std::string> names;
  for (const auto& [name, maker] : makers()) names.push_back(name);
  return names;
}

Function make_bbob(const std::string& name, Index d, std::uint64_t seed) {
  const auto found = makers().find(name);
  if (found == makers().end()) throw UserInputError("there is no BBOB function '" + name + "' here");
  return found->second(d, util::Rng(seed).split("bbob " + name));
}

}  // namespace boa::regret
