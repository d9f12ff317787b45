#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "boa/acquisition/fidelity.hpp"
#include "boa/generation/acquisition_choice.hpp"
#include "boa/optim/domain.hpp"
#include "boa/util/node.hpp"

namespace boa::generation {

/// What an acquisition function is made for. At least one observed point is feasible.
struct AcquisitionContext {
  const Surrogate& surrogate;
  const Incumbents& incumbents;
  const optim::Domain& domain;
  const Matrix& pending;  ///< p x d
  const util::Rng& rng;
  const util::Node& arguments;              ///< checked; null: none
  acquisition::TargetColumns targets = {};  ///< of fidelity parameters

  double argument(std::string_view name, double otherwise) const;
};

/// What the class takes.
struct AcquisitionArgument {
  enum class Kind { kNumber, kWhole, kSwitch };
  std::string_view name;
  double at_least = 0;  ///< of numbers, as the next
  double at_most = 0;
  Kind kind = Kind::kNumber;
};

/// An acquisition function by its name in botorch.acquisition. All take pending points into account; those of one point
/// in closed form as if the models' means had been observed there.
struct NamedAcquisition {
  std::string_view name;
  bool for_several = false;       ///< of objectives
  bool takes_constraints = true;  ///< on outcomes
  AcquisitionScale scale = AcquisitionScale::kGain;
  std::vector<AcquisitionArgument> arguments;
  std::function<std::unique_ptr<acquisition::AcquisitionFunction>(const AcquisitionContext&)> make;
  bool knows_fidelity = false;  ///< see ChosenAcquisition
  bool needs_fidelity = false;  ///< it is for spaces with a fidelity parameter
};

const std::vector<NamedAcquisition>& named_acquisitions();
/// Null for a name that is not served.
const NamedAcquisition* find_acquisition(std::string_view name);
std::vector<std::string> acquisition_names();

}  // namespace boa::generation
