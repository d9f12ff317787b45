#include "boa/generation/bandit_generator.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "boa/generation/model_data.hpp"
#include "boa/generation/sobol_generator.hpp"
#include "boa/util/error.hpp"

namespace boa::generation {

namespace {

constexpr Index kFewestToShrink = 4;

/// What was seen of one point.
struct Arm {
  Vector x;
  std::vector<double> y;
  double precision = 0;  // sum of 1 / variance
  double weighted = 0;   // sum of y / variance
  bool is_known = true;  // every variance is
  bool is_exact = false;
};

std::vector<Arm> arms_of(const Outcome& outcome) {
  std::map<std::vector<double>, Arm> arms;
  for (Index i = 0; i < outcome.y.size(); ++i) {
    const Vector x = outcome.X.row(i).transpose();
    Arm& arm = arms[std::vector<double>(x.begin(), x.end())];
    arm.x = x;
    arm.y.push_back(outcome.y[i]);
    arm.is_exact = arm.is_exact || outcome.y_var[i] == 0;
    arm.is_known = arm.is_known && outcome.y_var[i] > 0;
    arm.precision += 1 / outcome.y_var[i];
    arm.weighted += outcome.y[i] / outcome.y_var[i];
  }
  std::vector<Arm> list;
  for (auto& [key, arm] : arms) list.push_back(std::move(arm));
  return list;
}

double mean_of(const std::vector<double>& y) {
  double sum = 0;
  for (const double value : y) sum += value / static_cast<double>(y.size());
  return sum;
}

/// Variance of one observation: within the arms where some were tried again, else between their means.
double spread_of(const std::vector<Arm>& arms) {
  double within = 0, between = 0;
  std::size_t repeats = 0;
  std::vector<double> means;
  for (const Arm& arm : arms) {
    means.push_back(mean_of(arm.y));
    for (const double value : arm.y) within += (value - means.back()) * (value - means.back());
    repeats += arm.y.size() - 1;
  }
  if (repeats > 0) return within / static_cast<double>(repeats);
  const double middle = mean_of(means);
  for (const double mean : means) between += (mean - middle) * (mean - middle);
  return means.size() > 1 ? between / static_cast<double>(means.size() - 1) : 1.0;
}

ArmEstimates estimate(const std::vector<Arm>& arms) {
  const double spread = spread_of(arms);
  ArmEstimates estimates{Vector(static_cast<Index>(arms.size())), Vector(static_cast<Index>(arms.size()))};
  for (std::size_t k = 0; k < arms.size(); ++k) {
    const Arm& arm = arms[k];
    const auto i = static_cast<Index>(k);
    estimates.mean[i] = arm.is_known ? arm.weighted / arm.precision : mean_of(arm.y);
    estimates.sem[i] = arm.is_exact   ? 0.0
                       : arm.is_known ? 1 / std::sqrt(arm.precision)
                                      : std::sqrt(spread / static_cast<double>(arm.y.size()));
  }
  return estimates;
}

class BanditGenerator final : public Generator {
 public:
  explicit BanditGenerator(const GeneratorSpec& spec)
      : Generator(spec.model_key), space_(spec.space), rng_(spec.rng), sequence_(make_fallback_sequence(spec)) {}

 private:
  GeneratedPoints do_generate(const GenerationRequest& request) override {
    const ModelData data = make_model_data(request.experiment, *space_, {});
    const std::vector<Arm> arms = arms_of(data.outcomes[0]);
    const ArmEstimates estimates = shrink_to_common_mean(estimate(arms));
    GeneratedPoints generated;
    generated.notices = data.notices;
    if (arms.empty()) return draw_new(request, "no trial has data yet");
    if (request.deduplicate) return draw_new(request, "should_deduplicate leaves no arm to be tried again");
    if (estimates.sem.maxCoeff() == 0) {
      return draw_new(request, "every arm is known exactly, so that none needs to be tried again");
    }
    const auto first = static_cast<std::uint64_t>(request.history.num_arms()) + request.also_pending.size();
    for (int i = 0; i < request.n; ++i) {
      util::Rng stream = rng_.split("point", first + static_cast<std::uint64_t>(i));
      Vector sample = estimates.mean;
      for (Index k = 0; k < sample.size(); ++k) sample[k] += estimates.sem[k] * stream.normal();
      Index best = 0;
      sample.maxCoeff(&best);
      Suggestion suggestion;
      suggestion.parameters = space_->decode_feasible(arms[static_cast<std::size_t>(best)].x).value();
      suggestion.generator_run.gen_metadata = util::Node::object({{"acquisition", "Thompson sample of the arms"}});
      generated.points.push_back(std::move(suggestion));
    }
    return generated;
  }

  GeneratedPoints draw_new(const GenerationRequest& request, const char* reason) {
    GeneratedPoints generated = sequence_->generate(request);
    for (Suggestion& point : generated.points) point.generator_run.gen_metadata.set("fallback", reason);
    generated.notices.push_back(
        fmt::format("a quasi-random point instead of one of the model {}: {}", model_key(), reason));
    return generated;
  }

  std::shared_ptr<const UnitSpace> space_;
  util::Rng rng_;
  std::unique_ptr<Generator> sequence_;
};

}  // namespace

ArmEstimates shrink_to_common_mean(const ArmEstimates& arms) {
  const Index K = arms.mean.size();
  if (K < kFewestToShrink) return arms;
  const double common = arms.mean.mean();
  const Eigen::ArrayXd away = arms.mean.array() - common;
  const auto free = static_cast<double>(K - 3);
  const double spread = away.square().sum() / free;
  ArmEstimates shrunk = arms;
  for (Index i = 0; i < K; ++i) {
    const double variance = arms.sem[i] * arms.sem[i];
    const double phi = variance < spread ? variance / spread : variance > 0 ? 1.0 : 0.0;
    shrunk.mean[i] = arms.mean[i] - phi * away[i];
    shrunk.sem[i] = std::sqrt((1 - phi) * variance + phi * variance / static_cast<double>(K) +
                              2 * phi * phi * away[i] * away[i] / free);
  }
  return shrunk;
}

std::unique_ptr<Generator> make_bandit_generator(const GeneratorSpec& spec) {
  return std::make_unique<BanditGenerator>(spec);
}

std::string why_not_bandit(const core::SearchSpace& space, const core::OptimizationConfig& config) {
  if (space.task_parameter() != nullptr) return "it takes no task parameter";
  for (const core::Parameter& parameter : space.parameters()) {
    if (std::holds_alternative<core::RangeParameter>(parameter)) {
      return fmt::format("it tries choices again, and '{}' is a range", core::name_of(parameter));
    }
  }
  if (config.objective.kind == core::Objective::Kind::kMulti) return "it takes one objective";
  return config.outcome_constraints.empty() ? "" : "it takes no outcome constraints";
}

}  // namespace boa::generation
