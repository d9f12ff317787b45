#pragma once

#include <span>

namespace boa::storage {

/// One step from a format of the store to the next. A step that was released is never changed: stores of that format
/// exist.
struct Migration {
  int to_version;  ///< format after this step
  std::span<const char* const> statements;
};

/// All steps, from an empty database to the present format, in order.
std::span<const Migration> migrations();
/// The format that this program writes.
int current_format();

/// Written into the header of the file (PRAGMA application_id): `boa1` in ASCII.
inline constexpr int kApplicationId = 0x626F6131;

// Each in its own file.
std::span<const char* const> migration_0001();

}  // namespace boa::storage
