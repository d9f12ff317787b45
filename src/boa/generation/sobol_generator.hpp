#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "boa/generation/generator.hpp"

namespace boa::generation {

/// Scrambled Sobol points inside the parameter constraints, never the same point twice. model_kwargs as in Ax: `seed`,
/// `deduplicate`, `scramble`, `init_position`, `center_first`, `fallback_to_sample_polytope`; and `target_task_only`.
/// Without it points are of all tasks alike, as in Ax.
std::unique_ptr<Generator> make_sobol_generator(const GeneratorSpec& spec);

/// Independent uniform points, otherwise the same.
std::unique_ptr<Generator> make_uniform_generator(const GeneratorSpec& spec);

/// Key of model_kwargs: every point at the target task, where there is a task parameter.
inline constexpr const char* kTargetTaskOnly = "target_task_only";

/// Sobol points with a stream of their own, at the target task, for where the model of `spec` finds no point; its
/// kwargs are not those of a sequence.
std::unique_ptr<Generator> make_fallback_sequence(const GeneratorSpec& spec);

/// A point of such a sequence instead of one of the model, with the `reason` in its record and in `notices`; an empty
/// reason: the point is as good as any. Nothing if every point of a finite space was tried.
std::optional<Suggestion> fallback_point(Generator& sequence, const GenerationRequest& request,
                                         const std::vector<Suggestion>& pending, const std::string& model_key,
                                         const std::string& reason, std::vector<std::string>& notices);

}  // namespace boa::generation
