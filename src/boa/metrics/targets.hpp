#pragma once

#include <string_view>
#include <vector>

#include "boa/metrics/metric_function.hpp"
#include "boa/metrics/numbers.hpp"
#include "boa/util/fields.hpp"
#include "boa/util/node.hpp"

namespace boa::metrics {

/// The arguments that scikit-learn's scores of predictions share.
struct TargetArguments {
  util::Node y_true;
  util::Node y_pred;
  util::Node sample_weight;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    using util::Field;
    field(Field{.name = "y_true", .doc = "the right values: a list, or a list of lists for several outputs"},
          self.y_true);
    field(Field{.name = "y_pred", .doc = "the predicted values, of the same shape"}, self.y_pred);
    field(Field{.name = "sample_weight", .doc = "a weight for each sample; all equal if absent"}, self.sample_weight);
  }
};

/// The same for scores that take several outputs.
struct OutputArguments : TargetArguments {
  util::Node multioutput;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    TargetArguments::visit(self, field);
    field(util::Field{.name = "multioutput", .doc = "uniform_average, raw_values, or a weight for each output"},
          self.multioutput);
  }
};

/// True and predicted values, n x k each, with weights of the n samples.
struct Targets {
  Matrix y_true;
  Matrix y_pred;
  Vector weights;
  bool weighted = false;  ///< weights were given; else all are 1
};

/// UserInputError if the shapes differ or a value is no finite number.
Targets targets_of(const TargetArguments& arguments);
/// The same, with a single output only.
Targets single_output_of(const TargetArguments& arguments, std::string_view function);

/// One number from one for each output, by `multioutput`: the mean, a weighted mean, or with `raw_values` the only one
/// (UserInputError if there are several). `variances` are the weights of `variance_weighted`; empty: not allowed.
double over_outputs(const Vector& values, const util::Node& multioutput, const Vector& variances = {});

/// 1 - unexplained/total for each output. Where total is 0: 1 if nothing is unexplained, else 0; with
/// `force_finite` false NaN and -infinity.
Vector explained_share(const Vector& unexplained, const Vector& total, bool force_finite = true);

}  // namespace boa::metrics
