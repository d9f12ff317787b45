#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace boa::util {

/// The whole file. StorageError names the file and the system's reason.
std::string read_file(const std::filesystem::path& path);

/// Replaces the file as a whole: temporary file in the same folder, written, synced (unless `durable` is false),
/// renamed. A reader sees the old or the new text, never a part. StorageError keeps the old file and leaves no rest.
void write_file_atomically(const std::filesystem::path& path, std::string_view text, bool durable = true);

/// Plain write that truncates (trial files, which can be made again). StorageError on failure.
void write_file(const std::filesystem::path& path, std::string_view text);

/// fsync of a folder, so that names created or renamed in it survive a power loss.
void sync_folder(const std::filesystem::path& folder);

/// True when the folder lies on a network file system (NFS, SMB, Lustre, GPFS, ...), where shared memory and locks of a
/// local file system cannot be relied on.
bool is_network_file_system(const std::filesystem::path& folder);

}  // namespace boa::util
