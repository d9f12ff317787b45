#pragma once

namespace boa::util {

/// Of this program and of the files that it writes.
inline constexpr const char* kVersion = "1.0.0";

}  // namespace boa::util
