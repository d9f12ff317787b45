#include "boa/cli/progress_display.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "boa/cli/tables.hpp"
#include "boa/core/observations.hpp"

namespace boa::cli {

namespace {

using core::TrialStatus;

// Nobody reads more lines than this a second; the table of trials has them all.
constexpr double kLinesPerSecond = 5;
constexpr double kBurst = 20;
constexpr std::chrono::milliseconds kBetweenRedraws{50};

std::string means_of(const core::Experiment& experiment, const core::Trial& trial) {
  std::string text;
  for (const core::Metric& metric : experiment.optimization_config().metrics) {
    for (const core::DataRow& row : trial.data) {
      if (row.metric == metric.name) text += fmt::format("  {} = {}", row.metric, short_number(row.mean));
    }
  }
  const auto breaks_constraint = [&](const core::Arm& arm) {
    return !core::is_feasible(experiment.optimization_config(), trial, arm.name).value_or(true);
  };
  if (std::all_of(trial.arms.begin(), trial.arms.end(), breaks_constraint)) text += "  infeasible";
  return text;
}

std::string describe_best(const core::Experiment& experiment, const app::BestSoFar& best) {
  if (best.entries().empty()) return {};
  if (const auto value = best.value(experiment.optimization_config())) {
    return fmt::format("{} (trial {})", short_number(*value), best.entries().front().trial);
  }
  const std::size_t front = best.entries().size();
  return fmt::format("{} trial{} on the Pareto front{}", front, front == 1 ? "" : "s",
                     best.entries().front().is_within_thresholds ? "" : ", beyond the objective thresholds");
}

}  // namespace

std::string status_line(const StatusNumbers& numbers, std::size_t width) {
  std::vector<std::string> parts = {fmt::format("{}/{} trials", numbers.done, numbers.goal)};
  if (!numbers.best.empty()) parts.push_back("best " + numbers.best);
  parts.push_back(fmt::format("{} running", numbers.running));
  if (numbers.failed > 0) parts.push_back(fmt::format("{} failed", numbers.failed));
  parts.push_back(util::human_duration(numbers.elapsed_seconds));
  if (numbers.seconds_left) parts.push_back(fmt::format("about {} left", util::human_duration(*numbers.seconds_left)));
  if (!numbers.step.empty()) parts.push_back(numbers.step);
  std::string line;
  for (const std::string& part : parts) {
    const std::string longer = line.empty() ? part : fmt::format("{} | {}", line, part);
    if (display_width(longer) > width) continue;
    line = longer;
  }
  return line.empty() ? cut_to_width(parts.front(), width) : line;
}

ProgressDisplay::ProgressDisplay(Terminal& terminal, const util::Clock& clock)
    : terminal_(terminal), clock_(clock), lines_left_(kBurst), lines_counted_at_(clock.steady()) {}

bool ProgressDisplay::may_write_line() {
  const util::SteadyTime now = clock_.steady();
  const double seconds = std::chrono::duration<double>(now - lines_counted_at_).count();
  lines_left_ = std::min(kBurst, lines_left_ + kLinesPerSecond * seconds);
  lines_counted_at_ = now;
  if (lines_left_ < 1) return false;
  lines_left_ -= 1;
  return true;
}

void ProgressDisplay::show_ended(const scheduler::Progress& progress, const std::string& best) {
  const bool color = terminal_.traits().color;
  for (const std::int64_t index : progress.ended) {
    const core::Trial& trial = progress.experiment.trial(index);
    const bool is_good = trial.status == TrialStatus::kCompleted;
    const bool is_last = static_cast<std::int64_t>(index) + 1 >= progress.goal;
    if (!may_write_line() && !is_last) {
      ++unshown_;
      continue;
    }
    if (unshown_ > 0) {
      terminal_.line(painted(fmt::format("... {} more", unshown_), Color::kDim, color));
      unshown_ = 0;
    }
    std::string line = fmt::format("trial {} ", index);
    line += painted(core::to_string(trial.status), is_good ? Color::kGreen : Color::kRed, color);
    line += is_good ? means_of(progress.experiment, trial) : fmt::format("  {}", trial.reason());
    if (is_good && !best.empty()) line += painted("  best " + best, Color::kDim, color);
    terminal_.line(line);
  }
}

void ProgressDisplay::update(const scheduler::Progress& progress, const app::BestSoFar& best) {
  const std::string best_text = describe_best(progress.experiment, best);
  show_ended(progress, best_text);
  if (!terminal_.traits().interactive) return;
  const util::SteadyTime now = clock_.steady();
  if (last_status_ && now - *last_status_ < kBetweenRedraws) return;
  last_status_ = now;
  const core::Experiment& experiment = progress.experiment;
  StatusNumbers numbers;
  for (const TrialStatus status :
       {TrialStatus::kCompleted, TrialStatus::kFailed, TrialStatus::kAbandoned, TrialStatus::kEarlyStopped}) {
    numbers.done += static_cast<std::int64_t>(experiment.count(status));
  }
  numbers.goal = progress.goal;
  numbers.running = static_cast<std::int64_t>(experiment.count(TrialStatus::kRunning));
  numbers.failed = static_cast<std::int64_t>(experiment.count(TrialStatus::kFailed));
  numbers.best = best_text;
  numbers.elapsed_seconds = progress.elapsed_seconds;
  numbers.seconds_left = progress.seconds_left;
  numbers.step = progress.next_step;
  terminal_.status(status_line(numbers, terminal_.width() - 1));
}

}  // namespace boa::cli
