#include "boa/metrics/builtin.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "boa/metrics/synthetic.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::metrics {
namespace {

constexpr const char* kPassThrough = "PassThrough";
constexpr std::array<std::string_view, 5> kPassThroughNames = {"PassThrough", "PassThroughMetric", "pass_through",
                                                               "passthrough", "pass_through_metric"};
constexpr const char* kSklearnClass = "BOASklearnMetric";
constexpr const char* kSyntheticClass = "ModularMetric";

/// Names that sklearn.metrics exports and that are no regression metrics: known, but not computed here.
constexpr std::array kOtherSklearnNames = std::to_array<std::string_view>({"accuracy_score",
                                                                           "adjusted_mutual_info_score",
                                                                           "adjusted_rand_score",
                                                                           "auc",
                                                                           "average_precision_score",
                                                                           "balanced_accuracy_score",
                                                                           "brier_score_loss",
                                                                           "calinski_harabasz_score",
                                                                           "check_scoring",
                                                                           "class_likelihood_ratios",
                                                                           "classification_report",
                                                                           "cohen_kappa_score",
                                                                           "completeness_score",
                                                                           "confusion_matrix",
                                                                           "confusion_matrix_at_thresholds",
                                                                           "consensus_score",
                                                                           "coverage_error",
                                                                           "d2_brier_score",
                                                                           "d2_log_loss_score",
                                                                           "davies_bouldin_score",
                                                                           "dcg_score",
                                                                           "det_curve",
                                                                           "euclidean_distances",
                                                                           "f1_score",
                                                                           "fbeta_score",
                                                                           "fowlkes_mallows_score",
                                                                           "get_scorer",
                                                                           "get_scorer_names",
                                                                           "hamming_loss",
                                                                           "hinge_loss",
                                                                           "homogeneity_completeness_v_measure",
                                                                           "homogeneity_score",
                                                                           "jaccard_score",
                                                                           "label_ranking_average_precision_score",
                                                                           "label_ranking_loss",
                                                                           "log_loss",
                                                                           "make_scorer",
                                                                           "matthews_corrcoef",
                                                                           "metric_at_thresholds",
                                                                           "multilabel_confusion_matrix",
                                                                           "mutual_info_score",
                                                                           "nan_euclidean_distances",
                                                                           "ndcg_score",
                                                                           "normalized_mutual_info_score",
                                                                           "pair_confusion_matrix",
                                                                           "pairwise_distances",
                                                                           "pairwise_distances_argmin",
                                                                           "pairwise_distances_argmin_min",
                                                                           "pairwise_distances_chunked",
                                                                           "pairwise_kernels",
                                                                           "precision_recall_curve",
                                                                           "precision_recall_fscore_support",
                                                                           "precision_score",
                                                                           "rand_score",
                                                                           "recall_score",
                                                                           "roc_auc_score",
                                                                           "roc_curve",
                                                                           "silhouette_samples",
                                                                           "silhouette_score",
                                                                           "top_k_accuracy_score",
                                                                           "v_measure_score",
                                                                           "zero_one_loss"});

template <typename Names>
bool is_one_of(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const MetricRegistries& registries() {
  static const MetricRegistries filled = [] {
    MetricRegistries all;
    for (const auto add : {add_absolute_errors, add_deviances, add_explained_variance, add_mean, add_normalized_error,
                           add_pinball, add_squared_errors}) {
      add(all);
    }
    return all;
  }();
  return filled;
}

}  // namespace

void MetricRegistries::add_boa(const std::string& name, std::initializer_list<const char*> aliases,
                               const MetricFunctionFactory& make) {
  boa.add(name, make);
  classes.emplace_back(name, name);
  for (const char* alias : aliases) {
    boa.add(alias, make);
    classes.emplace_back(alias, name);
  }
}

MetricFunctionPtr make_metric_function(MetricSource source, std::string_view name) {
  if (source == MetricSource::kSynthetic) return make_synthetic_function(name);
  if (source == MetricSource::kBoa) {
    return is_one_of(kPassThroughNames, name) ? nullptr : registries().boa.get(name)();
  }
  if (is_one_of(kOtherSklearnNames, name)) {
    throw UnsupportedError(
        fmt::format("scikit-learn's '{}' is no regression metric and is not built yet", name),
        fmt::format("Let the model compute the number and return it under the metric's name. Known: {}",
                    util::join(registries().sklearn.names(), ", ")));
  }
  return registries().sklearn.get(name)();
}

MetricFunctionPtr make_metric_function(const core::Metric& metric) {
  if (metric.function == kSklearnClass) return make_metric_function(MetricSource::kSklearn, metric.function_name);
  if (metric.function == kSyntheticClass) return make_metric_function(MetricSource::kSynthetic, metric.function_name);
  return make_metric_function(MetricSource::kBoa, metric.function);
}

void set_function(core::Metric& metric, MetricSource source, std::string_view name) {
  const bool computed = make_metric_function(source, name) != nullptr;
  metric.function = kPassThrough;
  metric.function_name.clear();
  if (!computed) return;
  if (source == MetricSource::kBoa) {
    for (const auto& [spelling, class_name] : registries().classes) {
      if (spelling == name) metric.function = class_name;
    }
    return;
  }
  metric.function = source == MetricSource::kSklearn ? kSklearnClass : kSyntheticClass;
  metric.function_name = name;
}

std::vector<std::string> metric_names(MetricSource source) {
  if (source == MetricSource::kSynthetic) return synthetic_names();
  if (source == MetricSource::kSklearn) return registries().sklearn.names();
  std::vector<std::string> names(kPassThroughNames.begin(), kPassThroughNames.end());
  for (const std::string& name : registries().boa.names()) names.push_back(name);
  return names;
}

bool is_score(MetricSource source, std::string_view name) {
  if (source == MetricSource::kSynthetic) return false;
  return name.ends_with("_score") || name == "RSquared" || name == "R2";
}

}  // namespace boa::metrics
