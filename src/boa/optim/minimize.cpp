#include "boa/optim/minimize.hpp"

#include <nlopt.h>

#include <cmath>
#include <exception>
#include <limits>
#include <memory>
#include <optional>

#include "boa/optim/projected_gradient.hpp"
#include "boa/util/error.hpp"

namespace boa::optim {
namespace {

constexpr double kBad = 1e100;  // stands for a non-finite value, which line searches cannot digest
constexpr double kFeasibility = 1e-8;
// From so many on a step of quadratic programming costs more than it gains.
constexpr Index kManyColumns = 50;

/// What the callbacks of one optimization share. NLopt is C: exceptions must not pass through it.
struct Run {
  const Function* objective = nullptr;
  nlopt_opt handle = nullptr;
  Vector x;
  Vector gradient;
  int evaluations = 0;
  int max_evaluations = 0;  // NLopt, which sizes its memory by it, looks at it between line searches alone
  Vector best_x;
  double best_value = std::numeric_limits<double>::infinity();
  std::function<bool(const Vector&)> acceptable;  // empty: every point is
  std::function<bool(double)> give_up;
  bool is_over = false;
  std::exception_ptr error;

  double evaluate(const Function& f, const double* at, double* gradient_out) {
    if (is_over) return kBad;  // NLopt may ask for some twenty values more, and report a failure then
    double value = kBad;
    guarded([&] {
      x = Eigen::Map<const Vector>(at, x.size());
      const double found = f(x, gradient_out ? &gradient : nullptr);
      if (std::isfinite(found)) value = found;
      if (gradient_out) {
        for (Index j = 0; j < x.size(); ++j) {
          gradient_out[j] = std::isfinite(gradient[j]) && value < kBad ? gradient[j] : 0.0;
        }
      }
    });
    return value;
  }

  template <typename Work>
  void guarded(const Work& work) {
    try {
      work();
    } catch (...) {
      error = std::current_exception();
      stop();
    }
  }

