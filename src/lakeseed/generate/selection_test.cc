// Selection: some rows of all, and their values among those of all.

#include "lakeseed/generate/selection.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/test_level.h"

namespace lakeseed {
namespace {

const Key kKey = StreamKey(5, {"selection test"});

// About `share` of the bits are set, and some after the last row.
std::vector<uint8_t> Bits(int64_t length, double share) {
  std::vector<uint8_t> bits(static_cast<size_t>(length / 8 + 1), 0);
  for (int64_t i = 0; i < std::ssize(bits) * 8; ++i) {
    if (Unit(Cell(kKey, i)) < share) {
      bits[static_cast<size_t>(i / 8)] |= static_cast<uint8_t>(1 << i % 8);
    }
  }
  return bits;
}

std::vector<int64_t> SetBits(const std::vector<uint8_t>& bits, int64_t length) {
  std::vector<int64_t> places;
  for (int64_t i = 0; i < length; ++i) {
    if ((bits[static_cast<size_t>(i / 8)] >> i % 8 & 1) != 0) places.push_back(i);
  }
  return places;
}

// Values of all rows, of a type, with nulls or without.
std::shared_ptr<arrow::Array> Values(const std::shared_ptr<arrow::DataType>& type,
                                     int64_t length, bool nulls) {
  std::unique_ptr<arrow::ArrayBuilder> builder = *arrow::MakeBuilder(type);
  for (int64_t i = 0; i < length; ++i) {
    const auto value = static_cast<int32_t>(Cell(kKey, i, 1) % 1000);
    if (nulls && value % 3 == 0) {
      EXPECT_TRUE(builder->AppendNull().ok());
    } else {
      EXPECT_TRUE(
          builder->AppendScalar(**arrow::Scalar::Parse(type, std::to_string(value)))
              .ok());
    }
  }
  return *builder->Finish();
}

class SelectionTest : public AtSimdLevel {};

TEST_P(SelectionTest, RowsOfTheSetBits) {
  for (const int64_t length : {0, 1, 15, 16, 17, 63, 64, 65, 128, 1000}) {
    for (const double share : {0.0, 0.1, 0.6, 1.0}) {
      const auto bits = Bits(length, share);
      const auto places = SetBits(bits, length);
      std::vector<int64_t> numbers;
      for (int64_t i = 0; i < length + 3; ++i) numbers.push_back(7 * i % 1013);
      const Rows some = Rows(numbers).Slice(3, length + 3);
      for (const Rows& rows : {Rows(RowRange{40, 40 + length}), some}) {
        const Selection selection(rows, bits.data(), std::ssize(places));
        ASSERT_EQ(selection.rows().length(), std::ssize(places)) << length;
        for (size_t i = 0; i < places.size(); ++i) {
          ASSERT_EQ(selection.rows()[static_cast<int64_t>(i)], rows[places[i]]) << length;
        }
      }
    }
  }
}

TEST_P(SelectionTest, SpreadIsTheWayBack) {
  auto* const pool = arrow::default_memory_pool();
  for (const auto& type : {arrow::int32(), arrow::int64(), arrow::utf8()}) {
    for (const int64_t length : {0, 1, 15, 16, 17, 63, 64, 65, 1000}) {
      for (const bool nulls : {false, true}) {
        for (const double share : {0.0, 0.1, 0.6, 1.0}) {
          const auto bits = Bits(length, share);
          const auto places = SetBits(bits, length);
          const Selection selection(Rows(RowRange{0, length}), bits.data(),
                                    std::ssize(places));
          // A slice, as its values do not begin with its memory.
          const auto all = Values(type, length + 5, nulls)->Slice(5);
          const auto some = *selection.Take(all, pool);
          const auto spread = *selection.Spread(
              arrow::Concatenate({Values(type, 3, nulls), some}).ValueOrDie()->Slice(3),
              pool);
          ASSERT_TRUE(spread->ValidateFull().ok());
          ASSERT_EQ(spread->length(), length);
          for (const int64_t place : places) {
            ASSERT_TRUE(spread->RangeEquals(*all, place, place + 1, place))
                << type->ToString() << " " << length << " " << share;
          }
          // Elsewhere nothing that no row could have.
          for (int64_t i = 0; i < length; ++i) {
            ASSERT_TRUE(spread->IsNull(i) || all->RangeEquals(*spread, i, i + 1, i) ||
                        some->RangeEquals(*spread, 0, 1, i));
          }
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Levels, SelectionTest, EverySimdLevel(), SimdLevelName);

}  // namespace
}  // namespace lakeseed
