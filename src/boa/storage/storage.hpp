#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "boa/core/experiment.hpp"
#include "boa/util/error.hpp"
#include "boa/util/node.hpp"

namespace boa::storage {

/// Named JSON documents that are stored beside the trials: "config", "options", "generation_strategy", "wrapper",
/// "run". Storage does not look into them.
using Documents = std::map<std::string, util::Node>;

/// What one transaction writes: all of it is durable, or nothing is.
struct Changes {
  /// Trials to insert or replace, with their arms and data.
  std::vector<const core::Trial*> trials;
  /// Documents to insert or replace.
  Documents documents;
  /// The experiment's own properties, when they changed: name, space, configuration, properties, next index.
  const core::Experiment* experiment = nullptr;

  bool empty() const { return trials.empty() && documents.empty() && experiment == nullptr; }
};

/// Everything that a store holds.
struct Snapshot {
  core::Experiment experiment;
  Documents documents;
};

/// The truth about one experiment. One writer; every commit is one durable transaction.
class Storage {
 public:
  virtual ~Storage() = default;
  /// StorageError: nothing of the changes is stored, what was there before is whole, and commit may be tried again.
  virtual void commit(const Changes& changes) = 0;
  /// Everything. StorageError if it cannot be read; the message names what is damaged.
  virtual Snapshot load() = 0;
};

/// Name of the store inside an experiment folder.
inline constexpr const char* kStoreName = "boa.sqlite";

/// How a store is opened.
enum class OpenMode {
  kCreate,     ///< must not exist yet
  kReadWrite,  ///< the one writer; StorageError "in use" (see InUseError) if another boa has it
  kReadOnly,   ///< looks, changes nothing, and works beside a writer
};

/// Another process has the experiment open for writing: exit status 2, not 4.
class InUseError : public StorageError {
  using StorageError::StorageError;
};

/// Opens the SQLite store `folder/boa.sqlite`. WAL with synchronous=FULL on local file systems; on network file systems
/// a rollback journal with an exclusive lock. kReadOnly leaves no file behind, works in folders that cannot be written,
/// and refuses commit with InternalError.
///
/// StorageError: there is no store (or, for kCreate, there is one), it is damaged, of a newer version, or cannot be
/// read or written.
std::unique_ptr<Storage> open_sqlite(const std::filesystem::path& folder, OpenMode mode);

}  // namespace boa::storage
