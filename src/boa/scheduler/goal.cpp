#include <algorithm>
#include <limits>

#include "boa/scheduler/scheduler.hpp"
#include "boa/util/error.hpp"

namespace boa::scheduler {

namespace {

/// Whoever asks for more trials than can be counted gets as many as can be.
std::int64_t sum(std::int64_t a, std::int64_t b) {
  std::int64_t total = 0;
  return __builtin_add_overflow(a, b, &total) ? std::numeric_limits<std::int64_t>::max() : total;
}

}  // namespace

util::Node Goal::to_node() const {
  util::Node node = util::Node::object({{"goal", total}, {"base", base}, {"n_trials", n_trials}});
  if (hours > 0) node.set("hours", hours);
  if (!ended.empty()) node.set("ended", ended);
  return node;
}

std::optional<Goal> Goal::from_node(const util::Node& node) {
  const util::Node* total = node.find("goal");
  if (total == nullptr || !total->is_int()) return std::nullopt;
  Goal goal;
  goal.total = total->as_int();
  if (const util::Node* base = node.find("base"); base != nullptr && base->is_int()) goal.base = base->as_int();
  if (const util::Node* n = node.find("n_trials"); n != nullptr && n->is_int()) goal.n_trials = n->as_int();
  if (const util::Node* spent = node.find("hours"); spent != nullptr && spent->is_float()) {
    goal.hours = std::max(spent->as_double(), 0.0);
  }
  if (const util::Node* ended = node.find("ended"); ended != nullptr && ended->is_string()) {
    goal.ended = ended->as_string();
  }
  return goal;
}

Goal next_goal(const SchedulerOptions& options, std::int64_t num_trials, std::int64_t num_open,
               const std::optional<Goal>& last, std::optional<std::int64_t> more) {
  if (more.has_value()) {
    const std::int64_t until = sum(num_trials, *more);
    if (!last.has_value() || last->total < until) return {until, num_trials, 0};
    Goal goal = *last;
    goal.until = until;
    goal.ended.clear();
    return goal;
  }
  const auto is_open = [&](std::int64_t total) { return num_trials - num_open < total; };
  if (options.total_trials.has_value()) {
    const std::int64_t total = *options.total_trials;
    const bool goes_on = last.has_value() && last->total == total && is_open(total);
    return {total, num_trials, 0, goes_on ? last->hours : 0};
  }
  if (!options.n_trials.has_value()) {
    throw UserInputError("nothing says how many trials to run", "Give n_trials or total_trials, or --trials N.");
  }
  const std::int64_t n = *options.n_trials;
  if (!last.has_value() || !is_open(last->total)) return {sum(num_trials, n), num_trials, n};
  if (last->n_trials == n || last->n_trials == 0) return {last->total, last->base, last->n_trials, last->hours};
  return {sum(last->base, n), last->base, n, last->hours};
}

}  // namespace boa::scheduler
