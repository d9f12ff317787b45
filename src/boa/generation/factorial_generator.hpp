#pragma once

#include <memory>
#include <string>

#include "boa/generation/generator.hpp"

namespace boa::generation {

/// Every combination of the choices that meets the parameter constraints, one after the other in a fixed order, none
/// twice; exhausted after the last. For a space of choices and fixed parameters: see why_not_factorial. model_kwargs:
/// none.
std::unique_ptr<Generator> make_factorial_generator(const GeneratorSpec& spec);

/// Why such a generator cannot serve the space; empty if it does.
std::string why_not_factorial(const core::SearchSpace& space);

}  // namespace boa::generation
