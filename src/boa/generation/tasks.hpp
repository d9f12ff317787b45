#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "boa/generation/model_data.hpp"
#include "boa/generation/transforms/outcome_transform.hpp"
#include "boa/gp/gaussian_process.hpp"
#include "boa/gp/multi_task.hpp"

namespace boa::generation {

using Tasks = std::optional<gp::TaskColumn>;

/// The transforms of one outcome: one alone, or one for each task, fitted to that task's values (BoTorch's
/// StratifiedStandardize). Tasks often differ in level and in scale, which would hide what they have in common.
///
/// Two values say next to nothing about a scale: a task with fewer than three takes that of the task with the most
/// values, at its own mean. That the level is then uncertain does not matter: the model infers the tasks' means, and
/// scales that are off are made good by the variances of its task kernel.
class TaskTransforms {
 public:
  TaskTransforms() = default;
  /// `fit`: the transform of a task that has these values.
  TaskTransforms(const Outcome& outcome, const Tasks& tasks, const std::function<OutcomeTransform(const Vector&)>& fit);

  /// Of a row of X (n x d, model coordinates).
  const OutcomeTransform& of_row(const Matrix& X, Index row) const;
  /// Of what is optimized: the target task, or all there is.
  const OutcomeTransform& target() const { return each_[tasks_ ? static_cast<std::size_t>(tasks_->target) : 0]; }

 private:
  Tasks tasks_;
  std::vector<OutcomeTransform> each_ = std::vector<OutcomeTransform>(1);
};

/// What a model is fitted to: observations on the scale of the transforms; variances NaN where they are unknown.
gp::TrainingData transformed(const Outcome& outcome, const TaskTransforms& transforms);

/// The rows of X (n x d) at the target task; all of them without tasks.
std::vector<Index> rows_at_target(const Matrix& X, const Tasks& tasks);

/// Has the objective been observed at the target task? True without tasks.
bool is_target_observed(const ModelData& data, const Tasks& tasks);

/// What was observed at the target task, where the objective has been; else everything.
ModelData observed_at_target(ModelData data, const Tasks& tasks);

}  // namespace boa::generation
