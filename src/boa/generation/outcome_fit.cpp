#include "boa/generation/outcome_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "boa/generation/fidelity.hpp"
#include "boa/generation/local_data.hpp"

namespace boa::generation {

namespace {

// Noise above this share of the outcome's variance makes the model's mean a better guess than the observations.
constexpr double kNoisyShare = 1e-2;
// Exact outcomes, in units of their variance: what little is left keeps near-duplicates apart. The square root of it is
// how closely an optimum can be found, in standard deviations of all values, among them the worst.
constexpr double kExactNoise = 1e-9;
// What the likelihood must lose before an exact model is given up for one with noise, and gain before the outcome is
// drawn in: with few points a likelihood alone decides too boldly.
constexpr double kExactPreference = 2.0;
constexpr double kPlainPreference = 3.0;
// Head start of long lengthscales, among several objectives: one of them is often a plain slope in most columns.
constexpr double kLongPreference = 2.0;
// Above so many points one model is fitted, not several to choose from.
constexpr Index kMostForChoice = 200;
// Up to so many points a refit also starts anew and compares everything: one more observation may show that the last
// optimum was a poor one. Above, it compares with so many of the alternatives, drawn anew each time.
constexpr Index kMostForRestart = 100;
constexpr std::size_t kRefitAlternatives = 2;
// Evaluations of the likelihood for a refit with many points, each of which moves the optimum less: point by point from
// 140 to 500 points the likelihoods are within 0.1 of those of 60 evaluations.
constexpr int kRefitEvaluations = 8;
// Above so many points the first fit of all starts from the fit to a part of them, and takes so many evaluations.
constexpr Index kMostForColdFit = 400;
constexpr int kFromFewEvaluations = 20;
// A likelihood that gains less than this is not searched on: what it chooses between are preferences of 2 and 3.
constexpr double kLikelihoodTolerance = 1e-3;
// A log posterior density below this at every (standardized) point: the fit says little more than that values differ,
// for which noise alone would give -1.4.
constexpr double kExplainsLittle = -1.0;
// With fewer points a rough function would too often pass for noise.
constexpr Index kFewForNoise = 50;
// How often the noise of a refit is sought from other starts than the last fit.
constexpr double kSoughtAnew = 0.2;
// Draws from the priors that compete for a second start of a refit.
constexpr int kRefitDraws = 4;
// Up to so many columns lengthscales are expected to be a good part of the box; above, to grow with the dimension.
constexpr Index kFewColumns = 8;

/// Gamma priors on lengthscale and outputscale (BoTorch before 0.12): in few dimensions they find narrow optima sooner
/// than the dimension-scaled priors do, which stay in force in many.
gp::PriorSet priors_for(Index d) {
  gp::PriorSet priors = gp::default_priors(d);
  if (d <= kFewColumns) priors.lengthscale = gp::make_gamma(3.0, 6.0);
  priors.outputscale = gp::make_gamma(2.0, 0.15);
  return priors;
}

/// All but that of tasks.
Index num_data_columns(const UnitSpace& space) { return space.dim() - (space.tasks() ? 1 : 0); }

/// What is chosen by the data: kernel, drawing in of the bad side, and whether there is noise.
struct Variant {
  std::string kernel = "rbf";
  OutcomeTransform::Shape shape = OutcomeTransform::Shape::kFar;
  bool exact = false;    ///< take unknown noise as none
  bool is_long = false;  ///< lengthscales by the dimension-scaled prior, whatever the dimension
};

class OutcomeFitter {
 public:
  OutcomeFitter(const Outcome& outcome, const OutcomeRole& role, const UnitSpace& space, const util::Rng& rng,
                const SurrogateOptions& wanted, const RememberedFit* last)
      : outcome_(outcome),
        role_(role),
        rng_(rng),
        tasks_(space.tasks()),
        plain_(outcome, space.tasks(),
               [](const Vector& y) { return OutcomeTransform(y, OutcomeTransform::Tail::kNone); }),
        last_(last),
        wanted_(wanted),
        fit_options_(fit_options(space, wanted)),
        options_(fit_options_) {
    num_columns_ = num_data_columns(space);
    if (outcome.y.size() <= kMostForFit) return;
    part_ = select_rows(outcome, local_rows(outcome.X, best_point(), kMostForFit));
    options_.standardize = false;  // the transform has done it, by all points
  }

