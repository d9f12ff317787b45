#include "boa/app/result_table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "boa/util/csv.hpp"
#include "boa/util/number_text.hpp"
#include "boa/util/text.hpp"

namespace boa::app {

namespace {

using core::TrialStatus;

/// Spreadsheets write fewer digits than they read.
constexpr double kSameParameter = 1e-6;

/// Empty cells as tables write them.
bool is_unknown(std::string_view cell) {
  const std::string text = util::to_lower(cell);
  return text.empty() || text == "na" || text == "nan" || text == "n/a" || text == "none" || text == "null";
}

/// Whether the cell shows this value of a parameter, up to a spreadsheet's rounding.
bool shows(std::string_view cell, const core::ParameterValue& value) {
  if (util::to_lower(cell) == util::to_lower(core::to_string(value))) return true;
  if (std::holds_alternative<std::string>(value)) return false;
  const std::optional<double> number = util::number_from_text<double>(cell);
  const double expected = core::as_double(value);
  return number && std::abs(*number - expected) <= kSameParameter * std::max(std::abs(*number), std::abs(expected));
}

class TableReader {
 public:
  TableReader(std::string_view text, const core::Experiment& experiment)
      : rows_(util::parse_csv(text)), experiment_(experiment) {}

  ResultTable read() {
    if (rows_.empty() || !find_columns()) return std::move(table_);
    for (auto row = rows_.begin() + 1; row != rows_.end(); ++row) {
      const std::string why = read_row(*row);
      if (!why.empty()) table_.not_understood.push_back(fmt::format("line {}: {}", row->line, why));
    }
    return std::move(table_);
  }

 private:
  bool find_columns() {
    header_ = rows_.front().fields;
    for (std::string& name : header_) name = std::string(util::trim(name));
    index_ = column("trial_index");
    status_ = column("trial_status");
    if (experiment_.trials().empty()) return false;
    if (!index_) {
      table_.not_understood.emplace_back("line 1: there is no column 'trial_index'");
      return false;
    }
    for (const std::string& needed : experiment_.optimization_config().needed_metrics()) {
      if (!column(needed)) {
        table_.not_understood.push_back(fmt::format("line 1: there is no column for the metric '{}'", needed));
      }
    }
    return true;
  }

  std::optional<std::size_t> column(std::string_view name) const {
    const auto it = std::find(header_.begin(), header_.end(), name);
    if (it == header_.end()) return std::nullopt;
    return static_cast<std::size_t>(it - header_.begin());
  }

  static std::string_view cell(const util::CsvRow& row, std::optional<std::size_t> at) {
    return at && *at < row.fields.size() ? util::trim(row.fields[*at]) : std::string_view();
  }

  /// Takes the row; what is wrong with it, or empty.
  std::string read_row(const util::CsvRow& row) {
    if (row.fields.size() > header_.size()) {
      return fmt::format("{} fields where the header has {}", row.fields.size(), header_.size());
    }
    const std::string_view text = cell(row, index_);
    const std::optional<double> number = util::number_from_text<double>(text);
    if (!number || *number != std::floor(*number) || std::abs(*number) > 1e15) {
      return fmt::format("trial_index is '{}', which is no whole number", text);
    }
    const auto index = static_cast<std::int64_t>(*number);
    const core::Trial* trial = experiment_.find_trial(index);
    if (trial == nullptr || trial->arms.size() != 1) return fmt::format("there is no trial {} to be filled in", index);
    if (!seen_.insert(index).second) return fmt::format("a second row of trial {}", index);
    const std::string why = take(row, *trial);
    return why.empty() ? why : fmt::format("trial {}: {}", index, why);
  }

  std::string take(const util::CsvRow& row, const core::Trial& trial) {
    scheduler::Revision revision{trial.index, {}};
    if (const std::string why = changed_values(row, trial, revision.metrics); !why.empty()) return why;
    const std::optional<TrialStatus> closing = closing_status(row, trial);
    if (!closing && revision.metrics.empty()) return {};
    if (const std::string why = other_point(row, trial); !why.empty()) return why;
    if (closing) {
      (*closing == TrialStatus::kFailed ? table_.failed : table_.abandoned).push_back(trial.index);
      return {};
    }
    if (trial.status != TrialStatus::kRunning && trial.status != TrialStatus::kCompleted) {
      return fmt::format("it is {} and takes no value", core::to_string(trial.status));
    }
    table_.values.push_back(std::move(revision));
    return {};
  }

  std::string changed_values(const util::CsvRow& row, const core::Trial& trial,
                             std::vector<scheduler::ToldValue>& values) const {
    for (const core::Metric& metric : experiment_.optimization_config().metrics) {
      const std::string_view text = cell(row, column(metric.name));
      if (is_unknown(text)) continue;
      const std::optional<double> value = util::number_from_text<double>(text);
      if (!value || !std::isfinite(*value)) {
        return fmt::format("'{}' in column '{}' is no finite number", text, metric.name);
      }
      const core::DataRow* known = trial.find_data(metric.name, trial.arms.front().name);
      if (known == nullptr || known->mean != *value) values.push_back({metric.name, *value, std::nullopt});
    }
    return {};
  }

  std::string other_point(const util::CsvRow& row, const core::Trial& trial) const {
    for (const auto& [name, value] : trial.arms.front().parameters) {
      const std::string_view text = cell(row, column(name));
      if (!text.empty() && experiment_.optimization_config().find_metric(name) == nullptr && !shows(text, value)) {
        return fmt::format("its parameter '{}' is {}, the table has '{}'", name, core::to_string(value), text);
      }
    }
    return {};
  }

  /// FAILED or ABANDONED, if the row says so of its RUNNING trial.
  std::optional<TrialStatus> closing_status(const util::CsvRow& row, const core::Trial& trial) const {
    if (trial.status != TrialStatus::kRunning) return std::nullopt;
    const std::optional<TrialStatus> status = core::trial_status_from_name(cell(row, status_));
    return status == TrialStatus::kFailed || status == TrialStatus::kAbandoned ? status : std::nullopt;
  }

  std::vector<util::CsvRow> rows_;
  const core::Experiment& experiment_;
  std::vector<std::string> header_;
  std::optional<std::size_t> index_;
  std::optional<std::size_t> status_;
  std::set<std::int64_t> seen_;
  ResultTable table_;
};

}  // namespace

ResultTable read_result_table(std::string_view text, const core::Experiment& experiment) {
  return TableReader(text, experiment).read();
}

}  // namespace boa::app
