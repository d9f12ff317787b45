#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "boa/core/experiment.hpp"
#include "boa/storage/storage.hpp"

namespace boa::scheduler {

/// What has changed in memory and is not durable yet. Group commit: everything since the last one is one transaction.
class PendingChanges {
 public:
  void trial(std::int64_t index) { trials_.insert(index); }
  void document(const std::string& name, util::Node value) { documents_[name] = std::move(value); }
  void experiment() { experiment_ = true; }
  bool empty() const { return trials_.empty() && documents_.empty() && !experiment_; }

  /// Writes all of it and is empty then. StorageError: everything stays pending.
  void commit(const core::Experiment& experiment, storage::Storage& storage);

 private:
  std::set<std::int64_t> trials_;
  storage::Documents documents_;
  bool experiment_ = false;
};

}  // namespace boa::scheduler
