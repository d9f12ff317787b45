#include "boa/storage/memory_storage.hpp"

namespace boa::storage {

void MemoryStorage::commit(const Changes& changes) {
  if (changes.experiment != nullptr) {
    const core::Experiment& from = *changes.experiment;
    header_ = core::Experiment(from.name(), from.search_space(), from.optimization_config(), from.time_created());
    header_.properties() = from.properties();
    header_.skip_to(from.next_index());
  }
  for (const core::Trial* trial : changes.trials) trials_.insert_or_assign(trial->index, *trial);
  for (const auto& [name, document] : changes.documents) documents_[name] = document;
  ++commits_;
}

Snapshot MemoryStorage::load() {
  Snapshot snapshot{header_, documents_};
  for (const auto& [index, trial] : trials_) snapshot.experiment.add_stored_trial(trial);
  return snapshot;
}

void FailingStorage::commit(const Changes& changes) {
  if (fails_always_ || failures_left_ > 0) {
    if (failures_left_ > 0) --failures_left_;
    ++failures_;
    throw StorageError("could not write to the store: no space left");
  }
  inner_.commit(changes);
}

}  // namespace boa::storage
