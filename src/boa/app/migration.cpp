#include "boa/app/migration.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "boa/app/config_sections.hpp"
#include "boa/util/error.hpp"
#include "boa/util/files.hpp"
#include "boa/util/json.hpp"
#include "boa/util/yaml_writer.hpp"

namespace boa::app {

namespace {

constexpr int kIndent = 2;

/// A template's blocks make text, which would be lost: only the user can say what they should make in the present form.
void refuse_blocks(const std::string& text, const std::string& file) {
  const std::size_t block = std::min(text.find("{%"), text.find("{#"));
  if (block == std::string::npos) return;
  const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(block), '\n') + 1;
  throw UnsupportedError(
      fmt::format("{}:{}: this config is a template, which 'boa migrate' cannot convert", file, line),
      "'boa check' shows the present form of each deprecated part; change the template by hand.");
}

}  // namespace

Migration migrate_config(const std::filesystem::path& file) {
  const std::string text = util::read_file(file);
  refuse_blocks(text, file.string());
  util::Node top = parse_config(text, file);
  if (!top.is_object()) {
    throw ConfigError({file.string(), std::max(top.line(), 1), std::max(top.column(), 1)}, "",
                      fmt::format("expected a mapping at the top level, found {}", top.describe()));
  }
  ConfigContext context(file.string());
  convert_old_form(top, context);
  context.problems.throw_if_any();
  const bool is_json = is_json_config(file);
  return {is_json ? util::write_json(top, kIndent) + "\n" : util::write_yaml(top), std::move(context.warnings)};
}

}  // namespace boa::app
