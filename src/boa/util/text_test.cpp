#include "boa/util/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <clocale>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "boa/util/error.hpp"
#include "boa/util/number_text.hpp"
#include "boa/util/rng.hpp"

namespace boa::util {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Text, FloatsAreWrittenAsPythonsReprDoes) {
  const std::pair<double, const char*> cases[] = {{0.0, "0.0"},
                                                  {-0.0, "-0.0"},
                                                  {1.0, "1.0"},
                                                  {0.1, "0.1"},
                                                  {1e-5, "1e-05"},
                                                  {1e-4, "0.0001"},
                                                  {123456.789, "123456.789"},
                                                  {1e15, "1000000000000000.0"},
                                                  {1e16, "1e+16"},
                                                  {1.5e300, "1.5e+300"},
                                                  {-2.5e-7, "-2.5e-07"},
                                                  {5e-324, "5e-324"},
                                                  {1.0 / 3, "0.3333333333333333"},
                                                  {100.0, "100.0"},
                                                  {9007199254740993.0, "9007199254740992.0"},
                                                  {std::numeric_limits<double>::infinity(), "inf"},
                                                  {-std::numeric_limits<double>::infinity(), "-inf"},
                                                  {std::numeric_limits<double>::quiet_NaN(), "nan"},
                                                  {1e22, "1e+22"},
                                                  {12345678901234567890.0, "1.2345678901234567e+19"}};
  for (const auto& [value, text] : cases) EXPECT_EQ(python_repr(value), text);
}

TEST(Text, FloatsReadBackAsTheSameNumber) {
  Rng rng(5);
  for (int i = 0; i < 2000; ++i) {
    const double value = rng.normal() * std::pow(10.0, static_cast<double>(rng.below(40)) - 20);
    EXPECT_EQ(std::strtod(python_repr(value).c_str(), nullptr), value);
  }
}

TEST(Text, CutsOnlyBetweenCharacters) {
  EXPECT_EQ(abbreviate("short", 10), "short");
  EXPECT_EQ(abbreviate("0123456789", 8), "01234...");
  EXPECT_EQ(abbreviate("ééééé", 6), "é...");
  EXPECT_EQ(abbreviate("abcdef", 2), "...");
}

