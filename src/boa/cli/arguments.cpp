#include "boa/cli/arguments.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "boa/app/starter_projects.hpp"
#include "boa/util/error.hpp"
#include "boa/util/number_text.hpp"
#include "boa/util/text.hpp"
#include "boa/util/version.hpp"

namespace boa::cli {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kShortFlags = {{
    {"-sp", "--scheduler-path"},
    {"-wp", "--wrapper-path"},
    {"-wn", "--wrapper-name"},
    {"-td", "--temporary-dir"},
}};

constexpr std::array<std::string_view, 4> kNotBuiltYet = {"report", "dashboard", "export", "import"};

constexpr const char* kDescription =
    "boa - Bayesian Optimization for Anything\n\n"
    "Tunes any model: you describe parameters and objective in one YAML file and name the\n"
    "command that runs the model; boa finds the parameters that make its result best.\n";

constexpr const char* kExamples =
    "Examples:\n"
    "  boa init my-project --lang r     a working project to start from\n"
    "  boa check config.yaml            what boa makes of a config; runs nothing\n"
    "  boa run config.yaml              optimize (the same as: boa -c config.yaml)\n"
    "  boa status boa_runs_20261123T195913\n"
    "  boa best boa_runs_20261123T195913\n"
    "  boa resume boa_runs_20261123T195913 --trials 20\n\n"
    "'boa COMMAND --help' says more about a command.";

/// The parser and what it writes to.
/// The parser's own numbers saturate without a word.
CLI::Validator whole_number(std::int64_t least, const char* what,
                            std::int64_t most = std::numeric_limits<std::int64_t>::max()) {
  const auto why_not = [least, most, what](const std::string& text) -> std::string {
    const std::optional<std::int64_t> value = util::number_from_text<std::int64_t>(text);
    return value && *value >= least && *value <= most ? "" : fmt::format("expected {}, found '{}'", what, text);
  };
  return CLI::Validator(why_not, "");
}
CLI::Validator natural_number() { return whole_number(0, "a whole number of at least 0"); }
CLI::Validator positive_number() { return whole_number(1, "a whole number of at least 1"); }
CLI::Validator number_of_threads() { return whole_number(1, "a whole number from 1 to 256", 256); }

class Parser {
 public:
  Parser() : app_(kDescription, "boa") {
    app_.footer(kExamples);
    app_.set_help_flag("-h,--help", "Print this help and exit");
    app_.add_flag("--version", version_, "Print the version and exit");
    app_.add_option("-c,--config-path", config_, "Run a new optimization of this YAML or JSON config")
        ->type_name("FILE");
    app_.add_option("--scheduler-path", experiment_, "Resume: an experiment folder, or boa's file in it")
        ->type_name("PATH");
    add_run_options(app_);
    add_trials_option(app_);
    app_.require_subcommand(0, 1);
    add_commands();
  }

  Invocation parse(std::vector<std::string> arguments) {
    std::reverse(arguments.begin(), arguments.end());
    try {
      app_.parse(arguments);
    } catch (const CLI::CallForHelp&) {
      return print(help());
    } catch (const CLI::ExtrasError&) {
      throw unexpected_arguments();
    } catch (const CLI::ParseError& e) {
      throw UserInputError(e.what(), fmt::format("'boa{} --help' shows what there is.", chosen_name()));
    }
    if (version_) return print(fmt::format("boa {}\n", util::kVersion));
    if (app_.get_subcommands().empty()) return from_flags();
    return result_;
  }

 private:
  /// Names what was not understood, and the option that may have been meant.
  UserInputError unexpected_arguments() const {
    const std::vector<std::string> extras = app_.remaining(true);
    std::string text;
    std::string nearest;
    if (app_.get_subcommands().empty()) nearest = util::nearest_name(extras.front(), command_names_);
    for (const std::string& extra : extras) {
      text += (text.empty() ? "" : " ") + extra;
      if (nearest.empty() && extra.starts_with("-")) nearest = util::nearest_name(extra, known_options());
    }
    return UserInputError(
        fmt::format("not understood: {}{}", text, nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest)),
        fmt::format("'boa{} --help' shows what there is.", chosen_name()));
  }

