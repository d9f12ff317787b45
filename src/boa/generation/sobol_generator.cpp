#include "boa/generation/sobol_generator.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <unordered_set>
#include <utility>

#include "boa/generation/transforms/feasible_list.hpp"
#include "boa/math/sobol.hpp"
#include "boa/optim/feasible_points.hpp"
#include "boa/util/error.hpp"

namespace boa::generation {

namespace {

constexpr Index kChunk = 16;            // points drawn at a time
constexpr int kMostRejections = 10000;  // in a row, before the polytope is sampled (Ax's limit too)
constexpr Index kPilotDraws = 1000;     // to see whether rejection is hopeless
constexpr int kLeastPilotHits = 3;      // of them; below, the polytope is sampled at once
constexpr int kMostRepeats = 500;       // in a row, before a finite space's untried points are listed
constexpr std::uint64_t kMostListed = 200000;
constexpr ListLimits kFewPoints{4096, 300000};  // such sets are remembered whole
constexpr Index kPolytopeDraws = 64;
constexpr int kMostPolytopeRounds = 50;

enum class SequenceKind { kSobol, kUniform, kLatinHypercube };

struct SequenceOptions {
  SequenceKind kind = SequenceKind::kSobol;
  Index sample_size = 1;  // of a Latin hypercube
  bool deduplicate = true;
  bool scramble = true;
  std::uint64_t init_position = 0;
  bool center_first = false;
  bool target_task_only = false;
};

/// Points of the unit cube by position. All kinds depend on seed and position alone.
class CubeSequence {
 public:
  CubeSequence(Index dim, const SequenceOptions& options, const util::Rng& rng)
      : dim_(dim), options_(options), rng_(rng) {
    if (options.kind != SequenceKind::kSobol || dim == 0 || dim > math::Sobol::kMaxDimension) return;
    sobol_ = options.scramble ? math::Sobol(dim, rng) : math::Sobol(dim);
  }

  Matrix draw(std::uint64_t position, Index n) {
    if (sobol_) {
      sobol_->seek(position % math::Sobol::kMaxPoints);
      const auto left = static_cast<Index>(math::Sobol::kMaxPoints - sobol_->position());
      if (n <= left) return sobol_->draw(n);
      Matrix points(n, dim_);  // after 2^30 points the sequence starts again
      points.topRows(left) = sobol_->draw(left);
      sobol_->seek(0);
      points.bottomRows(n - left) = sobol_->draw(n - left);
      return points;
    }
    Matrix points(n, dim_);
    if (options_.kind == SequenceKind::kLatinHypercube) {
      const auto size = static_cast<std::uint64_t>(options_.sample_size);
      for (Index i = 0; i < n; ++i) {
        const std::uint64_t at = position + static_cast<std::uint64_t>(i);
        points.row(i) = latin_hypercube(at / size).row(static_cast<Index>(at % size));
      }
      return points;
    }
    for (Index i = 0; i < n; ++i) {
      util::Rng stream = rng_.split("uniform", position + static_cast<std::uint64_t>(i));
      for (Index j = 0; j < dim_; ++j) points(i, j) = stream.uniform();
    }
    return points;
  }

 private:
  /// The points of one sample.
  const Matrix& latin_hypercube(std::uint64_t number) {
    if (sample_.rows() > 0 && sample_number_ == number) return sample_;
    const Index n = options_.sample_size;
    sample_.resize(n, dim_);
    sample_number_ = number;
    util::Rng stream = rng_.split("Latin hypercube", number);
    std::vector<Index> intervals(static_cast<std::size_t>(n));
    for (Index j = 0; j < dim_; ++j) {
      std::iota(intervals.begin(), intervals.end(), Index{0});
      for (std::size_t left = intervals.size(); left > 1; --left) {
        std::swap(intervals[left - 1], intervals[stream.below(left)]);
      }
      for (Index i = 0; i < n; ++i) {
        const double inside = options_.scramble ? stream.uniform() : 0.5;
        sample_(i, j) = (static_cast<double>(intervals[static_cast<std::size_t>(i)]) + inside) / static_cast<double>(n);
      }
    }
    return sample_;
  }

