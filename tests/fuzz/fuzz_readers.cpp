// fuzz_readers CORPUS [--runs N] [--seed S] [--from I]
//
// Mutates the samples of the folder CORPUS, by a seed, and hands them to the readers of foreign text: templates (*.j2),
// commands (*.cmd), YAML, JSON, whole configs (both), constraints (*.relation), stored experiments (*.state), filled
// tables (*.csv), progress of models (*.jsonl) and what batch systems print (*.out). A reader may give a value or throw
// a boa::Error with a message. Anything else - a crash, another exception, an internal error, an input that takes ten
// seconds, memory that grows - ends the program with status 1 and the input in fuzz-failure.txt.
#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "boa/app/boa_config.hpp"
#include "boa/app/config_rendering.hpp"
#include "boa/app/result_table.hpp"
#include "boa/core/expression.hpp"
#include "boa/core/linear_expression.hpp"
#include "boa/runner/job_number.hpp"
#include "boa/runner/progress_file.hpp"
#include "boa/storage/scheduler_json.hpp"
#include "boa/template/command_template.hpp"
#include "boa/template/template.hpp"
#include "boa/util/error.hpp"
#include "boa/util/files.hpp"
#include "boa/util/json.hpp"
#include "boa/util/rng.hpp"
#include "boa/util/yaml.hpp"

namespace {

namespace fs = std::filesystem;
using boa::util::Node;

constexpr std::size_t kLargestInput = 100'000;
constexpr long kMostSeconds = 10;  // of processor time
constexpr long kMostGrowth = 100L << 20;

const std::vector<std::string> kTokens = {"{{",
                                          "}}",
                                          "{%",
                                          "%}",
                                          "{#",
                                          "#}",
                                          "-%}",
                                          "{%-",
                                          " if ",
                                          " else ",
                                          " for ",
                                          " in ",
                                          "|",
                                          "|list",
                                          "|sort",
                                          "|join",
                                          "|int",
                                          "|tojson",
                                          "~",
                                          "**",
                                          "//",
                                          "%",
                                          "endif",
                                          "endfor",
                                          "set ",
                                          "macro ",
                                          "endmacro ",
                                          "range(",
                                          ")",
                                          "(",
                                          "[",
                                          "]",
                                          "{",
                                          "}",
                                          ":",
                                          ": ",
                                          "- ",
                                          "\n",
                                          "\n  ",
                                          "\t",
                                          ",",
                                          "\"",
                                          "'",
                                          "\\",
                                          "&a ",
                                          "*a",
                                          "<<: ",
                                          "!!int ",
                                          "---\n",
                                          "...\n",
                                          "null",
                                          "true",
                                          "NaN",
                                          "1e999",
                                          "-0",
                                          "9223372036854775807",
                                          "-9223372036854775808",
                                          "0x",
                                          "1_000",
                                          "\xff",
                                          "\xc3",
                                          "\xe2\x82\xac",
                                          "\xf0\x9f\x90\x8d",
                                          std::string(1, '\0'),
                                          "# ",
                                          "? ",
                                          "| ",
                                          "> ",
                                          "%s",
                                          "{0}",
                                          ".format(",
                                          "x0 <= ",
                                          "type: range",
                                          "bounds: [0, 1]",
                                          "loop.",
                                          "namespace(",
                                          "{% raw %}",
                                          "{% endraw %}",
                                          "caller()",
                                          "recursive",
                                          "**{",
                                          "*[",
                                          "[::-1]",
                                          "[1:",
                                          "is ",
                                          "not ",
                                          "load_py(",
                                          "{% block a %}",
                                          "{% endblock %}",
                                          "self.a()",
                                          "|wordwrap(5",
                                          "|urlencode",
                                          "|xmlattr",
                                          "|filesizeformat",
                                          ".expandtabs(",
                                          ".format_map(",
                                          " <= ",
                                          " == ",
                                          "sqrt(",
                                          "RUNNING",
                                          "\"step\": ",
                                          "\"__type\": "};

struct Sample {
  std::string name;
  std::string text;
};

std::string g_current;  ///< for the handler of signals

void write_failure() {
  const int file = ::open("fuzz-failure.txt", O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file < 0) return;
  if (::write(file, g_current.data(), g_current.size()) < 0) std::fputs("the input could not be written\n", stderr);
  ::close(file);
}

void on_signal(int) {
  write_failure();
  constexpr char kText[] = "an input crashes or takes too long; it is in fuzz-failure.txt\n";
  if (::write(2, kText, sizeof kText - 1) < 0) std::_Exit(2);
  std::_Exit(1);
}

std::vector<Sample> load(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file()) files[entry.path().filename().string()] = boa::util::read_file(entry.path());
  }
  std::vector<Sample> samples;
  for (auto& [name, text] : files) samples.push_back({name, text});
  return samples;
}

