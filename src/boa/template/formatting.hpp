#pragma once

#include <string>
#include <string_view>

#include "boa/template/runtime.hpp"

/// Python's ways of writing values into texts.
namespace boa::templates {

/// `text % value`: `%d %i %u %f %F %e %E %g %G %s %r %x %X %o %c %%` with flags, width and precision (also `*`), and
/// `%(name)s` for a dict.
std::string format_percent(Runtime& runtime, std::string_view text, const Value& value);

/// `text.format(...)`: `{}`, `{0}`, `{name}`, `{a.b}`, `{a[0]}`, `{!r}`, `{:spec}`.
std::string format_braces(Runtime& runtime, std::string_view text, const CallArguments& arguments);

/// format(value, spec): `[[fill]align][sign][#][0][width][,|_][.precision][type]`.
std::string format_value(Runtime& runtime, const Value& value, std::string_view spec);

}  // namespace boa::templates
