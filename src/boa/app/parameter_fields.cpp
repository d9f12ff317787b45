#include "boa/app/parameter_fields.hpp"

#include <array>
#include <utility>

#include "boa/app/config_sections.hpp"
#include "boa/util/schema.hpp"

namespace boa::app {

using util::Node;

Node value_types_schema() { return Node::object({{"enum", Node::array({"int", "float", "bool", "str"})}}); }
Node scalar_schema() { return Node::object({{"type", Node::array({"number", "string", "boolean"})}}); }
Node two_numbers_schema() {
  Node schema = util::schema_of_list(util::schema_of_type("number"), 2);
  schema.set("maxItems", 2);
  return schema;
}
Node dependents_schema() {
  Node schema = util::schema_of_type("object");
  schema.set("additionalProperties", util::schema_of_list(util::schema_of_type("string")));
  return schema;
}
Node values_schema() { return util::schema_of_list(scalar_schema(), 1); }

Node parameter_schema() {
  Node schema = util::schema_of<ParameterFields>();
  schema.set("required", Node::array({"type"}));
  Node cases = Node::array();
  constexpr std::array<std::pair<const char*, const char*>, 3> kNeeded = {
      {{"range", "bounds"}, {"choice", "values"}, {"fixed", "value"}}};
  for (const auto& [kind, key] : kNeeded) {
    const Node is_kind = Node::object({{"type", Node::object({{"const", kind}})}});
    cases.push_back(Node::object({{"if", Node::object({{"properties", is_kind}, {"required", Node::array({"type"})}})},
                                  {"then", Node::object({{"required", Node::array({key})}})}}));
  }
  schema.set("allOf", std::move(cases));
  return schema;
}

}  // namespace boa::app
