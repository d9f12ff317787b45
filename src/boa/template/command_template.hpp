#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The part of Jinja2 that commands use. (`template` is a word of the language, hence the plural.)
namespace boa::templates {

/// What a name prints as; nothing for an unknown one.
using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

/// A command with `{{ name }}` in it, split into words like a shell does, before any value is known.
///
/// A value stays inside the word that its `{{ }}` stands in, whatever blanks or quotes it holds. Statements (`{% %}`),
/// comments (`{# #}`) and expressions (filters, sums, calls) are refused by name.
class CommandTemplate {
 public:
  /// `names` are the variables that may occur. UserInputError for an unknown name (lists the known ones and the
  /// nearest), for a
  /// `{{` that is never closed, and for an unclosed quote; UnsupportedError for anything but a plain name.
  CommandTemplate(std::string_view command, std::span<const std::string> names);

  /// The words of the command. UserInputError if `lookup` does not know a name of the command.
  std::vector<std::string> render(const Lookup& lookup) const;

  /// The first word, if it holds no variable: the program, known before any trial.
  std::optional<std::string> program() const;

  /// The variables that occur in the command, in their order, each as often as it occurs.
  const std::vector<std::string>& variables() const { return variables_; }

 private:
  std::vector<std::string> words_;      ///< with a mark where a value goes
  std::vector<std::string> variables_;  ///< by number of the mark
};

}  // namespace boa::templates
