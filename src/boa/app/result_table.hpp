#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "boa/core/experiment.hpp"
#include "boa/scheduler/ask_tell_session.hpp"

namespace boa::app {

/// What somebody has filled into optimization.csv, compared with what the experiment knows.
struct ResultTable {
  std::vector<scheduler::Revision> values;  ///< new and corrected ones
  std::vector<std::int64_t> failed;         ///< RUNNING trials whose status was changed to FAILED
  std::vector<std::int64_t> abandoned;      ///< ... or to ABANDONED
  std::vector<std::string> not_understood;  ///< rows that were left out, and why
};

/// Reads the table. Rows belong to trials by `trial_index`, in any order; rows and columns may be missing or too many.
/// An empty metric, `NA` or `NaN` is not known yet. A row counts as a whole or not at all: not with a value that is no
/// finite number, nor with parameters that are not the trial's.
ResultTable read_result_table(std::string_view text, const core::Experiment& experiment);

}  // namespace boa::app
