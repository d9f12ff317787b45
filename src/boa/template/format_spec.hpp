#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace boa::templates {

/// How a value is written, as `{:spec}` or a conversion after `%` says.
struct FormatSpec {
  std::string fill = " ";
  char align = 0;  ///< `<`, `>`, `^`, `=`, or 0: numbers right, texts left
  char sign = '-';
  bool alternate = false;
  std::size_t width = 0;
  char grouping = 0;  ///< `,` or `_`
  std::optional<int> precision;
  char type = 0;
};

/// Widths and precisions beyond this are mistakes.
inline constexpr std::size_t kWidestField = 10'000;

/// OperationError for a spec that Python would refuse.
FormatSpec parse_format_spec(std::string_view text);

/// A number, a float by the types e E f F g G n % or none, an integer by b o x X d or none. Sign, prefix, digits and
/// padding.
std::string format_float(double value, const FormatSpec& spec);
std::string format_integer(std::int64_t value, const FormatSpec& spec);
/// The text cut to the precision and filled to the width.
std::string format_text(std::string_view text, const FormatSpec& spec);

}  // namespace boa::templates
