#pragma once

#include <filesystem>

#include "boa/template/evaluator.hpp"

namespace boa::templates {

/// The functions that every template knows: range, dict, namespace, cycler, joiner.
void add_globals(Runtime& runtime, Scope& scope);

/// Whether `name` is one of them.
bool is_global(std::string_view name);

/// A path, as Python's pathlib has it: prints as its text, has name, stem, suffix, parent, and `/` joins.
Value make_path(Runtime& runtime, const std::filesystem::path& path);

}  // namespace boa::templates
