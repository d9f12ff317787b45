#include "boa/util/json.hpp"

#include <fmt/core.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <cmath>
#include <unordered_set>
#include <vector>

#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::util {

namespace {

constexpr std::size_t kDeepestNesting = 1000;
constexpr unsigned kFlags = rapidjson::kParseNanAndInfFlag | rapidjson::kParseFullPrecisionFlag |
                            rapidjson::kParseValidateEncodingFlag | rapidjson::kParseIterativeFlag;

/// Line and column of growing offsets, counted once over the text.
class Positions {
 public:
  explicit Positions(std::string_view text) : text_(text) {}

  std::pair<int, int> at(std::size_t offset) {
    if (offset < offset_) {
      offset_ = 0;
      line_ = 1;
      line_start_ = 0;
    }
    for (offset = std::min(offset, text_.size()); offset_ < offset; ++offset_) {
      if (text_[offset_] != '\n') continue;
      ++line_;
      line_start_ = offset_ + 1;
    }
    return {line_, static_cast<int>(offset_ - line_start_) + 1};
  }

 private:
  std::string_view text_;
  std::size_t offset_ = 0;
  int line_ = 1;
  std::size_t line_start_ = 0;
};

/// Builds the tree from RapidJSON's events; knows where the reader stands.
class Builder {
 public:
  Builder(std::string_view text, const std::string& file, rapidjson::MemoryStream& stream)
      : positions_(text), text_(text), file_(file), stream_(stream) {}

  bool Null() { return add(Node()); }
  bool Bool(bool value) { return add(Node(value)); }
  bool Int(int value) { return add(Node(value)); }
  bool Uint(unsigned value) { return add(Node(static_cast<std::int64_t>(value))); }
  bool Int64(std::int64_t value) { return add(Node(value)); }
  bool Uint64(std::uint64_t value) {
    // Beyond 64 bits signed there is no integer parameter; keep the magnitude.
    return value <= static_cast<std::uint64_t>(INT64_MAX) ? add(Node(static_cast<std::int64_t>(value)))
                                                          : add(Node(static_cast<double>(value)));
  }
  bool Double(double value) { return add(Node(value)); }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return false; }
  bool String(const char* text, rapidjson::SizeType size, bool) { return add(Node(std::string(text, size))); }
  bool StartObject() { return open(Node(NodeObject{})); }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    std::string key(text, size);
    const auto [line, column] = value_position(string_length());
    if (!keys_.back().insert(key).second) {
      throw ConfigError({file_, line, column}, "", fmt::format("the key '{}' occurs twice in one mapping", key));
    }
    pending_key_ = std::move(key);
    key_line_ = line;
    key_column_ = column;
    return true;
  }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool StartArray() { return open(Node(NodeArray{})); }
  bool EndArray(rapidjson::SizeType) { return close(); }

  Node take() { return std::move(root_); }
  std::pair<int, int> position(std::size_t offset) { return positions_.at(offset); }

 private:
  /// The events come after a value was read: its start is found by going back over its length.
  std::pair<int, int> value_position(std::size_t length) {
    const std::size_t end = stream_.Tell();
    return positions_.at(end > length ? end - length : 0);
  }

  std::size_t written_length(const Node& node) const {
    if (node.is_null()) return 4;
    if (node.is_bool()) return node.as_bool() ? 4 : 5;
    if (node.is_string()) return string_length();
    // Arrays and objects are announced before their bracket is taken.
    return node.is_number() ? number_length() : 0;
  }

  /// Of the string that ends here, as written: with quotes and escapes.
  std::size_t string_length() const {
    const std::size_t end = std::min(stream_.Tell(), text_.size());
    std::size_t begin = end >= 2 ? end - 2 : 0;
    const auto is_escaped = [&](std::size_t at) {
      std::size_t backslashes = 0;
      while (backslashes < at && text_[at - backslashes - 1] == '\\') ++backslashes;
      return backslashes % 2 == 1;
    };
    while (begin > 0 && (text_[begin] != '"' || is_escaped(begin))) --begin;
    return end - begin;
  }

  std::size_t number_length() const {
    std::size_t end = std::min(stream_.Tell(), text_.size());
    std::size_t begin = end;
    while (begin > 0 && std::string_view(" \t\r\n,:[{").find(text_[begin - 1]) == std::string_view::npos) --begin;
    return end - begin;
  }

  bool add(Node node) {
    place(std::move(node));
    return true;
  }

  Node& place(Node node) {
    const auto [line, column] = value_position(written_length(node));
    node.set_position(line, column);
    if (open_.empty()) {
      root_ = std::move(node);
      return root_;
    }
    Node& parent = *open_.back();
    if (parent.is_array()) return parent.as_array().emplace_back(std::move(node));
    node.set_key_position(key_line_, key_column_);
    return parent.as_object().emplace_back(std::move(pending_key_), std::move(node)).second;
  }

  bool open(Node node) {
    if (open_.size() >= kDeepestNesting) {
      const auto [line, column] = value_position(0);
      throw ConfigError({file_, line, column}, "", fmt::format("nested deeper than {} levels", kDeepestNesting));
    }
    // Only the last child of the last child is open, so these pointers stay valid until they are closed.
    open_.push_back(&place(std::move(node)));
    keys_.emplace_back();
    return true;
  }

  bool close() {
    open_.pop_back();
    keys_.pop_back();
    return true;
  }

  Positions positions_;
  std::string_view text_;
  const std::string& file_;
  rapidjson::MemoryStream& stream_;
  Node root_;
  std::vector<Node*> open_;
  std::vector<std::unordered_set<std::string>> keys_;
  std::string pending_key_;
  int key_line_ = 0;
  int key_column_ = 0;
};

