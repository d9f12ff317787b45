#include "boa/util/yaml_writer.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "boa/util/json.hpp"
#include "boa/util/text.hpp"
#include "boa/util/yaml.hpp"

namespace boa::util {

namespace {

constexpr std::size_t kWidth = 100;  // a list that is longer is written in lines

bool is_scalar(const Node& node) { return !node.is_array() && !node.is_object(); }

/// May the text stand without quotes, in a flow list too?
bool is_plain(const std::string& text) {
  constexpr std::string_view kIndicators = "-?:,[]{}#&*!|>'\"%@`";
  if (text.empty() || text != trim(text) || text == "<<" || text.starts_with("...")) return false;
  if (kIndicators.find(text.front()) != std::string_view::npos || text.back() == ':') return false;
  const bool special = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == ',' || c == '[' || c == ']' || c == '{' ||
           c == '}';
  });
  if (special || text.find(": ") != std::string::npos || text.find(" #") != std::string::npos) return false;
  const Node read = yaml_scalar(text);
  return read.is_string() && !read.is_unquoted_date() && text.find("\xc2\x85") == std::string::npos &&
         text.find("\xe2\x80") == std::string::npos;  // line ends of Unicode
}

std::string scalar_text(const Node& node) {
  if (node.is_string()) {
    const std::string& text = node.as_string();
    return node.is_unquoted_date() || is_plain(text) ? text : write_json(node);
  }
  if (node.is_float() && !std::isfinite(node.as_double())) {
    if (std::isnan(node.as_double())) return ".nan";
    return node.as_double() > 0 ? ".inf" : "-.inf";
  }
  return write_json(node);
}

std::string key_text(const std::string& key, const Node& value) {
  return value.has_non_text_key() || is_plain(key) ? key : write_json(Node(key));
}

/// A value on one line, or an empty text if it needs several.
std::string one_line(const Node& node) {
  if (is_scalar(node)) return scalar_text(node);
  if (node.size() == 0) return node.is_array() ? "[]" : "{}";
  if (!node.is_array() || !std::all_of(node.as_array().begin(), node.as_array().end(), is_scalar)) return {};
  std::vector<std::string> items;
  for (const Node& item : node.as_array()) items.push_back(scalar_text(item));
  const std::string text = "[" + join(items, ", ") + "]";
  return text.size() <= kWidth ? text : std::string();
}

void write_block(const Node& node, int indent, bool continues_line, std::string& text);

/// What follows a key or a dash.
void write_value(const Node& value, int indent, bool after_dash, std::string& text) {
  const std::string short_form = one_line(value);
  if (!short_form.empty()) {
    text += " " + short_form + "\n";
  } else if (after_dash && value.is_object()) {
    text += " ";
    write_block(value, indent, true, text);
  } else {
    text += "\n";
    write_block(value, indent, false, text);
  }
}

void write_block(const Node& node, int indent, bool continues_line, std::string& text) {
  const std::string blanks(static_cast<std::size_t>(indent), ' ');
  if (node.is_array()) {
    for (const Node& item : node.as_array()) {
      text += blanks + "-";
      write_value(item, indent + 2, true, text);
    }
    return;
  }
  for (const auto& [key, value] : node.as_object()) {
    if (!continues_line) text += blanks;
    continues_line = false;
    text += key_text(key, value) + ":";
    write_value(value, indent + 2, false, text);
  }
}

}  // namespace

std::string write_yaml(const Node& node) {
  const std::string short_form = one_line(node);
  if (!short_form.empty()) return short_form + "\n";
  std::string text;
  write_block(node, 0, false, text);
  return text;
}

}  // namespace boa::util
