#include <cstdio>
#include <exception>
#include <string>

#include "boa/util/files.hpp"
#include "boa/util/json.hpp"
#include "boa/util/yaml.hpp"

/// Prints each YAML or JSON file of its arguments as one line of JSON, as boa reads it; `null` for one that cannot be
/// read.
int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string file = argv[i];
    std::string line = "null";
    try {
      const std::string text = boa::util::read_file(file);
      line = boa::util::write_json(file.ends_with(".json") ? boa::util::parse_json(text, file)
                                                           : boa::util::parse_yaml(text, file));
    } catch (const std::exception&) {
    }
    std::printf("%s\n", line.c_str());
  }
  return 0;
}
