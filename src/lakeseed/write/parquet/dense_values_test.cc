#include "lakeseed/write/parquet/dense_values.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/simd_level.h"

namespace lakeseed {
namespace {

/// Rows whose bits are set by a share in 100, in memory that ends where they end.
template <typename Word>
void Check(int64_t offset, int64_t rows, int64_t percent) {
  const auto values = std::make_unique<Word[]>(static_cast<size_t>(rows));
  std::vector<uint8_t> bits(static_cast<size_t>((offset + rows + 7) / 8));
  std::vector<Word> expected;
  for (int64_t i = 0; i < rows; ++i) {
    const uint64_t cell =
        Cell({static_cast<uint64_t>(rows), static_cast<uint64_t>(percent)}, i);
    values[static_cast<size_t>(i)] = static_cast<Word>(cell);
    if (Below(Cell({7, static_cast<uint64_t>(rows)}, i), 100) >= percent) {
      continue;
    }
    bits[static_cast<size_t>((offset + i) / 8)] |=
        static_cast<uint8_t>(1 << (offset + i) % 8);
    expected.push_back(values[static_cast<size_t>(i)]);
  }
  std::vector<Word> out(kDenseRoom + 1, 77);
  internal::CopyValid(bits.data(), offset, rows, values.get(), out.data());
  EXPECT_EQ(out.back(), 77);
  out.resize(expected.size());
  EXPECT_EQ(out, expected) << rows << " rows, " << percent << " % valid";
}

TEST(DenseValues, EveryWidthAndShareOnEveryLevel) {
  for (const char* level : {"baseline", "avx2", "avx512"}) {
    if (!SetSimdLevel(level).ok()) continue;
    for (const int64_t rows : {0, 1, 7, 8, 15, 16, 17, 63, 64, 65, 1'000, 4'096}) {
      for (const int64_t offset : {0, 1, 8, 13}) {
        for (const int64_t percent : {0, 5, 50, 95, 100}) {
          Check<uint8_t>(offset, rows, percent);
          Check<uint16_t>(offset, rows, percent);
          Check<uint32_t>(offset, rows, percent);
          Check<uint64_t>(offset, rows, percent);
        }
      }
    }
  }
}

TEST(DenseValues, WithoutNullsNothingIsCopied) {
  arrow::Int32Builder builder;
  ASSERT_TRUE(builder.AppendValues({1, 2, 3, 4}).ok());
  const auto array = builder.Finish().ValueOrDie();
  const ValueRun run = ValueRun::Of(*array->data(), 1, 3);
  EXPECT_EQ(DenseValues<int32_t>(run, nullptr), run.values<int32_t>());
}

}  // namespace
}  // namespace lakeseed