  Index dim_;
  SequenceOptions options_;
  util::Rng rng_;
  std::optional<math::Sobol> sobol_;
  Matrix sample_;  // of a Latin hypercube, the last one
  std::uint64_t sample_number_ = 0;
};

/// The columns of parameters that no constraint names.
std::vector<Index> unconstrained_columns(const UnitSpace& unit) {
  const core::SearchSpace& space = unit.space();
  std::unordered_set<std::string> constrained;
  for (const core::ParameterConstraint& constraint : space.constraints()) {
    for (const auto& [name, coefficient] : constraint.coefficients) constrained.insert(name);
  }
  for (const core::NonlinearConstraint& constraint : space.nonlinear_constraints()) {
    constrained.insert(constraint.excess.variables().begin(), constraint.excess.variables().end());
  }
  std::vector<Index> free;
  Index column = 0;
  for (const core::Parameter& parameter : space.parameters()) {
    if (core::is_fixed(parameter)) continue;
    if (!constrained.contains(core::name_of(parameter))) free.push_back(column);
    ++column;
  }
  return free;
}

class SobolGenerator final : public Generator {
 public:
  SobolGenerator(const GeneratorSpec& spec, const SequenceOptions& options, const util::Rng& rng)
      : Generator(spec.model_key),
        space_(spec.space),
        options_(options),
        rng_(rng),
        sequence_(spec.space->dim(), options, rng) {}

 private:
  GeneratedPoints do_generate(const GenerationRequest& request) override;
  std::optional<core::Parameterization> next_point(const GenerationRequest& request);
  /// The point at u, at the target task if only that is wanted.
  core::Parameterization decode(const Vector& u) const {
    return space_->decode_sample(options_.target_task_only ? space_->sample_at_target(u) : u);
  }
  /// The center, if it is wanted, allowed, and would be the experiment's first point.
  std::optional<core::Parameterization> center(const GenerationRequest& request) const;
  std::optional<core::Parameterization> next_untried(const GenerationRequest& request);
  /// All points, where constraints leave few of them.
  const std::optional<std::vector<core::Parameterization>>& few_points();
  std::optional<core::Parameterization> next_in_polytope(const GenerationRequest& request);
  bool rejection_is_hopeless();
  bool is_new(const GenerationRequest& request, const core::Parameterization& point) const;

  std::shared_ptr<const UnitSpace> space_;
  SequenceOptions options_;
  util::Rng rng_;
  CubeSequence sequence_;
  std::optional<bool> hopeless_;
  std::optional<optim::DomainSampler> sampler_;
  bool is_listed_ = false;
  std::optional<std::vector<core::Parameterization>> few_points_;

