#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace boa::app {

/// Languages that a starter project can be made for, as `boa init --lang` names them.
std::span<const std::string> starter_languages();

/// Files of a starter project: name and text. UserInputError for an unknown language, with the nearest known one.
std::vector<std::pair<std::string, std::string>> starter_files(const std::string& language);

/// Writes a working starter project: config, model and README. The folder is made where it is missing; one that holds
/// anything is refused (UserInputError), and nothing is ever overwritten.
void make_starter_project(const std::filesystem::path& folder, const std::string& language);

}  // namespace boa::app
