#include "boa/generation/turbo_generator.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>

#include "boa/generation/acquisition_choice.hpp"
#include "boa/generation/imputed_acquisition.hpp"
#include "boa/generation/keep_distance.hpp"
#include "boa/generation/local_data.hpp"
#include "boa/generation/point_search.hpp"
#include "boa/generation/region_box.hpp"
#include "boa/generation/region_history.hpp"
#include "boa/generation/sobol_generator.hpp"
#include "boa/generation/success_model.hpp"
#include "boa/generation/surrogate.hpp"
#include "boa/generation/thompson.hpp"
#include "boa/generation/trust_region_options.hpp"
#include "boa/util/error.hpp"

namespace boa::generation {

namespace {

constexpr Index kFewestCandidates = 2000;
constexpr Index kMostCandidates = 5000;
constexpr Index kCandidatesPerColumn = 200;

TurboOptions options_of(const GeneratorSpec& spec) {
  util::Problems problems("model_kwargs");
  const TurboOptions options =
      read_turbo_options(spec.model_kwargs, spec.model_gen_kwargs.size() > 0, "model_kwargs", problems);
  problems.throw_if_any();
  return options;
}

class TurboGenerator final : public Generator {
 public:
  explicit TurboGenerator(const GeneratorSpec& spec)
      : Generator(spec.model_key),
        space_(spec.space),
        rng_(spec.rng),
        sequence_(make_fallback_sequence(spec)),
        options_(options_of(spec)),
        search_(spec.space, spec.threads, read_search_options(spec.model_gen_kwargs)),
        threads_(spec.threads) {}

 private:
  GeneratedPoints do_generate(const GenerationRequest& request) override;
  /// Is the region's initial design incomplete, or without any result?
  bool wants_initial_point(const GenerationRequest& request, const RegionState& state) const;
  Index num_initial() const { return options_.n_init.value_or(static_cast<int>(2 * space_->dim())); }
  /// A new point in the region's box, without its mark; nothing if none is found. Throws NumericalError.
  std::optional<Suggestion> box_point(const GenerationRequest& request, const RegionState& state,
                                      const std::vector<Suggestion>& pending, std::vector<std::string>& notices);
  const Surrogate& surrogate_of(const ModelData& data, const core::Experiment& experiment);
  /// Points of the box with coordinates that the space gives, for a Thompson sample.
  Matrix sampled_points(const Incumbents& incumbents, const optim::Domain& box, double length,
                        const util::Rng& rng) const;
  /// `name`: of the acquisition function.
  std::optional<core::Parameterization> searched_point(const GenerationRequest& request, const ModelData& data,
                                                       const Surrogate& fitted, const Incumbents& incumbents,
                                                       const optim::Domain& box, const util::Rng& rng,
                                                       std::string& name) const;

