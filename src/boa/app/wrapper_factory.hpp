#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "boa/app/boa_config.hpp"
#include "boa/app/experiment_session.hpp"
#include "boa/runner/base_wrapper.hpp"
#include "boa/util/clock.hpp"
#include "boa/util/error.hpp"
#include "boa/util/log.hpp"

namespace boa::app {

/// Refuses commands whose program does not exist, or cannot be executed, as far as that can be known before a trial:
/// UserInputError names key and program. Programs without a slash are looked up in PATH, others in `working_dir`.
void check_commands(const BoaConfig& config, const std::filesystem::path& working_dir);

/// Where the config writes this command; line 0 where that is not known.
SourceLocation place_of_command(const BoaConfig& config, std::string_view key);

/// The wrapper that connects a session with its model; it runs on this machine. `clock` and `log` must outlive it.
std::shared_ptr<runner::BaseWrapper> make_wrapper(const ExperimentSession& session, const util::Clock& clock,
                                                  util::Log& log);

}  // namespace boa::app
