#include "boa/util/number_text.hpp"

#include <clocale>
#include <cstdlib>

namespace boa::util {

double strtod_c(const char* text, char** end) {
  static const locale_t locale = newlocale(LC_ALL_MASK, "C", nullptr);
  return strtod_l(text, end, locale);
}

}  // namespace boa::util