  void stop() {
    is_over = true;
    nlopt_force_stop(handle);
  }
};

double objective_callback(unsigned, const double* x, double* gradient, void* data) {
  Run& run = *static_cast<Run*>(data);
  if (run.is_over) return kBad;
  ++run.evaluations;
  const double value = run.evaluate(*run.objective, x, gradient);
  run.guarded([&run, value] {
    if (value < run.best_value && (!run.acceptable || run.acceptable(run.x))) {
      run.best_value = value;
      run.best_x = run.x;
    }
    if (run.evaluations == run.max_evaluations || (run.give_up && run.give_up(run.best_value))) run.stop();
  });
  return value;
}

struct ConstraintData {
  Run* run;
  const Function* f;
};

double constraint_callback(unsigned, const double* x, double* gradient, void* data) {
  const auto& constraint = *static_cast<ConstraintData*>(data);
  return constraint.run->evaluate(*constraint.f, x, gradient);
}

double linear_callback(unsigned n, const double* x, double* gradient, void* data) {
  const auto& c = *static_cast<const LinearConstraint*>(data);
  const Eigen::Map<const Vector> at(x, n);
  if (gradient) Eigen::Map<Vector>(gradient, n) = c.a;
  return c.a.dot(at) - c.b;
}

struct Deleter {
  void operator()(nlopt_opt_s* handle) const { nlopt_destroy(handle); }
};
using Handle = std::unique_ptr<nlopt_opt_s, Deleter>;

Handle make_handle(nlopt_algorithm algorithm, const Vector& lower, const Vector& upper, const MinimizeOptions& options,
                   Run& run) {
  Handle handle(nlopt_create(algorithm, static_cast<unsigned>(lower.size())));
  BOA_CHECK(handle != nullptr, "nlopt_create");
  nlopt_set_lower_bounds(handle.get(), lower.data());
  nlopt_set_upper_bounds(handle.get(), upper.data());
  nlopt_set_maxeval(handle.get(), options.max_evaluations);
  run.max_evaluations = options.max_evaluations;
  nlopt_set_ftol_rel(handle.get(), options.relative_f_tolerance);
  nlopt_set_ftol_abs(handle.get(), options.absolute_f_tolerance);
  nlopt_set_xtol_rel(handle.get(), options.relative_x_tolerance);
  nlopt_set_xtol_abs1(handle.get(), options.absolute_x_tolerance);
  nlopt_set_min_objective(handle.get(), objective_callback, &run);
  run.handle = handle.get();
  return handle;
}

StopReason reason_of(nlopt_result code, const Run& run) {
  if (run.is_over) return run.evaluations == run.max_evaluations ? StopReason::kEvaluations : StopReason::kGivenUp;
  switch (code) {
    case NLOPT_SUCCESS:
    case NLOPT_STOPVAL_REACHED:
    case NLOPT_FTOL_REACHED:
    case NLOPT_XTOL_REACHED:
      return StopReason::kConverged;
    case NLOPT_ROUNDOFF_LIMITED:
      return StopReason::kRoundoff;
    default:
      return StopReason::kFailed;
  }
}

MinimizeResult finish(Run& run, const Handle& handle, Vector x) {
  double value = kBad;
  const nlopt_result code = nlopt_optimize(handle.get(), x.data(), &value);
  if (run.error) std::rethrow_exception(run.error);
  MinimizeResult result;
  result.evaluations = run.evaluations;
  result.reason = reason_of(code, run);
  result.x = run.best_x.size() > 0 ? run.best_x : x;
  result.value = run.best_x.size() > 0 ? run.best_value : value;
  return result;
}

Run make_run(const Function& f, Index d) {
  Run run;
  run.objective = &f;
  run.x.resize(d);
  run.gradient.resize(d);
  return run;
}

}  // namespace

MinimizeResult minimize(const Function& f, const Vector& start, const Vector& lower, const Vector& upper,
                        const MinimizeOptions& options) {
  BOA_CHECK(start.size() == lower.size() && start.size() == upper.size(), start.size(), lower.size());
  Run run = make_run(f, start.size());
  run.give_up = options.give_up;
  const Handle handle = make_handle(NLOPT_LD_LBFGS, lower, upper, options, run);
  return finish(run, handle, start.cwiseMax(lower).cwiseMin(upper));
}

MinimizeResult minimize_constrained(const Function& f, const Vector& start, const Domain& domain,
                                    const MinimizeOptions& options) {
  BOA_CHECK(start.size() == domain.dim(), start.size(), domain.dim());
  if (domain.dim() >= kManyColumns && domain.nonlinear.empty()) {
    if (std::optional<MinimizeResult> result = minimize_projected(f, start, domain, options)) return *result;
  }
  Run run = make_run(f, start.size());
  const Handle handle = make_handle(NLOPT_LD_SLSQP, domain.lower, domain.upper, options, run);
  Domain continuous = domain;
  continuous.discrete.clear();
  run.acceptable = [&continuous](const Vector& x) { return continuous.contains(x, kFeasibility); };
  // NLopt keeps the pointers: the constraints must outlive the optimization.
  std::vector<LinearConstraint> inequalities = domain.inequalities;
  std::vector<LinearConstraint> equalities = domain.equalities;
  for (LinearConstraint& c : inequalities) nlopt_add_inequality_constraint(handle.get(), linear_callback, &c, 0.0);
  for (LinearConstraint& c : equalities) nlopt_add_equality_constraint(handle.get(), linear_callback, &c, 0.0);
  std::vector<ConstraintData> nonlinear;
  nonlinear.reserve(domain.nonlinear.size());
  for (const NonlinearConstraint& c : domain.nonlinear) {
    nonlinear.push_back({&run, &c.f});
    const auto add = c.is_equality ? nlopt_add_equality_constraint : nlopt_add_inequality_constraint;
    add(handle.get(), constraint_callback, &nonlinear.back(), 0.0);
  }
  return finish(run, handle, start.cwiseMax(domain.lower).cwiseMin(domain.upper));
}

}  // namespace boa::optim
