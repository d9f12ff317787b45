#include "boa/template/command_template.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::templates {

namespace {

// Bytes that no UTF-8 text holds frame the number of a value while the command is split.
constexpr char kMarkBegin = '\xfe';
constexpr char kMarkEnd = '\xff';
constexpr std::size_t kShown = 80;

std::string in_command(std::string_view command) {
  return fmt::format("in the command '{}'", util::abbreviate(command, kShown));
}

/// A template's fault as one of the command's.
UserInputError as_command_error(const TemplateError& error, std::string_view command) {
  return UserInputError(
      fmt::format("{} {} (line {}, column {})", error.what(), in_command(command), error.line(), error.column()),
      error.hint());
}

Template parse(std::string_view command) {
  if (command.find_first_of(std::string{kMarkBegin, kMarkEnd}) != std::string_view::npos) {
    throw UserInputError("a command holds bytes that are no UTF-8 text");
  }
  try {
    return Template(command);
  } catch (const TemplateError& error) {
    throw as_command_error(error, command);
  }
}

void add_marked(const std::string& value, std::string& text, std::vector<std::string>& values) {
  text += fmt::format("{}{}{}", kMarkBegin, values.size(), kMarkEnd);
  values.push_back(value);
}

/// `word` with every mark replaced by the value of its number.
std::string fill(const std::string& word, const std::vector<std::string>& values) {
  std::string text;
  std::size_t at = 0;
  for (std::size_t mark = word.find(kMarkBegin); mark != std::string::npos; mark = word.find(kMarkBegin, at)) {
    const std::size_t end = word.find(kMarkEnd, mark);
    text += word.substr(at, mark - at);
    text += values.at(std::stoul(word.substr(mark + 1, end - mark - 1)));
    at = end + 1;
  }
  return text + word.substr(at);
}

std::vector<std::string> words_of(const std::string& marked, const std::vector<std::string>& values) {
  std::vector<std::string> words = util::split_shell_words(marked);
  if (words.empty()) throw UserInputError("the command is empty");
  for (std::string& word : words) word = fill(word, values);
  return words;
}

/// Whether it is text and `{{ }}` only, so that its words are known before it is rendered.
bool is_flat(const Template& parsed) {
  return std::all_of(parsed.tree().body.begin(), parsed.tree().body.end(), [](const Statement& statement) {
    return std::holds_alternative<Data>(statement.form) || std::holds_alternative<Print>(statement.form);
  });
}

/// What stands in the `{{ }}` that begins at `offset`, as `{{it}}`.
std::string shown_print(std::string_view source, std::size_t offset, std::size_t next) {
  std::string_view tag = source.substr(offset, next - offset);
  tag = tag.substr(2, tag.rfind("}}") - 2);
  const auto is_edge = [](char c) { return c == ' ' || c == '-' || c == '+'; };
  while (!tag.empty() && is_edge(tag.front())) tag.remove_prefix(1);
  while (!tag.empty() && is_edge(tag.back())) tag.remove_suffix(1);
  return fmt::format("{{{{{}}}}}", tag);
}

}  // namespace

CommandTemplate::CommandTemplate(std::string_view command, std::span<const std::string> names)
    : command_(command),
      names_(names.begin(), names.end()),
      calls_python_(needs_python(command)),
      template_(parse(command)) {
  check_names();
  if (is_flat(template_)) shown_words();  // finds an open quote
}

void CommandTemplate::check_names() const {
  for (const auto& [name, place] : template_.free_names()) {
    const std::string with_dot = name + ".";
    const bool is_known = (calls_python_ && name == "load_py") ||
                          std::any_of(names_.begin(), names_.end(), [&, &free = name](const std::string& known) {
                            return known == free || known.starts_with(with_dot);
                          });
    if (is_known) continue;
    const std::string nearest = util::nearest_name(name, names_);
    throw UserInputError(fmt::format("unknown name '{}' {}{}", name, in_command(command_),
                                     nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest)),
                         fmt::format("Known: {}", util::abbreviate(util::join(names_, ", "), 400)));
  }
}

bool CommandTemplate::is_absent(std::string_view printed, const Variables& variables) const {
  if (!printed.starts_with("{{ ") || !printed.ends_with(" }}")) return false;
  const std::string_view name = printed.substr(3, printed.size() - 6);
  return std::find(names_.begin(), names_.end(), name) != names_.end() &&
         std::none_of(variables.begin(), variables.end(), [&](const auto& variable) { return variable.first == name; });
}

std::string CommandTemplate::rendered_by_python(const Variables& variables, PythonRenderer* python,
                                                const std::filesystem::path& folder,
                                                std::vector<std::string>& values) const {
  if (python == nullptr) throw UserInputError("a command calls load_py, and python3 may not be started (--no-python)");
  const PythonRenderer::Reply reply = python->render(command_, variables, folder, true);
  if (!reply.error.empty()) throw UserInputError(fmt::format("{} {}", reply.error, in_command(command_)));
  std::string marked;
  for (std::size_t at = 0; at < reply.text.size();) {
    const std::size_t begin = std::min(reply.text.find(PythonRenderer::kPrintedBegin, at), reply.text.size());
    marked += reply.text.substr(at, begin - at);
    if (begin == reply.text.size()) break;
    const std::size_t end = std::min(reply.text.find(PythonRenderer::kPrintedEnd, begin), reply.text.size());
    const std::string printed = reply.text.substr(begin + 1, end - begin - 1);
    add_marked(is_absent(printed, variables) ? "" : printed, marked, values);
    at = end + 1;
  }
  return marked;
}

std::vector<std::string> CommandTemplate::render(const Variables& variables, PythonRenderer* python,
                                                 const std::filesystem::path& folder) const {
  std::vector<std::string> values;
  if (calls_python_) {
    const std::string marked = rendered_by_python(variables, python, folder, values);
    return words_of(marked, values);
  }
  std::string marked;
  try {
    for (const Piece& piece : template_.render(variables)) {
      if (piece.is_printed && piece.holds_value) {
        add_marked(piece.text, marked, values);
      } else if (piece.is_printed && is_absent(piece.text, variables)) {
        add_marked("", marked, values);
      } else {
        marked += piece.text;
      }
    }
  } catch (const TemplateError& error) {
    throw as_command_error(error, command_);
  }
  return words_of(marked, values);
}

std::optional<std::string> CommandTemplate::program() const {
  const Body& body = template_.tree().body;
  if (body.empty() || !std::holds_alternative<Data>(body.front().form)) return std::nullopt;
  std::string text = std::get<Data>(body.front().form).text;
  // Something may be printed at the end of the first word.
  if (body.size() > 1) text += kMarkBegin;
  try {
    const std::vector<std::string> words = util::split_shell_words(text);
    const bool is_whole = !words.empty() && words.front().find(kMarkBegin) == std::string::npos;
    return is_whole ? std::optional(words.front()) : std::nullopt;
  } catch (const UserInputError&) {
    return std::nullopt;  // a quote that closes behind a tag
  }
}

std::vector<std::string> CommandTemplate::shown_words() const {
  if (!is_flat(template_)) return {command_};
  const Body& body = template_.tree().body;
  std::string marked;
  std::vector<std::string> values;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (const auto* data = std::get_if<Data>(&body[i].form)) {
      marked += data->text;
    } else {
      const std::size_t next = i + 1 < body.size() ? body[i + 1].offset : template_.source().size();
      add_marked(shown_print(template_.source(), body[i].offset, next), marked, values);
    }
  }
  return words_of(marked, values);
}

}  // namespace boa::templates
