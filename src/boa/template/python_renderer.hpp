#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "boa/template/template.hpp"

namespace boa::templates {

/// Whether a template calls `load_py`, which imports a module of Python. Then only Python can render it.
bool needs_python(std::string_view text);

/// Renders templates with the user's own python3 and its jinja2, in one process that starts with the first template and
/// ends with this object.
class PythonRenderer {
 public:
  PythonRenderer() = default;
  PythonRenderer(const PythonRenderer&) = delete;
  PythonRenderer& operator=(const PythonRenderer&) = delete;
  ~PythonRenderer();

  struct Reply {
    std::string text;
    std::string error;        ///< empty if it was rendered
    int line = 0;             ///< of the error in the template; 0: unknown
    bool lacks_file = false;  ///< a relative path named no file
  };

  /// Renders in `folder` as current folder. Between kPrintedBegin and kPrintedEnd stands what `{{ }}` printed, if
  /// `marks_printed`. UserInputError where python3 or jinja2 is missing or the process breaks.
  Reply render(std::string_view text, const Variables& variables, const std::filesystem::path& folder,
               bool marks_printed = false);

  /// Starts the process if it does not run yet. UserInputError as above.
  void start();

  static constexpr char kPrintedBegin = '\x01';
  static constexpr char kPrintedEnd = '\x02';

 private:
  std::string exchange(std::string request);
  void stop();

  pid_t process_ = -1;
  int socket_ = -1;
};

}  // namespace boa::templates
