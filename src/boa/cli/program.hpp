#pragma once

namespace boa::cli {

/// The program `boa`: reads the arguments, does what they say, reports errors in words. Returns the exit status:
/// 0 done, 1 internal error, 2 usage, config or experiment in use, 3 too many trials failed, 4 storage, 130
/// interrupted.
int run_program(int argc, char** argv);

/// The program `boa-plot`.
int run_plot_program(int argc, char** argv);

}  // namespace boa::cli
