#include "boa/template/command_template.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::templates {

namespace {

// Bytes that no UTF-8 text holds frame the number of a variable while the command is split.
constexpr char kMarkBegin = '\xfe';
constexpr char kMarkEnd = '\xff';
constexpr std::size_t kShown = 80;

bool is_identifier(std::string_view text) {
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text.front())) != 0) return false;
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c >= 0x80; });
}

[[noreturn]] void refuse_unknown(std::string_view name, std::string_view command, std::span<const std::string> names) {
  const std::string nearest = util::nearest_name(name, names);
  throw UserInputError(fmt::format("unknown name '{}' in the command '{}'{}", name, util::abbreviate(command, kShown),
                                   nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest)),
                       fmt::format("Known: {}", util::join(names, ", ")));
}

[[noreturn]] void refuse_unsupported(std::string_view what, std::string_view command) {
  throw UnsupportedError(fmt::format("the template '{}' in the command '{}' is not built yet",
                                     util::abbreviate(what, kShown), util::abbreviate(command, kShown)),
                         "A plain {{ NAME }} of a parameter or {{ trial_dir }} works.");
}

void refuse_blocks(std::string_view command) {
  for (const std::string_view open : {"{%", "{#"}) {
    const std::size_t at = command.find(open);
    if (at != std::string_view::npos) refuse_unsupported(command.substr(at), command);
  }
  if (command.find_first_of(std::string{kMarkBegin, kMarkEnd}) != std::string_view::npos) {
    throw UserInputError("a command holds bytes that are no UTF-8 text");
  }
}

/// `word` with every mark replaced by what `print` gives for its number.
template <typename Print>
std::string fill(const std::string& word, const Print& print) {
  std::string text;
  std::size_t at = 0;
  for (std::size_t mark = word.find(kMarkBegin); mark != std::string::npos; mark = word.find(kMarkBegin, at)) {
    const std::size_t end = word.find(kMarkEnd, mark);
    text += word.substr(at, mark - at);
    text += print(std::stoul(word.substr(mark + 1, end - mark - 1)));
    at = end + 1;
  }
  return text + word.substr(at);
}

}  // namespace

CommandTemplate::CommandTemplate(std::string_view command, std::span<const std::string> names) {
  refuse_blocks(command);
  std::string marked;
  std::size_t at = 0;
  for (std::size_t open = command.find("{{"); open != std::string_view::npos; open = command.find("{{", at)) {
    const std::size_t close = command.find("}}", open);
    if (close == std::string_view::npos) {
      throw UserInputError(
          fmt::format("the '{{{{' in the command '{}' is never closed", util::abbreviate(command, kShown)));
    }
    const std::string name(util::trim(command.substr(open + 2, close - open - 2)));
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      if (!is_identifier(name)) refuse_unsupported(command.substr(open, close + 2 - open), command);
      refuse_unknown(name, command, names);
    }
    marked += command.substr(at, open - at);
    marked += fmt::format("{}{}{}", kMarkBegin, variables_.size(), kMarkEnd);
    variables_.push_back(name);
    at = close + 2;
  }
  marked += command.substr(at);
  words_ = util::split_shell_words(marked);
  if (words_.empty()) throw UserInputError("the command is empty");
}

std::vector<std::string> CommandTemplate::render(const Lookup& lookup) const {
  std::vector<std::string> values;
  for (const std::string& name : variables_) {
    std::optional<std::string> value = lookup(name);
    if (!value) throw UserInputError(fmt::format("the name '{}' in a command has no value", name));
    values.push_back(std::move(*value));
  }
  std::vector<std::string> words;
  for (const std::string& word : words_) {
    words.push_back(fill(word, [&](std::size_t number) { return values.at(number); }));
  }
  return words;
}

std::optional<std::string> CommandTemplate::program() const {
  const std::string& first = words_.front();
  return first.find(kMarkBegin) == std::string::npos ? std::optional(first) : std::nullopt;
}

}  // namespace boa::templates
