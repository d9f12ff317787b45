#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "boa/core/experiment.hpp"
#include "boa/generation/acquisition_choice.hpp"
#include "boa/generation/generator.hpp"
#include "boa/generation/model_data.hpp"
#include "boa/generation/search_options.hpp"
#include "boa/generation/transforms/unit_space.hpp"

namespace boa::generation {

/// The best few observed points, one a row: where a search looks closely.
Matrix leading(const Incumbents& incumbents);

/// Finds the best new point of an acquisition function: a member of the search space, after rounding and with all
/// constraints kept, that is not to be avoided.
class PointSearch {
 public:
  /// `threads`: how many may work on a search; the point is the same for any number.
  PointSearch(std::shared_ptr<const UnitSpace> space, int threads, SearchOptions options = {});

  /// From now on points of the experiment's trials, of `pending` and of `data` are not new. `may_repeat`: those that
  /// have data may be measured again (noise).
  void avoid(const core::Experiment& experiment, const std::vector<Suggestion>& pending, const ModelData& data,
             bool may_repeat);
  bool is_new(const core::Parameterization& point) const;
  /// Is it certain that no point is new? Known where constraints leave few points of a finite space.
  bool is_exhausted() const;
  /// All new points as model coordinates, one a row; empty unless the space is known to have few points.
  std::optional<Matrix> few_new_points() const;

  /// Nothing if no new point is found. `part`: of the space's domain, where to search (before rounding); null: all of
  /// it. Throws NumericalError.
  std::optional<core::Parameterization> best(const ChosenAcquisition& chosen, const Incumbents& incumbents,
                                             const util::Rng& rng, const optim::Domain* part = nullptr) const;

 private:
  std::optional<core::Parameterization> best_spare(const acquisition::AcquisitionFunction& function,
                                                   const optim::Domain& domain, const Vector& optimum,
                                                   const util::Rng& rng) const;

  /// New points around the optimum, wider and wider: what rounds to a new point there is nearly as good.
  std::vector<core::Parameterization> new_ones_around(const optim::Domain& domain, const Vector& optimum,
                                                      const util::Rng& rng) const;
  /// Where few_points_ are known.
  std::vector<core::Parameterization> new_ones_of_few() const;
  void list_few_points();

  std::shared_ptr<const UnitSpace> space_;
  bool is_listed_ = false;
  std::optional<std::vector<core::Parameterization>> few_points_;  ///< all at the target task, where they are few
  int threads_;
  SearchOptions options_;
  std::unordered_set<std::string> avoided_;  ///< signatures
  Matrix avoided_points_;                    ///< those that have coordinates, one a row
};

}  // namespace boa::generation
