#include "lakeseed/base/type_text.h"

#include <arrow/type.h>
#include <gtest/gtest.h>

namespace lakeseed {
namespace {

TEST(TypeTextTest, ReadsWhatArrowPrints) {
  const auto inner = arrow::struct_(
      {arrow::field("price", arrow::decimal64(8, 2), false),
       arrow::field("at", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")),
       arrow::field("codes",
                    arrow::list(arrow::field("element", arrow::int64(), false)))});
  for (const auto& type :
       {arrow::int32(), arrow::utf8(), arrow::date32(), arrow::decimal128(30, 4),
        arrow::timestamp(arrow::TimeUnit::NANO),
        arrow::list(arrow::field("element", inner)),
        arrow::struct_(
            {arrow::field("geo", inner, false), arrow::field("day", arrow::date32())})}) {
    const auto read = TypeFromText(type->ToString());
    ASSERT_TRUE(read.ok()) << read.status().ToString();
    EXPECT_TRUE((*read)->Equals(*type)) << type->ToString() << " " << (*read)->ToString();
  }
}

TEST(TypeTextTest, RefusesOthers) {
  for (const char* text :
       {"", "texxt", "list<>", "struct<a>", "list<element: texxt>", "struct<a: int64",
        "decimal64(8", "list<a: int64, b: int64>"}) {
    EXPECT_TRUE(TypeFromText(text).status().IsInvalid()) << text;
  }
}

}  // namespace
}  // namespace lakeseed
