#include "boa/storage/sqlite_load.hpp"

#include <fmt/core.h>
#include <soci/soci.h>

#include <utility>

#include "boa/core/ax_json.hpp"
#include "boa/storage/stored_values.hpp"
#include "boa/util/json.hpp"

namespace boa::storage {

namespace {

/// Reads into one variable after the other, each with a flag for NULL.
template <typename T>
std::optional<T> optional_of(const T& value, soci::indicator indicator) {
  return indicator == soci::i_ok ? std::optional<T>(value) : std::nullopt;
}

class Loader {
 public:
  Loader(soci::session& session, const std::filesystem::path& store) : session_(session), store_(store) {}

  Snapshot load() {
    check_integrity();
    Snapshot snapshot;
    snapshot.documents = documents();
    snapshot.experiment = experiment();
    std::map<std::int64_t, core::Trial> trials = read_trials();
    read_arms(trials);
    read_data(trials);
    for (auto& [index, trial] : trials) snapshot.experiment.add_stored_trial(std::move(trial));
    return snapshot;
  }

 private:
  [[noreturn]] void fail(const std::string& where, const std::string& what) const {
    throw StorageError(fmt::format("{} is damaged: {}: {}", store_.string(), where, what),
                       "Move it away to go on from scheduler.json beside it.");
  }

  /// Runs `read`; what it cannot read is reported with its place.
  template <typename Read>
  auto guarded(const std::string& where, Read read) const {
    try {
      return read();
    } catch (const soci::soci_error&) {
      throw;
    } catch (const UnsupportedError&) {
      throw;
    } catch (const Error& error) {
      fail(where, error.what());
    }
  }

  void check_integrity() {
    const soci::rowset<std::string> lines = (session_.prepare << "PRAGMA integrity_check(3)");
    std::string report;
    for (const std::string& line : lines) report += (report.empty() ? "" : "; ") + line;
    if (report != "ok") fail("SQLite's integrity check", report);
  }

  Documents documents() {
    Documents all;
    std::string name;
    std::string json;
    soci::statement statement =
        (session_.prepare << "SELECT name, json FROM documents", soci::into(name), soci::into(json));
    statement.execute();
    while (statement.fetch()) {
      const std::string where = fmt::format("document '{}'", name);
      all[name] = guarded(where, [&] { return util::parse_json(json, where); });
    }
    return all;
  }

  core::Experiment experiment() {
    std::string name;
    std::string created;
    std::string json;
    long long next = 0;
    session_ << "SELECT name, time_created, next_trial_index, json FROM experiment", soci::into(name),
        soci::into(created), soci::into(next), soci::into(json);
    if (!session_.got_data()) return {};
    return guarded("the experiment", [&] {
      const core::Experiment header = core::experiment_from_ax(util::parse_json(json, "experiment"));
      core::Experiment experiment(name, header.search_space(), header.optimization_config(), parse_utc_text(created));
      experiment.properties() = header.properties();
      experiment.skip_to(next);
      return experiment;
    });
  }

