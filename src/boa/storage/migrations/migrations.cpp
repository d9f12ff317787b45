#include "boa/storage/migrations/migrations.hpp"

#include <array>

namespace boa::storage {

std::span<const Migration> migrations() {
  static const std::array kAll = {Migration{1, migration_0001()}};
  return kAll;
}

int current_format() { return migrations().back().to_version; }

}  // namespace boa::storage