void mutate_once(std::string& text, const std::vector<Sample>& samples, boa::util::Rng& rng) {
  const std::size_t at = rng.below(text.size() + 1);
  const std::size_t length = std::min<std::size_t>(1 + rng.below(rng.below(10) == 0 ? 200 : 12), text.size() - at);
  switch (rng.below(8)) {
    case 0:
      if (at < text.size()) text[at] = static_cast<char>(rng.below(256));
      break;
    case 1:
      text.erase(at, length);
      break;
    case 2:
      text.insert(at, text.substr(at, length));
      break;
    case 3: {
      const std::string& other = samples[rng.below(samples.size())].text;
      if (!other.empty()) text.insert(at, other.substr(rng.below(other.size()), 1 + rng.below(60)));
      break;
    }
    case 4: {
      const std::string part = rng.below(2) == 0 ? kTokens[rng.below(kTokens.size())] : text.substr(at, length);
      for (std::uint64_t i = rng.below(rng.below(20) == 0 ? 2000 : 10); i > 0; --i) text.insert(at, part);
      break;
    }
    case 5:
      if (rng.below(10) == 0) text.resize(at);
      break;
    default:
      text.replace(at, rng.below(3), kTokens[rng.below(kTokens.size())]);
  }
}

/// The experiment of the corpus' state, for tables to be compared with.
const boa::core::Experiment& known_experiment(const std::vector<Sample>& samples) {
  static const boa::core::Experiment experiment = [&] {
    for (const Sample& sample : samples) {
      if (fs::path(sample.name).extension() == ".state")
        return boa::storage::from_scheduler_json(boa::util::parse_json(sample.text, sample.name)).experiment;
    }
    throw std::runtime_error("the corpus has no *.state");
  }();
  return experiment;
}

void read_progress(const std::string& text) {
  static const fs::path folder = [] {
    fs::path made = fs::temp_directory_path() / ("boa-fuzz-" + std::to_string(::getpid()));
    fs::create_directories(made);
    return made;
  }();
  boa::util::write_file(folder / "progress.jsonl", text);
  boa::runner::ProgressFile file(folder);
  file.read(false);
  file.read(true);
  fs::remove_all(folder / "progress.jsonl");
}

/// Readers of other things than templates and configs; false if the name is none of theirs.
bool read_other(const std::string& kind, const std::string& text, const std::vector<Sample>& samples) {
  if (kind == ".relation") {
    const std::vector<std::string> names = {"x0", "x1", "x", "soil.k", "a b"};
    boa::core::parse_relation(text, names);
    boa::core::parse_linear_relation(text, names);
  } else if (kind == ".state") {
    boa::storage::from_scheduler_json(boa::util::parse_json(text, "c"));
  } else if (kind == ".csv") {
    boa::app::read_result_table(text, known_experiment(samples));
  } else if (kind == ".jsonl") {
    read_progress(text);
  } else if (kind == ".out") {
    boa::runner::find_job_number(text);
  } else {
    return false;
  }
  return true;
}

