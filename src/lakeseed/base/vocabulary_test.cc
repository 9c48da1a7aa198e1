#include "lakeseed/base/vocabulary.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "lakeseed/base/csv_row.h"
#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(CsvRow, ReadsQuotesAndLineEnds) {
  std::deque<std::string> unquoted;
  CsvRowReader reader(
      "\xEF\xBB\xBF"
      "a,\"b \"\"x\"\", c\"\r\n,\n\"two\nlines\",z\nlast,",
      &unquoted);
  std::vector<std::string_view> cells;
  ASSERT_TRUE(reader.Next(&cells).ValueOrDie());
  EXPECT_THAT(cells, ElementsAre("a", "b \"x\", c"));
  ASSERT_TRUE(reader.Next(&cells).ValueOrDie());
  EXPECT_THAT(cells, ElementsAre("", ""));
  ASSERT_TRUE(reader.Next(&cells).ValueOrDie());
  EXPECT_THAT(cells, ElementsAre("two\nlines", "z"));
  ASSERT_TRUE(reader.Next(&cells).ValueOrDie());
  EXPECT_THAT(cells, ElementsAre("last", ""));
  EXPECT_EQ(reader.line(), 5);
  EXPECT_FALSE(reader.Next(&cells).ValueOrDie());
}

TEST(CsvRow, FindsEndsAtEveryPlace) {
  for (size_t size = 0; size < 200; ++size) {
    const std::string plain(size, 'x'), quoted(size, ',');
    for (const char* line_end : {"\n", "\r\n"}) {
      const std::string text = plain + ",\"" + quoted + "\"," + plain + line_end + "y," +
                               plain + ",\"\"" + line_end + plain;
      std::deque<std::string> unquoted;
      CsvRowReader reader(text, &unquoted);
      std::vector<std::string_view> cells;
      ASSERT_TRUE(reader.Next(&cells).ValueOrDie());
      EXPECT_THAT(cells, ElementsAre(plain, quoted, plain));
      ASSERT_TRUE(reader.Next(&cells).ValueOrDie());
      EXPECT_THAT(cells, ElementsAre("y", plain, ""));
      if (size == 0) continue;
      ASSERT_TRUE(reader.Next(&cells).ValueOrDie());
      EXPECT_THAT(cells, ElementsAre(plain));
    }
  }
}

TEST(CsvRow, RefusesStrayQuotes) {
  std::deque<std::string> unquoted;
  std::vector<std::string_view> cells;
  for (const char* text : {"a,\"open\n", "a\"b\n", "\"a\"b\n", "\"a\"\"\"b\n"}) {
    EXPECT_FALSE(CsvRowReader(text, &unquoted).Next(&cells).ok()) << text;
  }
}

TEST(Vocabulary, ReadsTypesOfTheHeader) {
  const auto table =
      VocabularyTable::Parse("t",
                             "name,n:int,rate:decimal(4),x:double\n"
                             "Zo\xC3\xAB,-7,.0825,0.1\n\"a,\"\"b\"\"\",9,1,-2.5e3\n")
          .ValueOrDie();
  EXPECT_EQ(table->num_rows(), 2);
  EXPECT_THAT(table->Text("name").ValueOrDie(), ElementsAre("Zo\xC3\xAB", "a,\"b\""));
  EXPECT_THAT(table->Integers("n").ValueOrDie(), ElementsAre(-7, 9));
  EXPECT_THAT(table->Integers("rate").ValueOrDie(), ElementsAre(825, 10000));
  EXPECT_EQ(table->Find("rate").ValueOrDie()->scale, 4);
  EXPECT_THAT(table->Doubles("x").ValueOrDie(), ElementsAre(0.1, -2500.0));
  EXPECT_THAT(Render(table->Text("nane").status()), HasSubstr("did you mean `name`?"));
  EXPECT_THAT(Render(table->Text("n").status()), HasSubstr("holds integers, not text"));
}

