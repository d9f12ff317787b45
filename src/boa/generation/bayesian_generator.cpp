#include "boa/generation/bayesian_generator.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "boa/generation/acquisition_choice.hpp"
#include "boa/generation/averaged_surrogates.hpp"
#include "boa/generation/fidelity.hpp"
#include "boa/generation/keep_distance.hpp"
#include "boa/generation/local_data.hpp"
#include "boa/generation/model_data.hpp"
#include "boa/generation/modular_options.hpp"
#include "boa/generation/named_acquisitions.hpp"
#include "boa/generation/point_search.hpp"
#include "boa/generation/sobol_generator.hpp"
#include "boa/generation/success_model.hpp"
#include "boa/generation/surrogate.hpp"
#include "boa/generation/thompson.hpp"
#include "boa/util/error.hpp"

namespace boa::generation {

namespace {

constexpr std::string_view kThompson = "Thompson";
constexpr const char* kRefining = "PosteriorMean";

// Steps of a search by the model's mean find an optimum to many digits, where expected improvement looks around it: the
// last ones of a run, and one in three once there are a few observations a column.
constexpr std::int64_t kLastRefining = 3;
constexpr Index kRefiningPeriod = 3;
constexpr Index kObservedBeforeRefining = 4;
// Failed points that count as pending where failures are not learnt from, the youngest.
constexpr std::size_t kMostFailed = 32;
// A promised gain below this, in standard deviations of all values, is none.
constexpr double kLeastGain = 1e-9;

bool is_refining(const core::GeneratorRun& run) {
  const util::Node* name = run.gen_metadata.is_object() ? run.gen_metadata.find("acquisition") : nullptr;
  return name != nullptr && name->is_string() && name->as_string() == kRefining;
}

/// Is a point that refines the best one evaluated already?
bool is_one_refining(const GenerationRequest& request, const std::vector<Suggestion>& pending) {
  const auto& open = request.history.open_trials();
  return std::any_of(pending.begin(), pending.end(),
                     [](const Suggestion& s) { return is_refining(s.generator_run); }) ||
         std::any_of(open.begin(), open.end(),
                     [&](std::int64_t trial) { return is_refining(request.experiment.trial(trial).generator_run); });
}

/// Where failures are not learnt from: points that failed. They count as pending, for no observation will ever lower
/// what is expected there.
std::vector<core::Parameterization> failed_unlearnt(const GenerationRequest& request) {
  std::vector<core::Parameterization> points;
  if (request.learn_failures) return points;
  const std::set<std::int64_t>& failed = request.experiment.with_status(core::TrialStatus::kFailed);
  for (auto it = failed.rbegin(); it != failed.rend() && points.size() < kMostFailed; ++it) {
    for (const core::Arm& arm : request.experiment.trial(*it).arms) points.push_back(arm.parameters);
  }
  return points;
}

class BayesianGenerator final : public Generator {
 public:
  explicit BayesianGenerator(const GeneratorSpec& spec)
      : Generator(spec.model_key),
        space_(spec.space),
        rng_(spec.rng),
        sequence_(make_fallback_sequence(spec)),
        options_(modular_options(spec.model_key, spec.model_kwargs)),
        search_(spec.space, spec.threads, read_search_options(spec.model_gen_kwargs)) {
    options_.surrogate.threads = spec.threads;
  }

