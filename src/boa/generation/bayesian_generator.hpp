#pragma once

#include <memory>

#include "boa/generation/generator.hpp"

namespace boa::generation {

/// Points where a Gaussian process of the metrics expects most: LogEI where outcomes are exact, q-LogNEI where they are
/// noisy, come in batches or are pending; with the outcome constraints' probabilities, mixed parameters, and linear
/// constraints. Takes a quasi-random point where no model can be made; gen_metadata then holds `fallback`, the reason.
std::unique_ptr<Generator> make_bayesian_generator(const GeneratorSpec& spec);

}  // namespace boa::generation
