#include <fmt/core.h>
#include <soci/soci.h>

#include <utility>

#include "boa/core/ax_json.hpp"
#include "boa/storage/experiment_lock.hpp"
#include "boa/storage/sqlite_load.hpp"
#include "boa/storage/sqlite_session.hpp"
#include "boa/storage/storage.hpp"
#include "boa/storage/stored_values.hpp"
#include "boa/util/json.hpp"

namespace boa::storage {

namespace {

/// A value or NULL, bound to a statement for good: set it, then execute.
template <typename T>
struct Nullable {
  T value{};
  soci::indicator indicator = soci::i_null;

  void set(std::optional<T> from) {
    indicator = from ? soci::i_ok : soci::i_null;
    if (from) value = std::move(*from);
  }
};

/// The statements of a commit, prepared once. What they bind are members, so this stays where it is.
class Writer {
 public:
  explicit Writer(soci::session& session)
      : trial_((session.prepare << "INSERT OR REPLACE INTO trials VALUES (:index, :status, :batch, :method, :step, "
                                   ":created, :staged, :started, :completed, :ttl, :failed, :abandoned, :details)",
                soci::use(index_), soci::use(status_), soci::use(is_batch_), soci::use(method_),
                soci::use(step_.value, step_.indicator), soci::use(created_),
                soci::use(staged_.value, staged_.indicator), soci::use(started_.value, started_.indicator),
                soci::use(completed_.value, completed_.indicator), soci::use(ttl_.value, ttl_.indicator),
                soci::use(failed_), soci::use(abandoned_), soci::use(json_))),
        arm_((session.prepare << "INSERT OR REPLACE INTO arms VALUES (:index, :position, :name, :parameters)",
              soci::use(index_), soci::use(position_), soci::use(name_), soci::use(json_))),
        // Rows of a trial never become fewer, so replacing by position is enough.
        data_((session.prepare << "INSERT OR REPLACE INTO data VALUES (:index, :position, :arm, :metric, "
                                  "coalesce(:mean_text, :mean), coalesce(:sem_text, :sem))",
               soci::use(index_), soci::use(position_), soci::use(name_), soci::use(metric_),
               soci::use(mean_text_.value, mean_text_.indicator), soci::use(mean_.value, mean_.indicator),
               soci::use(sem_text_.value, sem_text_.indicator), soci::use(sem_.value, sem_.indicator))),
        document_((session.prepare << "INSERT OR REPLACE INTO documents VALUES (:name, :json)", soci::use(name_),
                   soci::use(json_))),
        experiment_((session.prepare << "INSERT OR REPLACE INTO experiment VALUES (1, :name, :created, :index, :json)",
                     soci::use(name_), soci::use(created_), soci::use(index_), soci::use(json_))) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void write(const core::Trial& trial) {
    index_ = trial.index;
    status_ = core::to_string(trial.status);
    is_batch_ = trial.is_batch ? 1 : 0;
    method_ = trial.generator_run.model_key;
    step_.set(trial.generator_run.generation_step_index);
    created_ = utc_text(trial.time_created);
    staged_.set(optional_text(trial.time_staged));
    started_.set(optional_text(trial.time_run_started));
    completed_.set(optional_text(trial.time_completed));
    ttl_.set(trial.ttl_seconds ? std::optional<long long>(*trial.ttl_seconds) : std::nullopt);
    failed_ = trial.failed_reason;
    abandoned_ = trial.abandoned_reason;
    json_ = trial_details(trial);
    trial_.execute(true);
    position_ = 0;
    for (const core::Arm& arm : trial.arms) write(arm);
    position_ = 0;
    for (const core::DataRow& row : trial.data) write(row);
  }

  void write(const std::string& name, const util::Node& document) {
    name_ = name;
    json_ = util::write_json(document);
    document_.execute(true);
  }

  void write(const core::Experiment& experiment) {
    name_ = experiment.name();
    created_ = utc_text(experiment.time_created());
    index_ = experiment.next_index();
    json_ = util::write_json(core::experiment_header_to_ax(experiment));
    experiment_.execute(true);
  }

 private:
  static std::optional<std::string> optional_text(const std::optional<util::TimePoint>& time) {
    return time ? std::optional(utc_text(*time)) : std::nullopt;
  }

  void write(const core::Arm& arm) {
    name_ = arm.name;
    json_ = util::write_json(core::to_node(arm.parameters));
    arm_.execute(true);
    ++position_;
  }

