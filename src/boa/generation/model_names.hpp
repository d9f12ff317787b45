#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace boa::generation {

/// Model names, Ax's and boa's own TURBO and SCBO: members (`SOBOL`, `BOTORCH_MODULAR`), values (`Sobol`, `BoTorch`).

/// All spellings, for messages.
std::vector<std::string> known_model_names();
bool is_known_model(std::string_view name);
/// The members and values that steps can be made with.
std::vector<std::string> served_models();
/// Whether steps with this model can be made.
bool is_served_model(std::string_view name);
/// The value behind either spelling, which the column generation_method shows: `Sobol`, `GPEI`, `BoTorch`.
/// InternalError for an unknown name.
std::string model_value(std::string_view name);

}  // namespace boa::generation
