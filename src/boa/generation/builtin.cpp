#include "boa/generation/bandit_generator.hpp"
#include "boa/generation/bayesian_generator.hpp"
#include "boa/generation/factorial_generator.hpp"
#include "boa/generation/generator.hpp"
#include "boa/generation/sobol_generator.hpp"
#include "boa/generation/turbo_generator.hpp"

namespace boa::generation {

const util::Registry<GeneratorFactory>& generator_registry() {
  static const util::Registry<GeneratorFactory> registry = [] {
    util::Registry<GeneratorFactory> known("generator");
    known.add("BO_MIXED", make_bayesian_generator);
    known.add("BoTorch", make_bayesian_generator);
    known.add("EB", make_bandit_generator);
    known.add("Factorial", make_factorial_generator);
    known.add("FullyBayesian", make_bayesian_generator);
    known.add("FullyBayesianMOO", make_bayesian_generator);
    known.add("FullyBayesianMOO_MTGP", make_bayesian_generator);
    known.add("FullyBayesian_MTGP", make_bayesian_generator);
    known.add("GPEI", make_bayesian_generator);
    known.add("GPKG", make_bayesian_generator);
    known.add("GPMES", make_bayesian_generator);
    known.add("LatinHypercube", make_latin_hypercube_generator);
    known.add("MOO", make_bayesian_generator);
    known.add("SAASBO", make_bayesian_generator);
    known.add("SAAS_MTGP", make_bayesian_generator);
    known.add("SCBO", make_turbo_generator);
    known.add("ST_MTGP", make_bayesian_generator);
    known.add("ST_MTGP_LEGACY", make_bayesian_generator);
    known.add("ST_MTGP_NEHVI", make_bayesian_generator);
    known.add("Sobol", make_sobol_generator);
    known.add("Thompson", make_bayesian_generator);
    known.add("TuRBO", make_turbo_generator);
    known.add("Uniform", make_uniform_generator);
    return known;
  }();
  return registry;
}

}  // namespace boa::generation
