#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "boa/util/fields.hpp"
#include "boa/util/node.hpp"

namespace boa::util {

// JSON Schema (draft 7, which editors understand) of what read_fields reads. Everywhere null is as good as nothing.

/// {"type": TYPE}, e.g. "number", "object".
Node schema_of_type(const char* type);
/// A list of such items, `at_least` of them.
Node schema_of_list(Node item, std::int64_t at_least = 0);
/// The two that options hold most: a list of texts, and a mapping of anything.
Node schema_of_texts();
Node schema_of_mapping();
/// One of several forms.
Node schema_of_any(NodeArray forms);
/// {"$ref": "#/definitions/NAME"}.
Node schema_reference(const char* name);

/// A field whose type does not say what it may hold (a Node, names that a registry knows). For read_fields it is its
/// Field:
///
///     field(FieldWithSchema{{.name = "weights", .doc = "one for each metric"}, numbers_schema}, self.weights);
struct FieldWithSchema {
  Field field;
  Node (*schema)() = nullptr;

  operator const Field&() const { return field; }
};

namespace schema_detail {

template <typename T>
Node schema_of_value(const Field& field, const T& value) {
  using fields_detail::OptionalOf;
  if constexpr (OptionalOf<T>::value) {
    return schema_of_value(field, typename T::value_type{});
  } else if constexpr (std::is_same_v<T, bool>) {
    return schema_of_type("boolean");
  } else if constexpr (std::is_integral_v<T>) {
    return schema_of_type("integer");
  } else if constexpr (std::is_floating_point_v<T>) {
    return schema_of_type("number");
  } else if constexpr (std::is_enum_v<T>) {
    NodeArray names;
    for (const std::string& name : fields_detail::names_of_enum<T>()) names.emplace_back(name);
    return Node::object({{"enum", Node(std::move(names))}});
  } else if constexpr (std::is_same_v<T, std::string>) {
    return Node::object({{"type", Node::array({"string", "number"})}});  // a name such as 2024 is taken as text
  } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
    return schema_of_list(schema_of_type("string"));
  } else {
    static_cast<void>(value);
    return Node::object();
  }
}

/// Collects the properties of an object from a visit.
class SchemaVisitor {
 public:
  template <typename T>
  void operator()(const Field& field, const T& value) {
    add(field, schema_of_value(field, value), fields_detail::write_scalar(value));
  }
  template <typename T>
  void operator()(const FieldWithSchema& field, const T& value) {
    add(field.field, field.schema(), fields_detail::write_scalar(value));
  }

  /// The properties, other spellings last.
  Node take();

 private:
  void add(const Field& field, Node schema, const Node& default_value);

  Node properties_ = Node::object();
  Node aliases_ = Node::object();
};

}  // namespace schema_detail

/// An object with the fields of `Options`, other spellings included, and no other keys.
template <typename Options>
Node schema_of() {
  schema_detail::SchemaVisitor visitor;
  const Options defaults;
  Options::visit(defaults, visitor);
  return Node::object({{"type", "object"}, {"properties", visitor.take()}, {"additionalProperties", false}});
}

/// A table of an object schema's properties in Markdown: key, what it may be, default, meaning.
std::string schema_table(const Node& object_schema);

}  // namespace boa::util