  FittedOutcome fit() {
    const bool exact = outcome_.noise != OutcomeNoise::kNoisy || !wanted_.infer_noise;
    Variant first{"matern52", OutcomeTransform::Shape::kFar, exact};
    if (last_ != nullptr) first = {last_->kernel == "rbf" ? "rbf" : "matern52", last_->shape, exact};
    if (!wanted_.kernel.empty()) first.kernel = wanted_.kernel;
    const bool may_follow = exact || outcome_.y.size() <= kMostForRestart || !is_sought_anew();
    if (last_ != nullptr && may_follow) {
      start_from_last();
    } else if (last_ != nullptr || outcome_.y.size() > kMostForColdFit) {
      start_from_few(first);
    }
    try_variant(first, preference(first));
    for (const Variant& variant : alternatives(first)) {
      start_from_best(exact);
      if (variant.is_long) options_.starts = 1;
      try_variant(variant, preference(variant));
    }
    if (outcome_.noise == OutcomeNoise::kUnsaid && wanted_.infer_noise) try_noisy();
    return finish();
  }

  /// The last fit, of the same data, again.
  FittedOutcome repeat() {
    options_.warm_start = last_->hyperparameters;
    options_.starts = options_.max_evaluations = 0;
    try_variant({last_->kernel, last_->shape, last_->exact}, 0);
    return finish();
  }

 private:
  /// Of the target task, if it was observed.
  Vector best_point() const {
    std::vector<Index> rows = rows_at_target(outcome_.X, tasks_);
    if (rows.empty()) rows = rows_at_target(outcome_.X, {});
    Index best = 0;
    Vector(outcome_.y(rows)).maxCoeff(&best);
    return outcome_.X.row(rows[static_cast<std::size_t>(best)]).transpose();
  }

  static gp::TrainingData training(const Outcome& outcome, const TaskTransforms& transforms, bool exact) {
    gp::TrainingData data = transformed(outcome, transforms);
    for (double& variance : data.y_var) {
      if (exact && std::isnan(variance)) variance = 0;
    }
    return data;
  }

  /// What is worth comparing with `first`, noise left aside.
  std::vector<Variant> alternatives(const Variant& first) const {
    const bool exact = first.exact;
    using Shape = OutcomeTransform::Shape;
    std::vector<std::string> kernels = {"rbf", "matern52"};
    if (!wanted_.kernel.empty()) kernels = {wanted_.kernel};
    std::vector<Variant> result;
    if (outcome_.y.size() > kMostForChoice) return result;
    for (const Shape shape : {Shape::kFar, Shape::kGentle, Shape::kStrong}) {
      if (shape != Shape::kFar && (!role_.may_bend || role_.tail == OutcomeTransform::Tail::kNone)) continue;
      for (const std::string& kernel : kernels) result.push_back({kernel, shape, exact});
    }
    if (role_.bound) {
      for (const std::string& kernel : kernels) result.push_back({kernel, Shape::kBilog, exact});
    }
    if (!role_.may_bend && num_columns_ <= kFewColumns) {
      for (const std::string& kernel : kernels) result.push_back({kernel, Shape::kFar, exact, true});
    }
    std::erase_if(result, [&first](const Variant& variant) {
      return variant.shape == first.shape && variant.kernel == first.kernel && !variant.is_long;
    });
    if (last_ == nullptr || outcome_.y.size() <= kMostForRestart) return result;
    util::Rng stream = rng_.split("alternatives", static_cast<std::uint64_t>(outcome_.y.size()));
    while (result.size() > kRefitAlternatives) {
      result.erase(result.begin() + static_cast<std::ptrdiff_t>(stream.below(result.size())));
    }
    return result;
  }