TEST(Text, TrimsJoinsSplitsAndLowers) {
  EXPECT_EQ(trim(" \t a b \n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
  EXPECT_EQ(to_lower("AbÉ1"), "abÉ1");
  const std::vector<std::string> parts = {"a", "", "b"};
  EXPECT_EQ(join(parts, ", "), "a, , b");
  EXPECT_EQ(join(std::vector<std::string>{}, ", "), "");
  EXPECT_EQ(split("a,,b", ','), parts);
  EXPECT_THAT(split("", ','), ElementsAre(""));
}

TEST(Text, FindsTheNearestName) {
  const std::vector<std::string> names = {"minimize", "name", "weight", "x"};
  EXPECT_EQ(nearest_name("minimise", names), "minimize");
  EXPECT_EQ(nearest_name("NAME", names), "name");
  EXPECT_EQ(nearest_name("wieght", names), "weight");
  EXPECT_EQ(nearest_name("nam", names), "name");
  EXPECT_EQ(nearest_name("X", names), "x");
  EXPECT_EQ(nearest_name("c1", std::vector<std::string>{"f1", "c2", "x1"}), "");
  EXPECT_EQ(nearest_name("kk", std::vector<std::string>{"k", "kj"}), "k");
  EXPECT_EQ(nearest_name("F1", std::vector<std::string>{"f1", "f2"}), "f1");
  const std::vector<std::string> long_names = {"n_trials", "max_pending_trials"};
  EXPECT_EQ(nearest_name("max_pending", long_names), "max_pending_trials");
  EXPECT_EQ(nearest_name("max", long_names), "");
  EXPECT_EQ(nearest_name("some.package.Weihgt", names), "weight");
  EXPECT_EQ(nearest_name("some.thing.x", names), "");
  EXPECT_EQ(nearest_name("some.package.", names), "");
  EXPECT_EQ(nearest_name("y", names), "");
  EXPECT_EQ(nearest_name("something else", names), "");
  EXPECT_EQ(nearest_name("", names), "");
  EXPECT_EQ(nearest_name(std::string(100'000, 'a'), names), "");
}

TEST(Text, SplitsWordsAsAShellDoes) {
  EXPECT_THAT(split_shell_words("Rscript  'my model.R' --x=\"1 2\"\t3\n"),
              ElementsAre("Rscript", "my model.R", "--x=1 2", "3"));
  EXPECT_THAT(split_shell_words(R"(a\ b "c\"d" 'e\f' "g\h" '')"), ElementsAre("a b", "c\"d", "e\\f", "g\\h", ""));
  EXPECT_THAT(split_shell_words("a'b'\"c\"d $X # *"), ElementsAre("abcd", "$X", "#", "*"));
  EXPECT_THAT(split_shell_words("  "), IsEmpty());
  EXPECT_THROW(split_shell_words("a 'b"), UserInputError);
  EXPECT_THROW(split_shell_words("a \"b"), UserInputError);
  EXPECT_THROW(split_shell_words("a\\"), UserInputError);
}

TEST(Text, QuotedWordsComeBackAsOne) {
  EXPECT_EQ(quote_shell_word("plain-1.0/x"), "plain-1.0/x");
  for (const char* word : {"", "a b", "it's", "\"", "\\", "$HOME;`ls`", "new\nline", "é"}) {
    EXPECT_THAT(split_shell_words("x " + quote_shell_word(word) + " y"), ElementsAre("x", word, "y"));
  }
}

TEST(Error, DescribesWithHintAndPlace) {
  EXPECT_EQ(Error("broken", "repair it").describe(), "broken\n  repair it");
  const ConfigError error({"c.yaml", 3, 7}, "a.b", "is wrong", "mend it");
  EXPECT_STREQ(error.what(), "c.yaml:3:7: a.b: is wrong");
  EXPECT_EQ(error.hint(), "mend it");
  EXPECT_STREQ(ConfigError({"", 3, 0}, "", "is wrong").what(), "line 3: is wrong");
  EXPECT_STREQ(ConfigError({"f", 0, 0}, "", "is wrong").what(), "f: is wrong");
}

TEST(Error, ChecksNameConditionAndValues) {
  const auto broken = [](int value) { BOA_CHECK(value > 3, value, 7); };
  EXPECT_NO_THROW(broken(4));
  try {
    broken(2);
    FAIL();
  } catch (const InternalError& error) {
    EXPECT_THAT(error.what(), HasSubstr("value > 3 does not hold"));
    EXPECT_THAT(error.what(), HasSubstr("2, 7"));
    EXPECT_THAT(error.hint(), HasSubstr("bug"));
  }
}

TEST(NumberText, IsTheWholeText) {
  EXPECT_EQ(number_from_text<double>("1.5e3"), 1500.0);
  EXPECT_EQ(number_from_text<double>("+2"), 2.0);
  EXPECT_EQ(number_from_text<double>("-inf"), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(number_from_text<std::int64_t>("-7"), -7);
  for (const char* text : {"", "+", "+-1", "1 ", " 1", "1,5", "0x1F", "one", "1e999"}) {
    EXPECT_EQ(number_from_text<double>(text), std::nullopt) << text;
  }
  EXPECT_EQ(number_from_text<std::int64_t>("7.0"), std::nullopt);
  EXPECT_EQ(number_from_text<std::int64_t>("9223372036854775808"), std::nullopt);
}

TEST(NumberText, HasAPointWhateverTheLocale) {
  const char* const comma = std::setlocale(LC_NUMERIC, "de_DE.UTF-8");
  EXPECT_EQ(strtod_c("0.25"), 0.25);
  EXPECT_EQ(strtod_c("1.5e400"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(strtod_c("-1e-400"), 0.0);
  const char* text = "2.5x";
  char* end = nullptr;
  EXPECT_EQ(strtod_c(text, &end), 2.5);
  EXPECT_EQ(end, text + 3);
  std::setlocale(LC_NUMERIC, "C");
  if (comma == nullptr) GTEST_SKIP() << "seen in the C locale alone: the machine has no other";
}

}  // namespace
}  // namespace boa::util
