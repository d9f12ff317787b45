#pragma once

#include <tl/expected.hpp>

namespace boa::util {

/// A value, or the reason why there is none. For outcomes that are expected in normal use.
template <typename T, typename E>
using Result = tl::expected<T, E>;

/// `return failure(reason);` in a function that returns a Result.
template <typename E>
auto failure(E reason) {
  return tl::make_unexpected(std::move(reason));
}

}  // namespace boa::util
