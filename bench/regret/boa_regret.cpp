// How good boa's suggestions are on problems with known optima.
//
//   boa_regret list                            the problems, one JSON object a line
//   boa_regret run FILE [SEEDS] [PROBLEM...]   runs what FILE does not have yet and appends a line for each run;
//                                              SEEDS: 20 (that is 1-20) or 21-40; $BOA_REGRET_TOOL names the variant,
//                                              $BOA_REGRET_MODEL a model instead of the automatic choice's (TURBO),
//                                              with $BOA_REGRET_KWARGS as its model_kwargs, in JSON; $BOA_REGRET_OPEN
//                                              trials are open at a time (1); $BOA_REGRET_BUDGET instead of the
//                                              problems' own. Without PROBLEMs all but those whose role is `extra`
//   boa_regret evaluate PROBLEM SEED           reads a point a line, [values in the parameters' order], and answers
//                                              with what an optimizer sees and log10 of the regret so far
#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "boa/util/error.hpp"
#include "boa/util/json.hpp"
#include "boa/util/number_text.hpp"
#include "problem.hpp"
#include "runner.hpp"

namespace {

using boa::UnsupportedError;
using boa::UserInputError;
using boa::util::Node;
using namespace boa::regret;

constexpr const char* kUsage = "usage: boa_regret list | run FILE [SEEDS] [PROBLEM...] | evaluate PROBLEM SEED";

std::uint64_t to_count(const std::string& text) {
  const auto number = boa::util::number_from_text<std::uint64_t>(text);
  if (number.value_or(0) == 0) throw UserInputError("'" + text + "' is not a whole number from 1 on");
  return *number;
}

void list() {
  for (const std::string& name : problem_names()) std::cout << write_json(describe(make_problem(name, 1))) << '\n';
}

/// Keys of the runs that a results file has already.
std::set<std::string> finished_runs(const std::string& path) {
  std::set<std::string> finished;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const Node run = boa::util::parse_json(line, path);
    finished.insert(
        fmt::format("{} {} {}", run.at("tool").as_string(), run.at("problem").as_string(), run.at("seed").as_int()));
  }
  return finished;
}

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

void run_all(const std::string& path, const std::string& seeds, std::vector<std::string> names) {
  const std::size_t dash = seeds.find('-');
  const std::uint64_t first = dash == std::string::npos ? 1 : to_count(seeds.substr(0, dash));
  const std::uint64_t last = to_count(dash == std::string::npos ? seeds : seeds.substr(dash + 1));
  if (names.empty()) {
    for (const std::string& name : problem_names()) {
      if (make_problem(name, 1).role != Role::kExtra) names.push_back(name);
    }
  }
  const std::string tool = environment("BOA_REGRET_TOOL").value_or("boa");
  RunOptions options{environment("BOA_REGRET_MODEL").value_or(""), {}};
  if (const auto kwargs = environment("BOA_REGRET_KWARGS")) {
    options.model_kwargs = boa::util::parse_json(*kwargs, "BOA_REGRET_KWARGS");
  }
  if (const auto open = environment("BOA_REGRET_OPEN")) options.most_open = to_count(*open);
  const std::optional<std::string> budget = environment("BOA_REGRET_BUDGET");
  const std::set<std::string> finished = finished_runs(path);
  std::set<std::string> refused;
  std::ofstream file(path, std::ios::app);
  // All problems with a seed before the next one: what is there when it is stopped is a table.
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    for (const std::string& name : names) {
      if (refused.contains(name) || finished.contains(fmt::format("{} {} {}", tool, name, seed))) continue;
      Problem problem = make_problem(name, seed);
      if (budget) problem.budget = static_cast<int>(to_count(*budget));
      try {
        file << write_json(as_line(tool, problem, seed, run_boa(problem, seed, options))) << std::endl;
      } catch (const UnsupportedError& error) {
        std::cerr << name << " is left out: " << error.what() << '\n';
        refused.insert(name);
      }
      if (!file) throw UserInputError("cannot write " + path);
    }
  }
}

/// Values in the order of the parameters; whole numbers may come as floats.
boa::core::Parameterization read_point(const Problem& problem, const std::string& line) {
  const Node values = boa::util::parse_json(line, "standard input");
  const auto& parameters = problem.space.parameters();
  if (values.as_array().size() != parameters.size()) {
    throw UserInputError(fmt::format("{} has {} parameters", problem.name, parameters.size()));
  }
  boa::core::Parameterization point;
  for (std::size_t j = 0; j < parameters.size(); ++j) {
    const boa::core::ParameterValue value = boa::core::value_from_node(values.at(j));
    point.emplace_back(boa::core::name_of(parameters[j]), boa::core::cast_to(parameters[j], value));
  }
  const std::string why = problem.space.why_not_member(point);
  if (!why.empty()) throw UserInputError(why);
  return point;
}

void evaluate(const std::string& name, std::uint64_t seed) {
  const Problem problem = make_problem(name, seed);
  Score score(problem);
  int index = 0;
  for (std::string line; std::getline(std::cin, line); ++index) {
    const Vector truth = problem.metrics(read_point(problem, line));
    Node seen = Node::array();
    for (const double value : observe(problem, truth, seed, index)) seen.push_back(value);
    std::cout << write_json(Node::object({{"metrics", std::move(seen)}, {"log10_regret", score.add(truth)}}))
              << std::endl;
  }
}

int run(const std::vector<std::string>& arguments) {
  const std::string& command = arguments.empty() ? "" : arguments[0];
  if (command == "list" && arguments.size() == 1) {
    list();
  } else if (command == "run" && arguments.size() >= 2) {
    const std::vector<std::string> names(arguments.begin() + (arguments.size() > 3 ? 3 : arguments.size()),
                                         arguments.end());
    run_all(arguments[1], arguments.size() > 2 ? arguments[2] : "20", names);
  } else if (command == "evaluate" && arguments.size() == 3) {
    evaluate(arguments[1], to_count(arguments[2]));
  } else {
    std::cerr << kUsage << '\n';
    return 2;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "boa_regret: " << error.what() << '\n';
    return 2;
  }
}
