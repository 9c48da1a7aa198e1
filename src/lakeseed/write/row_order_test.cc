#include "lakeseed/write/row_order.h"

#include <arrow/api.h>
#include <arrow/json/from_string.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

namespace lakeseed {
namespace {

std::shared_ptr<arrow::Array> ArrayOf(const std::shared_ptr<arrow::DataType>& type,
                                      const std::string& json) {
  return arrow::json::ArrayFromJSONString(type, json).ValueOrDie();
}

std::shared_ptr<arrow::RecordBatch> BatchOf(const arrow::ArrayVector& columns) {
  arrow::FieldVector fields;
  for (const auto& column : columns) {
    fields.push_back(arrow::field(std::string(1, static_cast<char>('a' + fields.size())),
                                  column->type()));
  }
  return arrow::RecordBatch::Make(arrow::schema(fields), columns[0]->length(), columns);
}

using Places = std::vector<int64_t>;

TEST(RowOrder, NullsAreFirstAndEqualRowsStayAsTheyCame) {
  const auto batch =
      BatchOf({ArrayOf(arrow::int64(), "[3, null, -1, 3, null, 2]"),
               ArrayOf(arrow::utf8(), R"(["z", "b", "", "a", "a", null])")});
  EXPECT_EQ(*SortedPlaces(*batch, {{"a"}}), (Places{1, 4, 2, 5, 0, 3}));
  EXPECT_EQ(*SortedPlaces(*batch, {{"a", "b"}}), (Places{4, 1, 2, 5, 3, 0}));
  EXPECT_EQ(*SortedPlaces(*batch, {{"b"}}), (Places{5, 2, 3, 4, 1, 0}));
}

TEST(RowOrder, TypesOrderAsTheirValues) {
  const auto places = [](const std::shared_ptr<arrow::Array>& array) {
    return *SortedPlaces(*BatchOf({array}), {{"a"}});
  };
  EXPECT_EQ(places(ArrayOf(arrow::float64(), "[1.5, -2.5, 0.0, -0.0, NaN, -Inf]")),
            (Places{5, 1, 2, 3, 0, 4}));
  EXPECT_EQ(places(ArrayOf(arrow::boolean(), "[true, false, null]")), (Places{2, 1, 0}));
  EXPECT_EQ(places(ArrayOf(arrow::decimal64(8, 2), R"(["1.00", "-1.00", "0.50"])")),
            (Places{1, 2, 0}));
  EXPECT_EQ(places(ArrayOf(arrow::utf8(), R"(["é", "z", "Z", ""])")),
            (Places{3, 2, 1, 0}));
  const auto coded =
      arrow::DictionaryArray::FromArrays(ArrayOf(arrow::int32(), "[0, 1, null, 0]"),
                                         ArrayOf(arrow::utf8(), R"(["z", "a"])"))
          .ValueOrDie();
  EXPECT_EQ(places(coded), (Places{2, 1, 0, 3}));
}

TEST(RowOrder, NeighboursOnTheCurveAreAlikeInAllColumns) {
  constexpr int64_t kSide = 64;
  arrow::Int64Builder a, b;
  for (int64_t i = 0; i < kSide * kSide; ++i) {
    ASSERT_TRUE(a.Append(i % kSide).ok() && b.Append(i / kSide).ok());
  }
  const auto batch = BatchOf({*a.Finish(), *b.Finish()});
  const Places places = *SortedPlaces(*batch, {{"a", "b"}, /*is_z_order=*/true});
  ASSERT_EQ(places.size(), static_cast<size_t>(kSide * kSide));
  // Each sixteenth of the rows is a square of a sixteenth of the plane.
  const size_t part = places.size() / 16;
  for (size_t begin = 0; begin < places.size(); begin += part) {
    int64_t least[2] = {kSide, kSide}, most[2] = {-1, -1};
    for (size_t i = begin; i < begin + part; ++i) {
      const int64_t at[2] = {places[i] % kSide, places[i] / kSide};
      for (int axis = 0; axis < 2; ++axis) {
        least[axis] = std::min(least[axis], at[axis]);
        most[axis] = std::max(most[axis], at[axis]);
      }
    }
    EXPECT_EQ(most[0] - least[0], kSide / 4 - 1);
    EXPECT_EQ(most[1] - least[1], kSide / 4 - 1);
  }
}

TEST(RowOrder, RowsAreThoseAtThePlaces) {
  const auto batch = BatchOf({ArrayOf(arrow::int32(), "[10, 11, 12, 13]")});
  const auto values = [&](const Places& places) {
    return (*RowsAt(*batch, places))->column(0)->ToString();
  };
  EXPECT_EQ(values({3, 0}), ArrayOf(arrow::int32(), "[13, 10]")->ToString());
  EXPECT_EQ(values({1, 2}), ArrayOf(arrow::int32(), "[11, 12]")->ToString());
  EXPECT_EQ(values({2, 1}), ArrayOf(arrow::int32(), "[12, 11]")->ToString());
}

TEST(RowOrder, WhatHasNoOrderIsRefused) {
  EXPECT_TRUE(CheckSortable(*arrow::utf8(), "a").ok());
  EXPECT_FALSE(CheckSortable(*arrow::list(arrow::int32()), "a").ok());
}

}  // namespace
}  // namespace lakeseed
