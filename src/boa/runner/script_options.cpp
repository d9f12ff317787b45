#include "boa/runner/script_options.hpp"

#include <algorithm>

namespace boa::runner {

std::vector<std::string> template_names(const core::SearchSpace& space, bool has_config) {
  std::vector<std::string> names;
  for (const core::Parameter& parameter : space.parameters()) names.push_back(core::name_of(parameter));
  const auto add = [&](const char* name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
  };
  add("trial_dir");
  if (has_config) {
    for (const char* name : {"config_path", "config_dir", "config_dir_name", "config_file_name"}) add(name);
  }
  return names;
}

}  // namespace boa::runner
