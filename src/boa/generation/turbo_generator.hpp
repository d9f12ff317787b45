#pragma once

#include <memory>

#include "boa/generation/generator.hpp"
#include "boa/generation/model_data.hpp"

namespace boa::generation {

/// TuRBO-1 (Eriksson et al. 2019), and with outcome constraints SCBO (Eriksson & Poloczek 2021), under the names TuRBO
/// and SCBO: points in a box around the best one, by LogEI or a Thompson sample of a Gaussian process of the region's
/// data. The box grows with successes, shrinks with failures, and when it has become too small the search starts anew
/// with space-filling points. Constrained outcomes may be drawn in towards their bound, as SCBO does, see
/// OutcomeTransform::Shape::kBilog. See TrustRegion, replay_regions, TurboOptions. For one objective.
///
/// A new region begins with n_init quasi-random points; the first one only if no step is before this one, whose points
/// it takes. Where the model finds no new point in the box a quasi-random one is taken, which counts as proposed in it.
std::unique_ptr<Generator> make_turbo_generator(const GeneratorSpec& spec);

}  // namespace boa::generation
