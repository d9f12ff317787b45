#include "boa/storage/optimization_csv.hpp"

#include <cmath>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "boa/core/observations.hpp"
#include "boa/util/csv.hpp"
#include "boa/util/text.hpp"

namespace boa::storage {

namespace {

constexpr std::size_t kReasonCharacters = 15;

std::string number(double value) { return std::isnan(value) ? "NA" : util::python_repr(value); }

/// The first characters (not bytes) and `...`, as BOA always writes it; NA for none.
std::string short_reason(const std::string& reason) {
  if (reason.empty()) return "NA";
  std::size_t characters = 0;
  std::size_t end = 0;
  while (end < reason.size()) {
    const bool starts_one = (static_cast<unsigned char>(reason[end]) & 0xC0U) != 0x80U;
    if (starts_one && characters++ == kReasonCharacters) break;
    ++end;
  }
  return reason.substr(0, end) + "...";
}

class Table {
 public:
  Table(const core::Experiment& experiment, bool is_fillable)
      : experiment_(experiment), config_(experiment.optimization_config()), is_fillable_(is_fillable) {
    std::set<std::string> in_data;  // byte order
    for (const auto& [index, trial] : experiment.trials()) {
      if (!trial.reason().empty()) has_reasons_ = true;
      for (const core::DataRow& row : trial.data) in_data.insert(row.metric);
    }
    metrics_.assign(in_data.begin(), in_data.end());
    if (is_fillable) metrics_ = tracked_first();
    has_feasibility_ = !config_.outcome_constraints.empty() || !config_.objective_thresholds.empty();
  }

  std::string write() {
    if (experiment_.trials().empty()) return "metric_name,arm_name,sem,mean\n";
    // An arm may lack some of them: those that depend on a choice.
    std::vector<core::Parameter> independent = experiment_.search_space().parameters();
    core::Parameterization all;
    for (core::Parameter& parameter : independent) {
      if (auto* choice = std::get_if<core::ChoiceParameter>(&parameter)) choice->dependents = {};
      if (auto* fixed = std::get_if<core::FixedParameter>(&parameter)) fixed->dependents = {};
      all.emplace_back(core::name_of(parameter), core::ParameterValue());
    }
    const core::SearchSpace space(std::move(independent), {});
    for (const auto& [name, value] : space.in_file_order(all)) parameters_.push_back(name);
    add_header();
    for (const auto& [index, trial] : experiment_.trials()) {
      for (const core::Arm& arm : trial.arms) add_row(trial, arm);
    }
    return std::move(text_);
  }

 private:
  std::vector<std::string> tracked_first() const {
    std::vector<std::string> names;
    for (const bool needed : {false, true}) {
      for (const core::Metric& metric : config_.metrics) {
        if (config_.is_needed(metric.name) == needed) names.push_back(metric.name);
      }
    }
    return names;
  }

  void field(std::string_view value) {
    if (!at_line_start_) text_ += ',';
    at_line_start_ = false;
    text_ += util::quote_csv(value);
  }

  void end_line() {
    text_ += '\n';
    at_line_start_ = true;
  }

  void add_header() {
    field("trial_index");
    field("arm_name");
    field("trial_status");
    if (has_reasons_) field("reason");
    field("generation_method");
    if (has_feasibility_) field("is_feasible");
    if (!is_fillable_) add_metric_names();
    for (const std::string& parameter : parameters_) field(parameter);
    if (is_fillable_) add_metric_names();
    end_line();
  }

  void add_metric_names() {
    for (const std::string& metric : metrics_) field(metric);
  }

  void add_values(const core::Trial& trial, const core::Arm& arm) {
    for (const std::string& metric : metrics_) {
      const core::DataRow* row = trial.find_data(metric, arm.name);
      field(row == nullptr ? "NA" : number(row->mean));
    }
  }

  void add_row(const core::Trial& trial, const core::Arm& arm) {
    field(std::to_string(trial.index));
    field(arm.name);
    field(core::to_string(trial.status));
    if (has_reasons_) field(short_reason(trial.reason()));
    field(trial.generator_run.model_key);
    if (has_feasibility_) field(feasible(trial, arm));
    if (!is_fillable_) add_values(trial, arm);
    for (const std::string& parameter : parameters_) {
      const core::ParameterValue* value = core::find_value(arm.parameters, parameter);
      field(value == nullptr ? "NA" : cell(*value));
    }
    if (is_fillable_) add_values(trial, arm);
    end_line();
  }

  static std::string cell(const core::ParameterValue& value) {
    const double* floating = std::get_if<double>(&value);
    return floating != nullptr ? number(*floating) : core::to_string(value);
  }

  /// Whether the observed means meet all constraints and thresholds; NA where one is missing.
  std::string feasible(const core::Trial& trial, const core::Arm& arm) const {
    bool all = true;
    for (const auto* list : {&config_.outcome_constraints, &config_.objective_thresholds}) {
      for (const core::OutcomeConstraint& constraint : *list) {
        const std::optional<bool> met = is_met(constraint, trial, arm);
        if (!met) return "NA";
        all = all && *met;
      }
    }
    return all ? "True" : "False";
  }

  static std::optional<bool> is_met(const core::OutcomeConstraint& constraint, const core::Trial& trial,
                                    const core::Arm& arm) {
    double sum = 0;
    for (const auto& [metric, coefficient] : constraint.coefficients) {
      const core::DataRow* row = trial.find_data(metric, arm.name);
      if (row == nullptr || std::isnan(row->mean)) return std::nullopt;
      sum += coefficient * row->mean;
    }
    return core::is_met(constraint, sum);
  }

  const core::Experiment& experiment_;
  const core::OptimizationConfig& config_;
  bool has_reasons_ = false;
  bool has_feasibility_ = false;
  bool is_fillable_;
  std::vector<std::string> metrics_;
  std::vector<std::string> parameters_;
  std::string text_;
  bool at_line_start_ = true;
};

}  // namespace

std::string to_optimization_csv(const core::Experiment& experiment) { return Table(experiment, false).write(); }
std::string to_fillable_csv(const core::Experiment& experiment) { return Table(experiment, true).write(); }

}  // namespace boa::storage
