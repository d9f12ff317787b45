#include "boa/util/yaml.hpp"

#include <fmt/core.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cstdint>
#include <istream>
#include <map>
#include <streambuf>
#include <unordered_map>
#include <utility>
#include <vector>

#include "boa/util/error.hpp"
#include "boa/util/text.hpp"
#include "boa/util/yaml_text.hpp"

namespace boa::util {

namespace {

constexpr std::size_t kLargestText = std::size_t{64} << 20U;
// What anchors and aliases may copy. Real configs copy hundreds; a "billion laughs" asks for billions.
constexpr std::size_t kMostCopiedNodes = 500'000;
constexpr std::size_t kMostCopiedBytes = std::size_t{32} << 20U;

std::string too_deep() { return fmt::format("nested deeper than {} levels", kDeepestYaml); }

/// A stream over a text that is not copied.
class TextBuffer : public std::streambuf {
 public:
  explicit TextBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());
    setg(begin, begin, begin + text.size());
  }
};

/// Builds the tree from yaml-cpp's events.
class Builder final : public YAML::EventHandler {
 public:
  /// `is_only_document`: false for what comes after the first document, where nothing may be.
  Builder(std::string_view text, const std::string& file, bool is_only_document)
      : source_(text), file_(file), is_only_document_(is_only_document) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (!is_only_document_) {
      fail(mark, "the document has ended before this place",
           "'---' begins a second document; or is the indentation wrong?");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add_scalar(mark, anchor, Node(), "", frames_.empty() || !expects_key());
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const bool plain = tag.empty() || tag == "?";
    if (!plain) check_closed(mark);
    Node node = plain ? yaml_scalar(value) : tagged_scalar(mark, tag, value);
    if (plain && value == "<<" && !frames_.empty() && expects_key()) {
      frames_.back().merging = true;
      set_key(mark, "<<", true);
      return;
    }
    add_scalar(mark, anchor, std::move(node), value, true);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto it = anchors_.find(anchor);
    if (it == anchors_.end()) fail(mark, "the alias refers to the value that it stands in");
    charge(mark, it->second.nodes, it->second.bytes);
    Node copy = it->second.node;
    if (!frames_.empty() && expects_key()) {
      if (copy.is_array() || copy.is_object()) fail(mark, "a key must be a plain value");
      set_key(mark, it->second.text, copy.is_string());
      return;
    }
    copy.set_position(mark.line + 1, mark.column + 1);
    nodes_ += it->second.nodes;
    bytes_ += it->second.bytes;
    place(mark, std::move(copy));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    check_collection_tag(mark, tag, "seq");
    open(mark, anchor, Node(NodeArray{}));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    check_collection_tag(mark, tag, "map");
    open(mark, anchor, Node(NodeObject{}));
  }
  void OnMapEnd() override { close(); }

  Node take() { return std::move(root_); }

 private:
  struct Anchored {
    Node node;
    std::string text;  ///< of a scalar, as written
    std::size_t nodes = 0;
    std::size_t bytes = 0;
  };

  /// An array or mapping that is being read.
  struct Frame {
    Node node;
    YAML::anchor_t anchor = 0;
    YAML::Mark mark;
    std::size_t nodes_before = 0;
    std::size_t bytes_before = 0;
    bool has_key = false;
    bool merging = false;  ///< the value to come belongs to `<<`
    bool key_is_text = true;
    std::string key;
    YAML::Mark key_mark;
    std::unordered_map<std::string, std::size_t> places;  ///< own keys
    std::vector<Node> merged;
  };

  [[noreturn]] void fail(const YAML::Mark& mark, const std::string& message, std::string hint = {}) const {
    throw ConfigError({file_, mark.line + 1, mark.column + 1}, "", message, std::move(hint));
  }

  /// yaml-cpp takes a quoted scalar that the end of the text cuts off.
  void check_closed(const YAML::Mark& mark) const {
    auto at = static_cast<std::size_t>(std::max(mark.pos, 0));
    const auto skip = [&](std::string_view set, bool while_in_set) {
      while (at < source_.size() && (set.find(source_[at]) != std::string_view::npos) == while_in_set) ++at;
    };
    // The mark is that of an anchor or a tag, if there is one.
    while (at < source_.size() && (source_[at] == '&' || source_[at] == '!')) {
      skip(" \t\r\n", false);
      skip(" \t\r\n", true);
    }
    if (at >= source_.size() || (source_[at] != '\'' && source_[at] != '"')) return;
    const char quote = source_[at];
    for (++at; at < source_.size(); ++at) {
      if (quote == '"' && source_[at] == '\\') {
        ++at;
      } else if (source_[at] == quote) {
        if (quote == '"' || at + 1 >= source_.size() || source_[at + 1] != quote) return;
        ++at;
      }
    }
    fail(mark, "this is not valid YAML: the quote that begins here is never closed");
  }

