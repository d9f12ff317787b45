#pragma once

#include <optional>
#include <string>

#include "boa/core/trial.hpp"
#include "boa/util/clock.hpp"

/// How single values stand in the store's columns.
namespace boa::storage {

/// `2026-11-23T18:59:13.123456Z`: UTC, so that no clock change makes it ambiguous, to the microsecond.
std::string utc_text(util::TimePoint time);
/// StorageError if it is no such text.
util::TimePoint parse_utc_text(const std::string& text);

/// Nothing for a finite number, else `nan`, `inf`, `-inf`: SQLite and SOCI have no NaN.
std::optional<std::string> non_finite_text(double value);
double parse_non_finite(const std::string& text);

/// Everything of a trial that has no column of its own, as JSON.
std::string trial_details(const core::Trial& trial);
void read_trial_details(const std::string& json, core::Trial& trial);

}  // namespace boa::storage
