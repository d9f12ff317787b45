#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "boa/storage/storage.hpp"
#include "boa/util/clock.hpp"

namespace boa::storage {

/// Keeps scheduler.json and optimization.csv beside the store up to date: always whole, and so seldom that writing them
/// takes at most 1 % of the run's time, but at the latest 60 s after a change.
///
/// A failure never ends a run: it is a warning, given once until writing works again, and tried again later.
class ExportWriter {
 public:
  /// Writes into `folder`. `named_folder` is what scheduler.json says about where it is, if that is another one: the
  /// folder of a new experiment gets its name only when it is filled.
  explicit ExportWriter(std::filesystem::path folder, std::optional<std::filesystem::path> named_folder = std::nullopt);
  /// The same with a clock, which must outlive this.
  ExportWriter(std::filesystem::path folder, const util::Clock& clock,
               std::optional<std::filesystem::path> named_folder = std::nullopt);

  /// Writes what has changed since the last time, if it is time to; with `now` in any case (at the start, at the end,
  /// on a signal). Cheap when there is nothing to do, so it may be called after every step and whenever a loop is idle.
  /// Returns the warning when it fails for the first time.
  std::optional<std::string> update(const core::Experiment& experiment, const Documents& documents, bool now);

  /// When update() will write without `now`; nothing if it knows of no change.
  std::optional<util::SteadyTime> due() const;

 private:
  void note_change(const core::Experiment& experiment, const Documents& documents);
  void write(const core::Experiment& experiment, const Documents& documents) const;

  std::filesystem::path folder_;
  std::filesystem::path named_folder_;
  const util::Clock& clock_;
  std::optional<std::uint64_t> written_revision_;
  Documents written_documents_;
  std::optional<util::SteadyTime> changed_at_;  ///< when a change that is not written yet was seen first
  util::SteadyTime not_before_;
  bool failed_ = false;
};

}  // namespace boa::storage