  void write(const core::DataRow& row) {
    name_ = row.arm_name;
    metric_ = row.metric;
    set_number(row.mean, mean_text_, mean_);
    set_number(row.sem, sem_text_, sem_);
    data_.execute(true);
    ++position_;
  }

  static void set_number(std::optional<double> number, Nullable<std::string>& text, Nullable<double>& value) {
    text.set(number ? non_finite_text(*number) : std::nullopt);
    value.set(text.indicator == soci::i_null ? number : std::nullopt);
  }

  long long index_ = 0;
  int position_ = 0;
  int is_batch_ = 0;
  std::string status_, method_, created_, failed_, abandoned_, json_, name_, metric_;
  Nullable<int> step_;
  Nullable<std::string> staged_, started_, completed_, mean_text_, sem_text_;
  Nullable<long long> ttl_;
  Nullable<double> mean_, sem_;
  soci::statement trial_, arm_, data_, document_, experiment_;
};

class SqliteStorage final : public Storage {
 public:
  SqliteStorage(const std::filesystem::path& folder, bool create) : folder_(folder), lock_(folder) {
    session_ = open_for_writing(folder_, create);
    prepare();
  }

  ~SqliteStorage() override { disconnect(); }

  void commit(const Changes& changes) override {
    if (changes.empty()) return;
    try {
      if (session_ == nullptr) {
        session_ = open_for_writing(folder_, false);
        prepare();
      }
      *session_ << "BEGIN IMMEDIATE";
      if (changes.experiment != nullptr) writer_->write(*changes.experiment);
      for (const core::Trial* trial : changes.trials) writer_->write(*trial);
      for (const auto& [name, document] : changes.documents) writer_->write(name, document);
      *session_ << "COMMIT";
    } catch (...) {
      // Closing without COMMIT rolls back, whatever state the connection is in; the next commit opens a new one.
      disconnect();
      rethrow_as_storage_error(folder_ / kStoreName, "write to");
    }
  }

  Snapshot load() override {
    const std::filesystem::path store = folder_ / kStoreName;
    try {
      if (session_ == nullptr) {
        session_ = open_for_writing(folder_, false);
        prepare();
      }
      return load_snapshot(*session_, store);
    } catch (...) {
      rethrow_as_storage_error(store, "read");
    }
  }

 private:
  void prepare() {
    try {
      writer_ = std::make_unique<Writer>(*session_);
    } catch (...) {
      disconnect();
      rethrow_as_storage_error(folder_ / kStoreName, "open");
    }
  }

  void disconnect() {
    try {
      writer_.reset();
      session_.reset();
    } catch (const soci::soci_error&) {
      // The store is whole without a clean end: the next connection recovers it.
    }
  }

  std::filesystem::path folder_;
  ExperimentLock lock_;
  std::unique_ptr<soci::session> session_;
  std::unique_ptr<Writer> writer_;
};

/// Looks at the store when it is asked to, and holds nothing open meanwhile.
class ReadOnlySqliteStorage final : public Storage {
 public:
  explicit ReadOnlySqliteStorage(std::filesystem::path folder) : folder_(std::move(folder)) {
    const std::filesystem::path store = folder_ / kStoreName;
    read_store(folder_, [&](soci::session& session) { check(session, store); });
  }

  void commit(const Changes&) override { throw InternalError("a store that was opened for reading was written to"); }

  Snapshot load() override {
    const std::filesystem::path store = folder_ / kStoreName;
    Snapshot snapshot;
    read_store(folder_, [&](soci::session& session) {
      check(session, store);
      // One transaction: a writer beside may commit between the tables.
      session << "BEGIN";
      snapshot = load_snapshot(session, store);
      session << "COMMIT";
    });
    return snapshot;
  }

 private:
  static void check(soci::session& session, const std::filesystem::path& store) {
    if (check_format(session, store) == 0)
      throw StorageError(fmt::format("{} is damaged: it is empty", store.string()));
  }

  std::filesystem::path folder_;
};

}  // namespace

std::unique_ptr<Storage> open_sqlite(const std::filesystem::path& folder, OpenMode mode) {
  if (mode == OpenMode::kReadOnly) return std::make_unique<ReadOnlySqliteStorage>(folder);
  return std::make_unique<SqliteStorage>(folder, mode == OpenMode::kCreate);
}

}  // namespace boa::storage
