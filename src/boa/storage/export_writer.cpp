#include "boa/storage/export_writer.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "boa/storage/optimization_csv.hpp"
#include "boa/storage/scheduler_json.hpp"
#include "boa/util/files.hpp"
#include "boa/util/json.hpp"
#include "boa/util/version.hpp"

namespace boa::storage {

namespace {

// After a write that took t nothing is written for 99 t: at most 1 % of the time goes into exports.
constexpr int kPausesPerWrite = 99;
constexpr std::chrono::seconds kLatest{60};
constexpr std::chrono::seconds kPauseAfterFailure{1};
constexpr int kIndent = 4;

const util::Clock& system_clock() {
  static const util::SystemClock clock;
  return clock;
}

}  // namespace

ExportWriter::ExportWriter(std::filesystem::path folder, std::optional<std::filesystem::path> named_folder)
    : ExportWriter(std::move(folder), system_clock(), std::move(named_folder)) {}

ExportWriter::ExportWriter(std::filesystem::path folder, const util::Clock& clock,
                           std::optional<std::filesystem::path> named_folder)
    : folder_(std::move(folder)),
      named_folder_(named_folder ? std::move(*named_folder) : folder_),
      clock_(clock),
      not_before_(clock.steady()) {}

std::optional<util::SteadyTime> ExportWriter::due() const {
  if (!changed_at_) return std::nullopt;
  // The latest time bounds the pause, but after a failure at least the short pause holds.
  return failed_ ? not_before_ : std::min(not_before_, *changed_at_ + kLatest);
}

std::optional<std::string> ExportWriter::update(const core::Experiment& experiment, const Documents& documents,
                                                bool now) {
  note_change(experiment, documents);
  const std::optional<util::SteadyTime> time = due();
  if (!now && (!time || clock_.steady() < *time)) return std::nullopt;
  const util::SteadyTime start = clock_.steady();
  std::optional<std::string> warning;
  try {
    write(experiment, documents);
    written_revision_ = experiment.revision();
    written_documents_ = documents;
    changed_at_.reset();
    failed_ = false;
  } catch (const StorageError& error) {
    if (!failed_) warning = fmt::format("{}; the run goes on, {} is not affected", error.what(), kStoreName);
    failed_ = true;
  }
  const util::SteadyTime end = clock_.steady();
  not_before_ = end + (end - start) * kPausesPerWrite;
  if (failed_) not_before_ = end + kPauseAfterFailure;
  return warning;
}

void ExportWriter::note_change(const core::Experiment& experiment, const Documents& documents) {
  if (changed_at_) return;
  if (written_revision_ != experiment.revision() || written_documents_ != documents) changed_at_ = clock_.steady();
}

void ExportWriter::write(const core::Experiment& experiment, const Documents& documents) const {
  util::write_file_atomically(folder_ / kCsvName,
                              is_async(documents) ? to_fillable_csv(experiment) : to_optimization_csv(experiment));
  const util::Node node = to_scheduler_json(experiment, documents, named_folder_, std::string(util::kVersion));
  util::write_file_atomically(folder_ / kSchedulerJsonName, util::write_json(node, kIndent) + "\n");
}

}  // namespace boa::storage
