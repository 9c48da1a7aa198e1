// TextFunctions: each expression over the five rows of expression_case.h.

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <string>

#include "lakeseed/evaluate/expression_case.h"

namespace lakeseed {
namespace {

constexpr ExpressionCase kCases[] = {
    {"t || '!'", "text: 'Ann!' 'bob smith!' '!' null 'Zoë-Éva!'"},
    {"t || u", "text: 'Annn' 'bob smith x ' 'a%b' null null"},
    {"s || '-x'", "codes: 'CA-x' 'NY-x' null 'TX-x' 'CA-x'"},
    {"'x' || a", "text: 'x7' 'x-7' null 'x0' 'x2000000000'"},
    {"concat(t, '-', s, a)",
     "text: 'Ann-CA7' 'bob smith-NY-7' null null 'Zoë-Éva-CA2000000000'"},
    {"concat(t)", "text: 'Ann' 'bob smith' '' null 'Zoë-Éva'"},
    {"t || null", "text: null null null null null"},
    {"upper(t)", "text: 'ANN' 'BOB SMITH' '' null 'ZOË-ÉVA'"},
    {"lower(t)", "text: 'ann' 'bob smith' '' null 'zoë-éva'"},
    {"upper(s)", "codes: 'CA' 'NY' null 'TX' 'CA'"},
    {"lower(upper(s))", "codes: 'ca' 'ny' null 'tx' 'ca'"},
    {"initcap(t)", "text: 'Ann' 'Bob Smith' '' null 'Zoë-Éva'"},
    {"slug(t)", "text: 'ann' 'bob-smith' '' null 'zoe-eva'"},
    {"slug('Héllo,  Wörld! & Co')",
     "codes: 'hello-world-co' 'hello-world-co' 'hello-world-co' 'hello-world-co' "
     "'hello-world-co'"},
    {"slug(u)", "text: 'n' 'x' 'a-b' 'tx' null"},
    {"trim(u)", "text: 'n' 'x' 'a%b' 'TX' null"},
    {"left(t, 2)", "text: 'An' 'bo' '' null 'Zo'"},
    {"right(t, 3)", "text: 'Ann' 'ith' '' null 'Éva'"},
    {"left(s, 1)", "codes: 'C' 'N' null 'T' 'C'"},
    {"left(t, n)", "text: 'A' 'bo' '' null 'Zoë-É'"},
    {"substring(t, 2, 3)", "text: 'nn' 'ob ' '' null 'oë-'"},
    {"substring(t, 2)", "text: 'nn' 'ob smith' '' null 'oë-Éva'"},
    {"substring(t, 0, 2)", "text: 'A' 'b' '' null 'Z'"},
    {"substring(t, n, 2)", "text: 'An' 'ob' '' null 'Év'"},
    {"replace(t, 'o', '00')", "text: 'Ann' 'b00b smith' '' null 'Z00ë-Éva'"},
    {"replace(s, 'A', '')", "codes: 'C' 'NY' null 'TX' 'C'"},
    {"length(t)", "int64: 3 9 0 null 7"},
    {"length(s)", "int64: 2 2 null 2 2"},
    {"lpad(t, 5, '*')", "text: '**Ann' 'bob s' '*****' null 'Zoë-É'"},
    {"lpad(u, 2)", "text: ' n' ' x' 'a%' 'TX' null"},
    {"rpad(t, 12, 'ab')",
     "text: 'Annababababa' 'bob smithaba' 'abababababab' null 'Zoë-Évaababa'"},
    {"contains(t, 'o')", "bool: false true false null true"},
    {"starts_with(t, 'A')", "bool: true false false null false"},
    {"ends_with(t, u)", "bool: true false false null null"},
    {"starts_with(s, 'T')", "bool: false false null true false"},
    {"is_luhn('4111111111111111')", "bool: true true true true true"},
    {"is_luhn(format_id('7992739871%d', n))", "bool: false false true null false"},
    {"is_luhn(t)", "bool: false false false null false"},
    {"is_luhn('808401234567893')", "bool: true true true true true"},
    {"mod97('370400440532013000DE89')", "int64: 1 1 1 1 1"},
    {"mod97('WEST12345698765432GB82')", "int64: 1 1 1 1 1"},
    {"mod97(t)", "int64: 10 0 0 null 35"},
    {"split_part(t, ' ', 2)", "text: '' 'smith' '' null ''"},
    {"split_part('a,b,c', ',', 3)", "codes: 'c' 'c' 'c' 'c' 'c'"},
    {"format_id('ST%04d', n)", "text: 'ST0001' 'ST0002' 'ST0003' null 'ST0005'"},
    {"format_id('SKU%06d', b)",
     "text: 'SKU000002' 'SKU000003' 'SKU000005' null 'SKU9223372036854775807'"},
    {"format_id('%s/%d%%', s, a)",
     "text: 'CA/7%' 'NY/-7%' null 'TX/0%' 'CA/2000000000%'"},
    {"format_id('%03d', a)", "text: '007' '-07' null '000' '2000000000'"},
    {"text(a)", "text: '7' '-7' null '0' '2000000000'"},
    {"text(p)", "text: '10.50' '-0.05' null '0.00' '9999999999.99'"},
    {"text(d)", "text: '2024-02-29' '1969-12-31' null '2023-01-01' '2024-12-30'"},
    {"text(z)",
     "text: '2024-02-29 23:30:00' '1969-12-31 23:59:59.500000' null '2023-01-01 "
     "00:00:00' '2024-12-30 12:00:00'"},
    {"text(f)", "codes: 'true' 'false' null 'true' 'false'"},
    {"text(a) || text(p)",
     "text: '710.50' '-7-0.05' null '00.00' '20000000009999999999.99'"},
    {"text(b) || '/' || t",
     "text: '2/Ann' '3/bob smith' '5/' null '9223372036854775807/Zoë-Éva'"},
    {"upper(s) || lower(k)", "text: 'CAweb' null null 'TXshop' 'CAweb'"},
    {"format_id('%s', d)",
     "text: '2024-02-29' '1969-12-31' null '2023-01-01' '2024-12-30'"},
    {"format_id('%05d-%s', n, p)",
     "text: '00001-10.50' '00002--0.05' null null '00005-9999999999.99'"},
    {"concat(s, '/', 7)", "codes: 'CA/7' 'NY/7' null 'TX/7' 'CA/7'"},
    {"trim(lpad('x', 4))", "codes: 'x' 'x' 'x' 'x' 'x'"},
    {"length(t) + length(s)", "int64: 5 11 null null 9"},
};

TEST(TextFunctions, GivesTheValuesOfTheTable) { ExpectCases(kCases); }

TEST(TextFunctions, ConcatTakesTextsAndCodesOfAnyLength) {
  constexpr int kWords = 70, kRows = 500;
  std::vector<std::string> words;
  for (int i = 0; i < kWords; ++i) {
    words.emplace_back(static_cast<size_t>(i), static_cast<char>('a' + i % 26));
  }
  arrow::StringBuilder dictionary, plain;
  arrow::Int32Builder codes;
  ASSERT_TRUE(dictionary.AppendValues(words).ok());
  std::vector<std::string> expected;
  for (int row = 0; row < kRows; ++row) {
    const std::string& coded = words[static_cast<size_t>(row * 37 % kWords)];
    const std::string& text = words[static_cast<size_t>(row * 11 % kWords)];
    const bool null = row % 13 == 0;
    ASSERT_TRUE((null ? codes.AppendNull() : codes.Append(row * 37 % kWords)).ok());
    ASSERT_TRUE(plain.Append(text).ok());
    expected.push_back(null ? "" : coded + ", " + text + coded);
  }
  const auto coded = arrow::DictionaryArray::FromArrays(codes.Finish().ValueOrDie(),
                                                        dictionary.Finish().ValueOrDie());
  const Arrays columns = {{"c", coded.ValueOrDie()}, {"p", plain.Finish().ValueOrDie()}};
  const auto made = Evaluate("concat(c, ', ', p, c)", columns).ValueOrDie();
  ASSERT_TRUE(made->ValidateFull().ok());
  const auto& texts = static_cast<const arrow::StringArray&>(*made);
  ASSERT_EQ(texts.length(), kRows);
  for (int row = 0; row < kRows; ++row) {
    EXPECT_EQ(texts.IsNull(row), row % 13 == 0);
    EXPECT_EQ(texts.GetView(row), expected[static_cast<size_t>(row)]) << row;
  }
}

// A few long texts ask for no room as if all were as long.
TEST(TextFunctions, ConcatOfFewLongTexts) {
  arrow::StringBuilder texts;
  constexpr int kRows = 100'000;
  for (int row = 0; row < kRows; ++row) {
    ASSERT_TRUE(texts.Append(std::string(row < 20 ? 300'000 : 1, 'x')).ok());
  }
  const Arrays columns = {{"t", texts.Finish().ValueOrDie()}};
  const int64_t before = arrow::default_memory_pool()->total_bytes_allocated();
  const auto made = Evaluate("concat(t, 'y')", columns).ValueOrDie();
  EXPECT_LT(arrow::default_memory_pool()->total_bytes_allocated() - before, 200 << 20);
  EXPECT_EQ(static_cast<const arrow::StringArray&>(*made).GetView(kRows - 1), "xy");
}

// The bytes move where later texts are longer than the first ones told.
TEST(TextFunctions, ConcatOfTextsThatGrow) {
  arrow::StringBuilder texts;
  arrow::Int64Builder numbers;
  std::vector<std::string> expected;
  for (int row = 0; row < 1'500; ++row) {
    const std::string text(static_cast<size_t>(row < 200 ? row % 2 : row), 'x');
    ASSERT_TRUE(texts.Append(text).ok());
    ASSERT_TRUE(numbers.Append(row).ok());
    const std::string number = std::to_string(row);
    expected.push_back("a longer literal " + text + ", no " + number + "!" + text +
                       " and a longer end");
  }
  const Arrays columns = {{"t", texts.Finish().ValueOrDie()},
                          {"n", numbers.Finish().ValueOrDie()}};
  const auto made = Evaluate(
                        "concat('a longer ', 'literal ', t, ', no ', n, '!', t, "
                        "' and a longer end')",
                        columns)
                        .ValueOrDie();
  ASSERT_TRUE(made->ValidateFull().ok());
  ASSERT_EQ(made->length(), std::ssize(expected));
  for (int64_t row = 0; row < made->length(); ++row) {
    EXPECT_EQ(static_cast<const arrow::StringArray&>(*made).GetView(row),
              expected[static_cast<size_t>(row)]);
  }
}

}  // namespace
}  // namespace lakeseed