  // Of the call in progress.
  std::uint64_t position_ = 0;
  std::unordered_set<std::string> made_;
};

GeneratedPoints SobolGenerator::do_generate(const GenerationRequest& request) {
  GeneratedPoints generated;
  position_ = std::max(request.history.step(request.step).position, options_.init_position);
  made_.clear();
  for (const Suggestion& pending : request.also_pending) made_.insert(signature_of(pending.parameters));
  for (int i = 0; i < request.n; ++i) {
    std::optional<core::Parameterization> point = next_point(request);
    if (!point) {
      generated.exhausted = true;
      break;
    }
    made_.insert(signature_of(*point));
    Suggestion suggestion;
    suggestion.parameters = std::move(*point);
    suggestion.generator_run.gen_metadata = util::Node::object({{kPositionKey, static_cast<std::int64_t>(position_)}});
    generated.points.push_back(std::move(suggestion));
  }
  return generated;
}

bool SobolGenerator::is_new(const GenerationRequest& request, const core::Parameterization& point) const {
  if (!options_.deduplicate && !request.deduplicate) return true;
  const std::string signature = signature_of(point);
  return !made_.contains(signature) && !request.history.was_tried(signature);
}

bool SobolGenerator::rejection_is_hopeless() {
  if (!hopeless_) {
    hopeless_ = false;
    if (space_->space().has_constraints()) {
      const Matrix pilot = sequence_.draw(0, kPilotDraws);
      int hits = 0;
      for (Index i = 0; i < kPilotDraws && hits < kLeastPilotHits; ++i) {
        hits += space_->meets_constraints(decode(pilot.row(i).transpose())) ? 1 : 0;
      }
      hopeless_ = hits < kLeastPilotHits;
    }
  }
  return *hopeless_;
}

std::optional<core::Parameterization> SobolGenerator::center(const GenerationRequest& request) const {
  if (!options_.center_first || request.history.num_arms() > 0 || !made_.empty()) return std::nullopt;
  core::Parameterization point = decode(Vector::Constant(space_->dim(), 0.5));
  if (!space_->meets_constraints(point)) return std::nullopt;
  return point;
}

std::optional<core::Parameterization> SobolGenerator::next_point(const GenerationRequest& request) {
  if (std::optional<core::Parameterization> point = center(request)) return point;
  if (!rejection_is_hopeless()) {
    const bool is_finite = space_->num_points() <= kMostListed;
    int repeats = 0;
    for (int rejected = 0; rejected < kMostRejections;) {
      const Matrix chunk = sequence_.draw(position_, kChunk);
      for (Index i = 0; i < kChunk; ++i) {
        ++position_;
        core::Parameterization point = decode(chunk.row(i).transpose());
        if (!space_->meets_constraints(point)) {
          ++rejected;
        } else if (is_new(request, point)) {
          return point;
        } else {
          ++rejected;
          ++repeats;
        }
      }
      const std::size_t spent = request.history.num_tried() + made_.size();
      if (is_finite && (repeats >= kMostRepeats || (repeats > 0 && spent >= space_->num_points()))) break;
    }
    if (is_finite) return next_untried(request);
  }
  if (std::optional<core::Parameterization> point = next_in_polytope(request)) return point;
  return few_points() || space_->num_points() <= kMostListed ? next_untried(request) : std::nullopt;
}

const std::optional<std::vector<core::Parameterization>>& SobolGenerator::few_points() {
  if (!is_listed_ && space_->space().has_constraints()) few_points_ = list_feasible(*space_, kFewPoints);
  is_listed_ = true;
  return few_points_;
}

std::optional<core::Parameterization> SobolGenerator::next_untried(const GenerationRequest& request) {
  std::vector<core::Parameterization> untried;
  for (const core::Parameterization& point : few_points() ? *few_points() : space_->enumerate()) {
    if (options_.target_task_only && !space_->space().is_at_target_task(point)) continue;
    if (is_new(request, point)) untried.push_back(point);
  }
  if (untried.empty()) return std::nullopt;
  util::Rng stream = rng_.split("untried", position_);
  return untried[stream.below(untried.size())];
}

std::optional<core::Parameterization> SobolGenerator::next_in_polytope(const GenerationRequest& request) {
  if (!sampler_) sampler_.emplace(space_->cube());
  const std::vector<Index> free = unconstrained_columns(*space_);
  for (int round = 0; round < kMostPolytopeRounds; ++round) {
    // Few points are better listed than hoped for.
    if (round == 1 && few_points()) return std::nullopt;
    const util::Rng stream = rng_.split("polytope", position_);
    // The first draw of a chain is as good as any; more of them are there for when rounding spoils it.
    std::optional<Matrix> draws = sampler_->sample(round == 0 ? 1 : kPolytopeDraws, stream);
    // What stands in no constraint keeps the sequence's spread.
    const Matrix place = sequence_.draw(position_, 1);
    ++position_;
    if (!draws) return std::nullopt;
    for (const Index j : free) draws->col(j).setConstant(place(0, j));
    for (Index i = 0; i < draws->rows(); ++i) {
      const Vector u = draws->row(i).transpose();
      std::optional<core::Parameterization> point =
          space_->decode_feasible_sample(options_.target_task_only ? space_->sample_at_target(u) : u);
      if (point && is_new(request, *point)) return point;
    }
  }
  return std::nullopt;
}

bool flag(const util::Node& kwargs, const char* key, bool otherwise) {
  const util::Node* value = kwargs.find(key);
  return value != nullptr && value->is_bool() ? value->as_bool() : otherwise;
}

std::unique_ptr<Generator> make_sequence_generator(const GeneratorSpec& spec, SequenceKind kind) {
  SequenceOptions options;
  options.kind = kind;
  if (kind == SequenceKind::kLatinHypercube) {
    if (std::string why = why_not_num_trials("LatinHypercube", spec.num_trials); !why.empty())
      throw UserInputError(why);
    options.sample_size = static_cast<Index>(spec.num_trials);
  }
  options.deduplicate = flag(spec.model_kwargs, "deduplicate", true);
  options.scramble = flag(spec.model_kwargs, "scramble", true);
  options.center_first = flag(spec.model_kwargs, "center_first", false);
  options.target_task_only = spec.space->tasks() && flag(spec.model_kwargs, kTargetTaskOnly, false);
  const util::Node* position = spec.model_kwargs.find("init_position");
  if (position != nullptr && position->is_int() && position->as_int() >= 0) {
    options.init_position = static_cast<std::uint64_t>(position->as_int());
  }
  util::Rng rng = spec.rng;
  const util::Node* seed = spec.model_kwargs.find("seed");
  if (seed != nullptr && seed->is_int()) rng = util::Rng(static_cast<std::uint64_t>(seed->as_int()));
  return std::make_unique<SobolGenerator>(spec, options, rng);
}

}  // namespace

std::unique_ptr<Generator> make_sobol_generator(const GeneratorSpec& spec) {
  return make_sequence_generator(spec, SequenceKind::kSobol);
}

std::unique_ptr<Generator> make_fallback_sequence(const GeneratorSpec& spec) {
  GeneratorSpec sequence = spec;
  sequence.model_key = "Sobol";
  sequence.model_kwargs = util::Node::object({{kTargetTaskOnly, true}});
  sequence.rng = spec.rng.split("fallback");
  return make_sobol_generator(sequence);
}

std::optional<Suggestion> fallback_point(Generator& sequence, const GenerationRequest& request,
                                         const std::vector<Suggestion>& pending, const std::string& model_key,
                                         const std::string& reason, std::vector<std::string>& notices) {
  const GenerationRequest one{request.experiment, request.history, request.step, 1, pending, request.deduplicate};
  GeneratedPoints drawn = sequence.generate(one);
  if (drawn.points.empty()) return std::nullopt;
  Suggestion point = std::move(drawn.points[0]);
  if (!reason.empty()) {
    point.generator_run.gen_metadata.set("fallback", reason);
    notices.push_back(fmt::format("a quasi-random point instead of one of the model {}: {}", model_key, reason));
  }
  return point;
}

std::unique_ptr<Generator> make_uniform_generator(const GeneratorSpec& spec) {
  return make_sequence_generator(spec, SequenceKind::kUniform);
}

std::unique_ptr<Generator> make_latin_hypercube_generator(const GeneratorSpec& spec) {
  return make_sequence_generator(spec, SequenceKind::kLatinHypercube);
}

std::string why_not_num_trials(std::string_view model_value, std::int64_t num_trials) {
  const bool is_sample = model_value == "LatinHypercube";
  return is_sample && num_trials < 1 ? "a Latin hypercube is a sample of so many points, and has an end: say how many"
                                     : "";
}

bool takes_sequence_options(std::string_view model_value) {
  return model_value == "Sobol" || model_value == "Uniform" || model_value == "LatinHypercube";
}

}  // namespace boa::generation
