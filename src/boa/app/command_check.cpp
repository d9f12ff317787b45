#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "boa/app/wrapper_factory.hpp"
#include "boa/runner/script_options.hpp"
#include "boa/template/command_template.hpp"
#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::app {

namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

bool is_executable(const fs::path& path) { return is_file(path) && ::access(path.c_str(), X_OK) == 0; }

bool is_in_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  for (const std::string& folder : util::split(path == nullptr ? "/usr/bin:/bin" : path, ':')) {
    if (is_executable(fs::path(folder.empty() ? "." : folder) / program)) return true;
  }
  return false;
}

/// Empty if the program can be started.
std::string why_not_startable(const std::string& program, const fs::path& working_dir, std::string& hint) {
  if (program.find('/') == std::string::npos) {
    if (is_in_path(program)) return {};
    if (is_file(working_dir / program)) {
      hint = fmt::format("There is a file {} in the working folder; write ./{} (or name its interpreter).", program,
                         program);
    }
    return fmt::format("the program '{}' is not in PATH", program);
  }
  const fs::path file = working_dir / program;
  if (!is_file(file)) return fmt::format("the program '{}' does not exist", file.lexically_normal().string());
  if (is_executable(file)) return {};
  hint = fmt::format("Make it executable (chmod +x {}), or name its interpreter.", util::quote_shell_word(program));
  return fmt::format("the program '{}' is not executable", file.lexically_normal().string());
}

}  // namespace

SourceLocation place_of_command(const BoaConfig& config, std::string_view key) {
  SourceLocation where{config.source_path.string(), 0, 0};
  const util::Node* script = config.raw.find("script_options");
  const util::Node* value = script == nullptr ? nullptr : script->find(key);
  if (value != nullptr) {
    where.line = value->line();
    where.column = value->column();
  }
  return where;
}

void check_commands(const BoaConfig& config, const fs::path& working_dir) {
  const ScriptOptions& script = config.script;
  const std::array<std::pair<std::string_view, const std::optional<std::string>*>, 4> commands = {
      {{"write_configs", &script.write_configs},
       {"run_model", &script.run_model},
       {"set_trial_status", &script.set_trial_status},
       {"fetch_trial_data", &script.fetch_trial_data}}};
  const std::vector<std::string> names = runner::template_names(config.search_space, true);
  for (const auto& [key, command] : commands) {
    if (!command->has_value()) continue;
    std::string hint;
    const std::optional<std::string> program = templates::CommandTemplate(**command, names).program();
    if (!program) continue;  // depends on the trial
    const std::string why = why_not_startable(*program, working_dir, hint);
    if (!why.empty()) {
      throw ConfigError(place_of_command(config, key), fmt::format("script_options.{}", key), why, hint);
    }
  }
}

}  // namespace boa::app