 private:
  GeneratedPoints do_generate(const GenerationRequest& request) override;
  /// A point of the model; nothing if there is none that may be proposed. Throws NumericalError.
  /// `notices`: what is unusual about the data, added.
  std::optional<Suggestion> next_point(const GenerationRequest& request, const std::vector<Suggestion>& pending,
                                       std::vector<std::string>& notices);
  /// The models of these data. Points of one call, and of calls between which no observation came, share them.
  const Surrogate& surrogate_of(const ModelData& data, const core::Experiment& experiment);
  /// The same for choosing points beside pending ones.
  const Surrogate& loosened();
  ChosenAcquisition acquisition_for(const Surrogate& surrogate, const Incumbents& incumbents, const Matrix& pending,
                                    const util::Rng& rng) const;
  /// Is it the turn of a point that refines the best one, and nothing else than the objective to be looked at?
  bool refines(const GenerationRequest& request, const std::vector<Suggestion>& pending, const ModelData& data,
               const Surrogate& surrogate) const;
  /// Where the model's mean is best, if that is new and better than what was seen.
  std::optional<core::Parameterization> refined_point(const Surrogate& surrogate, const Incumbents& incumbents,
                                                      const util::Rng& rng) const;
  /// The acquisition function, with everything that it is multiplied by.
  ChosenAcquisition choose_function(const GenerationRequest& request, const ModelData& data, const Surrogate& surrogate,
                                    const Incumbents& incumbents, const util::Rng& rng);

