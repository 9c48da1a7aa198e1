// Lookup: each expression over the five rows of expression_case.h.

#include <arrow/array.h>
#include <arrow/memory_pool.h>
#include <gtest/gtest.h>

#include "lakeseed/evaluate/dictionary_memory.h"
#include "lakeseed/evaluate/expression_case.h"
#include "lakeseed/evaluate/gather.h"

namespace lakeseed {
namespace {

constexpr ExpressionCase kCases[] = {
    {"lookup(states.name, s)", "codes: 'California' 'New York' null null 'California'"},
    {"lookup(states.rate, s)", "decimal(5,4): 0.0725 0.0400 null null 0.0725"},
    {"lookup(states.people, s)", "int64: 39000000 19500000 null null 39000000"},
    {"lookup(states.area, s)", "float64: 163695.5 54555 null null 163695.5"},
    {"lookup(states.name, u)", "codes: null null null null null"},
    {"lookup(states.name, 'NY')",
     "codes: 'New York' 'New York' 'New York' 'New York' 'New York'"},
    {"lookup(codes.name, a)", "codes: 'seven' 'minus seven' null 'zero' null"},
    {"lookup(vocab.codes, a)", "codes: 'seven' 'minus seven' null 'zero' null"},
    {"round(p * lookup(states.rate, s), 2)",
     "decimal(12,2): 0.76 0.00 null null 725000000.00"},
    {"upper(lookup(states.name, s))",
     "codes: 'CALIFORNIA' 'NEW YORK' null null 'CALIFORNIA'"},
    {"coalesce(lookup(states.name, u), 'elsewhere')",
     "codes: 'elsewhere' 'elsewhere' 'elsewhere' 'elsewhere' 'elsewhere'"},
};

TEST(Lookup, ExpressionsShareDictionaries) {
  auto first = MakeDictionary({"NY", "CA"});
  ASSERT_TRUE(first.ok());
  const auto array = (*first)->array;
  EXPECT_EQ(FindDictionary(*array->data()), *first);
  EXPECT_EQ(FindDictionary(*array->Slice(1)->data()), nullptr);
  auto read = ReadDictionary(array, arrow::default_memory_pool());
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->dictionary, *first);
  read = Vector{};
  first = TextDictionaryPtr();
  EXPECT_EQ(FindDictionary(*array->data()), nullptr) << "nobody holds it";
}

TEST(Lookup, GivesTheValuesOfTheTable) {
  const VocabularyOfCases vocabulary;
  ExpectCases(kCases);
}

}  // namespace
}  // namespace lakeseed
