#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "boa/template/python_renderer.hpp"
#include "boa/template/template.hpp"

/// Jinja2 for configs and commands. (`template` is a word of the language, hence the plural.)
namespace boa::templates {

/// A command that is rendered anew for each trial, and split into words like a shell does.
///
/// What `{{ }}` prints of the trial's texts and paths stays inside its word, whatever blanks or quotes it holds;
/// numbers hold neither, and text that the template itself writes is split. A name with dots (`{{ cn2.hru }}`) is found
/// too. A name without a value, of a parameter that does not exist in the trial, prints nothing.
class CommandTemplate {
 public:
  /// `names` are the variables that may occur. UserInputError for an unknown name (lists the known ones and the
  /// nearest), for what is no template, and for an unclosed quote where that can be known.
  CommandTemplate(std::string_view command, std::span<const std::string> names);

  /// The words of the command. `python` renders it in `folder` if it calls load_py. UserInputError for what fails.
  std::vector<std::string> render(const Variables& variables, PythonRenderer* python = nullptr,
                                  const std::filesystem::path& folder = {}) const;

  bool calls_python() const { return calls_python_; }
  /// The first word, if it is known before any trial: the program.
  std::optional<std::string> program() const;
  /// The words with `{{x}}` where something is printed; the whole command as one word where tags decide about the
  /// words.
  std::vector<std::string> shown_words() const;

 private:
  void check_names() const;
  /// Whether this was printed for a name that has no value.
  bool is_absent(std::string_view printed, const Variables& variables) const;
  std::string rendered_by_python(const Variables& variables, PythonRenderer* python,
                                 const std::filesystem::path& folder, std::vector<std::string>& values) const;

  std::string command_;
  std::vector<std::string> names_;
  bool calls_python_;
  Template template_;
};

}  // namespace boa::templates