  std::map<std::int64_t, core::Trial> read_trials() {
    std::map<std::int64_t, core::Trial> trials;
    long long index = 0;
    int is_batch = 0;
    int step = 0;
    long long ttl = 0;
    std::string status, method, created, staged, started, completed, failed, abandoned, details;
    soci::indicator has_step{}, has_staged{}, has_started{}, has_completed{}, has_ttl{};
    soci::statement statement =
        (session_.prepare << "SELECT trial_index, status, is_batch, generation_method, generation_step, time_created, "
                             "time_staged, time_run_started, time_completed, ttl_seconds, failed_reason, "
                             "abandoned_reason, details FROM trials ORDER BY trial_index",
         soci::into(index), soci::into(status), soci::into(is_batch), soci::into(method), soci::into(step, has_step),
         soci::into(created), soci::into(staged, has_staged), soci::into(started, has_started),
         soci::into(completed, has_completed), soci::into(ttl, has_ttl), soci::into(failed), soci::into(abandoned),
         soci::into(details));
    statement.execute();
    const auto time = [](const std::string& text, soci::indicator has) {
      return has == soci::i_ok ? std::optional(parse_utc_text(text)) : std::nullopt;
    };
    while (statement.fetch()) {
      core::Trial& trial = trials[index];
      guarded(fmt::format("trial {}", index), [&] {
        const auto known = core::trial_status_from_name(status);
        if (!known) throw StorageError(fmt::format("'{}' is no trial status", status));
        trial.index = index;
        trial.status = *known;
        trial.is_batch = is_batch != 0;
        trial.generator_run.model_key = method;
        trial.generator_run.generation_step_index = optional_of(step, has_step);
        trial.time_created = parse_utc_text(created);
        trial.time_staged = time(staged, has_staged);
        trial.time_run_started = time(started, has_started);
        trial.time_completed = time(completed, has_completed);
        if (has_ttl == soci::i_ok) trial.ttl_seconds = ttl;
        trial.failed_reason = failed;
        trial.abandoned_reason = abandoned;
        read_trial_details(details, trial);
      });
    }
    return trials;
  }

  core::Trial& owner(std::map<std::int64_t, core::Trial>& trials, std::int64_t index, const char* table) const {
    const auto it = trials.find(index);
    if (it == trials.end()) fail(fmt::format("table {}", table), fmt::format("there is no trial {}", index));
    return it->second;
  }

  void read_arms(std::map<std::int64_t, core::Trial>& trials) {
    long long index = 0;
    std::string name, parameters;
    soci::statement statement =
        (session_.prepare << "SELECT trial_index, name, parameters FROM arms ORDER BY trial_index, position",
         soci::into(index), soci::into(name), soci::into(parameters));
    statement.execute();
    while (statement.fetch()) {
      const std::string where = fmt::format("the parameters of trial {}", index);
      core::Trial& trial = owner(trials, index, "arms");
      guarded(where, [&] {
        trial.arms.push_back({name, core::parameterization_from_node(util::parse_json(parameters, where))});
      });
    }
  }

  void read_data(std::map<std::int64_t, core::Trial>& trials) {
    long long index = 0;
    std::string arm, metric, mean_text, sem_text;
    double mean = 0;
    double sem = 0;
    soci::indicator mean_is_text{}, has_mean{}, sem_is_text{}, has_sem{};
    soci::statement statement =
        (session_.prepare
             << "SELECT trial_index, arm_name, metric, "
                "CASE typeof(mean) WHEN 'text' THEN mean END, CASE typeof(mean) WHEN 'text' THEN NULL ELSE mean END, "
                "CASE typeof(sem) WHEN 'text' THEN sem END, CASE typeof(sem) WHEN 'text' THEN NULL ELSE sem END "
                "FROM data ORDER BY trial_index, position",
         soci::into(index), soci::into(arm), soci::into(metric), soci::into(mean_text, mean_is_text),
         soci::into(mean, has_mean), soci::into(sem_text, sem_is_text), soci::into(sem, has_sem));
    statement.execute();
    while (statement.fetch()) {
      core::Trial& trial = owner(trials, index, "data");
      guarded(fmt::format("the data of trial {}", index), [&] {
        core::DataRow row{arm, metric, mean, std::nullopt};
        if (mean_is_text == soci::i_ok) row.mean = parse_non_finite(mean_text);
        if (has_sem == soci::i_ok) row.sem = sem;
        if (sem_is_text == soci::i_ok) row.sem = parse_non_finite(sem_text);
        trial.data.push_back(std::move(row));
      });
    }
  }

  soci::session& session_;
  std::filesystem::path store_;
};

}  // namespace

Snapshot load_snapshot(soci::session& session, const std::filesystem::path& store) {
  return Loader(session, store).load();
}

}  // namespace boa::storage
