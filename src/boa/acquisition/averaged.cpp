#include "boa/acquisition/averaged.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "boa/math/special.hpp"
#include "boa/util/error.hpp"

namespace boa::acquisition {

namespace {

class Averaged final : public AcquisitionFunction {
 public:
  Averaged(std::vector<std::unique_ptr<AcquisitionFunction>> functions, bool in_logs)
      : functions_(std::move(functions)), in_logs_(in_logs) {
    BOA_CHECK(!functions_.empty(), "an average needs a function");
    for (const auto& function : functions_) BOA_CHECK(function->dim() == functions_[0]->dim(), function->dim());
  }
  bool single_point() const override {
    return std::any_of(functions_.begin(), functions_.end(), [](const auto& f) { return f->single_point(); });
  }
  bool has_rough_values() const override {
    return std::any_of(functions_.begin(), functions_.end(), [](const auto& f) { return f->has_rough_values(); });
  }

 private:
  Index do_dim() const override { return functions_[0]->dim(); }

  double mean(const Vector& values) const { return in_logs_ ? math::log_mean_exp(values) : values.mean(); }

  void do_values(const Matrix& X, Index q, Vector& values) const override {
    Matrix each(size(), values.size());
    for (Index k = 0; k < size(); ++k) each.row(k) = function(k).values(X, q).transpose();
    average(each, values);
  }
  void do_rough_values(const Matrix& X, Index q, Vector& values) const override {
    Matrix each(size(), values.size());
    for (Index k = 0; k < size(); ++k) each.row(k) = function(k).rough_values(X, q).transpose();
    average(each, values);
  }
  void average(const Matrix& each, Vector& values) const {
    for (Index i = 0; i < values.size(); ++i) values[i] = mean(each.col(i));
  }

  double do_value_and_gradient(const Matrix& X, Matrix* gradient) const override {
    Vector values(size());
    std::vector<Matrix> slopes(functions_.size());
    for (Index k = 0; k < size(); ++k) {
      values[k] = function(k).value_and_gradient(X, gradient ? &slopes[static_cast<std::size_t>(k)] : nullptr);
    }
    const double result = mean(values);
    for (Index k = 0; k < size() && gradient; ++k) {
      // d log mean exp(v) = sum of exp(v_k - result) dv_k / K.
      const double share = in_logs_ ? std::exp(values[k] - result) : 1.0;
      if (share > 0) *gradient += share / static_cast<double>(size()) * slopes[static_cast<std::size_t>(k)];
    }
    return result;
  }

  std::unique_ptr<AcquisitionFunction> do_with_pending(const Matrix& X_pending) const override {
    std::vector<std::unique_ptr<AcquisitionFunction>> conditioned;
    for (const auto& function : functions_) conditioned.push_back(function->with_pending(X_pending));
    return std::make_unique<Averaged>(std::move(conditioned), in_logs_);
  }

  Index size() const { return static_cast<Index>(functions_.size()); }
  const AcquisitionFunction& function(Index k) const { return *functions_[static_cast<std::size_t>(k)]; }

  std::vector<std::unique_ptr<AcquisitionFunction>> functions_;
  bool in_logs_;
};

}  // namespace

std::unique_ptr<AcquisitionFunction> make_averaged(std::vector<std::unique_ptr<AcquisitionFunction>> functions,
                                                   bool in_logs) {
  return std::make_unique<Averaged>(std::move(functions), in_logs);
}

}  // namespace boa::acquisition