TEST(Vocabulary, RoundsDoublesAsTheLanguageDoes) {
  // With and without a point, of more and fewer digits than a double has, and zeros.
  std::string csv = "x:double\n";
  std::vector<double> numbers;
  for (const char* text :
       {"42.0702", "-72.6227", "0.1", "-0.0", "00.30", "7", "123456789.012345",
        "1234567890.123456", "0.000000000000001", "9007199254740993.5", "1.7e-3"}) {
    csv += std::string(text) + "\n";
    numbers.push_back(std::strtod(text, nullptr));
  }
  for (int64_t i = 1; i < 100000; i += 7) {
    const std::string text = fmt::format("{}.{:05}", i % 977, (i * 7919) % 100000);
    csv += text + "\n";
    numbers.push_back(std::strtod(text.c_str(), nullptr));
  }
  const auto table = VocabularyTable::Parse("t", csv).ValueOrDie();
  const auto parsed = table->Doubles("x").ValueOrDie();
  ASSERT_EQ(parsed.size(), numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i) {
    EXPECT_EQ(std::bit_cast<uint64_t>(parsed[i]), std::bit_cast<uint64_t>(numbers[i]))
        << numbers[i];
  }
  for (const char* text : {".", "-", "-.", "1.2.3", "1.-2", "--1.0", "+1.0", "1.0 "}) {
    EXPECT_FALSE(VocabularyTable::Parse("t", csv + text + "\n").ok()) << text;
  }
}

TEST(Vocabulary, RefusesBadFiles) {
  for (const char* csv : {"", "a:number\n1\n", "a,b\n1\n", "a:int\n1.5\n", "a:int\n\n",
                          "a:double\n1,5\n", "a:decimal(99)\n1\n", ":int\n1\n"}) {
    const auto status = VocabularyTable::Parse("t", csv).status();
    EXPECT_EQ(ExitCodeOf(status), ExitCode::kRequest) << csv;
    EXPECT_THAT(Render(status), HasSubstr("t.csv:")) << csv;
  }
}

TEST(Vocabulary, IsReadOnceFromItsDirectory) {
  const char* set = std::getenv("LAKESEED_VOCAB");
  const std::string saved = set == nullptr ? "" : set;
  unsetenv("LAKESEED_VOCAB");
  SetVocabularyDirectory("");
  EXPECT_THAT(Render(Vocabulary("time_zones").status()), HasSubstr("make build"));
  SetVocabularyDirectory(LAKESEED_SOURCE_DIR "/tests");
  EXPECT_THAT(Render(Vocabulary("time_zones").status()), HasSubstr("make build"));
  SetVocabularyDirectory(LAKESEED_SOURCE_DIR "/tests/golden/vocab");
  std::vector<std::shared_ptr<const VocabularyTable>> seen(4);
  {
    std::vector<std::jthread> threads;
    for (auto& one : seen) {
      threads.emplace_back([&one] { one = Vocabulary("time_zones").ValueOrDie(); });
    }
  }
  for (const auto& one : seen) EXPECT_EQ(one, seen[0]);
  EXPECT_THAT(Render(Vocabulary("time_zone").status()),
              HasSubstr("did you mean `time_zones`?"));
  EXPECT_FALSE(Vocabulary("../vocab/time_zones").ok());
  // Other tests may have added tables of users.
  EXPECT_THAT(VocabularyNames(), testing::Contains("time_zones"));
  EXPECT_THAT(VocabularyNames(), testing::Not(testing::Contains("us_places")));
  setenv("LAKESEED_VOCAB", "/nowhere", 1);
  EXPECT_FALSE(Vocabulary("time_zones").ok());
  saved.empty() ? unsetenv("LAKESEED_VOCAB") : setenv("LAKESEED_VOCAB", saved.c_str(), 1);
}

}  // namespace
}  // namespace lakeseed
