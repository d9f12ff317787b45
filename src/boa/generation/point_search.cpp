#include "boa/generation/point_search.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "boa/acquisition/optimize_acqf.hpp"
#include "boa/generation/imputed_acquisition.hpp"
#include "boa/generation/transforms/feasible_list.hpp"

namespace boa::generation {

namespace {

constexpr Index kMostIncumbents = 8;
// Of a search where the good points may be few.
constexpr int kNarrowStarts = 16;
constexpr int kNarrowSamples = 2048;
// Candidates for the case that rounding carried the optimum onto a point that is not to be repeated.
constexpr Index kSpareCandidates = 512;
// Spaces that constraints leave so few points of are looked through instead.
constexpr ListLimits kFewPoints{4096, 100000};

/// The points' model coordinates, one a row.
Matrix encoded(const UnitSpace& space, const std::vector<core::Parameterization>& points) {
  Matrix X(static_cast<Index>(points.size()), space.dim());
  for (std::size_t i = 0; i < points.size(); ++i) {
    X.row(static_cast<Index>(i)) = space.encode(points[i]).value().transpose();
  }
  return X;
}

}  // namespace

Matrix leading(const Incumbents& incumbents) {
  return incumbents.X.topRows(std::min(kMostIncumbents, incumbents.X.rows()));
}

PointSearch::PointSearch(std::shared_ptr<const UnitSpace> space, int threads, SearchOptions options)
    : space_(std::move(space)), threads_(threads), options_(options) {}

void PointSearch::list_few_points() {
  if (is_listed_) return;
  is_listed_ = true;
  if (space_->space().has_constraints()) few_points_ = list_feasible(*space_, kFewPoints);
  if (!few_points_) return;
  std::erase_if(*few_points_,
                [this](const core::Parameterization& point) { return !space_->space().is_at_target_task(point); });
}

void PointSearch::avoid(const core::Experiment& experiment, const std::vector<Suggestion>& pending,
                        const ModelData& data, bool may_repeat) {
  list_few_points();
  avoided_.clear();
  for (const Suggestion& point : pending) avoided_.insert(signature_of(point.parameters));
  for (const auto& [index, trial] : experiment.trials()) {
    if (may_repeat && core::has_data(trial.status)) continue;
    for (const core::Arm& arm : trial.arms) avoided_.insert(signature_of(arm.parameters));
  }
  const Matrix& observed = data.outcomes[0].X;
  const Index kept = may_repeat ? 0 : observed.rows();
  avoided_points_.resize(data.pending.rows() + kept, space_->dim());
  avoided_points_ << data.pending, observed.topRows(kept);
}

bool PointSearch::is_new(const core::Parameterization& point) const { return !avoided_.contains(signature_of(point)); }

bool PointSearch::is_exhausted() const {
  return few_points_ && std::none_of(few_points_->begin(), few_points_->end(),
                                     [this](const core::Parameterization& point) { return is_new(point); });
}

std::vector<core::Parameterization> PointSearch::new_ones_of_few() const {
  std::vector<core::Parameterization> points;
  std::copy_if(few_points_->begin(), few_points_->end(), std::back_inserter(points),
               [this](const core::Parameterization& point) { return is_new(point); });
  return points;
}

std::optional<Matrix> PointSearch::few_new_points() const {
  return few_points_ ? std::optional(encoded(*space_, new_ones_of_few())) : std::nullopt;
}

std::optional<core::Parameterization> PointSearch::best(const ChosenAcquisition& chosen, const Incumbents& incumbents,
                                                        const util::Rng& rng, const optim::Domain* part) const {
  if (is_exhausted()) return std::nullopt;
  const optim::Domain& domain = part == nullptr ? space_->domain() : *part;
  acquisition::OptimizeAcqfOptions options;
  options.incumbents = leading(incumbents);
  options.avoid = avoided_points_;
  options.threads = threads_;
  if (chosen.narrow) {
    options.starts = kNarrowStarts;
    options.raw_samples = kNarrowSamples;
    options.fine_copies = true;
  }
  options.starts = options_.num_restarts.value_or(options.starts);
  options.raw_samples = options_.raw_samples.value_or(options.raw_samples);
  const ImputedAcquisition imputed(*chosen.function, *space_);
  const acquisition::AcquisitionFunction& function = space_->space().is_hierarchical()
                                                         ? static_cast<const acquisition::AcquisitionFunction&>(imputed)
                                                         : *chosen.function;
  const acquisition::AcqfOptimum optimum = acquisition::optimize_acqf(function, domain, options, rng);
  if (optimum.X.rows() == 0) return std::nullopt;
  const Vector x = optimum.X.row(0).transpose();
  std::optional<core::Parameterization> point = space_->decode_feasible(x);
  if (point && is_new(*point)) return point;
  return best_spare(*chosen.function, domain, x, rng);
}

std::optional<core::Parameterization> PointSearch::best_spare(const acquisition::AcquisitionFunction& function,
                                                              const optim::Domain& domain, const Vector& optimum,
                                                              const util::Rng& rng) const {
  std::vector<core::Parameterization> points = few_points_ ? new_ones_of_few() : new_ones_around(domain, optimum, rng);
  if (points.empty()) return std::nullopt;
  Index best = 0;
  function.values(encoded(*space_, points)).maxCoeff(&best);
  return std::move(points[static_cast<std::size_t>(best)]);
}

std::vector<core::Parameterization> PointSearch::new_ones_around(const optim::Domain& domain, const Vector& optimum,
                                                                 const util::Rng& rng) const {
  std::vector<core::Parameterization> points;
  util::Rng stream = rng.split("spare");
  std::unordered_set<std::string> seen;
  for (Index i = 0; i < kSpareCandidates; ++i) {
    const double reach =
        std::pow(10.0, -4.0 + 4.0 * static_cast<double>(i) / static_cast<double>(kSpareCandidates - 1));
    Vector x = optimum;
    for (Index j = 0; j < x.size(); ++j) {
      const double width = domain.upper[j];
      const bool is_category = space_->columns()[static_cast<std::size_t>(j)].is_categorical();
      if (space_->tasks() && space_->tasks()->column == j) continue;
      if (is_category && stream.uniform() > reach) continue;
      x[j] = is_category ? width * stream.uniform() : x[j] + reach * stream.normal();
    }
    std::optional<core::Parameterization> point =
        space_->decode_feasible(x.cwiseMax(domain.lower).cwiseMin(domain.upper));
    if (!point) continue;
    const std::string signature = signature_of(*point);
    if (avoided_.contains(signature) || !seen.insert(signature).second) continue;
    points.push_back(std::move(*point));
  }
  return points;
}

}  // namespace boa::generation
