// render_templates CASES.json: renders each of a list of {"id", "template", "variables"} and prints a mapping of id to
// {"text"} or {"error", "line"}. The test compare.py holds this against the real Jinja2.
#include <cstdio>
#include <exception>

#include "boa/template/template.hpp"
#include "boa/util/files.hpp"
#include "boa/util/json.hpp"

namespace {

boa::util::Node render(const boa::util::Node& test_case) {
  using boa::util::Node;
  boa::templates::Variables variables;
  if (const Node* given = test_case.find("variables")) {
    for (const auto& [name, value] : given->as_object()) variables.emplace_back(name, value);
  }
  try {
    const boa::templates::Template parsed(test_case.at("template").as_string());
    return Node::object({{"text", parsed.render_text(variables)}});
  } catch (const boa::templates::TemplateError& error) {
    return Node::object({{"error", error.what()}, {"line", error.line()}});
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fputs("render_templates CASES.json\n", stderr);
    return 2;
  }
  try {
    const boa::util::Node cases = boa::util::parse_json(boa::util::read_file(arguments[1]), arguments[1]);
    boa::util::Node results = boa::util::Node::object();
    for (const boa::util::Node& test_case : cases.as_array())
      results.set(test_case.at("id").as_string(), render(test_case));
    std::puts(boa::util::write_json(results).c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