  bool expects_key() const { return frames_.back().node.is_object() && !frames_.back().has_key; }

  void charge(const YAML::Mark& mark, std::size_t nodes, std::size_t bytes) {
    copied_nodes_ += nodes;
    copied_bytes_ += bytes;
    if (copied_nodes_ > kMostCopiedNodes || copied_bytes_ > kMostCopiedBytes) {
      fail(mark, fmt::format("anchors and aliases copy more than {} values or {} MB", kMostCopiedNodes,
                             kMostCopiedBytes >> 20U));
    }
  }

  Node tagged_scalar(const YAML::Mark& mark, const std::string& tag, const std::string& value) const {
    constexpr std::string_view kPrefix = "tag:yaml.org,2002:";
    if (tag == "!") return Node(value);
    const std::string_view name = tag.starts_with(kPrefix) ? std::string_view(tag).substr(kPrefix.size()) : "";
    if (name == "str") return Node(value);
    const Node plain = yaml_scalar(value);
    const bool fits = (name == "int" && plain.is_int()) || (name == "bool" && plain.is_bool()) ||
                      (name == "null" && plain.is_null()) || (name == "float" && plain.is_number());
    if (!fits) fail(mark, fmt::format("the tag '{}' is not understood for '{}'", tag, abbreviate(value, 40)));
    return name == "float" ? Node(plain.as_double()) : plain;
  }

  void check_collection_tag(const YAML::Mark& mark, const std::string& tag, std::string_view kind) const {
    if (tag.empty() || tag == "?" || tag == "!" || tag == fmt::format("tag:yaml.org,2002:{}", kind)) return;
    fail(mark, fmt::format("the tag '{}' is not understood", tag));
  }

  void add_scalar(const YAML::Mark& mark, YAML::anchor_t anchor, Node node, const std::string& text, bool has_text) {
    node.set_position(mark.line + 1, mark.column + 1);
    if (anchor != 0) {
      charge(mark, 1, text.size());
      anchors_[anchor] = {node, text, 1, text.size()};
    }
    if (!frames_.empty() && expects_key()) {
      set_key(mark, has_text ? text : "null", node.is_string());
      return;
    }
    nodes_ += 1;
    bytes_ += text.size();
    place(mark, std::move(node));
  }

  void set_key(const YAML::Mark& mark, const std::string& key, bool is_text) {
    Frame& frame = frames_.back();
    if (!frame.merging && frame.places.contains(key)) {
      const Node& first = frame.node.as_object()[frame.places.at(key)].second;
      fail(mark, fmt::format("the key '{}' occurs twice in one mapping (first in line {})", abbreviate(key, 60),
                             first.key_line()));
    }
    frame.has_key = true;
    frame.key = key;
    frame.key_is_text = is_text;
    frame.key_mark = mark;
  }