  std::vector<std::string> known_options() const {
    const auto chosen = app_.get_subcommands();
    const CLI::App* app = chosen.empty() ? &app_ : chosen.front();
    std::vector<std::string> names;
    for (const CLI::Option* option : app->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    return names;
  }

  static Invocation print(std::string text) {
    Invocation invocation;
    invocation.text = std::move(text);
    return invocation;
  }

  std::string chosen_name() const {
    const auto chosen = app_.get_subcommands();
    return chosen.empty() ? "" : " " + chosen.front()->get_name();
  }

  std::string help() const {
    const auto chosen = app_.get_subcommands();
    return with_short_flags(chosen.empty() ? app_.help() : chosen.front()->help("boa"));
  }

  /// Shows BOA's short flags beside their long names, where the parser's own short ones stand.
  static std::string with_short_flags(std::string text) {
    for (const auto& [flag, name] : kShortFlags) {
      const std::size_t start = text.find("  " + std::string(name) + " ");
      if (start == std::string::npos) continue;
      const std::string inserted = std::string(flag) + ",";
      text.insert(start + 2, inserted);
      const std::size_t padding = text.find(std::string(inserted.size() + 1, ' '), start + 2);
      if (padding != std::string::npos && padding < text.find('\n', start)) text.erase(padding, inserted.size());
    }
    return text;
  }

  void add_path_options(CLI::App& app) {
    app.add_flag("--rel-to-config", rel_to_config_, "Paths in the config start at its folder (default)");
    app.add_flag("--rel-to-here", rel_to_here_, "Paths in the config start at the current folder");
    app.add_flag("--no-python", result_.no_python, "Refuse templates that call load_py instead of starting python3");
  }

  void add_seed_option(CLI::App& app) {
    app.add_option("--seed", result_.seed, "Make the run reproducible; wins over the config's random_seed")
        ->type_name("N")
        ->check(natural_number());
  }

  void add_threads_option(CLI::App& app) {
    app.add_option("--threads", result_.threads,
                   "Compute points on so many threads; the points are the same for any number")
        ->type_name("N")
        ->check(number_of_threads());
  }

  void add_trials_option(CLI::App& app) {
    app.add_option("--trials", result_.trials, "When resuming: run so many more trials")
        ->type_name("N")
        ->check(positive_number());
  }

  void add_wrapper_options(CLI::App& app) {
    app.add_option("--wrapper-path", result_.wrapper_path, "Python wrapper file")->type_name("FILE");
    app.add_option("--wrapper-name", result_.wrapper_name, "Class in that file")->type_name("NAME");
  }

  void add_run_options(CLI::App& app) {
    add_wrapper_options(app);
    app.add_flag("--temporary-dir", result_.temporary_dir,
                 "Run in a temporary folder, which is removed after a success");
    add_path_options(app);
    add_seed_option(app);
    add_threads_option(app);
  }

  CLI::App& add_command(Command command, const std::string& name, const std::string& description,
                        const std::string& examples) {
    CLI::App* sub = app_.add_subcommand(name, description);
    command_names_.push_back(name);
    sub->footer("Examples:\n" + examples);
    sub->set_help_flag("-h,--help", "Print this help and exit");
    sub->callback([this, command] { result_.command = command; });
    return *sub;
  }

  void add_target(CLI::App& app, const std::string& name, const std::string& description) {
    app.add_option(name, result_.target, description)->required()->type_name("");
  }

  void add_looking_command(Command command, const std::string& name, const std::string& description) {
    CLI::App& sub =
        add_command(command, name, description,
                    fmt::format("  boa {0} boa_runs_20261123T195913\n  boa {0} boa_runs_20261123T195913 --json", name));
    add_target(sub, "DIR", "Experiment folder, or boa's file in it");
    sub.add_flag("--json", result_.json, "Print JSON");
  }

  void add_commands() {
    CLI::App& run = add_command(Command::kRun, "run", "Run a new optimization",
                                "  boa run config.yaml\n  boa run config.yaml --seed 7");
    add_target(run, "FILE", "YAML or JSON config");
    add_run_options(run);
    CLI::App& resume = add_command(Command::kResume, "resume", "Go on with an optimization",
                                   "  boa resume boa_runs_20261123T195913\n"
                                   "  boa resume boa_runs_20261123T195913 --trials 20");
    add_target(resume, "DIR", "Experiment folder, or boa's file in it");
    resume
        .add_option("-c,--config-path", config_,
                    "Take number of trials, scheduler options and commands from this config")
        ->type_name("FILE");
    add_wrapper_options(resume);
    add_path_options(resume);
    add_trials_option(resume);
    add_threads_option(resume);
    CLI::App& check =
        add_command(Command::kCheck, "check", "Validate a config and show the problem as it was understood",
                    "  boa check config.yaml");
    add_target(check, "FILE", "YAML or JSON config");
    add_path_options(check);
    CLI::App& migrate = add_command(Command::kMigrate, "migrate", "Print a config in its present form",
                                    "  boa migrate old.yaml > config.yaml");
    add_target(migrate, "FILE", "YAML or JSON config in a deprecated form");
    CLI::App& schema = add_command(Command::kSchema, "schema", "Print the JSON Schema of the config, for editors",
                                   "  boa schema > config.schema.json\n  boa schema --markdown");
    schema.add_flag("--markdown", result_.markdown, "Print the reference of all keys as a page of Markdown instead");
    add_looking_command(Command::kStatus, "status", "Where a run stands");
    add_looking_command(Command::kBest, "best", "The best trial, or trials, of a run");
    add_looking_command(Command::kTrials, "trials", "Every trial of a run");
    add_predict();
    add_async();
    CLI::App& init = add_command(Command::kInit, "init", "Make a working starter project",
                                 "  boa init my-project --lang r\n  boa init my-project --lang shell");
    add_target(init, "DIR", "Folder to make; an existing one must be empty");
    init.add_option("--lang", result_.lang,
                    fmt::format("Language of the model: {}", util::join(app::starter_languages(), ", ")))
        ->type_name("LANG");
    CLI::App& ask_tell = add_command(
        Command::kAskTell, "ask-tell", "Give points and take results, as JSON lines on standard input and output",
        "  boa ask-tell config.yaml                    a new experiment\n"
        "  boa ask-tell boa_runs_20261123T195913       goes on with one\n\n"
        "Requests: {\"ask\": {\"n\": 2}}  {\"tell\": {\"index\": 0, \"metrics\": {\"y\": 1.5}}}\n"
        "          {\"fail\": {\"index\": 0, \"reason\": \"...\"}}  {\"abandon\": {...}}  {\"best\": {}}  {\"status\": "
        "{}}\n"
        "          {\"predict\": {\"parameters\": [{...}, ...]}}\n"
        "          {\"attach\": {\"parameters\": {...}, \"metrics\": {...}}}");
    add_target(ask_tell, "FILE_OR_DIR", "A config, or an experiment folder");
    add_path_options(ask_tell);
    add_seed_option(ask_tell);
    add_threads_option(ask_tell);
  }

  void add_async() {
    CLI::App& async = add_command(
        Command::kAsync, "async", "Give points in optimization.csv, and take the values that were filled in there",
        "  boa async -c config.yaml -n 4                        a new experiment with four points\n"
        "  boa async -sp boa_runs_20261123T195913 -n 2          takes in what was filled in, two points more\n"
        "  boa async -sp boa_runs_20261123T195913 -n 0          only takes in");
    async.add_option("-c,--config-path", config_, "A new experiment of this config; its commands are not run")
        ->type_name("FILE");
    async.add_option("--scheduler-path", experiment_, "Go on: an experiment folder, or boa's file in it")
        ->type_name("PATH");
    async.add_option("-n,--num-trials", result_.num_trials, "So many new points; else n_trials of the config says it")
        ->type_name("N")
        ->check(natural_number());
    async.add_flag("--temporary-dir", result_.temporary_dir,
                   "Make the experiment in a temporary folder, which is kept");
    async.add_flag("--no-python", result_.no_python, "Refuse templates that call load_py instead of starting python3");
    add_seed_option(async);
    add_threads_option(async);
  }

  void add_predict() {
    CLI::App& predict = add_command(
        Command::kPredict, "predict", "What the model expects of each metric at a point: mean and standard error",
        "  boa predict boa_runs_20261123T195913 --at '{\"x1\": 0.5, \"x2\": 3}'\n"
        "  boa predict boa_runs_20261123T195913 --at '{\"x1\": 0.5}' --at '{\"x1\": 0.7}' --json");
    add_target(predict, "DIR", "Experiment folder, or boa's file in it");
    predict.add_option("--at", result_.at, "A point, as JSON: a value for each parameter; may be given several times")
        ->required()
        ->type_name("JSON")
        ->expected(1)
        ->take_all()
        ->delimiter('\0');
    predict.add_flag("--json", result_.json, "Print JSON");
  }

  Invocation from_flags() {
    if (experiment_.empty() && config_.empty()) {
      throw UserInputError("nothing to do: give a config (-c FILE), an experiment (-sp PATH), or a command",
                           "'boa --help' shows what there is.");
    }
    result_.command = experiment_.empty() ? Command::kRun : Command::kResume;
    result_.target = experiment_.empty() ? config_ : experiment_;
    if (!experiment_.empty() && !config_.empty()) result_.config = config_;
    return checked();
  }

 public:
  /// What no single option can know.
  Invocation checked() {
    if (result_.command == Command::kResume && !config_.empty()) result_.config = config_;
    if (result_.command == Command::kAsync) check_async();
    if (result_.command == Command::kInit && result_.lang.empty()) {
      throw UserInputError(
          fmt::format("--lang says the language of the model: {}", util::join(app::starter_languages(), ", ")),
          fmt::format("For example: boa init {} --lang {}", util::quote_shell_word(result_.target.string()),
                      app::starter_languages().front()));
    }
    if (rel_to_config_ && rel_to_here_) throw UserInputError("--rel-to-config and --rel-to-here exclude each other");
    if (rel_to_config_ || rel_to_here_) result_.rel_to_config = rel_to_config_;
    if (!result_.wrapper_name.empty() && result_.wrapper_path.empty()) {
      throw UnsupportedError("-wn names the class of a Python wrapper: Python wrappers are not built yet");
    }
    if (result_.command == Command::kRun && result_.trials) {
      throw UserInputError("--trials goes with -sp (resume) only",
                           "The number of trials of a new run is n_trials in its config.");
    }
    if (result_.command == Command::kResume && result_.seed) {
      throw UserInputError("--seed goes with a new run only",
                           "A resumed run goes on with the seed that it began with.");
    }
    if (result_.command == Command::kResume && result_.temporary_dir) {
      throw UserInputError("-td goes with a new run only", "A resumed run stays in its folder.");
    }
    return result_;
  }

 private:
  void check_async() {
    if (config_.empty() && experiment_.empty()) {
      throw UserInputError("boa async needs a config (-c FILE) or an experiment (-sp PATH)",
                           "'boa async --help' shows what there is.");
    }
    result_.target = experiment_;
    if (!config_.empty()) result_.config = config_;
  }

  CLI::App app_;
  std::vector<std::string> command_names_;
  Invocation result_;
  bool version_ = false;
  bool rel_to_config_ = false;
  bool rel_to_here_ = false;
  std::string config_;
  std::string experiment_;
};

}  // namespace

std::vector<std::string> translate_short_flags(const std::vector<std::string>& arguments) {
  std::vector<std::string> translated;
  bool only_values = false;
  const bool is_help = !arguments.empty() && arguments.front() == "help";
  for (const std::string& argument : arguments) {
    if (is_help && &argument == &arguments.front()) continue;
    only_values = only_values || argument == "--";
    std::string text = argument;
    for (const auto& [flag, name] : kShortFlags) {
      if (only_values) break;
      if (argument == flag) text = name;
      if (argument.starts_with(std::string(flag) + "=")) text = std::string(name) + argument.substr(flag.size());
    }
    translated.push_back(std::move(text));
  }
  if (is_help) translated.insert(translated.end(), "--help");
  return translated;
}

Invocation parse_arguments(const std::vector<std::string>& arguments) {
  if (!arguments.empty() &&
      std::find(kNotBuiltYet.begin(), kNotBuiltYet.end(), arguments.front()) != kNotBuiltYet.end()) {
    throw UnsupportedError(fmt::format("boa {} is not built yet", arguments.front()));
  }
  Parser parser;
  Invocation parsed = parser.parse(translate_short_flags(arguments));
  return parsed.command == Command::kPrint ? parsed : parser.checked();
}

}  // namespace boa::cli