/// RapidJSON reads an exponent behind NaN or Infinity (`NaNe3`), and memory that it does not own while doing so.
void refuse_words_that_go_on(std::string_view text, const std::string& file) {
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (in_string && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      in_string = !in_string;
    } else if (!in_string && (text[i] == 'N' || text[i] == 'I')) {
      const std::size_t end = std::min(text.find_first_of(" \t\r\n,:[]{}\"", i), text.size());
      const std::string_view word = text.substr(i, end - i);
      if (word != "NaN" && word != "Infinity" && word != "Inf") {
        const auto [line, column] = Positions(text).at(i);
        throw ConfigError({file, line, column}, "",
                          fmt::format("this is not valid JSON: unknown word '{}'", abbreviate(word, 40)));
      }
      i = end - 1;
    }
  }
}

void write_string(const std::string& text, std::string& out) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

void write_double(double value, std::string& out) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "Infinity" : "-Infinity";
  } else {
    out += python_repr(value);
  }
}

void start_line(int indent, int depth, std::string& out) {
  if (indent < 0) return;
  out += '\n';
  out.append(static_cast<std::size_t>(indent) * static_cast<std::size_t>(depth), ' ');
}

void write(const Node& node, int indent, int depth, std::string& out);

template <typename Items, typename WriteItem>
void write_items(const Items& items, char open, char close, int indent, int depth, std::string& out,
                 WriteItem write_item) {
  out += open;
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += indent < 0 ? ", " : ",";
    first = false;
    start_line(indent, depth + 1, out);
    write_item(item);
  }
  if (!first) start_line(indent, depth, out);
  out += close;
}

void write(const Node& node, int indent, int depth, std::string& out) {
  if (node.is_null()) {
    out += "null";
  } else if (node.is_bool()) {
    out += node.as_bool() ? "true" : "false";
  } else if (node.is_int()) {
    out += fmt::format("{}", node.as_int());
  } else if (node.is_float()) {
    write_double(node.as_double(), out);
  } else if (node.is_string()) {
    write_string(node.as_string(), out);
  } else if (node.is_array()) {
    write_items(node.as_array(), '[', ']', indent, depth, out,
                [&](const Node& item) { write(item, indent, depth + 1, out); });
  } else {
    write_items(node.as_object(), '{', '}', indent, depth, out, [&](const auto& entry) {
      write_string(entry.first, out);
      out += ": ";
      write(entry.second, indent, depth + 1, out);
    });
  }
}

}  // namespace

Node parse_json(std::string_view text, const std::string& file) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  refuse_words_that_go_on(text, file);
  rapidjson::MemoryStream stream(text.data(), text.size());
  Builder builder(text, file, stream);
  rapidjson::Reader reader;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
  if (!result) {
    const auto [line, column] = builder.position(result.Offset());
    throw ConfigError({file, line, column}, "",
                      fmt::format("this is not valid JSON: {}", rapidjson::GetParseError_En(result.Code())));
  }
  // The reader takes a zero byte for the end of the text.
  if (stream.Tell() < text.size()) {
    const auto [line, column] = builder.position(stream.Tell());
    throw ConfigError({file, line, column}, "", "this is not valid JSON: the control character 0x00");
  }
  return builder.take();
}

std::string write_json(const Node& node, int indent) {
  std::string out;
  write(node, indent, 0, out);
  return out;
}

}  // namespace boa::util
