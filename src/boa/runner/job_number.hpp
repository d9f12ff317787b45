#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace boa::runner {

/// The number of a batch job in what a submitting command printed, as sbatch, sbatch --parsable, qsub (PBS and Grid
/// Engine), bsub and condor_submit print it; nothing if there is none.
///
/// The bare forms (`123`, `123;cluster`, `123.server`) count only where they are all that was printed: a model may well
/// print a number among other things.
std::optional<std::string> find_job_number(std::string_view output);

}  // namespace boa::runner
