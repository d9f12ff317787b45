#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "boa/util/node.hpp"
#include "problem.hpp"

namespace boa::regret {

struct RunOptions {
  std::string model;  ///< in place of the automatic choice's, as in a config; empty: the automatic choice as it is
  util::Node model_kwargs;    ///< null: none
  std::size_t most_open = 1;  ///< trials at a time; the oldest is observed first
};

/// One optimization by boa's automatic choice of steps, as `boa run` would make it.
struct Run {
  std::vector<double> trace;  ///< log10 of the regret after each evaluation
  double seconds = 0;         ///< of processor time, all suggestions
  double slowest = 0;         ///< of one suggestion
};
Run run_boa(const Problem& problem, std::uint64_t seed, const RunOptions& options = {});

/// The line of a results file: {"tool", "problem", "seed", "seconds", "slowest", "machine", "trace"}.
util::Node as_line(const std::string& tool, const Problem& problem, std::uint64_t seed, const Run& run);

/// What a program in another language has to know: parameters, objectives, constraints, budget.
util::Node describe(const Problem& problem);

}  // namespace boa::regret
