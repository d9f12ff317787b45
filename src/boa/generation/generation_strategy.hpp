#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "boa/core/experiment.hpp"
#include "boa/util/node.hpp"

namespace boa::generation {

/// One step of a strategy, with Ax's names. UserInputError for impossible values when the strategy is made.
struct GenerationStep {
  std::string model = "SOBOL";   ///< member (`SOBOL`, `GPEI`, `BOTORCH_MODULAR`) or value (`Sobol`, `BoTorch`)
  std::int64_t num_trials = -1;  ///< -1: unlimited, last step only
  std::int64_t min_trials_observed = 0;
  std::optional<std::int64_t> max_parallelism;
  bool enforce_num_trials = true;
  bool should_deduplicate = false;
  bool learn_failures = true;  ///< models keep away from where trials fail
  /// Trials of the run, where known: a model takes the last ones to refine the best point.
  std::optional<std::int64_t> budget;
  util::Node model_kwargs;      ///< null: none
  util::Node model_gen_kwargs;  ///< null: none
};

/// Arguments of the automatic choice, with Ax's names and defaults.
struct AutomaticOptions {
  std::optional<std::int64_t> num_trials;
  std::optional<std::int64_t> num_initialization_trials;
  std::optional<std::int64_t> max_initialization_trials;
  std::int64_t num_completed_initialization_trials = 0;
  std::optional<std::int64_t> max_parallelism_cap;
  std::optional<std::int64_t> max_parallelism_override;
  bool enforce_sequential_optimization = true;
  bool use_saasbo = false;
  bool no_bayesian_optimization = false;
  bool use_batch_trials = false;
  bool should_deduplicate = false;
  bool learn_failures = true;
};

/// The steps that the automatic choice makes for a problem, with the reasons in words. `budget` is the number of trials
/// that the run will have, if known: the initial design stays so small that a budget above 5 reaches the model.
struct ChosenSteps {
  std::vector<GenerationStep> steps;
  std::string name;    ///< `Sobol+BoTorch`
  std::string reason;  ///< for the log and `boa check`
};
ChosenSteps choose_generation_steps(const core::SearchSpace& space, const core::OptimizationConfig& config,
                                    const AutomaticOptions& options, std::optional<std::int64_t> budget);

/// One point to be tried, and where it came from.
struct Suggestion {
  core::Parameterization parameters;
  core::GeneratorRun generator_run;
};

/// Why fewer points came than were asked for.
enum class Shortage {
  kNone,
  kMaxParallelism,        ///< of the step, until a running trial ends
  kDataRequired,          ///< min_trials_observed of the step, until a running trial ends
  kStepsCompleted,        ///< all steps have generated what they should
  kSearchSpaceExhausted,  ///< every point of a finite space was tried
};

struct Suggestions {
  std::vector<Suggestion> points;
  int num_allowed = 0;  ///< how many points the steps allow now, at most as many as asked for; gen() fills `points`
  Shortage shortage = Shortage::kNone;
  std::string reason;  ///< in words, when there is a shortage
  /// For the log: a point came from elsewhere than from its step's model, and why; a metric turned out to be noisy.
  std::vector<std::string> notices;
};

/// Generates points step by step: Ax's GenerationStrategy. Its suggestions are a function of seed, the experiment's
/// trials and their data alone: nothing else is remembered, so that a resumed run goes on as if never interrupted.
class GenerationStrategy {
 public:
  /// `seed`: of the whole run. `threads`: that compute a point; the points do not depend on it. UserInputError for
  /// impossible steps, UnsupportedError for a model that is not served.
  GenerationStrategy(std::string name, std::vector<GenerationStep> steps, std::uint64_t seed, int threads = 1);
  ~GenerationStrategy();
  GenerationStrategy(GenerationStrategy&&) noexcept;
  GenerationStrategy& operator=(GenerationStrategy&&) noexcept;

  const std::string& name() const;
  const std::vector<GenerationStep>& steps() const;

  /// Up to n points for new trials (or for the arms of one batch trial). Points of trials that are CANDIDATE, STAGED or
  /// RUNNING are pending: conditioned on, and not repeated.
  Suggestions gen(const core::Experiment& experiment, int n);

  /// n points for the arms of one batch trial: all from the current step, whose counts and limits see one trial.
  Suggestions gen_arms(const core::Experiment& experiment, int n);

  /// How many points could be generated now, at most n (as `num_allowed`), and why not more; generates nothing, so that
  /// an exhausted search space shows only in gen().
  Suggestions allowance(const core::Experiment& experiment, int n) const;

  /// Position of the step that makes the next point (steps().size() when all are completed), and its name for people.
  std::size_t current_step(const core::Experiment& experiment) const;
  std::string current_step_name(const core::Experiment& experiment) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace boa::generation
