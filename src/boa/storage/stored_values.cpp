#include "boa/storage/stored_values.hpp"

#include <fmt/core.h>

#include <cmath>
#include <cstdio>
#include <ctime>
#include <limits>

#include "boa/util/error.hpp"
#include "boa/util/json.hpp"
#include "boa/util/text.hpp"

namespace boa::storage {

using util::Node;

std::string utc_text(util::TimePoint time) {
  const auto micros = std::chrono::floor<std::chrono::microseconds>(time);
  const auto whole = std::chrono::floor<std::chrono::seconds>(micros);
  const std::time_t seconds = std::chrono::system_clock::to_time_t(whole);
  std::tm t{};
  gmtime_r(&seconds, &t);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
                     t.tm_min, t.tm_sec, (micros - whole).count());
}

util::TimePoint parse_utc_text(const std::string& text) {
  std::tm t{};
  int micros = 0;
  if (std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%d.%6dZ", &t.tm_year, &t.tm_mon, &t.tm_mday, &t.tm_hour, &t.tm_min,
                  &t.tm_sec, &micros) != 7) {
    throw StorageError(fmt::format("'{}' is not a time", text));
  }
  t.tm_year -= 1900;
  t.tm_mon -= 1;
  return std::chrono::system_clock::from_time_t(timegm(&t)) + std::chrono::microseconds(micros);
}

std::optional<std::string> non_finite_text(double value) {
  if (std::isfinite(value)) return std::nullopt;
  return util::python_repr(value);
}

double parse_non_finite(const std::string& text) {
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (text == "inf") return std::numeric_limits<double>::infinity();
  if (text == "-inf") return -std::numeric_limits<double>::infinity();
  throw StorageError(fmt::format("'{}' is not a number", text));
}

std::string trial_details(const core::Trial& trial) {
  Node details = Node::object();
  const auto add = [&](const char* key, const Node& value) {
    if (!value.is_null()) details.set(key, value);
  };
  add("run_metadata", trial.run_metadata);
  add("stop_metadata", trial.stop_metadata);
  add("properties", trial.properties);
  add("gen_metadata", trial.generator_run.gen_metadata);
  return util::write_json(details);
}

void read_trial_details(const std::string& json, core::Trial& trial) {
  const Node details = util::parse_json(json, "details");
  const auto get = [&](const char* key) {
    const Node* value = details.find(key);
    return value == nullptr ? Node() : *value;
  };
  trial.run_metadata = get("run_metadata");
  trial.stop_metadata = get("stop_metadata");
  trial.properties = get("properties");
  trial.generator_run.gen_metadata = get("gen_metadata");
}

}  // namespace boa::storage