  void place(const YAML::Mark& mark, Node node) {
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node.is_array()) {
      frame.node.as_array().push_back(std::move(node));
      return;
    }
    frame.has_key = false;
    if (frame.merging) {
      frame.merging = false;
      add_merged(mark, frame, std::move(node));
      return;
    }
    node.set_key_position(frame.key_mark.line + 1, frame.key_mark.column + 1);
    node.set_non_text_key(!frame.key_is_text);
    frame.places.emplace(frame.key, frame.node.size());
    frame.node.as_object().emplace_back(std::move(frame.key), std::move(node));
  }

  void add_merged(const YAML::Mark& mark, Frame& frame, Node node) {
    if (node.is_object()) {
      frame.merged.push_back(std::move(node));
      return;
    }
    if (!node.is_array()) fail(mark, "'<<' takes a mapping or a list of mappings");
    for (Node& item : node.as_array()) {
      if (!item.is_object()) fail(mark, "'<<' takes a mapping or a list of mappings");
      frame.merged.push_back(std::move(item));
    }
  }

  /// Merged keys come first; among merged mappings the first wins, and own keys win over all (in the merged one's
  /// place).
  static void merge(Frame& frame) {
    if (frame.merged.empty()) return;
    NodeObject result;
    std::unordered_map<std::string, std::size_t> places;
    for (Node& mapping : frame.merged) {
      for (auto& [key, value] : mapping.as_object()) {
        if (places.emplace(key, result.size()).second) result.emplace_back(key, std::move(value));
      }
    }
    for (auto& [key, value] : frame.node.as_object()) {
      const auto [it, is_new] = places.emplace(key, result.size());
      if (is_new) {
        result.emplace_back(key, std::move(value));
      } else {
        result[it->second].second = std::move(value);
      }
    }
    frame.node.as_object() = std::move(result);
  }

  void open(const YAML::Mark& mark, YAML::anchor_t anchor, Node node) {
    if (!frames_.empty() && expects_key())
      fail(mark, "a key must be a plain value, not a list or a mapping", "Is a bracket or brace never closed?");
    if (frames_.size() >= kDeepestYaml) fail(mark, too_deep());
    node.set_position(mark.line + 1, mark.column + 1);
    Frame frame;
    frame.node = std::move(node);
    frame.anchor = anchor;
    frame.mark = mark;
    frame.nodes_before = nodes_;
    frame.bytes_before = bytes_;
    frames_.push_back(std::move(frame));
  }

  void close() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    merge(frame);
    nodes_ += 1;
    if (frame.anchor != 0) {
      const std::size_t nodes = nodes_ - frame.nodes_before;
      const std::size_t bytes = bytes_ - frame.bytes_before;
      charge(frame.mark, nodes, bytes);
      anchors_[frame.anchor] = {frame.node, "", nodes, bytes};
    }
    place(frame.mark, std::move(frame.node));
  }

  std::string_view source_;
  const std::string& file_;
  bool is_only_document_;
  Node root_;
  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::size_t nodes_ = 0;
  std::size_t bytes_ = 0;
  std::size_t copied_nodes_ = 0;
  std::size_t copied_bytes_ = 0;
};

std::string_view line_of(std::string_view text, int line) {
  for (int i = 1; i < line; ++i) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

/// yaml-cpp's words for the commonest mistakes, in words for people.
std::string explain(const std::string& message) {
  constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"illegal map value",
       "a ':' where no mapping can begin (is the indentation right, and are texts with ': ' quoted?)"},
      {"end of map not found", "unexpected text (is the indentation right?)"},
      {"end of sequence not found", "unexpected text (is the indentation right?)"},
      {"end of map flow not found", "a '{' before this place is never closed, or a ',' is missing"},
      {"end of sequence flow not found", "a '[' before this place is never closed, or a ',' is missing"},
      {"illegal block entry", "a '- ' where no list can begin (is the indentation right?)"},
      {"illegal flow end", "a closing bracket or brace that was never opened"},
      {"unknown token", "a character that no plain text may begin with (put the text in quotes)"},
  };
  for (const auto& [theirs, ours] : kWords) {
    if (message == theirs) return std::string(ours);
  }
  return message;
}

/// What most often leads to such an error.
std::string hint_for(std::string_view text, int line) {
  const std::string_view content = line_of(text, line);
  const std::string_view indentation = content.substr(0, content.find_first_not_of(" \t"));
  if (indentation.find('\t') != std::string_view::npos) return "Indent with blanks: YAML allows no tabs there.";
  if (content.find("{{") != std::string_view::npos) return "A value that begins with '{{' needs quotes around it.";
  return {};
}

}  // namespace

Node parse_yaml(std::string_view text, const std::string& file) {
  if (text.size() > kLargestText) {
    throw ConfigError({file, 0, 0}, "", fmt::format("the file is larger than {} MB", kLargestText >> 20U));
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  check_yaml_text(text, file);
  TextBuffer buffer(text);
  std::istream stream(&buffer);
  Builder builder(text, file, true);
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) return Node();
    Node root = builder.take();
    Builder rest(text, file, false);
    parser.HandleNextDocument(rest);
    return root;
  } catch (const YAML::DeepRecursion& error) {
    throw ConfigError({file, error.mark.line + 1, error.mark.column + 1}, "", too_deep());
  } catch (const YAML::Exception& error) {
    const int line = error.mark.line + 1;
    throw ConfigError({file, line, error.mark.column + 1}, "",
                      fmt::format("this is not valid YAML: {}", explain(error.msg)), hint_for(text, line));
  }
}

}  // namespace boa::util