  std::shared_ptr<const UnitSpace> space_;
  util::Rng rng_;
  std::unique_ptr<Generator> sequence_;
  TurboOptions options_;
  PointSearch search_;  // of the point in progress
  int threads_;
  std::optional<Surrogate> surrogate_;  // a cache: last_fits gives the same one again
  std::uint64_t fitted_to_ = 0;
};

GeneratedPoints TurboGenerator::do_generate(const GenerationRequest& request) {
  const std::string why_not =
      why_not_trust_region(request.experiment.search_space(), request.experiment.optimization_config());
  if (!why_not.empty()) throw UnsupportedError(fmt::format("{}: {}", model_key(), why_not));
  GeneratedPoints generated;
  std::vector<Suggestion> pending = request.also_pending;
  for (int i = 0; i < request.n; ++i) {
    const RegionState state = replay_regions(request.experiment, options_.rules, space_->dim(), pending);
    std::optional<double> length;
    std::optional<Suggestion> next;
    if (wants_initial_point(request, state)) {
      if (state.number > 0 && state.made == 0) {
        generated.notices.push_back(
            fmt::format("{}: the trust region has become too small; number {} starts with {} quasi-random points, and "
                        "learns from its own points alone",
                        model_key(), state.number + 1, num_initial()));
      }
      next = fallback_point(*sequence_, request, pending, model_key(), "", generated.notices);
    } else {
      std::string reason;
      length = state.region.length();  // what stands in for a point of the box counts as one
      try {
        next = box_point(request, state, pending, generated.notices);
        if (!next) reason = "the model found no point in the trust region that was not tried yet";
      } catch (const NumericalError& error) {
        reason = error.what();
      }
      if (!next) next = fallback_point(*sequence_, request, pending, model_key(), reason, generated.notices);
    }
    if (!next) {
      generated.exhausted = true;
      break;
    }
    next->generator_run.gen_metadata.set(kRegionKey, region_node(state.number, length));
    pending.push_back(*next);
    generated.points.push_back(std::move(*next));
  }
  return generated;
}

bool TurboGenerator::wants_initial_point(const GenerationRequest& request, const RegionState& state) const {
  const bool has_own_design = state.number > 0 || request.step == 0;
  return space_->dim() == 0 || !state.has_value || (has_own_design && state.made < num_initial());
}

std::optional<Suggestion> TurboGenerator::box_point(const GenerationRequest& request, const RegionState& state,
                                                    const std::vector<Suggestion>& pending,
                                                    std::vector<std::string>& notices) {
  std::vector<core::Parameterization> also_pending;
  for (const Suggestion& point : pending) also_pending.push_back(point.parameters);
  ModelData data = make_model_data(part_of(request.experiment, state.trials), *space_, also_pending);
  std::move(data.notices.begin(), data.notices.end(), std::back_inserter(notices));
  if (data.outcomes[0].y.size() == 0) throw NumericalError("no trial has data yet");
  keep_local(data, kMostExact);
  const auto number = static_cast<std::uint64_t>(request.history.num_arms()) + pending.size();
  const util::Rng rng = rng_.split("point", number);
  const Surrogate& surrogate = surrogate_of(data, request.experiment);
  const Incumbents incumbents = rank_observed(data, surrogate);
  search_.avoid(request.experiment, pending, data, data.is_noisy() && !request.deduplicate);
  const double length = state.region.length();
  const Vector weights = side_weights(*surrogate.outcomes[0].model->parameters().kernel, *space_);
  const optim::Domain box = region_box(*space_, incumbents.X.row(0).transpose(), weights, length);
  std::string name = "Thompson sample";
  std::optional<core::Parameterization> point =
      options_.acquisition == RegionAcquisition::kThompson
          ? best_sampled_point(request, *space_, surrogate, sampled_points(incumbents, box, length, rng),
                               incumbents.objective[0], search_, rng)
          : searched_point(request, data, surrogate, incumbents, box, rng, name);
  if (!point) return std::nullopt;
  Suggestion suggestion;
  suggestion.parameters = std::move(*point);
  suggestion.generator_run.gen_metadata =
      util::Node::object({{"acquisition", std::move(name)}, {kFitsKey, to_node(remember(data, surrogate))}});
  return suggestion;
}

const Surrogate& TurboGenerator::surrogate_of(const ModelData& data, const core::Experiment& experiment) {
  const std::uint64_t now = fingerprint(data);
  if (!surrogate_ || fitted_to_ != now) {
    const auto n = static_cast<std::uint64_t>(data.outcomes[0].y.size());
    SurrogateOptions options;
    options.threads = threads_;
    surrogate_.reset();
    surrogate_ = fit_surrogate(data, *space_, rng_.split("model", n), last_fits(experiment), options);
    fitted_to_ = now;
  }
  return *surrogate_;
}

Matrix TurboGenerator::sampled_points(const Incumbents& incumbents, const optim::Domain& box, double length,
                                      const util::Rng& rng) const {
  const Index automatic = std::clamp(kCandidatesPerColumn * space_->dim(), kFewestCandidates, kMostCandidates);
  const Index count = options_.n_candidates ? Index{*options_.n_candidates} : automatic;
  Matrix candidates = region_candidates(box, incumbents.X.row(0).transpose(), count, length, rng);
  return space_->space().is_hierarchical() ? imputed(*space_, std::move(candidates)) : candidates;
}

std::optional<core::Parameterization> TurboGenerator::searched_point(const GenerationRequest& request,
                                                                     const ModelData& data, const Surrogate& fitted,
                                                                     const Incumbents& incumbents,
                                                                     const optim::Domain& box, const util::Rng& rng,
                                                                     std::string& name) const {
  const Matrix pending = data.pending.bottomRows(std::min(kMostPending, data.pending.rows()));
  const Surrogate surrogate = data.pending.rows() == 0 ? fitted : less_exact(fitted);
  ChosenAcquisition chosen = choose_acquisition(surrogate, incumbents, pending, 1, rng);
  const std::shared_ptr<const gp::Model> model = surrogate.outcomes[0].model;
  const bool in_logs = chosen.scale == AcquisitionScale::kLog;
  chosen.function = keep_distance(std::move(chosen.function), in_logs, model, pending);
  if (request.learn_failures) {
    chosen.function = weigh_by_success(std::move(chosen.function), in_logs, request.experiment, *space_, model, rng);
  }
  name = chosen.name;
  return search_.best(chosen, incumbents, rng, &box);
}

}  // namespace

std::unique_ptr<Generator> make_turbo_generator(const GeneratorSpec& spec) {
  return std::make_unique<TurboGenerator>(spec);
}

}  // namespace boa::generation
