#pragma once

#include <string>
#include <vector>

#include "boa/app/async_run.hpp"

namespace boa::cli {

/// What `boa async` has done, and what is to be done next, for people.
std::vector<std::string> async_lines(const app::AsyncReport& report);

}  // namespace boa::cli
