#include "boa/app/starter_projects.hpp"

#include <fmt/core.h>

#include <array>
#include <system_error>

#include "boa/app/config_schema.hpp"
#include "boa/util/error.hpp"
#include "boa/util/files.hpp"
#include "boa/util/text.hpp"

namespace boa::app {

namespace {

namespace fs = std::filesystem;

/// What differs from language to language. Every model computes the same function (Branin's), so that each project has
/// something to find: 0.397887 at (-pi, 12.275), (pi, 2.275) and (9.42478, 2.475).
struct Starter {
  std::string language;
  std::string command;  ///< run_model
  std::string needs;    ///< what the README says must be there
  std::vector<std::pair<std::string, std::string>> files;
};

constexpr const char* kConfig =
    R"(# yaml-language-server: $schema=config.schema.json
# What boa optimizes, and how. 'boa check config.yaml' shows what boa makes of this file.

objective:
  metrics:
    - name: y            # the model writes {{"y": NUMBER}} into output.json
      minimize: true     # false: the larger the better

parameters:              # the model finds these in parameters.json
  x1:
    type: range
    bounds: [-5.0, 10.0]
  x2:
    type: range
    bounds: [0.0, 15.0]
  # method: {{type: choice, values: [fast, exact]}}
  # days: 365            # a fixed value

scheduler:
  n_trials: 25           # how often the model is run
  max_pending_trials: 2  # how many of these at once

script_options:
  # Run in this file's folder for every trial, with the trial's folder as last argument.
  run_model: {}
)";

constexpr const char* kReadme = R"(# A starter project for boa ({0})

    boa run config.yaml

boa runs `{1}` again and again, each time in a new trial folder, and looks for the
parameters with the smallest `y`. The best possible value of this example is 0.397887.
{2}
To make it yours: put your model into `{3}`, then your parameters and your measure into
`config.yaml`. The model reads `parameters.json` in the folder that is its last argument and
writes `output.json` there. It fails a trial by exiting with a status other than 0.

Editors with a YAML language server complete and check `config.yaml` by `config.schema.json`.
)";