  static double preference(const Variant& variant) {
    if (variant.is_long) return kLongPreference;
    return variant.shape == OutcomeTransform::Shape::kFar || variant.shape == OutcomeTransform::Shape::kBilog
               ? 0
               : -kPlainPreference;
  }

  /// Noise hides what many observations show in the end: a fit that took all of it for noise would keep that.
  bool is_sought_anew() const {
    const auto n = static_cast<std::uint64_t>(outcome_.y.size());
    return last_ == nullptr || rng_.split("anew", n).uniform() < kSoughtAnew;
  }

  /// The best variant, which is exact, with noise. From an exact model's lengthscales of mere noise no search finds the
  /// function below it: there the fit starts from the last one with noise, or anew.
  void try_noisy() {
    const Variant noisy{best_.kernel, best_.shape, false, best_.is_long};
    const Index size = part_ ? part_->y.size() : outcome_.y.size();
    const bool explains = result_.summary.map_objective >= kExplainsLittle * static_cast<double>(size);
    start_from_best(false);
    if (!explains && size > kFewForNoise) {
      if (is_sought_anew()) {
        start_from_few(noisy);
      } else if (!last_->exact) {
        options_.warm_start = last_->hyperparameters;
      }
    }
    try_variant(noisy, preference(noisy) - kExactPreference);
  }

  /// Enough to tell variants apart by a few units of likelihood; the one that is kept is refined by the next refit.
  int compared_evaluations() const {
    return static_cast<int>(std::clamp<Index>(1600 / std::max<Index>(outcome_.y.size(), 1), 6, 20));
  }

  /// From the optimum of the last fit; with few points from the best of some other starts too.
  void start_from_last() {
    const bool may_restart = outcome_.y.size() <= kMostForRestart;
    options_.warm_start = last_->hyperparameters;
    options_.starts = may_restart ? 1 : 0;
    options_.raw_starts = kRefitDraws;
    if (!may_restart) options_.max_evaluations = kRefitEvaluations;
  }

  /// From the optimum for a part of the points.
  void start_from_few(const Variant& variant) {
    const Outcome few = select_rows(outcome_, local_rows(outcome_.X, best_point(), kMostForChoice));
    gp::FitOptions options = fit_options_;
    options.standardize = false;
    options.kernel = variant.kernel;
    options.priors.lengthscale = lengthscale_prior(variant);
    if (last_ != nullptr) {
      options.starts = 1;
      options.raw_starts = kRefitDraws;
      if (last_->exact == variant.exact) options.warm_start = last_->hyperparameters;
    }
    options_.warm_start =
        gp::fit_gp(training(few, transforms_for(variant.shape), variant.exact), options, rng_).hyperparameters;
    options_.starts = 0;
    options_.max_evaluations = kFromFewEvaluations;
  }

  /// From the optimum of the best variant so far: another kernel or scale of the outcome moves it little. Noise is
  /// sought from where its prior expects it: the likelihood is flat where there is hardly any.
  void start_from_best(bool exact) {
    options_.warm_start = result_.hyperparameters;
    if (!exact && best_.exact) {
      const bool was_noisy = last_ != nullptr && !last_->exact;
      options_.warm_start->noise_variance =
          was_noisy ? last_->hyperparameters.noise_variance : options_.priors.noise->mode_in_log();
    }
    options_.starts = 0;
    options_.max_evaluations = compared_evaluations();
  }

  std::shared_ptr<const gp::Prior> lengthscale_prior(const Variant& variant) const {
    return (variant.is_long ? gp::default_priors(num_columns_) : priors_for(num_columns_)).lengthscale;
  }

  TaskTransforms transforms_for(OutcomeTransform::Shape shape) const {
    return {outcome_, tasks_, [&](const Vector& y) {
              if (shape != OutcomeTransform::Shape::kBilog) return OutcomeTransform(y, role_.tail, shape);
              return role_.bound ? OutcomeTransform(y, *role_.bound)
                                 : OutcomeTransform(y, OutcomeTransform::Tail::kNone);
            }};
  }

