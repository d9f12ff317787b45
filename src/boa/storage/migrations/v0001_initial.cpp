#include <array>

#include "boa/storage/migrations/migrations.hpp"

namespace boa::storage {

namespace {

// Times are UTC, ISO 8601. JSON columns hold what has no columns of its own. mean and sem have no declared type, so
// that SQLite keeps what is stored: a real where the value is finite, the text 'nan', 'inf' or '-inf' where it is not.
constexpr std::array<const char*, 6> kStatements = {
    R"(CREATE TABLE experiment (
         id INTEGER PRIMARY KEY CHECK (id = 1),
         name TEXT NOT NULL,
         time_created TEXT NOT NULL,
         next_trial_index INTEGER NOT NULL,
         json TEXT NOT NULL))",
    R"(CREATE TABLE documents (
         name TEXT PRIMARY KEY,
         json TEXT NOT NULL))",
    R"(CREATE TABLE trials (
         trial_index INTEGER PRIMARY KEY,
         status TEXT NOT NULL,
         is_batch INTEGER NOT NULL,
         generation_method TEXT NOT NULL,
         generation_step INTEGER,
         time_created TEXT NOT NULL,
         time_staged TEXT,
         time_run_started TEXT,
         time_completed TEXT,
         ttl_seconds INTEGER,
         failed_reason TEXT NOT NULL,
         abandoned_reason TEXT NOT NULL,
         details TEXT NOT NULL))",
    R"(CREATE TABLE arms (
         trial_index INTEGER NOT NULL REFERENCES trials,
         position INTEGER NOT NULL,
         name TEXT NOT NULL,
         parameters TEXT NOT NULL,
         PRIMARY KEY (trial_index, position)) WITHOUT ROWID)",
    R"(CREATE TABLE data (
         trial_index INTEGER NOT NULL REFERENCES trials,
         position INTEGER NOT NULL,
         arm_name TEXT NOT NULL,
         metric TEXT NOT NULL,
         mean NOT NULL,
         sem,
         PRIMARY KEY (trial_index, position)) WITHOUT ROWID)",
    // For people with the sqlite3 shell: one line a value.
    R"(CREATE VIEW results AS
         SELECT trials.trial_index, status, generation_method, data.arm_name, metric, mean, sem, parameters
         FROM trials JOIN data USING (trial_index)
         LEFT JOIN arms ON arms.trial_index = data.trial_index AND arms.name = data.arm_name)",
};

}  // namespace

std::span<const char* const> migration_0001() { return kStatements; }

}  // namespace boa::storage
