#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "boa/util/fields.hpp"
#include "boa/util/node.hpp"
#include "boa/util/schema.hpp"

namespace boa::app {

enum class ParameterKind { kRange, kChoice, kFixed };
constexpr std::array<std::pair<std::string_view, ParameterKind>, 3> field_names(ParameterKind) {
  return {{{"range", ParameterKind::kRange}, {"choice", ParameterKind::kChoice}, {"fixed", ParameterKind::kFixed}}};
}

inline constexpr int kMostDigits = 15;

// JSON Schemas of what a type does not say.
util::Node value_types_schema();
util::Node scalar_schema();
util::Node two_numbers_schema();
util::Node values_schema();
util::Node dependents_schema();

/// One parameter as written.
struct ParameterFields {
  std::optional<ParameterKind> type;
  std::optional<std::string> name;
  std::optional<std::string> value_type;
  util::Node bounds;
  std::optional<bool> log_scale;
  std::optional<int> digits;
  util::Node values;
  std::optional<bool> is_ordered;
  util::Node value;
  bool is_fidelity = false;
  bool is_task = false;
  util::Node target_value;
  util::Node dependents;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(util::Field{.name = "type", .doc = "what kind of parameter"}, self.type);
    field(util::Field{.name = "name", .doc = "in the list form", .not_empty = true}, self.name);
    field(util::FieldWithSchema{{.name = "value_type", .doc = "type of its values; that of the first one if absent"},
                                value_types_schema},
          self.value_type);
    field(util::FieldWithSchema{{.name = "bounds", .doc = "of a range: lower and upper, both inclusive"},
                                two_numbers_schema},
          self.bounds);
    field(util::Field{.name = "log_scale", .doc = "of a range: searched in the logarithm"}, self.log_scale);
    field(util::Field{.name = "digits", .doc = "of a float range: decimals", .at_least = 0, .at_most = kMostDigits},
          self.digits);
    field(util::FieldWithSchema{{.name = "values", .doc = "of a choice"}, values_schema}, self.values);
    field(util::Field{.name = "is_ordered", .doc = "of a choice: near values are alike"}, self.is_ordered);
    field(util::FieldWithSchema{{.name = "value", .doc = "of a fixed parameter"}, scalar_schema}, self.value);
    field(util::Field{.name = "is_fidelity", .doc = "fidelity parameter"}, self.is_fidelity);
    field(util::Field{.name = "is_task", .doc = "of a choice: its values are tasks, of which one is optimized"},
          self.is_task);
    field(util::FieldWithSchema{{.name = "target_value", .doc = "of a fidelity or task parameter"}, scalar_schema},
          self.target_value);
    field(util::FieldWithSchema{{.name = "dependents", .doc = "parameters that exist only for some values"},
                                dependents_schema},
          self.dependents);
  }
};

}  // namespace boa::app