  void try_variant(const Variant& variant, double preference) {
    const TaskTransforms transforms = transforms_for(variant.shape);
    options_.kernel = variant.kernel;
    options_.priors.lengthscale = lengthscale_prior(variant);
    const Outcome& used = part_ ? *part_ : outcome_;
    // Likelihoods of differently stretched outcomes compare with the stretching's Jacobian.
    double head_start = preference;
    for (Index i = 0; i < used.y.size(); ++i) {
      head_start += std::log(transforms.of_row(used.X, i).slope(used.y[i]) / plain_.of_row(used.X, i).slope(used.y[i]));
    }
    const bool starts_near = result_.model != nullptr && options_.starts == 0;
    options_.worthwhile = starts_near ? score_ - head_start : -std::numeric_limits<double>::infinity();
    gp::FitResult result = gp::fit_gp(training(used, transforms, variant.exact), options_, rng_);
    const double score = result.summary.map_objective + head_start;
    if (result_.model != nullptr && !(score > score_)) return;
    result_ = std::move(result);
    score_ = score;
    best_ = variant;
    transforms_ = transforms;
  }

  FittedOutcome finish() {
    if (part_) {
      options_.kernel = best_.kernel;
      options_.warm_start = result_.hyperparameters;
      options_.starts = options_.max_evaluations = 0;
      result_.model = gp::fit_gp(training(outcome_, transforms_, best_.exact), options_, rng_).model;
    }
    FittedOutcome fitted{result_.model,
                         transforms_,
                         outcome_.noise == OutcomeNoise::kNoisy,
                         result_.summary.message,
                         {best_.kernel, best_.shape, best_.exact, result_.hyperparameters}};
    const double scale = fitted.model->outcome_scale().scale;
    const bool much_noise = fitted.model->observation_noise() > kNoisyShare * scale * scale;
    fitted.noisy = fitted.noisy || (outcome_.noise == OutcomeNoise::kUnsaid && !best_.exact && much_noise);
    return fitted;
  }

  const Outcome& outcome_;
  std::optional<Outcome> part_;  // what hyperparameters are fitted to, where that is not all
  OutcomeRole role_;
  util::Rng rng_;
  Tasks tasks_;
  Index num_columns_ = 0;  // but that of tasks
  TaskTransforms plain_;
  const RememberedFit* last_;  // may be null
  SurrogateOptions wanted_;
  const gp::FitOptions fit_options_;  // of a fit from scratch
  gp::FitOptions options_;            // of the next fit

  gp::FitResult result_;
  double score_ = 0;
  Variant best_;
  TaskTransforms transforms_;
};

}  // namespace

gp::FitOptions fit_options(const UnitSpace& space, const SurrogateOptions& options) {
  gp::FitOptions result;
  result.categorical_columns = space.categorical_columns();
  for (const auto& [column, target] : target_columns(space)) result.fidelity_columns.push_back(column);
  result.tasks = space.tasks();
  result.priors = priors_for(num_data_columns(space));
  result.scaled = true;
  result.absolute_tolerance = kLikelihoodTolerance;
  result.leave_one_out = options.leave_one_out;
  result.linear_mean = options.linear_mean;
  result.warp_inputs = options.warp_inputs;
  result.threads = options.threads;
  result.fixed_noise_min = kExactNoise;
  return result;
}

std::string SurrogateOptions::text() const {
  return kernel + (leave_one_out ? " leave-one-out" : "") + (infer_noise ? "" : " fixed-noise") +
         (linear_mean ? " linear-mean" : "") + (warp_inputs ? " warp" : "") + (has_fidelities ? " fidelity" : "");
}

FittedOutcome fit_outcome(const Outcome& outcome, const OutcomeRole& role, const UnitSpace& space, const util::Rng& rng,
                          const SurrogateOptions& options, const RememberedFit* last) {
  return OutcomeFitter(outcome, role, space, rng, options, last).fit();
}

FittedOutcome repeat_fit(const Outcome& outcome, const OutcomeRole& role, const UnitSpace& space, const util::Rng& rng,
                         const SurrogateOptions& options, const RememberedFit& last) {
  return OutcomeFitter(outcome, role, space, rng, options, &last).repeat();
}

}  // namespace boa::generation
