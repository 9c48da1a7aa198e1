#include "lakeseed/base/vocabulary_table.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

arrow::Result<std::shared_ptr<const VocabularyTable>> Open(std::string csv) {
  return VocabularyTable::Open("t", arrow::Buffer::FromString(std::move(csv)));
}

TEST(VocabularyTable, ReadsTypesOfTheHeader) {
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

TEST(VocabularyTable, RoundsDoublesAsTheLanguageDoes) {
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

TEST(VocabularyTable, RefusesBadFiles) {
  for (const char* csv : {"", "a:number\n1\n", "a,b\n1\n", "a:int\n1.5\n", "a:int\n\n",
                          "a:double\n1,5\n", "a:decimal(99)\n1\n", ":int\n1\n"}) {
    const auto status = VocabularyTable::Parse("t", csv).status();
    EXPECT_EQ(ExitCodeOf(status), ExitCode::kRequest) << csv;
    EXPECT_THAT(Render(status), HasSubstr("t.csv:")) << csv;
  }
}

TEST(VocabularyTable, ReadsAColumnWhenItIsAskedFor) {
  const auto table =
      Open("name,n:int,x:double\n\"a \"\"b\"\"\",1,0.5\nc,?,1\n").ValueOrDie();
  EXPECT_EQ(table->num_rows(), 2);
  EXPECT_EQ(table->heads()[1].type, VocabularyTable::Type::kInteger);
  EXPECT_EQ(table->IndexOf("x").ValueOrDie(), 2U);
  std::vector<const VocabularyTable::Column*> seen(4);
  {
    std::vector<std::jthread> threads;
    for (auto& one : seen) {
      threads.emplace_back([&] { one = table->Find("name").ValueOrDie(); });
    }
  }
  for (const auto* one : seen) EXPECT_EQ(one, seen[0]);
  EXPECT_THAT(seen[0]->text, ElementsAre("a \"b\"", "c"));
  EXPECT_THAT(table->Doubles("x").ValueOrDie(), ElementsAre(0.5, 1));
  for (int i = 0; i < 2; ++i) {
    const std::string error = Render(table->Integers("n").status());
    EXPECT_THAT(error, HasSubstr("t.csv:3: n: not a number: ?"));
  }
  EXPECT_FALSE(VocabularyTable::Parse("t", "n:int\n?\n").ok());
  EXPECT_FALSE(Open("n:int,m\n1\n").ok());
}

}  // namespace
}  // namespace lakeseed
