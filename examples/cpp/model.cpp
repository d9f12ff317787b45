// A model in C++ without a JSON library: the parameter file is regular enough for a search.
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <string>

namespace {

double value_of(const std::string& json, const std::string& name) {
  const std::size_t key = json.find('"' + name + '"');
  if (key == std::string::npos) {
    std::cerr << "parameters.json has no " << name << '\n';
    std::exit(1);
  }
  return std::strtod(json.c_str() + json.find(':', key) + 1, nullptr);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string trial_dir = argv[argc - 1];
  std::ifstream input(trial_dir + "/parameters.json");
  const std::string json{std::istreambuf_iterator<char>(input), {}};
  const double x = value_of(json, "x");
  const double y = value_of(json, "y");
  const double steepness = value_of(json, "steepness");

  const double valley = y - x * x;
  std::ofstream output(trial_dir + "/output.json");
  output << std::setprecision(17) << "{\"rosenbrock\": " << steepness * valley * valley + (1 - x) * (1 - x) << "}\n";
  return output.flush() ? 0 : 1;
}
