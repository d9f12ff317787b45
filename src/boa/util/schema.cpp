#include "boa/util/schema.hpp"

#include <fmt/core.h>

#include <cmath>
#include <utility>

#include "boa/util/json.hpp"
#include "boa/util/text.hpp"

namespace boa::util {

namespace {

/// Numbers without a needless point: 1, not 1.0.
Node short_number(double value) {
  const bool whole = std::abs(value) < 1e15 && value == std::floor(value);
  return whole ? Node(static_cast<std::int64_t>(value)) : Node(value);
}

std::string shown(const Node& value) {
  if (value.is_string()) return fmt::format("`{}`", value.as_string());
  if (value.is_float()) return fmt::format("`{}`", write_json(short_number(value.as_double())));
  return fmt::format("`{}`", write_json(value));
}

std::string type_words(const Node& schema);

/// Parentheses around several forms.
std::string grouped(const std::string& words) {
  return words.find(" or ") == std::string::npos ? words : "(" + words + ")";
}

std::string list_words(const Node& items, const char* separator) {
  std::vector<std::string> words;
  for (const Node& item : items.as_array()) {
    std::string text = item.is_object() ? type_words(item) : item.as_string();
    if (text != "null" && !text.empty()) words.push_back(std::move(text));
  }
  return join(words, separator);
}

/// What a value may be, in a few words.
std::string type_words(const Node& schema) {
  if (const Node* names = schema.find("enum")) {
    std::vector<std::string> words;
    for (const Node& name : names->as_array()) {
      if (!name.is_null()) words.push_back(shown(name));
    }
    return join(words, ", ");
  }
  if (const Node* reference = schema.find("$ref")) {
    const std::string& path = reference->as_string();
    const std::string name = path.substr(path.rfind('/') + 1);
    return fmt::format("[{0}](#{0})", name);
  }
  if (const Node* forms = schema.find("anyOf")) return list_words(*forms, " or ");
  if (const Node* parts = schema.find("allOf")) return type_words(parts->at(std::size_t{0}));
  const Node* type = schema.find("type");
  if (type == nullptr) return "anything";
  const std::string words = type->is_array() ? list_words(*type, " or ") : type->as_string();
  if (words == "array") {
    const Node* items = schema.find("items");
    return items == nullptr ? "list" : "list of " + grouped(type_words(*items));
  }
  if (words == "object") {
    const Node* values = schema.find("additionalProperties");
    return values == nullptr || !values->is_object() ? "mapping" : "mapping to " + grouped(type_words(*values));
  }
  if (words == "string or number") return "text";
  return words == "string" ? "text" : words == "boolean" ? "`true` or `false`" : words;
}

std::string range_words(const Node& schema) {
  std::string text;
  const auto add = [&](const char* key, const char* words) {
    if (const Node* bound = schema.find(key)) {
      text += fmt::format(", {} {}", words, write_json(*bound));
    }
  };
  add("minimum", "at least");
  add("exclusiveMinimum", "above");
  add("maximum", "at most");
  add("exclusiveMaximum", "below");
  return text;
}

/// A cell of a table: no line ends, no bars.
std::string cell(const std::string& text) {
  std::string safe;
  for (const char c : text) safe += c == '|' ? std::string("\\|") : std::string(1, c);
  return safe;
}

/// Null means the same as an absent key.
Node or_null(Node schema) {
  if (Node* names = schema.find("enum")) {
    names->push_back(Node());
    return schema;
  }
  Node* type = schema.find("type");
  if (type == nullptr) {
    if (schema.size() == 0) return schema;  // anything
    return schema_of_any({std::move(schema), schema_of_type("null")});
  }
  if (!type->is_array()) *type = Node::array({*type});
  type->push_back("null");
  return schema;
}

/// Adds what a Field says (range, description, null) to the schema of its type.
Node with_field(Node schema, const Field& field, const Node& default_value) {
  const Node* type = schema.find("type");
  const bool is_number =
      type != nullptr && type->is_string() && (type->as_string() == "integer" || type->as_string() == "number");
  if (is_number && std::isfinite(field.at_least)) {
    schema.set(field.above ? "exclusiveMinimum" : "minimum", short_number(field.at_least));
  }
  if (is_number && std::isfinite(field.at_most)) {
    schema.set(field.below ? "exclusiveMaximum" : "maximum", short_number(field.at_most));
  }
  if (field.not_empty) schema.set("minLength", 1);
  Node described = Node::object({{"description", field.doc}});
  if (!default_value.is_null()) {
    described.set("default", default_value.is_float() ? short_number(default_value.as_double()) : default_value);
  }
  Node rest = or_null(std::move(schema));
  for (auto& [key, value] : rest.as_object()) described.set(key, std::move(value));
  return described;
}

}  // namespace

Node schema_of_type(const char* type) { return Node::object({{"type", type}}); }

Node schema_of_list(Node item, std::int64_t at_least) {
  Node schema = Node::object({{"type", "array"}, {"items", std::move(item)}});
  if (at_least > 0) schema.set("minItems", at_least);
  return schema;
}

Node schema_of_texts() { return schema_of_list(schema_of_type("string")); }

Node schema_of_mapping() { return schema_of_type("object"); }

Node schema_of_any(NodeArray forms) { return Node::object({{"anyOf", Node(std::move(forms))}}); }

Node schema_reference(const char* name) { return Node::object({{"$ref", std::string("#/definitions/") + name}}); }

namespace schema_detail {

void SchemaVisitor::add(const Field& field, Node schema, const Node& default_value) {
  const Node described = with_field(std::move(schema), field, default_value);
  properties_.set(std::string(field.name), described);
  for (const std::string_view alias : field.aliases) {
    aliases_.set(std::string(alias), described).set("description", "the same as " + std::string(field.name));
  }
}

Node SchemaVisitor::take() {
  for (auto& [name, schema] : aliases_.as_object()) properties_.set(name, std::move(schema));
  return std::move(properties_);
}

}  // namespace schema_detail

std::string schema_table(const Node& object_schema) {
  std::string text = "| key | value | default | meaning |\n|---|---|---|---|\n";
  for (const auto& [name, schema] : object_schema.at("properties").as_object()) {
    const Node* fallback = schema.find("default");
    const Node* meaning = schema.find("description");
    text += fmt::format("| `{}` | {}{} | {} | {} |\n", name, cell(type_words(schema)), range_words(schema),
                        fallback == nullptr ? std::string() : cell(shown(*fallback)),
                        meaning == nullptr ? std::string() : cell(meaning->as_string()));
  }
  return text;
}

}  // namespace boa::util
