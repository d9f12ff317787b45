#include "boa/core/trial.hpp"

#include <array>

#include "boa/util/text.hpp"

namespace boa::core {

namespace {

constexpr std::array<std::string_view, 8> kStatusNames = {"CANDIDATE", "STAGED",    "FAILED",     "COMPLETED",
                                                          "RUNNING",   "ABANDONED", "DISPATCHED", "EARLY_STOPPED"};

}  // namespace

std::string_view to_string(TrialStatus status) { return kStatusNames.at(static_cast<std::size_t>(status)); }

std::optional<TrialStatus> trial_status_from_name(std::string_view name) {
  const std::string wanted = util::to_lower(name);
  for (std::size_t i = 0; i < kStatusNames.size(); ++i) {
    if (util::to_lower(kStatusNames[i]) == wanted) return static_cast<TrialStatus>(i);
  }
  return std::nullopt;
}

std::optional<TrialStatus> trial_status_from_number(std::int64_t number) {
  if (number < 0 || number >= static_cast<std::int64_t>(kStatusNames.size())) return std::nullopt;
  return static_cast<TrialStatus>(number);
}

bool is_terminal(TrialStatus status) {
  return status == TrialStatus::kFailed || status == TrialStatus::kCompleted || status == TrialStatus::kAbandoned ||
         status == TrialStatus::kEarlyStopped;
}

bool has_data(TrialStatus status) { return status == TrialStatus::kCompleted || status == TrialStatus::kEarlyStopped; }

bool expects_data(TrialStatus status) {
  return status == TrialStatus::kRunning || status == TrialStatus::kCompleted || status == TrialStatus::kEarlyStopped;
}

const std::string& Trial::reason() const {
  if (!failed_reason.empty()) return failed_reason;
  return status == TrialStatus::kEarlyStopped ? stop_reason() : abandoned_reason;
}

const std::string& Trial::stop_reason() const {
  static const std::string none;
  const util::Node* reason = stop_metadata.find("reason");
  return reason != nullptr && reason->is_string() ? reason->as_string() : none;
}

const DataRow* Trial::find_data(std::string_view metric, std::string_view arm_name) const {
  for (const DataRow& row : data) {
    if (row.metric == metric && row.arm_name == arm_name) return &row;
  }
  return nullptr;
}

}  // namespace boa::core
