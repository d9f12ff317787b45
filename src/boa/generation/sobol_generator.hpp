#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "boa/generation/generator.hpp"

namespace boa::generation {

/// Scrambled Sobol points inside the parameter constraints, never the same point twice. model_kwargs as in Ax: `seed`,
/// `deduplicate`, `scramble`, `init_position`, `center_first`, `fallback_to_sample_polytope`; and `target_task_only`.
/// Without it points are of all tasks alike, as in Ax.
std::unique_ptr<Generator> make_sobol_generator(const GeneratorSpec& spec);

/// Independent uniform points, otherwise the same.
std::unique_ptr<Generator> make_uniform_generator(const GeneratorSpec& spec);

/// Latin hypercube samples of as many points as the step has trials (McKay, Beckman & Conover 1979): in each column of
/// the unit cube every one of that many equal intervals holds one point; without `scramble` at its middle. Otherwise
/// the same. Points that break a constraint are passed over, and what is wanted after the last comes from the next
/// sample. UserInputError for a step without end.
std::unique_ptr<Generator> make_latin_hypercube_generator(const GeneratorSpec& spec);

/// Why a step of this model (by its value) cannot have so many trials; empty if it can.
std::string why_not_num_trials(std::string_view model_value, std::int64_t num_trials);

/// Does the model take the kwargs of make_sobol_generator? By its value, e.g. `Sobol`.
bool takes_sequence_options(std::string_view model_value);

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
