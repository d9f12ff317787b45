#pragma once

#include <map>

#include "boa/storage/storage.hpp"

namespace boa::storage {

/// Keeps everything in memory, as copies: for embedding without files, and for tests.
class MemoryStorage final : public Storage {
 public:
  void commit(const Changes& changes) override;
  Snapshot load() override;

  int commits() const { return commits_; }

 private:
  core::Experiment header_;  // without trials
  std::map<std::int64_t, core::Trial> trials_;
  Documents documents_;
  int commits_ = 0;
};

/// Hands everything on to another storage, but fails on demand, as a full disk does: for tests of what follows then.
class FailingStorage final : public Storage {
 public:
  /// `inner` must outlive this.
  explicit FailingStorage(Storage& inner) : inner_(inner) {}

  /// The next `count` commits fail.
  void fail_next(int count) { failures_left_ = count; }
  /// Commits fail until it is told otherwise.
  void fail_always(bool fails) { fails_always_ = fails; }
  int failures() const { return failures_; }

  void commit(const Changes& changes) override;
  Snapshot load() override { return inner_.load(); }

 private:
  Storage& inner_;
  int failures_left_ = 0;
  bool fails_always_ = false;
  int failures_ = 0;
};

}  // namespace boa::storage
