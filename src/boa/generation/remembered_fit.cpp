#include "boa/generation/remembered_fit.hpp"

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <ranges>
#include <utility>

#include "boa/gp/kernels/kernels.hpp"

namespace boa::generation {

namespace {

constexpr std::array<std::pair<OutcomeTransform::Shape, const char*>, 4> kShapes{{
    {OutcomeTransform::Shape::kFar, "far"},
    {OutcomeTransform::Shape::kGentle, "gentle"},
    {OutcomeTransform::Shape::kStrong, "strong"},
    {OutcomeTransform::Shape::kBilog, "bilog"},
}};

class Fnv1a {
 public:
  void add(double x) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &x, sizeof bits);
    for (int byte = 0; byte < 8; ++byte) {
      value_ = (value_ ^ ((bits >> (8 * byte)) & 0xff)) * 0x100000001b3;
    }
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325;
};

bool is_positive(const util::Node* node) {
  return node != nullptr && node->is_number() && std::isfinite(node->as_double()) && node->as_double() > 0;
}

std::optional<RememberedFit> read_fit(const util::Node& node) {
  RememberedFit fit;
  const util::Node* kernel = node.find("kernel");
  const util::Node* shape = node.find("shape");
  const util::Node* exact = node.find("exact");
  const util::Node* values = node.find("hyperparameters");
  if (kernel == nullptr || !kernel->is_string() || shape == nullptr || !shape->is_string()) return std::nullopt;
  if (exact == nullptr || !exact->is_bool() || values == nullptr || !values->is_array()) return std::nullopt;
  if (!is_positive(node.find("noise"))) return std::nullopt;
  if (!gp::is_ard_kernel(kernel->as_string())) return std::nullopt;
  fit.kernel = kernel->as_string();
  bool is_known = false;
  for (const auto& [value, name] : kShapes) {
    if (shape->as_string() != name) continue;
    fit.shape = value;
    is_known = true;
  }
  if (!is_known) return std::nullopt;
  fit.exact = exact->as_bool();
  fit.hyperparameters.noise_variance = node.at("noise").as_double();
  fit.hyperparameters.kernel.resize(static_cast<Index>(values->size()));
  for (std::size_t i = 0; i < values->size(); ++i) {
    if (!is_positive(&values->at(i))) return std::nullopt;
    fit.hyperparameters.kernel[static_cast<Index>(i)] = values->at(i).as_double();
  }
  return fit;
}

}  // namespace

std::uint64_t fingerprint(const ModelData& data) {
  Fnv1a hash;
  for (const Outcome& outcome : data.outcomes) {
    hash.add(static_cast<double>(outcome.y.size()));
    hash.add(static_cast<double>(outcome.noise));
    for (const double x : outcome.X.reshaped()) hash.add(x);
    for (const double y : outcome.y) hash.add(y);
    for (const double v : outcome.y_var) hash.add(v);
  }
  for (const OutcomeInterval& interval : data.intervals) {  // transforms depend on them
    hash.add(static_cast<double>(interval.outcome));
    hash.add(interval.lower);
    hash.add(interval.upper);
  }
  return hash.value();
}

util::Node to_node(const RememberedFits& fits) {
  util::Node list = util::Node::array();
  for (const RememberedFit& fit : fits.fits) {
    util::Node values = util::Node::array();
    for (const double value : fit.hyperparameters.kernel) values.push_back(value);
    const char* shape = "far";
    for (const auto& [known, name] : kShapes) {
      if (known == fit.shape) shape = name;
    }
    list.push_back(util::Node::object({{"kernel", fit.kernel},
                                       {"shape", shape},
                                       {"exact", fit.exact},
                                       {"noise", fit.hyperparameters.noise_variance},
                                       {"hyperparameters", std::move(values)}}));
  }
  util::Node node =
      util::Node::object({{"data", fmt::format("{:016x}", fits.fingerprint)}, {"outcomes", std::move(list)}});
  if (!fits.options.empty()) node.set("options", fits.options);
  return node;
}

std::optional<RememberedFits> read_fits(const util::Node& node) {
  const util::Node* data = node.find("data");
  const util::Node* outcomes = node.find("outcomes");
  if (data == nullptr || !data->is_string() || outcomes == nullptr || !outcomes->is_array()) return std::nullopt;
  RememberedFits fits;
  const std::string& text = data->as_string();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), fits.fingerprint, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (const util::Node* options = node.find("options"); options != nullptr && options->is_string()) {
    fits.options = options->as_string();
  }
  for (const util::Node& outcome : outcomes->as_array()) {
    std::optional<RememberedFit> fit = read_fit(outcome);
    if (!fit) return std::nullopt;
    fits.fits.push_back(std::move(*fit));
  }
  return fits;
}

std::optional<RememberedFits> last_fits(const core::Experiment& experiment) {
  for (const auto& [index, trial] : std::views::reverse(experiment.trials())) {
    const util::Node* node = trial.generator_run.gen_metadata.find(kFitsKey);
    if (node == nullptr) continue;
    if (std::optional<RememberedFits> fits = read_fits(*node)) return fits;
  }
  return std::nullopt;
}

}  // namespace boa::generation
