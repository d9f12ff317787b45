#include "boa/generation/tasks.hpp"

#include "boa/generation/local_data.hpp"

namespace boa::generation {

namespace {

constexpr std::size_t kLeastForScale = 3;

double mean_of(const std::vector<double>& values) {
  double mean = 0;
  for (const double v : values) mean += v / static_cast<double>(values.size());
  return mean;
}

Vector shifted(const std::vector<double>& values, double shift) {
  Vector y(static_cast<Index>(values.size()));
  for (std::size_t i = 0; i < values.size(); ++i) y[static_cast<Index>(i)] = values[i] + shift;
  return y;
}

}  // namespace

TaskTransforms::TaskTransforms(const Outcome& outcome, const Tasks& tasks,
                               const std::function<OutcomeTransform(const Vector&)>& fit)
    : tasks_(tasks) {
  if (!tasks) {
    each_ = {fit(outcome.y)};
    return;
  }
  std::vector<std::vector<double>> values(static_cast<std::size_t>(tasks->num_tasks));
  for (Index i = 0; i < outcome.y.size(); ++i) {
    values[static_cast<std::size_t>(gp::task_at(outcome.X, i, *tasks))].push_back(outcome.y[i]);
  }
  const std::vector<double>* most = &values[0];
  for (const std::vector<double>& own : values) {
    if (own.size() > most->size()) most = &own;
  }
  each_.clear();
  for (const std::vector<double>& own : values) {
    const bool has_scale = own.size() >= kLeastForScale;
    const double shift = own.empty() || has_scale ? 0 : mean_of(own) - mean_of(*most);
    each_.push_back(fit(shifted(has_scale ? own : *most, shift)));
  }
}

const OutcomeTransform& TaskTransforms::of_row(const Matrix& X, Index row) const {
  return each_[tasks_ ? static_cast<std::size_t>(gp::task_at(X, row, *tasks_)) : 0];
}

std::vector<Index> rows_at_target(const Matrix& X, const Tasks& tasks) {
  std::vector<Index> rows;
  for (Index i = 0; i < X.rows(); ++i) {
    if (!tasks || gp::task_at(X, i, *tasks) == tasks->target) rows.push_back(i);
  }
  return rows;
}

gp::TrainingData transformed(const Outcome& outcome, const TaskTransforms& transforms) {
  gp::TrainingData data{outcome.X, outcome.y, outcome.y_var};
  for (Index i = 0; i < data.y.size(); ++i) {
    const OutcomeTransform& transform = transforms.of_row(outcome.X, i);
    const double slope = transform.slope(outcome.y[i]);
    data.y[i] = transform(outcome.y[i]);
    data.y_var[i] = outcome.y_var[i] * slope * slope;
  }
  return data;
}

bool is_target_observed(const ModelData& data, const Tasks& tasks) {
  return !tasks || !rows_at_target(data.outcomes.at(0).X, tasks).empty();
}

ModelData observed_at_target(ModelData data, const Tasks& tasks) {
  if (!tasks || !is_target_observed(data, tasks)) return data;
  for (Outcome& outcome : data.outcomes) outcome = select_rows(outcome, rows_at_target(outcome.X, tasks));
  return data;
}

}  // namespace boa::generation
