#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "boa/core/experiment.hpp"
#include "boa/generation/generation_strategy.hpp"
#include "boa/generation/history.hpp"
#include "boa/generation/transforms/unit_space.hpp"
#include "boa/util/registry.hpp"
#include "boa/util/rng.hpp"

namespace boa::generation {

/// What a generator is asked for.
struct GenerationRequest {
  const core::Experiment& experiment;
  const History& history;  ///< of the experiment, up to date
  std::size_t step = 0;    ///< the generation step that asks
  int n = 1;
  /// Points of this call that other steps have made already: pending like the open trials.
  const std::vector<Suggestion>& also_pending;
  bool deduplicate = false;    ///< the step's should_deduplicate
  bool learn_failures = true;  ///< the step's
  /// The step's.
  std::optional<std::int64_t> budget = {};
};

/// What came.
struct GeneratedPoints {
  std::vector<Suggestion> points;
  std::vector<std::string> notices;  ///< for the log
  bool exhausted = false;            ///< fewer than asked for, because every point of a finite space was tried
};

/// Makes points for a search space. What it gives is a function of its seed and the request alone; anything that it
/// keeps between calls is a cache.
class Generator {
 public:
  virtual ~Generator() = default;
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;

  /// What the column generation_method shows: `Sobol`, `BoTorch`.
  const std::string& model_key() const { return model_key_; }

  /// n points, or fewer if the space is exhausted. All are members of the search space and distinct from the pending
  /// ones, but for the arms of a bandit. UnsupportedError if this kind of problem is not served.
  GeneratedPoints generate(const GenerationRequest& request);

 protected:
  explicit Generator(std::string model_key) : model_key_(std::move(model_key)) {}

 private:
  virtual GeneratedPoints do_generate(const GenerationRequest& request) = 0;

  std::string model_key_;
};

/// What a generator is made from.
struct GeneratorSpec {
  std::shared_ptr<const UnitSpace> space;
  std::string model_key;
  util::Node model_kwargs;           ///< null: none
  util::Rng rng;                     ///< of this step
  int threads = 1;                   ///< that compute a point
  util::Node model_gen_kwargs = {};  ///< null: none
  std::int64_t num_trials = -1;      ///< of the step; -1: no end
};

/// The generators by model_key: BO_MIXED, BoTorch, EB, Factorial, FullyBayesian, FullyBayesianMOO,
/// FullyBayesianMOO_MTGP, FullyBayesian_MTGP, GPEI, GPKG, GPMES, LatinHypercube, MOO, SAASBO, SAAS_MTGP, SCBO, ST_MTGP,
/// ST_MTGP_LEGACY, ST_MTGP_NEHVI, Sobol, Thompson, TuRBO, Uniform.
using GeneratorFactory = std::function<std::unique_ptr<Generator>(const GeneratorSpec&)>;
const util::Registry<GeneratorFactory>& generator_registry();

}  // namespace boa::generation
