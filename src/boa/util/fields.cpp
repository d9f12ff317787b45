#include "boa/util/fields.hpp"

#include <algorithm>

#include "boa/util/text.hpp"

namespace boa::util {

namespace {

/// Floats beyond these lose whole numbers.
constexpr double kLargestWhole = 9007199254740992.0;

std::string expected(std::string_view what, const Node& node) {
  return fmt::format("expected {}, found {}", what, node.describe());
}

std::string short_number(double value) {
  std::string text = python_repr(value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

std::string check_range(const Field& field, double value, const Node& node) {
  if (std::isnan(value)) return expected("a number", node);
  const bool too_small = field.above ? value <= field.at_least : value < field.at_least;
  const bool too_large = field.below ? value >= field.at_most : value > field.at_most;
  if (!too_small && !too_large) return {};
  return fmt::format("must be {}, found {}", fields_detail::range_text(field), short_number(value));
}

std::string first_message(const std::vector<Problem>& problems) { return problems.front().message; }

std::string others(const std::vector<Problem>& problems) {
  std::string text = problems.front().hint;
  for (std::size_t i = 1; i < problems.size(); ++i) {
    const Problem& problem = problems[i];
    const ConfigError error(problem.where, problem.key_path, problem.message);
    if (!text.empty()) text += "\n  ";
    text += error.what();
    if (!problem.hint.empty()) text += " (" + problem.hint + ")";
  }
  return text;
}

}  // namespace

ConfigErrors::ConfigErrors(std::vector<Problem> problems)
    : ConfigError(problems.front().where, problems.front().key_path, first_message(problems), others(problems)),
      problems_(std::move(problems)) {}

void Problems::add(Problem problem) {
  if (list_.size() == most_) {
    // Marked so that it comes last.
    list_.push_back({{file_, 0, 0}, "", fmt::format("reading stopped after {} problems", most_), "", true});
    throw_if_any();
  }
  list_.push_back(std::move(problem));
}

void Problems::add(const Node& value, std::string key_path, std::string message, std::string hint) {
  add({{file_, value.line(), value.column()}, std::move(key_path), std::move(message), std::move(hint), false});
}

void Problems::add_at_key(const Node& value, std::string key_path, std::string message, std::string hint) {
  add({{file_, value.key_line(), value.key_column()}, std::move(key_path), std::move(message), std::move(hint), false});
}

void Problems::add_unsupported(const Node& value, std::string key_path, const std::string& what, std::string hint) {
  add({{file_, value.key_line(), value.key_column()},
       std::move(key_path),
       fmt::format("{} is not built yet", what),
       std::move(hint),
       true});
}

void Problems::throw_if_any() const {
  if (list_.empty()) return;
  // What is malformed comes first: it may be the reason why something looks unsupported.
  std::vector<Problem> sorted = list_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Problem& a, const Problem& b) { return a.unsupported < b.unsupported; });
  const Problem& first = sorted.front();
  if (first.unsupported) {
    const ConfigErrors all(sorted);
    throw UnsupportedError(all.what(), all.hint());
  }
  if (sorted.size() == 1) throw ConfigError(first.where, first.key_path, first.message, first.hint);
  throw ConfigErrors(std::move(sorted));
}

std::string join_key(std::string_view path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

void add_unknown_key(Problems& problems, const Node& value, std::string_view path, std::string_view key,
                     const std::vector<std::string>& allowed) {
  std::string nearest = nearest_name(key, allowed);
  std::string message = fmt::format("unknown key '{}'{}", abbreviate(key, 60),
                                    nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest));
  problems.add({{problems.file(), value.key_line(), value.key_column()},
                std::string(path),
                std::move(message),
                fmt::format("Allowed: {}", join(allowed, ", ")),
                false,
                std::move(nearest)});
}

void add_missing_key(Problems& problems, const Node& mapping, std::string_view path, std::string_view key,
                     std::string hint) {
  const bool is_misspelled = std::any_of(problems.list().begin(), problems.list().end(), [&](const Problem& problem) {
    return problem.key_path == path && problem.meant == key;
  });
  if (!is_misspelled) problems.add(mapping, std::string(path), fmt::format("'{}' is missing", key), std::move(hint));
}

namespace fields_detail {

std::string range_text(const Field& field) {
  std::string text;
  if (std::isfinite(field.at_least)) {
    text = fmt::format("{} {}", field.above ? "above" : "at least", short_number(field.at_least));
  }
  if (std::isfinite(field.at_most)) {
    text += fmt::format("{}{} {}", text.empty() ? "" : " and ", field.below ? "below" : "at most",
                        short_number(field.at_most));
  }
  return text;
}

std::string read_scalar(const Node& node, const Field&, bool& value) {
  if (!node.is_bool()) return expected("true or false", node);
  value = node.as_bool();
  return {};
}

std::string read_scalar(const Node& node, const Field& field, std::int64_t& value) {
  const bool whole = node.is_float() && std::abs(node.as_double()) <= kLargestWhole &&
                     node.as_double() == std::floor(node.as_double());
  if (!node.is_int() && !whole) return expected("a whole number", node);
  value = node.is_int() ? node.as_int() : static_cast<std::int64_t>(node.as_double());
  return check_range(field, static_cast<double>(value), node);
}

std::string read_scalar(const Node& node, const Field& field, int& value) {
  std::int64_t wide = 0;
  std::string wrong = read_scalar(node, field, wide);
  if (!wrong.empty()) return wrong;
  if (wide < std::numeric_limits<int>::min() || wide > std::numeric_limits<int>::max()) {
    return fmt::format("the number {} is too large", wide);
  }
  value = static_cast<int>(wide);
  return {};
}

std::string read_scalar(const Node& node, const Field& field, double& value) {
  if (!node.is_number()) return expected("a number", node);
  value = node.as_double();
  return check_range(field, value, node);
}

std::string read_scalar(const Node& node, const Field& field, std::string& value) {
  // A name such as 2024 is as good as "2024".
  if (node.is_int()) {
    value = fmt::format("{}", node.as_int());
  } else if (node.is_float()) {
    value = python_repr(node.as_double());
  } else if (node.is_string()) {
    value = node.as_string();
  } else {
    return expected("text", node);
  }
  return field.not_empty && trim(value).empty() ? "must not be empty" : "";
}

std::string read_scalar(const Node& node, const Field&, std::vector<std::string>& value) {
  if (!node.is_array()) return expected("a list of texts", node);
  value.clear();
  for (const Node& item : node.as_array()) {
    if (!item.is_string()) return expected("a list of texts", item);
    value.push_back(item.as_string());
  }
  return {};
}

std::string read_scalar(const Node& node, const Field&, Node& value) {
  value = node;
  return {};
}

std::string read_name(const Node& node, const std::vector<std::string>& names, std::size_t& index) {
  const auto it = node.is_string() ? std::find(names.begin(), names.end(), node.as_string()) : names.end();
  if (it != names.end()) {
    index = static_cast<std::size_t>(it - names.begin());
    return {};
  }
  const std::string nearest = node.is_string() ? nearest_name(node.as_string(), names) : "";
  return fmt::format("{}{}", expected("one of " + join(names, ", "), node),
                     nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest));
}

void Reader::refuse_unknown() const {
  for (const auto& [key, value] : node_.as_object()) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) {
      add_unknown_key(problems_, value, path_, key, known_);
    }
  }
}

}  // namespace fields_detail
}  // namespace boa::util
