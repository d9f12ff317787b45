#include "boa/util/csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boa/util/rng.hpp"

namespace boa::util {
namespace {

using ::testing::ElementsAre;

std::vector<std::vector<std::string>> csv_fields(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  for (CsvRow& row : parse_csv(text)) rows.push_back(std::move(row.fields));
  return rows;
}

TEST(Csv, FieldsMayBeQuotedAndLinesEndInAnyWay) {
  EXPECT_THAT(csv_fields("a,b\n1,2\r\n3,4\r5,"),
              ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "2"), ElementsAre("3", "4"), ElementsAre("5", "")));
  EXPECT_THAT(csv_fields("\xEF\xBB\xBF\"x,\"\"y\"\"\",\"two\nlines\"\n"),
              ElementsAre(ElementsAre("x,\"y\"", "two\nlines")));
  EXPECT_THAT(csv_fields("\n\n"), ElementsAre());
  EXPECT_THAT(csv_fields(",\n"), ElementsAre(ElementsAre("", "")));
  EXPECT_THAT(csv_fields("\"never closed, "), ElementsAre(ElementsAre("never closed, ")));
}

TEST(Csv, RowsKnowTheirLines) {
  const std::vector<CsvRow> rows = parse_csv("h\n\n\"two\nlines\"\nlast");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[1].line, 3);
  EXPECT_EQ(rows[2].line, 5);
}

TEST(Csv, WhatIsWrittenIsReadBack) {
  Rng rng(7);
  const std::string letters = "ab,\"\n\r 1";
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> fields = {"first"};
    std::string text = "first";
    for (int i = 0; i < 3; ++i) {
      std::string field;
      for (int k = 0; k < 4; ++k) field += letters[static_cast<std::size_t>(rng.uniform() * 8)];
      text += "," + quote_csv(field);
      fields.push_back(field);
    }
    EXPECT_THAT(csv_fields(text + "\n"), ElementsAre(fields)) << text;
  }
}

}  // namespace
}  // namespace boa::util