  std::shared_ptr<const UnitSpace> space_;
  util::Rng rng_;
  std::unique_ptr<Generator> sequence_;
  ModularOptions options_;
  PointSearch search_;     // of the point in progress
  bool is_local_ = false;  // the model in progress does not hold all observations
  bool is_local_announced_ = false;
  bool is_fitted_announced_ = false;    // by a fully Bayesian model
  std::optional<Surrogate> surrogate_;  // a cache: last_fits gives the same one again
  std::vector<Surrogate> averaged_;     // likewise, those that are averaged over; empty: the surrogate alone
  std::uint64_t fitted_to_ = 0;
  // Made of them when a point first needs it.
  std::optional<Surrogate> loosened_;
  std::vector<Surrogate> loosened_average_;
  std::optional<CostModel> cost_;
};

GeneratedPoints BayesianGenerator::do_generate(const GenerationRequest& request) {
  GeneratedPoints generated;
  std::vector<Suggestion> pending = request.also_pending;
  for (int i = 0; i < request.n; ++i) {
    std::optional<Suggestion> next;
    std::string reason;
    try {
      next = next_point(request, pending, generated.notices);
      if (!next) reason = "the model found no point that was not tried yet";
    } catch (const NumericalError& error) {
      reason = error.what();
    }
    if (is_local_ && !is_local_announced_) {
      generated.notices.push_back(
          fmt::format("more than {0} trials have data: the model {1} is local from now on, made of {0} observations "
                      "around the best one and spread over the rest",
                      kMostExact, model_key()));
      is_local_announced_ = true;
    }
    if (!next) next = fallback_point(*sequence_, request, pending, model_key(), reason, generated.notices);
    if (!next) {
      generated.exhausted = true;
      break;
    }
    if (!is_fitted_announced_ && surrogate_ && is_beyond_averaging(*surrogate_, options_.averaging.kind)) {
      generated.notices.push_back(fmt::format(
          "{}: with more than {} observations one Gaussian process is fitted from now on, in place of an average",
          model_key(), most_for_averaging(options_.averaging.kind)));
      is_fitted_announced_ = true;
    }
    pending.push_back(*next);
    generated.points.push_back(std::move(*next));
  }
  return generated;
}

std::optional<Suggestion> BayesianGenerator::next_point(const GenerationRequest& request,
                                                        const std::vector<Suggestion>& pending,
                                                        std::vector<std::string>& notices) {
  if (space_->dim() == 0) return std::nullopt;
  std::vector<core::Parameterization> also_pending = failed_unlearnt(request);
  for (const Suggestion& point : pending) also_pending.push_back(point.parameters);
  ModelData data = make_model_data(request.experiment, *space_, also_pending);
  std::move(data.notices.begin(), data.notices.end(), std::back_inserter(notices));
  // A pending point of another task is no rival of a point at the target: its outcome is on another scale.
  data.pending = Matrix(data.pending(rows_at_target(data.pending, space_->tasks()), Eigen::all));
  if (data.outcomes[0].y.size() == 0) throw NumericalError("no trial has data yet");
  is_local_ = keep_local(data, kMostExact, space_->tasks());
  const auto number = static_cast<std::uint64_t>(request.history.num_arms()) + pending.size();
  const util::Rng rng = rng_.split("point", number);
  const Surrogate& surrogate = surrogate_of(data, request.experiment);
  const Incumbents incumbents = rank_for_target(data, surrogate, *space_);
  search_.avoid(request.experiment, pending, data, data.is_noisy() && !request.deduplicate);
  if (search_.is_exhausted()) return std::nullopt;
  std::string name = "Thompson sample";
  std::optional<core::Parameterization> point;
  if (model_key() == kThompson) {
    const std::optional<Matrix> all = search_.few_new_points();
    const Matrix candidates = all ? *all : thompson_candidates(space_->domain(), leading(incumbents), rng);
    point = best_sampled_point(request, *space_, surrogate, candidates, incumbents.objective[0], search_, rng);
  } else if (refines(request, pending, data, surrogate)) {
    point = refined_point(surrogate, incumbents, rng);
    name = kRefining;
  }
  if (!point && model_key() != kThompson) {
    const bool is_alone = data.pending.rows() == 0;
    const ChosenAcquisition chosen = choose_function(request, data, is_alone ? surrogate : loosened(), incumbents, rng);
    point = search_.best(chosen, incumbents, rng);
    name = chosen.name;
  }
  if (!point) return std::nullopt;
  Suggestion suggestion;
  suggestion.parameters = std::move(*point);
  suggestion.generator_run.gen_metadata =
      util::Node::object({{"acquisition", std::move(name)}, {kFitsKey, to_node(remember(data, surrogate))}});
  return suggestion;
}

ChosenAcquisition BayesianGenerator::acquisition_for(const Surrogate& surrogate, const Incumbents& incumbents,
                                                     const Matrix& pending, const util::Rng& rng) const {
  if (!options_.botorch_acqf_class || incumbents.num_feasible == 0) {
    return choose_acquisition(surrogate, incumbents, pending, 1, rng);
  }
  const NamedAcquisition& named = *find_acquisition(*options_.botorch_acqf_class);
  return {named.make({surrogate, incumbents, space_->domain(), pending, rng, options_.acquisition_options,
                      target_columns(*space_)}),
          std::string(named.name), named.scale, named.knows_fidelity};
}

bool BayesianGenerator::refines(const GenerationRequest& request, const std::vector<Suggestion>& pending,
                                const ModelData& data, const Surrogate& surrogate) const {
  const core::Experiment& experiment = request.experiment;
  const bool is_sparse = !averaged_.empty() && options_.averaging.kind != Averaging::kSampled;
  const bool is_plain = data.num_objectives == 1 && data.intervals.empty() && !is_one_refining(request, pending) &&
                        experiment.with_status(core::TrialStatus::kFailed).empty() && target_columns(*space_).empty() &&
                        !experiment.optimization_config().has_cost() && !options_.botorch_acqf_class && !is_sparse &&
                        !is_seen_from_afar(data, *space_);
  if (!is_plain) return false;
  const auto made = static_cast<std::int64_t>(experiment.trials().size());
  if (request.budget && made >= *request.budget - kLastRefining && made < *request.budget) return true;
  const auto n = static_cast<Index>(rows_at_target(data.outcomes[0].X, space_->tasks()).size());
  return !surrogate.noisy() && n % kRefiningPeriod == 0 && n >= kObservedBeforeRefining * space_->dim();
}

std::optional<core::Parameterization> BayesianGenerator::refined_point(const Surrogate& surrogate,
                                                                       const Incumbents& incumbents,
                                                                       const util::Rng& rng) const {
  const ChosenAcquisition mean = choose_exploitation(surrogate);
  std::optional<core::Parameterization> point = search_.best(mean, incumbents, rng.split("refine"));
  if (!point) return std::nullopt;
  const Matrix x = space_->encode(*point).value().transpose();
  if (mean.function->values(x)[0] < incumbents.objective[0] + kLeastGain) return std::nullopt;
  return point;
}

ChosenAcquisition BayesianGenerator::choose_function(const GenerationRequest& request, const ModelData& data,
                                                     const Surrogate& surrogate, const Incumbents& incumbents,
                                                     const util::Rng& rng) {
  const acquisition::TargetColumns targets = target_columns(*space_);
  if (!cost_) {
    const auto n = static_cast<std::uint64_t>(data.outcomes[0].y.size());
    cost_ = fit_cost(request.experiment, *space_, rng_.split("cost", n));  // the same again after an interruption
  }
  const Matrix pending = data.pending.bottomRows(std::min(kMostPending, data.pending.rows()));
  const bool is_afar = is_seen_from_afar(data, *space_);
  const auto seen = [&](const Surrogate& one) { return is_afar ? seen_from_target(one) : one; };
  ChosenAcquisition chosen;
  if (averaged_.empty() || incumbents.num_feasible == 0) {
    chosen = acquisition_for(seen(surrogate), incumbents, pending, rng);
  } else {
    std::vector<ChosenAcquisition> each;
    for (const Surrogate& one : data.pending.rows() == 0 ? averaged_ : loosened_average_) {
      const Surrogate own = seen(one);
      each.push_back(acquisition_for(own, rank_for_target(data, own, *space_), pending, rng));
    }
    chosen = average(std::move(each), options_.averaging.kind);
  }
  const std::shared_ptr<const gp::Model> model = surrogate.outcomes[0].model;
  const bool in_logs = chosen.scale != AcquisitionScale::kGain;
  if (chosen.scale == AcquisitionScale::kAny) {
    chosen.function =
        acquisition::make_log_gain(std::move(chosen.function), incumbents.objective[0], gain_scale(surrogate));
  }
  if (!chosen.knows_fidelity) {
    gp::ModelList objectives = surrogate.models();
    objectives.resize(data.num_objectives);
    chosen.function = at_own_fidelity(std::move(chosen.function), in_logs, targets, objectives, data.outcomes[0].X);
  }
  chosen.function = per_cost(std::move(chosen.function), in_logs, targets, *cost_);
  // Several objectives tell more points apart than the first one does.
  if (data.num_objectives == 1) chosen.function = keep_distance(std::move(chosen.function), in_logs, model, pending);
  if (request.learn_failures) {
    chosen.function = weigh_by_success(std::move(chosen.function), in_logs, request.experiment, *space_, model, rng);
  }
  return chosen;
}

const Surrogate& BayesianGenerator::surrogate_of(const ModelData& data, const core::Experiment& experiment) {
  const std::uint64_t now = fingerprint(data);
  if (!surrogate_ || fitted_to_ != now) {
    const auto n = static_cast<std::uint64_t>(data.outcomes[0].y.size());
    surrogate_.reset();
    loosened_.reset();
    cost_.reset();
    surrogate_ = fit_surrogate(data, *space_, rng_.split("model", n), last_fits(experiment), options_.surrogate);
    averaged_.clear();
    if (can_average(data, options_.averaging.kind)) {
      averaged_ = averaged_surrogates(data, *surrogate_, *space_, options_.averaging, rng_.split("average", n),
                                      options_.surrogate.threads);
    }
    fitted_to_ = now;
  }
  return *surrogate_;
}

const Surrogate& BayesianGenerator::loosened() {
  if (!loosened_) {
    loosened_ = less_exact(*surrogate_);
    loosened_average_.clear();
    for (const Surrogate& one : averaged_) loosened_average_.push_back(less_exact(one));
  }
  return *loosened_;
}

}  // namespace

std::unique_ptr<Generator> make_bayesian_generator(const GeneratorSpec& spec) {
  return std::make_unique<BayesianGenerator>(spec);
}

}  // namespace boa::generation
