#include "boa/scheduler/changes.hpp"

namespace boa::scheduler {

void PendingChanges::commit(const core::Experiment& experiment, storage::Storage& storage) {
  if (empty()) return;
  storage::Changes changes;
  for (const std::int64_t index : trials_) changes.trials.push_back(&experiment.trial(index));
  changes.documents = documents_;
  if (experiment_) changes.experiment = &experiment;
  storage.commit(changes);
  trials_.clear();
  documents_.clear();
  experiment_ = false;
}

}  // namespace boa::scheduler