Starter r_starter() {
  return {"r", "Rscript model.R", "It needs R with the package jsonlite.", {{"model.R", R"(library(jsonlite)

trial_dir <- commandArgs(trailingOnly = TRUE)[1]
p <- fromJSON(file.path(trial_dir, "parameters.json"))

# ---- your model ----
y <- (p$x2 - 5.1 / (4 * pi^2) * p$x1^2 + 5 / pi * p$x1 - 6)^2 +
  10 * (1 - 1 / (8 * pi)) * cos(p$x1) + 10
# --------------------

write_json(list(y = y), file.path(trial_dir, "output.json"), auto_unbox = TRUE, digits = NA)
)"}}};
}

Starter python_starter() {
  return {"python", "python3 model.py", "It needs nothing but Python 3.", {{"model.py", R"(import json
import math
import pathlib
import sys

trial_dir = pathlib.Path(sys.argv[-1])
p = json.loads((trial_dir / "parameters.json").read_text())

# ---- your model ----
x1, x2 = p["x1"], p["x2"]
y = (
    (x2 - 5.1 / (4 * math.pi**2) * x1**2 + 5 / math.pi * x1 - 6) ** 2
    + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x1)
    + 10
)
# --------------------

(trial_dir / "output.json").write_text(json.dumps({"y": y}))
)"}}};
}

Starter shell_starter() {
  return {"shell", "sh model.sh", "It needs a POSIX shell, sed and awk.", {{"model.sh", R"(#!/bin/sh
set -eu
trial_dir=$1

# The number behind a name in parameters.json.
parameter() {
  sed -n "s/.*\"$1\": *\([-+0-9.eE]*\).*/\1/p" "$trial_dir/parameters.json"
}
x1=$(parameter x1)
x2=$(parameter x2)

# ---- your model ----
y=$(awk -v x1="$x1" -v x2="$x2" 'BEGIN {
  pi = atan2(0, -1)
  a = x2 - 5.1 / (4 * pi^2) * x1^2 + 5 / pi * x1 - 6
  printf "%.17g", a^2 + 10 * (1 - 1 / (8 * pi)) * cos(x1) + 10
}')
# --------------------

echo "{\"y\": $y}" >"$trial_dir/output.json"
)"}}};
}

/// Builds the model at its first run. Several trials may start at once: each builds its own file and renames it.
std::string build_script(const std::string& source, const std::string& compile) {
  return fmt::format(R"(#!/bin/sh
# Builds the model if it is missing or older than its source, then runs it.
set -eu
if [ ! -x model ] || [ {0} -nt model ]; then
  {1} -o "model.$$" {0}
  mv "model.$$" model
fi
exec ./model "$1"
)",
                     source, compile);
}

Starter cpp_starter() {
  return {"cpp",
          "sh run.sh",
          "It needs a C++ compiler (c++); the model is built at its first run.",
          {{"run.sh", build_script("model.cpp", "${CXX:-c++} -O2")}, {"model.cpp", R"(#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>

// The number behind a name in the text of parameters.json.
double parameter(const std::string& text, const std::string& name) {
  const auto key = text.find('"' + name + '"');
  if (key == std::string::npos) {
    std::cerr << "no parameter " << name << '\n';
    std::exit(1);
  }
  return std::strtod(text.c_str() + text.find(':', key) + 1, nullptr);
}

int main(int argc, char** argv) {
  const std::string trial_dir = argv[argc - 1];
  std::ifstream in(trial_dir + "/parameters.json");
  std::stringstream text;
  text << in.rdbuf();
  const double x1 = parameter(text.str(), "x1");
  const double x2 = parameter(text.str(), "x2");

  // ---- your model ----
  const double pi = std::acos(-1.0);
  const double a = x2 - 5.1 / (4 * pi * pi) * x1 * x1 + 5 / pi * x1 - 6;
  const double y = a * a + 10 * (1 - 1 / (8 * pi)) * std::cos(x1) + 10;
  // --------------------

  std::ofstream(trial_dir + "/output.json") << std::setprecision(17) << "{\"y\": " << y << "}\n";
}
)"}}};
}

Starter fortran_starter() {
  return {"fortran",
          "sh run.sh",
          "It needs gfortran; the model is built at its first run.",
          {{"run.sh", build_script("model.f90", "${FC:-gfortran} -O2")}, {"model.f90", R"(program model
  implicit none
  integer, parameter :: dp = kind(1.0d0)
  character(len=4096) :: trial_dir
  character(len=:), allocatable :: text
  real(dp) :: x1, x2, y, a, pi
  integer :: unit

  call get_command_argument(command_argument_count(), trial_dir)
  call read_text(trim(trial_dir)//'/parameters.json', text)
  x1 = parameter_value('x1')
  x2 = parameter_value('x2')

  ! ---- your model ----
  pi = acos(-1.0_dp)
  a = x2 - 5.1_dp/(4*pi**2)*x1**2 + 5/pi*x1 - 6
  y = a**2 + 10*(1 - 1/(8*pi))*cos(x1) + 10
  ! --------------------

  open (newunit=unit, file=trim(trial_dir)//'/output.json', action='write', status='replace')
  write (unit, '(a, es24.16e3, a)') '{"y": ', y, '}'
  close (unit)

contains

  ! The whole file as one text.
  subroutine read_text(name, content)
    character(len=*), intent(in) :: name
    character(len=:), allocatable, intent(out) :: content
    integer :: u, length
    open (newunit=u, file=name, access='stream', form='unformatted', action='read', status='old')
    inquire (unit=u, size=length)
    allocate (character(len=length) :: content)
    read (u) content
    close (u)
  end subroutine

  ! The number behind a name in the text of parameters.json.
  function parameter_value(name) result(value)
    character(len=*), intent(in) :: name
    real(dp) :: value
    integer :: first, length
    first = index(text, '"'//name//'"')
    if (first == 0) error stop 'a parameter is missing'
    first = first + index(text(first:), ':')
    length = scan(text(first:), ','//'}'//new_line('a')) - 1
    read (text(first:first + length - 1), *) value
  end function
end program
)"}}};
}

Starter julia_starter() {
  return {"julia", "julia model.jl", "It needs julia and no package.", {{"model.jl", R"julia(trial_dir = ARGS[end]
text = read(joinpath(trial_dir, "parameters.json"), String)

# The number behind a name in parameters.json.
parameter(name) = parse(Float64, match(Regex("\"" * name * "\": *([-+0-9.eE]+)"), text)[1])
x1 = parameter("x1")
x2 = parameter("x2")

# ---- your model ----
y = (x2 - 5.1 / (4 * pi^2) * x1^2 + 5 / pi * x1 - 6)^2 + 10 * (1 - 1 / (8 * pi)) * cos(x1) + 10
# --------------------

write(joinpath(trial_dir, "output.json"), "{\"y\": $y}\n")
)julia"}}};
}

Starter octave_starter() {
  return {
      "octave", "octave-cli --quiet model.m", "It needs GNU Octave (octave-cli).", {{"model.m", R"(arguments = argv();
trial_dir = arguments{end};
text = fileread(fullfile(trial_dir, 'parameters.json'));

% The number behind a name in parameters.json.
parameter = @(name) str2double(regexp(text, ['"' name '": *([-+0-9.eE]+)'], 'tokens', 'once'){1});
x1 = parameter('x1');
x2 = parameter('x2');

% ---- your model ----
y = (x2 - 5.1 / (4 * pi^2) * x1^2 + 5 / pi * x1 - 6)^2 + 10 * (1 - 1 / (8 * pi)) * cos(x1) + 10;
% --------------------

out = fopen(fullfile(trial_dir, 'output.json'), 'w');
fprintf(out, '{"y": %.17g}\n', y);
fclose(out);
)"}}};
}

const std::array<Starter, 7>& starters() {
  static const std::array<Starter, 7> kAll = {r_starter(),       python_starter(), shell_starter(), cpp_starter(),
                                              fortran_starter(), julia_starter(),  octave_starter()};
  return kAll;
}

const Starter& find_starter(const std::string& language) {
  for (const Starter& starter : starters()) {
    if (starter.language == language) return starter;
  }
  const auto known = starter_languages();
  const std::string nearest = util::nearest_name(language, known);
  throw UserInputError(fmt::format("there is no starter project for '{}'{}", language,
                                   nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest)),
                       fmt::format("Languages: {}", util::join(known, ", ")));
}

void make_empty_folder(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder, error)) {
    if (!fs::is_directory(folder, error)) throw UserInputError(fmt::format("{} is not a folder", folder.string()));
    if (!fs::is_empty(folder, error) || error) {
      throw UserInputError(fmt::format("{} is not empty; nothing was written", folder.string()),
                           "Name a folder that does not exist yet.");
    }
    return;
  }
  if (!fs::create_directories(folder, error) || error) {
    throw StorageError(fmt::format("could not make the folder {}: {}", folder.string(), error.message()));
  }
}

}  // namespace

std::span<const std::string> starter_languages() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names;
    for (const Starter& starter : starters()) names.push_back(starter.language);
    return names;
  }();
  return kNames;
}

std::vector<std::pair<std::string, std::string>> starter_files(const std::string& language) {
  const Starter& starter = find_starter(language);
  std::vector<std::pair<std::string, std::string>> files = starter.files;
  files.emplace_back("config.yaml", fmt::format(kConfig, starter.command));
  files.emplace_back("config.schema.json", config_schema_text());
  files.emplace_back(
      "README.md", fmt::format(kReadme, starter.language, starter.command, starter.needs, starter.files.back().first));
  return files;
}

void make_starter_project(const fs::path& folder, const std::string& language) {
  const auto files = starter_files(language);
  make_empty_folder(folder);
  for (const auto& [name, text] : files) util::write_file(folder / name, text);
}

}  // namespace boa::app