bool reads(const std::vector<Sample>& samples, const std::string& name, const std::string& text, boa::util::Rng& rng) {
  using boa::templates::Variables;
  const Variables variables = {{"x0", Node(0.5)}, {"n", Node(3)}, {"s", Node("a 'b")}, {"trial_dir", fs::path("/a b")}};
  try {
    const fs::path path(name);
    if (read_other(path.extension().string(), text, samples)) return true;
    if (path.extension() == ".j2") {
      boa::templates::Template(text).render(variables);
    } else if (path.extension() == ".cmd") {
      const std::vector<std::string> names = {"x0", "n", "s", "trial_dir"};
      const boa::templates::CommandTemplate command(text, names);
      command.shown_words();
      command.program();
      if (!command.calls_python()) command.render(variables);
    } else if (rng.below(3) == 0) {
      const Node node =
          path.extension() == ".json" ? boa::util::parse_json(text, "c") : boa::util::parse_yaml(text, "c");
      boa::util::write_json(node);
    } else {
      boa::app::RenderOptions options;
      options.allow_python = false;
      boa::app::read_config_text(text, "/p/c" + path.extension().string(), options);
    }
    return true;
  } catch (const boa::InternalError&) {
    throw;
  } catch (const boa::Error& error) {
    if (std::strlen(error.what()) == 0) throw std::runtime_error("an error without a message");
    return false;
  }
}

/// SIGPROF after so many seconds of processor time, however busy the machine is; 0: none.
void limit_time(long seconds) {
  const itimerval limit{{0, 0}, {seconds, 0}};
  ::setitimer(ITIMER_PROF, &limit, nullptr);
}

long resident_bytes() {
  std::ifstream file("/proc/self/statm");
  long pages = 0;
  long resident = 0;
  file >> pages >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

int run(const std::vector<Sample>& samples, std::uint64_t runs, std::uint64_t seed, std::uint64_t from) {
  std::uint64_t good = 0;
  long early = 0;
  for (std::uint64_t i = from; i < from + runs; ++i) {
    boa::util::Rng rng(seed * 1'000'003 + i);
    const Sample& sample = samples[rng.below(samples.size())];
    g_current = sample.text;
    for (std::uint64_t k = 1 + rng.below(3); k > 0; --k) mutate_once(g_current, samples, rng);
    if (g_current.size() > kLargestInput) g_current.resize(kLargestInput);
    limit_time(kMostSeconds);
    try {
      if (reads(samples, sample.name, g_current, rng)) ++good;
    } catch (const std::exception& error) {
      write_failure();
      std::fprintf(stderr, "input %llu of %s: %s\n", static_cast<unsigned long long>(i), sample.name.c_str(),
                   error.what());
      return 1;
    }
    limit_time(0);
    if (i == from + runs / 10) early = resident_bytes();
  }
  const long growth = resident_bytes() - early;
  std::printf("%llu inputs, %llu read, %llu refused; memory %ld MB, %+ld MB since the first tenth\n",
              static_cast<unsigned long long>(runs), static_cast<unsigned long long>(good),
              static_cast<unsigned long long>(runs - good), resident_bytes() >> 20, growth >> 20);
  if (good == 0 || good == runs) std::fputs("the samples reach one side of the readers only\n", stderr);
  return growth > kMostGrowth || good == 0 || good == runs ? 1 : 0;
}

}  // namespace

int main(int count, char** arguments) {
  std::uint64_t runs = 20'000;
  std::uint64_t seed = 1;
  std::uint64_t from = 0;
  for (int i = 2; i + 1 < count; i += 2) {
    const std::string flag = arguments[i];
    std::uint64_t& value = flag == "--runs" ? runs : (flag == "--seed" ? seed : from);
    value = std::strtoull(arguments[i + 1], nullptr, 10);
  }
  if (count < 2) {
    std::fputs("fuzz_readers CORPUS [--runs N] [--seed S] [--from I]\n", stderr);
    return 2;
  }
  for (const int signal : {SIGPROF, SIGSEGV, SIGABRT, SIGFPE, SIGBUS}) std::signal(signal, on_signal);
  const std::vector<Sample> samples = load(arguments[1]);
  if (samples.empty()) return 2;
  return run(samples, runs, seed, from);
}
