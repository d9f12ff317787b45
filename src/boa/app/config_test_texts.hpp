#pragma once

#include <string>

#include "boa/app/boa_config.hpp"
#include "boa/util/error.hpp"

/// Short configs for tests, and what reading them says.
namespace boa::app::config_texts {

inline constexpr const char* kRest = "\nn_trials: 5\nscript_options: {run_model: ./model}\n";

inline BoaConfig config_of(const std::string& text, const std::string& file = "/p/c.yaml") {
  return read_config_text(text, file);
}

/// A config with these parameters, and all else plain.
inline std::string with_parameters(const std::string& parameters) {
  return "objective: {metrics: [{name: loss}]}\nparameters:\n" + parameters + kRest;
}
/// A config with this objective, and all else plain.
inline std::string with_objective(const std::string& objective) {
  return "parameters: {x: {type: range, bounds: [0.0, 1.0]}}\nobjective:\n" + objective + kRest;
}
/// A config with these lines at the top level.
inline std::string with_lines(const std::string& lines) {
  return "objective: {metrics: [{name: loss}]}\nparameters: {x: {type: range, bounds: [0.0, 1.0]}}\n" + lines + "\n";
}

inline std::string error_of(const std::string& text, const std::string& file = "/p/c.yaml") {
  try {
    config_of(text, file);
  } catch (const ConfigError& error) {
    return error.describe();
  } catch (const UnsupportedError& error) {
    return "UNSUPPORTED " + error.describe();
  }
  return "no error";
}

inline std::string warnings_of(const BoaConfig& config) {
  std::string text;
  for (const std::string& warning : config.warnings) text += warning + "\n";
  return text;
}

}  // namespace boa::app::config_texts
