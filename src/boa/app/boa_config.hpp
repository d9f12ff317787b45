#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "boa/app/config_rendering.hpp"
#include "boa/core/optimization_config.hpp"
#include "boa/core/search_space.hpp"
#include "boa/generation/generation_strategy.hpp"
#include "boa/scheduler/scheduler_options.hpp"
#include "boa/util/fields.hpp"
#include "boa/util/node.hpp"

namespace boa::app {

/// The `script_options` part of a config: the commands, and where things are.
struct ScriptOptions {
  std::optional<std::string> run_model;
  std::optional<std::string> write_configs;
  std::optional<std::string> set_trial_status;
  std::optional<std::string> fetch_trial_data;
  std::string exp_name = "boa_runs";
  bool append_timestamp = true;
  std::optional<std::string> experiment_dir;
  std::optional<std::string> output_dir;
  std::string working_dir = ".";
  std::string wrapper_path = "wrapper.py";
  std::string wrapper_name = "Wrapper";
  std::optional<bool> rel_to_config;
  std::optional<bool> rel_to_launch;
  std::string base_path = ".";
  /// Seconds that a command which ended without a result is given for it; absent: what fits the case.
  std::optional<double> result_grace_seconds;

  bool has_command() const { return run_model || write_configs || set_trial_status || fetch_trial_data; }

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    using util::Field;
    field(Field{.name = "run_model", .doc = "command that runs the model", .aliases = {"run_cmd"}, .not_empty = true},
          self.run_model);
    field(Field{.name = "write_configs", .doc = "command run before run_model, and waited for", .not_empty = true},
          self.write_configs);
    field(Field{.name = "set_trial_status", .doc = "command that looks after a running trial", .not_empty = true},
          self.set_trial_status);
    field(Field{.name = "fetch_trial_data",
                .doc = "command that writes the result of a completed trial",
                .not_empty = true},
          self.fetch_trial_data);
    field(Field{.name = "exp_name", .doc = "name of the experiment and its folder", .not_empty = true}, self.exp_name);
    field(Field{.name = "append_timestamp", .doc = "put the time behind the folder's name"}, self.append_timestamp);
    field(Field{.name = "experiment_dir", .doc = "the experiment's folder itself", .not_empty = true},
          self.experiment_dir);
    field(Field{.name = "output_dir", .doc = "folder in which the experiment's folder is made", .not_empty = true},
          self.output_dir);
    field(Field{.name = "working_dir", .doc = "folder in which the commands run", .not_empty = true}, self.working_dir);
    field(Field{.name = "wrapper_path", .doc = "file of a Python wrapper", .not_empty = true}, self.wrapper_path);
    field(Field{.name = "wrapper_name", .doc = "class of the Python wrapper", .not_empty = true}, self.wrapper_name);
    field(Field{.name = "rel_to_config", .doc = "paths are relative to the config's folder (the default)"},
          self.rel_to_config);
    field(Field{.name = "rel_to_launch", .doc = "paths are relative to the folder in which boa was started"},
          self.rel_to_launch);
    field(Field{.name = "base_path", .doc = "set by the program"}, self.base_path);
    field(Field{.name = "result_grace_seconds",
                .doc = "how long a result may come after the end of its command",
                .at_least = 0},
          self.result_grace_seconds);
  }
};

/// The `generation_strategy` part of a config: steps as written, or options for the automatic choice.
struct GenerationOptions {
  std::vector<generation::GenerationStep> steps;  ///< empty: automatic
  generation::AutomaticOptions automatic;
  std::optional<std::int64_t> random_seed;
};

/// Where a parameter that was flattened by `parameter_keys` stood.
struct ParameterOrigin {
  std::string name;  ///< flat, as in the search space
  std::vector<std::variant<std::string, std::int64_t>> path;
  std::string original_name;
};

/// A config as it was understood: everything checked, nothing left to the run that could have been known before.
struct BoaConfig {
  core::SearchSpace search_space;
  core::OptimizationConfig optimization_config;
  scheduler::SchedulerOptions scheduler;
  GenerationOptions generation;
  ScriptOptions script;
  util::Node model_options;                        ///< null if none
  std::vector<ParameterOrigin> parameter_origins;  ///< empty without parameter_keys
  util::Node raw;                                  ///< the file as parsed
  std::filesystem::path source_path;               ///< absolute
  std::string source_text;                         ///< the file as it is
  std::string rendered_text;          ///< the file after Jinja2, which is what a resume reads: nothing is rendered anew
  bool source_is_data = false;        ///< read by read_config_data: the text is not that of the file
  bool allow_python = true;           ///< commands that call load_py may start python3
  std::vector<std::string> warnings;  ///< traps and options without effect, with their places

  /// How many trials a new experiment will get: n_trials or total_trials, if one is given.
  std::optional<std::int64_t> budget() const {
    return scheduler.n_trials ? scheduler.n_trials : scheduler.total_trials;
  }
};

/// Reads a config file: YAML where one of the name's suffixes is yaml or yml, JSON where one is json.
///
/// ConfigError (or util::ConfigErrors with all that is wrong) names file, line, key, what was found and what is
/// allowed; UnsupportedError names what is known but not built yet; StorageError if the file cannot be read. Places are
/// those in the file, also where it is a Jinja2 template.
BoaConfig read_config(const std::filesystem::path& file, const RenderOptions& options = {});

/// The same for a text that is in memory; `file` gives the format, the folder and the name for messages.
BoaConfig read_config_text(std::string text, const std::filesystem::path& file, const RenderOptions& options = {});

/// The same for a text that was rendered before (BoaConfig::rendered_text).
BoaConfig read_rendered_config(std::string text, const std::filesystem::path& file, bool allow_python = true);

/// The same for a config that Python BOA stored, templates rendered and all; `path` is that of the file it came from,
/// which need not be there, and `place` names where the data was found.
BoaConfig read_config_data(util::Node data, const std::filesystem::path& path, const std::string& place,
                           bool allow_python = true);

/// What a run needs beyond a valid config: a number of trials, and one of the four commands. ConfigError.
void require_runnable(const BoaConfig& config);

/// The nested form of flattened parameters (`parameter_keys`), lists padded with null; null if there are none.
util::Node nested_parameters(const std::vector<ParameterOrigin>& origins, const core::Parameterization& parameters);

}  // namespace boa::app
