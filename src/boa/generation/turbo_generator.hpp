#pragma once

#include <memory>

#include "boa/generation/generator.hpp"
#include "boa/generation/model_data.hpp"

namespace boa::generation {

/// TuRBO-1 (Eriksson et al. 2019), and with outcome constraints SCBO (Eriksson & Poloczek 2021), under the names TuRBO
/// and SCBO: points in a box around the best one, by LogEI or a Thompson sample of a Gaussian process of the region's
/// data. The box grows with successes, shrinks with failures, and when it has become too small the search starts anew
/// with space-filling points. See TrustRegion, replay_regions, TurboOptions. For one objective.
///
/// A new region begins with n_init quasi-random points; the first one only if no step is before this one, whose points
/// it takes. Where the model finds no new point in the box a quasi-random one is taken, which counts as proposed in it.
std::unique_ptr<Generator> make_turbo_generator(const GeneratorSpec& spec);

/// SCBO's transformation: outcomes that only a one-sided constraint needs become the bilog of what they are above its
/// bound, so that the model sees best where the sign changes. The bound becomes 0.
void bilog_constraints(ModelData& data);

}  // namespace boa::generation
