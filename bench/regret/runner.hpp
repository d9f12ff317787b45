#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "boa/util/node.hpp"
#include "problem.hpp"

namespace boa::regret {

/// What takes the place of the automatic choice's model.
struct OtherModel {
  std::string name;         ///< as in a config; empty: the automatic choice as it is
  util::Node model_kwargs;  ///< null: none
};

/// One optimization by boa's automatic choice of steps, as `boa run` would make it, one trial at a time.
struct Run {
  std::vector<double> trace;  ///< log10 of the regret after each evaluation
  double seconds = 0;         ///< of processor time, all suggestions
  double slowest = 0;         ///< of one suggestion
};
Run run_boa(const Problem& problem, std::uint64_t seed, const OtherModel& other = {});

/// The line of a results file: {"tool", "problem", "seed", "seconds", "slowest", "machine", "trace"}.
util::Node as_line(const std::string& tool, const Problem& problem, std::uint64_t seed, const Run& run);

/// What a program in another language has to know: parameters, objectives, constraints, budget.
util::Node describe(const Problem& problem);

}  // namespace boa::regret
