#include "boa/math/transforms.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include "reference.hpp"

namespace boa::reference {
namespace {

using math::AffineColumns;
using Map = double (*)(double);

Vector each(const Vector& values, const std::function<double(double)>& f) {
  Vector result(values.size());
  for (Index i = 0; i < values.size(); ++i) result[i] = f(values[i]);
  return result;
}

Matrix each(const Matrix& values, const std::function<double(double)>& f) { return values.unaryExpr(f); }

Node integers(const Vector& values) {
  Node result = Node::array();
  for (const double v : values) result.push_back(static_cast<std::int64_t>(v));
  return result;
}

Node unit_cube(const Node& in) {
  const Matrix X = matrix(in.at("X")), bounds = matrix(in.at("bounds"));
  AffineColumns map{bounds.row(0).transpose(), (bounds.row(1) - bounds.row(0)).transpose()};
  if (!is_null(in, "indices")) {
    AffineColumns some{Vector::Zero(X.cols()), Vector::Ones(X.cols())};
    const auto columns = indices(in.at("indices"));
    for (std::size_t k = 0; k < columns.size(); ++k) {
      // Bounds may be given for all columns or for the listed ones.
      const Index from = bounds.cols() == X.cols() ? columns[k] : static_cast<Index>(k);
      some.offset[columns[k]] = map.offset[from];
      some.scale[columns[k]] = map.scale[from];
    }
    map = some;
  }
  const Matrix transformed = map.apply(X);
  return Node::object({{"X_transformed", to_node(transformed)}, {"X_untransformed", to_node(map.undo(transformed))}});
}

Node learned(const Node& in, const AffineColumns& map, const char* offset, const char* scale) {
  Node result = Node::object();
  result.set(offset, to_node(map.offset));
  result.set(scale, to_node(map.scale));
  result.set("X_train_transformed", to_node(map.apply(matrix(in.at("X_train")))));
  result.set("X_test_transformed", to_node(map.apply(matrix(in.at("X_test")))));
  return result;
}

Node log10_input(const Node& in) {
  Matrix there = matrix(in.at("X"));
  for (const Index j : indices(in.at("indices"))) there.col(j) = there.col(j).array().log10();
  Matrix back = there;
  for (const Index j : indices(in.at("indices")))
    back.col(j) = each(Vector(back.col(j)), [](double z) { return std::pow(10.0, z); });
  return Node::object({{"X_transformed", to_node(there)}, {"X_untransformed", to_node(back)}});
}

Node warp(const Node& in) {
  const Matrix X = matrix(in.at("X")), bounds = matrix(in.at("bounds"));
  const Vector a = vector(in.at("concentration0")), b = vector(in.at("concentration1"));
  const double eps = number(in.at("eps"));
  const Matrix W = is_null(in, "W") ? Matrix::Zero(X.rows(), X.cols()) : matrix(in.at("W"));
  Matrix there = X, back = X, d_X = X;
  Vector d_a = Vector::Zero(X.cols()), d_b = d_a;
  for (Index j = 0; j < X.cols(); ++j) {
    const double width = bounds(1, j) - bounds(0, j);
    for (Index i = 0; i < X.rows(); ++i) {
      const math::Warp w = math::kumaraswamy((X(i, j) - bounds(0, j)) / width, a[j], b[j], eps);
      there(i, j) = w.value;
      back(i, j) = bounds(0, j) + width * math::kumaraswamy_inverse(w.value, a[j], b[j], eps);
      d_X(i, j) = W(i, j) * w.slope / width;
      d_a[j] += W(i, j) * w.slope_a;
      d_b[j] += W(i, j) * w.slope_b;
    }
  }
  return Node::object({{"X_transformed", to_node(there)},
                       {"X_untransformed", to_node(back)},
                       {"grad_X", to_node(d_X)},
                       {"grad_concentration0", to_node(d_a)},
                       {"grad_concentration1", to_node(d_b)}});
}

Node round_columns(const Node& in) {
  Matrix X = matrix(in.at("X"));
  const bool smooth = in.at("approximate").as_bool();
  const double tau = number(in.at("tau"));
  for (const Index j : indices(in.at("integer_indices"))) {
    for (double& x : X.col(j)) x = smooth ? math::round_smoothly(x, tau) : math::round_half_even(x);
  }
  return Node::object({{"X_transformed", to_node(X)}});
}

Node rounding_chain(const Node& in) {
  Matrix X = matrix(in.at("X"));
  const Matrix bounds = matrix(in.at("bounds"));
  const double margin = in.at("initialization").as_bool() ? 0.4999 : 0.0;
  for (const Index j : indices(in.at("integer_indices"))) {
    const double lower = bounds(0, j), upper = bounds(1, j);
    for (double& x : X.col(j)) {
      const double raw = lower - margin + (upper - lower + 2.0 * margin) * x;
      x = (math::round_half_even(raw) - lower) / (upper - lower);
    }
  }
  const auto start = static_cast<Index>(in.at("categorical_start").as_int());
  const auto count = static_cast<Index>(in.at("cardinality").as_int());
  for (Index i = 0; i < X.rows(); ++i) {
    X.row(i).segment(start, count) = math::one_hot_of_largest(X.row(i).segment(start, count).transpose()).transpose();
  }
  return Node::object({{"X_transformed", to_node(X)}});
}

/// Each listed column [column, cardinality] replaced, in place, by its one-hot encoding.
Matrix encode(const Matrix& X, const Matrix& features) {
  Matrix result(X.rows(), 0);
  const auto append = [&result](const Matrix& block) {
    Matrix wider(block.rows(), result.cols() + block.cols());
    wider << result, block;
    result = std::move(wider);
  };
  for (Index j = 0; j < X.cols(); ++j) {
    Index count = 0;
    for (Index f = 0; f < features.rows(); ++f) {
      if (static_cast<Index>(features(f, 0)) == j) count = static_cast<Index>(features(f, 1));
    }
    if (count == 0) {
      append(X.col(j));
      continue;
    }
    Matrix block(X.rows(), count);
    for (Index i = 0; i < X.rows(); ++i) block.row(i) = Vector::Unit(count, std::lround(X(i, j))).transpose();
    append(block);
  }
  return result;
}

Node one_hot_to_numeric(const Node& in) {
  const Matrix X = matrix(in.at("X")), features = matrix(in.at("features"));
  std::vector<Vector> columns;
  Matrix numeric_features = features;
  for (Index j = 0; j < X.cols();) {
    Index count = 0, which = 0;
    for (Index f = 0; f < features.rows(); ++f) {
      if (static_cast<Index>(features(f, 0)) == j) count = static_cast<Index>(features(f, 1)), which = f;
    }
    if (count == 0) {
      columns.emplace_back(X.col(j++));
      continue;
    }
    numeric_features(which, 0) = static_cast<double>(columns.size());
    Vector code(X.rows());
    for (Index i = 0; i < X.rows(); ++i) {
      Index largest = 0;
      X.row(i).segment(j, count).maxCoeff(&largest);
      code[i] = static_cast<double>(largest);
    }
    columns.push_back(code);
    j += count;
  }
  Matrix numeric(X.rows(), static_cast<Index>(columns.size()));
  for (std::size_t k = 0; k < columns.size(); ++k) numeric.col(static_cast<Index>(k)) = columns[k];
  return Node::object({{"X_numeric", to_node(numeric)}, {"X_one_hot", to_node(encode(numeric, numeric_features))}});
}

Node standardize(const Node& in) {
  const Matrix Y = matrix(in.at("Y"));
  const AffineColumns map = math::learn_outcome_moments(Y, number(in.at("min_stdv")));
  const Matrix transformed = map.apply(Y);
  Node result = Node::object({{"means", to_node(map.offset)},
                              {"stdvs", to_node(map.scale)},
                              {"Y_transformed", to_node(transformed)},
                              {"Y_untransformed", to_node(map.undo(transformed))}});
  const AffineColumns variances{Vector::Zero(Y.cols()), map.scale.cwiseAbs2()};
  result.set("Yvar_transformed", Node());
  result.set("Yvar_untransformed", Node());
  if (!is_null(in, "Yvar")) {
    const Matrix there = variances.apply(matrix(in.at("Yvar")));
    result.set("Yvar_transformed", to_node(there));
    result.set("Yvar_untransformed", to_node(variances.undo(there)));
  }
  const Matrix mean = matrix(in.at("posterior_mean"));
  std::vector<Matrix> covariance = tensor(in.at("posterior_covariance"));
  Matrix variance(mean.rows(), mean.cols());
  for (std::size_t j = 0; j < covariance.size(); ++j) {
    covariance[j] *= variances.scale[static_cast<Index>(j)];
    variance.col(static_cast<Index>(j)) = covariance[j].diagonal();
  }
  result.set("untransformed_posterior_mean", to_node(map.undo(mean)));
  result.set("untransformed_posterior_covariance", to_node(covariance));
  result.set("untransformed_posterior_variance", to_node(variance));
  return result;
}

Node stratified_standardize(const Node& in) {
  const Matrix X = matrix(in.at("X"));
  const Vector tasks = vector(in.at("tasks"));
  const Index column = static_cast<Index>(in.at("task_column").as_int());
  Matrix Y = matrix(in.at("Y"));
  Matrix Yvar = is_null(in, "Yvar") ? Matrix() : matrix(in.at("Yvar"));
  Vector means(tasks.size()), stdvs(tasks.size());
  for (Index t = 0; t < tasks.size(); ++t) {
    Matrix own(0, 1);
    for (Index i = 0; i < X.rows(); ++i) {
      if (X(i, column) != tasks[t]) continue;
      own.conservativeResize(own.rows() + 1, 1);
      own(own.rows() - 1, 0) = Y(i, 0);
    }
    const AffineColumns map = math::learn_outcome_moments(own, number(in.at("min_stdv")));
    means[t] = map.offset[0];
    stdvs[t] = map.scale[0];
  }
  for (Index i = 0; i < X.rows(); ++i) {
    for (Index t = 0; t < tasks.size(); ++t) {
      if (X(i, column) != tasks[t]) continue;
      Y(i, 0) = (Y(i, 0) - means[t]) / stdvs[t];
      if (Yvar.size() > 0) Yvar(i, 0) /= stdvs[t] * stdvs[t];
    }
  }
  return Node::object({{"means", to_node(means)},
                       {"stdvs", to_node(stdvs)},
                       {"Y_transformed", to_node(Y)},
                       {"Yvar_transformed", Yvar.size() > 0 ? to_node(Yvar) : Node()}});
}

void set_log_normal(const Matrix& mean, const Matrix& variance, Node& result) {
  Matrix m = mean, v = variance;
  for (Index i = 0; i < m.size(); ++i) {
    const math::Moments moments = math::log_normal_moments(mean.data()[i], variance.data()[i]);
    m.data()[i] = moments.mean;
    v.data()[i] = moments.variance;
  }
  result.set("untransformed_posterior_mean", to_node(m));
  result.set("untransformed_posterior_variance", to_node(v));
}

Node log_outcome(const Node& in) {
  const Matrix Y = matrix(in.at("Y"));
  const Matrix there = Y.array().log();
  const Matrix back = there.array().exp();
  Node result = Node::object({{"Y_transformed", to_node(there)}, {"Y_untransformed", to_node(back)}});
  result.set("Yvar_transformed", Node());
  result.set("Yvar_untransformed", Node());
  if (!is_null(in, "Yvar")) {
    const Matrix scaled = matrix(in.at("Yvar")).array() / Y.array().max(1e-8).square();
    result.set("Yvar_transformed", to_node(scaled));
    result.set("Yvar_untransformed", to_node(Matrix(scaled.array() * back.array().square())));
  }
  set_log_normal(matrix(in.at("posterior_mean")), matrix(in.at("posterior_variance")), result);
  return result;
}

Node there_and_back(const Matrix& Y, const std::function<double(double)>& f, const std::function<double(double)>& g) {
  const Matrix there = each(Y, f);
  return Node::object({{"Y_transformed", to_node(there)}, {"Y_untransformed", to_node(each(there, g))}});
}

Node chained_outcome(const Node& in) {
  const bool is_log = in.at("chain").at(std::size_t{0}).as_string() == "log";
  const Map f = is_log ? static_cast<Map>([](double y) { return std::log(y); }) : math::bilog;
  const Map g = is_log ? static_cast<Map>([](double z) { return std::exp(z); }) : math::bilog_inverse;
  const Matrix first = each(matrix(in.at("Y")), f);
  const AffineColumns map = math::learn_outcome_moments(first);
  const Matrix there = map.apply(first);
  Node result =
      Node::object({{"Y_transformed", to_node(there)}, {"Y_untransformed", to_node(each(map.undo(there), g))}});
  if (is_log && !is_null(in, "posterior_mean")) {
    const AffineColumns variances{Vector::Zero(map.scale.size()), map.scale.cwiseAbs2()};
    set_log_normal(map.undo(matrix(in.at("posterior_mean"))), variances.undo(matrix(in.at("posterior_variance"))),
                   result);
  }
  return result;
}

Node with_range(const Node& in, const std::function<double(double)>& f, const std::function<double(double)>& g) {
  const Vector there = each(vector(in.at("values")), f);
  return Node::object({{"transformed_lower", to_node(f(number(in.at("lower"))))},
                       {"transformed_upper", to_node(f(number(in.at("upper"))))},
                       {"transformed", to_node(there)},
                       {"untransformed", to_node(each(there, g))}});
}

Node ax_log_int(const Node& in) {
  Node choices = Node::array();
  for (auto v = in.at("lower").as_int(); v <= in.at("upper").as_int(); ++v) {
    choices.push_back(std::log10(static_cast<double>(v)));
  }
  const Vector back = each(vector(in.at("log10_values_to_untransform")),
                           [](double z) { return math::round_half_even(std::pow(10.0, z)); });
  return Node::object({{"choice_values", choices}, {"untransformed", integers(back)}});
}

Node ax_int_to_float(const Node& in) {
  return Node::object(
      {{"transformed_lower", number(in.at("lower")) - 0.49999},
       {"transformed_upper", number(in.at("upper")) + 0.49999},
       {"untransformed", integers(each(vector(in.at("floats_to_untransform")), math::round_half_even))}});
}

Node ax_unit_x(const Node& in) {
  const Vector lower = vector(in.at("lower")), upper = vector(in.at("upper")), w = vector(in.at("constraint_weights"));
  const AffineColumns map{lower.head(1), upper.head(1) - lower.head(1)};
  const Matrix there = map.apply(Matrix(vector(in.at("values_of_first"))));
  return Node::object({{"transformed_of_first", to_node(Vector(there.col(0)))},
                       {"untransformed_of_first", to_node(Vector(map.undo(there).col(0)))},
                       {"transformed_constraint_weights", to_node(Vector(w.cwiseProduct(upper - lower)))},
                       {"transformed_constraint_bound", to_node(number(in.at("constraint_bound")) - w.dot(lower))}});
}

Node choice_codes(const Node& in, bool ordered) {
  const auto& choices = in.at("choices").as_array();
  Node codes = Node::array(), back = Node::array(), all = Node::array();
  for (const Node& value : in.at("values").as_array()) {
    const auto found = std::find(choices.begin(), choices.end(), value);
    codes.push_back(static_cast<std::int64_t>(found - choices.begin()));
  }
  for (const Node& code : in.at("encoded_to_untransform").as_array()) {
    back.push_back(choices[static_cast<std::size_t>(math::round_half_even(number(code)))]);
  }
  for (std::size_t k = 0; k < choices.size(); ++k) all.push_back(static_cast<std::int64_t>(k));
  Node result = Node::object({{"transformed", codes}, {"untransformed", back}});
  if (ordered) {
    result.set("transformed_lower", 0);
    result.set("transformed_upper", static_cast<std::int64_t>(choices.size()) - 1);
  } else {
    result.set("numeric_choices", all);
  }
  return result;
}

Node ax_one_hot(const Node& in) {
  const auto& choices = in.at("choices").as_array();
  const auto count = static_cast<Index>(choices.size());
  Node there = Node::array(), back = Node::array();
  for (const Node& value : in.at("values").as_array()) {
    there.push_back(integers(Vector::Unit(count, std::find(choices.begin(), choices.end(), value) - choices.begin())));
  }
  for (const Node& relaxed : in.at("relaxed_to_untransform").as_array()) {
    Index largest = 0;
    math::one_hot_of_largest(vector(relaxed)).maxCoeff(&largest);
    back.push_back(choices[static_cast<std::size_t>(largest)]);
  }
  return Node::object({{"transformed", there}, {"untransformed", back}});
}

Node cut(const Vector& values, const math::Cutoffs& c) {
  return Node::object({{"cutoffs", to_node(Vector{{c.lower, c.upper}})},
                       {"clipped", to_node(Vector(values.cwiseMax(c.lower).cwiseMin(c.upper)))}});
}

std::optional<double> optional_number(const Node& in, std::string_view key) {
  return is_null(in, key) ? std::nullopt : std::optional(number(in.at(key)));
}

Node ax_standardize_y(const Node& in) {
  const Vector values = vector(in.at("values"));
  const AffineColumns map = math::learn_outcome_moments(Matrix(values));
  return Node::object({{"mean", to_node(map.offset[0])},
                       {"std", to_node(map.scale[0])},
                       {"values_transformed", to_node(Vector(map.apply(Matrix(values)).col(0)))},
                       {"sems_transformed", to_node(Vector(vector(in.at("sems")) / map.scale[0]))}});
}

/// Values and standard errors under an increasing map, by matching intervals.
std::pair<Vector, Vector> matched(const Vector& y, const Vector& e, const std::function<double(double)>& f) {
  Vector errors(y.size());
  for (Index i = 0; i < y.size(); ++i) errors[i] = math::matched_error(f, y[i], e[i]);
  return {each(y, f), errors};
}

Node ax_bilog_y(const Node& in) {
  const double bound = number(in.at("bound"));
  const auto [values, sems] = matched(vector(in.at("values")), vector(in.at("sems")),
                                      [bound](double y) { return bound + math::bilog(y - bound); });
  const auto [back, errors] =
      matched(values, sems, [bound](double z) { return bound + math::bilog_inverse(z - bound); });
  return Node::object({{"values_transformed", to_node(values)},
                       {"sems_transformed", to_node(sems)},
                       {"values_untransformed", to_node(back)},
                       {"variances_untransformed", to_node(Vector(errors.cwiseAbs2()))}});
}

Node ax_power_transform_y(const Node& in) {
  const Vector y = vector(in.at("values"));
  const double lambda = math::fit_yeo_johnson(y);
  const Vector z = each(y, [lambda](double v) { return math::yeo_johnson(v, lambda); });
  const double mean = z.mean(), deviation = std::sqrt((z.array() - mean).square().mean());
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const double lower = lambda > 2.0 ? (1.0 / (2.0 - lambda) - mean) / deviation : -kInfinity;
  const double upper = lambda < 0.0 ? (-1.0 / lambda - mean) / deviation : kInfinity;
  const auto [values, sems] =
      matched(y, vector(in.at("sems")), [=](double v) { return (math::yeo_johnson(v, lambda) - mean) / deviation; });
  return Node::object({{"lambda", lambda},
                       {"scaler_mean", mean},
                       {"scaler_std", deviation},
                       {"inverse_bounds", to_node(Vector{{lower, upper}})},
                       {"values_transformed", to_node(values)},
                       {"sems_transformed", to_node(sems)}});
}

void add_input_transforms(Evaluators& kinds) {
  kinds["normalize_bounds"] = unit_cube;
  kinds["normalize_learned"] = [](const Node& in) {
    const double least = number(in.at("min_range")), center = number(in.at("center"));
    return learned(in, math::learn_ranges(matrix(in.at("X_train")), least, center), "offset", "coefficient");
  };
  kinds["input_standardize"] = [](const Node& in) {
    return learned(in, math::learn_moments(matrix(in.at("X_train")), number(in.at("min_std"))), "means", "stds");
  };
  kinds["log10_input"] = log10_input;
  kinds["warp"] = warp;
  kinds["round"] = round_columns;
  kinds["rounding_chain"] = rounding_chain;
  kinds["one_hot_to_numeric"] = one_hot_to_numeric;
  kinds["numeric_to_one_hot"] = [](const Node& in) {
    return Node::object({{"X_one_hot", to_node(encode(matrix(in.at("X")), matrix(in.at("features"))))}});
  };
}

void add_outcome_transforms(Evaluators& kinds) {
  kinds["standardize"] = standardize;
  kinds["stratified_standardize"] = stratified_standardize;
  kinds["log_outcome"] = log_outcome;
  kinds["chained_outcome"] = chained_outcome;
  kinds["bilog_outcome"] = [](const Node& in) {
    return there_and_back(matrix(in.at("Y")), math::bilog, math::bilog_inverse);
  };
  kinds["power_outcome"] = [](const Node& in) {
    const double power = number(in.at("power"));
    return there_and_back(
        matrix(in.at("Y")), [power](double y) { return std::pow(y, power); },
        [power](double z) { return std::pow(z, 1.0 / power); });
  };
}

void add_ax_transforms(Evaluators& kinds) {
  kinds["ax_log_float"] = [](const Node& in) {
    return with_range(in, [](double x) { return std::log10(x); }, [](double z) { return std::pow(10.0, z); });
  };
  kinds["ax_logit"] = [](const Node& in) {
    return with_range(
        in, [](double p) { return std::log(p / (1.0 - p)); }, [](double z) { return 1.0 / (1.0 + std::exp(-z)); });
  };
  kinds["ax_log_int"] = ax_log_int;
  kinds["ax_int_to_float"] = ax_int_to_float;
  kinds["ax_unit_x"] = ax_unit_x;
  kinds["ax_ordered_choice_to_integer"] = [](const Node& in) { return choice_codes(in, true); };
  kinds["ax_choice_to_numeric"] = [](const Node& in) { return choice_codes(in, false); };
  kinds["ax_one_hot"] = ax_one_hot;
  kinds["ax_winsorize_objective"] = [](const Node& in) {
    const Vector y = vector(in.at("values"));
    return cut(y, math::winsorize_objective(y, in.at("minimize").as_bool()));
  };
  kinds["ax_winsorize_constraint"] = [](const Node& in) {
    const Vector y = vector(in.at("values"));
    return cut(y, math::winsorize_constraint(y, in.at("op").as_string() == "<=", number(in.at("bound"))));
  };
  kinds["ax_winsorize_config"] = [](const Node& in) {
    const Vector y = vector(in.at("values"));
    return cut(
        y, math::winsorize_margins(y, number(in.at("lower_quantile_margin")), number(in.at("upper_quantile_margin")),
                                   optional_number(in, "lower_boundary"), optional_number(in, "upper_boundary")));
  };
  kinds["ax_standardize_y"] = ax_standardize_y;
  kinds["ax_bilog_y"] = ax_bilog_y;
  kinds["ax_power_transform_y"] = ax_power_transform_y;
  kinds["yeo_johnson"] = [](const Node& in) {
    const double lambda = number(in.at("lambda"));
    return Node::object(
        {{"y", to_node(each(vector(in.at("x")), [lambda](double x) { return math::yeo_johnson(x, lambda); }))}});
  };
}

}  // namespace

void add_transforms(Evaluators& kinds) {
  add_input_transforms(kinds);
  add_outcome_transforms(kinds);
  add_ax_transforms(kinds);
}

}  // namespace boa::reference
