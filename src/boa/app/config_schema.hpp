#pragma once

#include <string>
#include <vector>

#include "boa/util/node.hpp"

namespace boa::app {

/// The JSON Schema (draft 7) of a config in its present form, made from the declarations that the reader uses. What a
/// schema cannot say (bounds in the wrong order, names that do not exist) is left to 'boa check'.
util::Node config_schema();
/// As text: the file config.schema.json.
std::string config_schema_text();

/// The reference page of the documentation, in Markdown, from the same declarations.
std::string config_reference();

/// The keys of the top level.
std::vector<std::string> top_level_keys();

}  // namespace boa::app
