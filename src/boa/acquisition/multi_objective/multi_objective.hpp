#pragma once

#include <memory>
#include <vector>

#include "boa/acquisition/monte_carlo/monte_carlo.hpp"
#include "boa/acquisition/multi_objective/pareto.hpp"

namespace boa::acquisition {

/// M objectives, each a linear combination of the m outcomes with its direction in the sign: all are maximized.
struct MultiObjective {
  Matrix weights;  ///< M x m; empty: every outcome is an objective
  Vector offset;   ///< M; empty: 0
};

/// Expected hypervolume improvement of one point over a front, outcomes independent, by cells (Yang et al. 2019;
/// Daulton et al. 2020): sum over cells of prod_j E[(min(Y_j, upper_j) - lower_j)+]. pareto_Y: rows in the objectives'
/// space. Each objective must be one outcome (one non-zero weight).
std::unique_ptr<AcquisitionFunction> make_ehvi(gp::ModelList models, const MultiObjective& objectives,
                                               const Vector& ref_point, const Matrix& pareto_Y);

/// Its logarithm, cell by cell in logs, plus sum log P(bound holds): a slope everywhere, as log EI has. The choice for
/// one point and exact outcomes: no samples, hence no error of theirs.
std::unique_ptr<AcquisitionFunction> make_log_ehvi(gp::ModelList models, const MultiObjective& objectives,
                                                   const Vector& ref_point, const Matrix& pareto_Y,
                                                   std::vector<OutcomeBound> bounds = {});

// Monte Carlo forms. `spec.objective` is not used; its constraints, points, base samples and smoothing are. In each
// sample the front is that of pareto_Y and of the leading points (observed ones for the noisy forms, pending ones) that
// are feasible in it.

/// mean_s of the joint hypervolume improvement of the candidates, by inclusion and exclusion over their subsets (times
/// the indicators of their members): at most 12 candidates.
std::unique_ptr<AcquisitionFunction> make_qehvi(MonteCarloSpec spec, MultiObjective objectives, const Vector& ref_point,
                                                const Matrix& pareto_Y);
/// The same with the front of the leading points alone.
std::unique_ptr<AcquisitionFunction> make_qnehvi(MonteCarloSpec spec, MultiObjective objectives,
                                                 const Vector& ref_point);
/// Smoothed and in logs (Ament et al. 2023): a slope everywhere. BoTorch's tau_max is 1e-2 here, 1e-3 in the noisy
/// form: `spec.smoothing` says.
std::unique_ptr<AcquisitionFunction> make_qlogehvi(MonteCarloSpec spec, MultiObjective objectives,
                                                   const Vector& ref_point, const Matrix& pareto_Y);
/// The default for several objectives.
std::unique_ptr<AcquisitionFunction> make_qlognehvi(MonteCarloSpec spec, MultiObjective objectives,
                                                    const Vector& ref_point);
/// qlogehvi and qlognehvi with given cells: one for all samples, or one a sample.
std::unique_ptr<AcquisitionFunction> make_qlogehvi_of_cells(MonteCarloSpec spec, MultiObjective objectives,
                                                            std::vector<Boxes> cells);

/// Augmented Chebyshev scalarization, to be maximized: -(max_j w_j z_j + alpha sum_j w_j z_j), z = (-y - lo)/(hi - lo),
/// lo and hi the column minima and maxima of -Y; z_j - 1 where w_j < 0; without rows of Y, z = -y (Knowles 2005;
/// BoTorch).
struct ChebyshevScalarization {
  ChebyshevScalarization(Vector weights, const Matrix& Y, double alpha = 0.05);
  /// Value at y (M); adds its derivative times `scale` to `d_y` if not null.
  double evaluate(const Vector& y, Vector* d_y = nullptr, double scale = 1.0) const;

  Vector weights;  ///< M
  double alpha;
  Vector low;    ///< M, of -Y
  Vector width;  ///< M
  Vector shift;  ///< M: 1 where the weight is negative
};

/// qLogNEI of a Chebyshev scalarization of the objectives, normalized by the posterior means at the first `baseline` of
/// the leading points, the observed ones (qLogNParEGO).
std::unique_ptr<AcquisitionFunction> make_qlognparego(MonteCarloSpec spec, Index baseline, MultiObjective objectives,
                                                      const Vector& weights, double alpha = 0.05);
/// Weights drawn uniformly from the simplex.
Vector sample_simplex(Index m, util::Rng& rng);

}  // namespace boa::acquisition
