#pragma once

#include <string>
#include <string_view>

#include "boa/gp/nuts.hpp"
#include "boa/util/fields.hpp"
#include "boa/util/node.hpp"

namespace boa::generation {

/// SAASBO, FullyBayesian, their forms for several objectives and for tasks: the hyperparameters of a sparse model are
/// sampled.
bool is_fully_bayesian(std::string_view model_value);

/// How they are sampled: `model_kwargs` of these models, and `mll_options` of a modular one whose class is sampled
/// (arguments of BoTorch's fit_fully_bayesian_model_nuts). A mapping, or null for none; what is wrong goes to
/// `problems` under `path`.
gp::NutsOptions read_sampling_options(const util::Node& kwargs, const std::string& path, util::Problems& problems);

}  // namespace boa::generation
