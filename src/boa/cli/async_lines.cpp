#include "boa/cli/async_lines.hpp"

#include <fmt/core.h>

#include "boa/util/text.hpp"

namespace boa::cli {

namespace {

std::string trials(const std::vector<std::int64_t>& indices) {
  std::string text = indices.size() == 1 ? "trial" : "trials";
  for (std::size_t i = 0; i < indices.size(); ++i) text += fmt::format("{} {}", i == 0 ? "" : ",", indices[i]);
  return text;
}

}  // namespace

std::vector<std::string> async_lines(const app::AsyncReport& report) {
  std::vector<std::string> lines = {"Experiment: " + report.experiment_dir.string()};
  if (!report.completed.empty()) lines.push_back("Taken in: " + trials(report.completed));
  if (!report.corrected.empty()) lines.push_back("Corrected: " + trials(report.corrected));
  if (!report.ended.empty()) lines.push_back("Ended without a result: " + trials(report.ended));
  if (!report.asked.empty()) {
    lines.push_back("New: " + trials(report.asked));
    lines.push_back(fmt::format("Fill in their values in {}, then: boa async -sp {} -n N",
                                (report.experiment_dir / "optimization.csv").string(),
                                util::quote_shell_word(report.experiment_dir.string())));
  }
  if (!report.reason.empty()) {
    lines.push_back(
        fmt::format("{}: {}", report.asked.empty() ? "No new points" : "No more new points", report.reason));
  }
  return lines;
}

}  // namespace boa::cli
