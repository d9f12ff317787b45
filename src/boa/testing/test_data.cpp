#include "boa/testing/test_data.hpp"

namespace boa::testing {

std::filesystem::path test_data(std::string_view name) {
  return std::filesystem::path(BOA_SOURCE_DIR) / "tests/data" / name;
}

}  // namespace boa::testing
