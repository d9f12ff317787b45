#include "boa/storage/experiment_folder.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "boa/storage/experiment_lock.hpp"
#include "boa/storage/optimization_csv.hpp"
#include "boa/storage/scheduler_json.hpp"
#include "boa/storage/storage.hpp"
#include "boa/util/files.hpp"

namespace boa::storage {

namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

/// Renames without replacing anything. False if the new name is taken.
bool rename_to_free_name(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno == EEXIST) return false;
  if (errno == EINVAL || errno == ENOSYS) {  // a file system (NFS) or kernel that cannot promise it
    if (is_there(to)) return false;
    if (::rename(from.c_str(), to.c_str()) == 0) return true;
  }
  throw StorageError(fmt::format("could not create {}: {}", to.string(), std::strerror(errno)));
}

void sync_file(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) ::close(fd);
  if (!synced) throw StorageError(fmt::format("could not sync {}: {}", path.string(), std::strerror(error)));
}

void sync_everything(const fs::path& folder) {
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_symlink()) continue;
    if (entry.is_regular_file()) sync_file(entry.path());
    if (entry.is_directory()) util::sync_folder(entry.path());
  }
  util::sync_folder(folder);
}

/// `wanted`, or the first of `wanted.1`, `wanted.2`, ... that is free.
fs::path free_name(const fs::path& wanted) {
  fs::path name = wanted;
  for (int suffix = 1; is_there(name); ++suffix) name = wanted.string() + fmt::format(".{}", suffix);
  return name;
}

/// The hidden folder; gone at the end unless it was renamed.
class HiddenFolder {
 public:
  explicit HiddenFolder(const fs::path& wanted) {
    std::string name = (wanted.parent_path() / fmt::format(".{}.XXXXXX", wanted.filename().string())).string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw StorageError(
          fmt::format("could not create a folder in {}: {}", wanted.parent_path().string(), std::strerror(errno)));
    }
    path_ = name;
    // mkdtemp makes it private; the experiment's folder is as open as the user's umask says.
    const mode_t mask = ::umask(0);
    ::umask(mask);
    if (::chmod(name.c_str(), 0777 & ~mask) != 0) return;
  }
  HiddenFolder(const HiddenFolder&) = delete;
  HiddenFolder& operator=(const HiddenFolder&) = delete;
  ~HiddenFolder() {
    std::error_code ignored;
    if (!renamed_) fs::remove_all(path_, ignored);
  }

  const fs::path& path() const { return path_; }

  /// False if the name is taken by now.
  bool rename_to(const fs::path& name) {
    renamed_ = rename_to_free_name(path_, name);
    return renamed_;
  }

 private:
  fs::path path_;
  bool renamed_ = false;
};

}  // namespace

fs::path find_experiment_folder(const fs::path& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path).lexically_normal();
  const fs::file_status status = fs::status(absolute, error);
  if (!fs::exists(status)) throw UserInputError(fmt::format("there is no file or folder {}", path.string()));
  fs::path folder = absolute.has_filename() ? absolute : absolute.parent_path();
  if (!fs::is_directory(status)) {
    const std::string name = absolute.filename().string();
    if (name != kStoreName && name != kSchedulerJsonName && name != kCsvName) {
      throw UserInputError(fmt::format("{} is none of boa's files", path.string()),
                           fmt::format("Give the experiment's folder, or {}, {} or {} in it.", kStoreName,
                                       kSchedulerJsonName, kCsvName));
    }
    folder = absolute.parent_path();
  }
  if (!has_store(folder) && !fs::is_regular_file(folder / kSchedulerJsonName, error)) {
    throw UserInputError(fmt::format("{} is not an experiment folder: it has neither {} nor {}", folder.string(),
                                     kStoreName, kSchedulerJsonName));
  }
  return folder;
}

bool has_store(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_regular_file(folder / kStoreName, ignored);
}

void rebuild_store(const fs::path& folder, const std::function<Snapshot(const util::Node& scheduler_json)>& read,
                   const std::function<void()>& keep) {
  const ExperimentLock lock(folder);
  const Snapshot snapshot = read_scheduler_json(folder, read);
  Changes changes;
  changes.experiment = &snapshot.experiment;
  changes.documents = snapshot.documents;
  for (const auto& [index, trial] : snapshot.experiment.trials()) changes.trials.push_back(&trial);
  // Made in a folder of its own, so that no half of a store can be taken for the whole.
  const HiddenFolder hidden(folder / kStoreName);
  open_sqlite(hidden.path(), OpenMode::kCreate)->commit(changes);
  if (keep) keep();
  if (!rename_to_free_name(hidden.path() / kStoreName, folder / kStoreName)) {
    throw StorageError(fmt::format("{} exists already", (folder / kStoreName).string()));
  }
  util::sync_folder(folder);
}

fs::path create_experiment_folder(const fs::path& wanted,
                                  const std::function<void(const fs::path& inside, const fs::path& final)>& fill) {
  try {
    fs::path absolute = fs::absolute(wanted).lexically_normal();
    if (!absolute.has_filename()) absolute = absolute.parent_path();
    fs::create_directories(absolute.parent_path());
    for (;;) {
      const fs::path final = free_name(absolute);
      HiddenFolder hidden(absolute);
      fill(hidden.path(), final);
      sync_everything(hidden.path());
      if (!hidden.rename_to(final)) continue;
      util::sync_folder(final.parent_path());
      return final;
    }
  } catch (const fs::filesystem_error& error) {
    throw StorageError(fmt::format("could not create {}: {}", wanted.string(), error.code().message()));
  }
}

}  // namespace boa::storage
