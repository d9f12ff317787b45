// Computes reference vectors with the library's public functions: `boa_reference CASES.json` prints {"case id": {key:
// value}}. It never reads what a case expects.
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include "boa/util/error.hpp"
#include "boa/util/json.hpp"
#include "reference/reference.hpp"

namespace {

using boa::util::Node;

boa::reference::Evaluators all_kinds() {
  boa::reference::Evaluators kinds;
  boa::reference::add_sobol(kinds);
  boa::reference::add_kernels(kinds);
  boa::reference::add_gp(kinds);
  boa::reference::add_gp_fit(kinds);
  boa::reference::add_acquisition_analytic(kinds);
  boa::reference::add_acquisition_mc(kinds);
  boa::reference::add_optimize(kinds);
  boa::reference::add_test_functions(kinds);
  boa::reference::add_metrics(kinds);
  boa::reference::add_saas(kinds);
  boa::reference::add_information(kinds);
  boa::reference::add_pareto(kinds);
  boa::reference::add_multi_objective(kinds);
  boa::reference::add_transforms(kinds);
  return kinds;
}

int run(const char* path) {
  std::ifstream file(path);
  if (!file) throw boa::UserInputError(std::string("cannot read ") + path);
  std::ostringstream text;
  text << file.rdbuf();
  const Node root = boa::util::parse_json(text.str(), path);
  const boa::reference::Evaluators kinds = all_kinds();
  Node results = Node::object();
  std::set<std::string> unsupported;
  int failures = 0;
  for (const Node& one : root.at("cases").as_array()) {
    const std::string& kind = one.at("kind").as_string();
    const std::string& id = one.at("id").as_string();
    const auto evaluator = kinds.find(kind);
    if (evaluator == kinds.end()) {
      if (unsupported.insert(kind).second) std::cerr << "unsupported " << kind << '\n';
      continue;
    }
    try {
      results.set(id, evaluator->second(one.at("inputs")));
    } catch (const std::exception& error) {
      std::cerr << "failed " << id << ": " << error.what() << '\n';
      ++failures;
    }
  }
  std::cout << boa::util::write_json(results) << '\n';
  return failures > 0 ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: boa_reference CASES.json\n";
    return 2;
  }
  try {
    return run(argv[1]);
  } catch (const std::exception& error) {
    std::cerr << "boa_reference: " << error.what() << '\n';
    return 2;
  }
}
