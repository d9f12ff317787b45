#pragma once

#include <memory>
#include <vector>

#include "boa/acquisition/acquisition_function.hpp"

namespace boa::acquisition {

/// The mean of acquisition functions of models that differ in their hyperparameters, as fully Bayesian models average
/// (Snoek et al. 2012). `in_logs`: the functions give logs, and the result is the log of the mean of what they are logs
/// of. At least one function; the same dimension for all.
std::unique_ptr<AcquisitionFunction> make_averaged(std::vector<std::unique_ptr<AcquisitionFunction>> functions,
                                                   bool in_logs);

}  // namespace boa::acquisition
