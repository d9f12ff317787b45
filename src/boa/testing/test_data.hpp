#pragma once

#include <filesystem>
#include <string_view>

namespace boa::testing {

/// A file or folder of the source tree's `tests/data`.
std::filesystem::path test_data(std::string_view name);

}  // namespace boa::testing
