#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "boa/core/experiment.hpp"
#include "boa/generation/model_data.hpp"
#include "boa/gp/fit.hpp"

namespace boa::generation {

/// How one outcome was modelled: what the data chose, and the hyperparameters.
struct RememberedFit {
  std::string kernel = "matern52";
  OutcomeTransform::Shape shape = OutcomeTransform::Shape::kFar;
  bool exact = false;  ///< unknown noise was taken as none
  gp::Hyperparameters hyperparameters;
};

/// The fits behind a suggestion. They are stored with its trial, so that the next fit starts where this one ended, also
/// after an interruption: suggestions stay a function of the seed, the trials and their data.
struct RememberedFits {
  std::uint64_t fingerprint = 0;    ///< of the data that they were fitted to
  std::vector<RememberedFit> fits;  ///< one an outcome
  std::string options = {};         ///< text of the SurrogateOptions they were made with
};

/// A number that changes whenever an observation of any outcome does (FNV-1a over their bytes).
std::uint64_t fingerprint(const ModelData& data);

/// Key of gen_metadata under which a trial remembers the fits.
inline constexpr const char* kFitsKey = "fits";
util::Node to_node(const RememberedFits& fits);
/// What to_node wrote; nothing if it is anything else.
std::optional<RememberedFits> read_fits(const util::Node& node);
/// Of the youngest trial that remembers any.
std::optional<RememberedFits> last_fits(const core::Experiment& experiment);

}  // namespace boa::generation
