#include "lakeseed/base/packed_integers.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace lakeseed {
namespace {

template <typename T>
void ExpectKept(const std::vector<T>& values) {
  const PackedIntegers packed(std::span<const T>(values), [](size_t) { return true; });
  for (size_t i = 0; i < values.size(); ++i) {
    ASSERT_EQ(static_cast<T>(packed.At(static_cast<int64_t>(i))), values[i]) << i;
  }
}

TEST(PackedIntegers, KeepValuesOfEveryWidth) {
  for (int bits = 0; bits <= 64; ++bits) {
    const uint64_t mask = bits == 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1;
    for (const int64_t base : {int64_t{0}, int64_t{-1'000'000'007}, int64_t{1} << 40}) {
      std::vector<int64_t> values = {
          base, static_cast<int64_t>(static_cast<uint64_t>(base) + mask)};
      uint64_t cell = 88172645463325252u;
      for (int i = 0; i < 1000; ++i) {
        cell ^= cell << 13, cell ^= cell >> 7, cell ^= cell << 17;
        values.push_back(
            static_cast<int64_t>(static_cast<uint64_t>(base) + (cell & mask)));
      }
      ExpectKept(values);
    }
  }
}

TEST(PackedIntegers, KeepTheEndsOfTheTypes) {
  using Wide = std::numeric_limits<int64_t>;
  ExpectKept<int64_t>({Wide::min(), Wide::max(), 0, -1});
  ExpectKept<int32_t>({INT32_MIN, INT32_MAX, 0, -1});
  ExpectKept<int8_t>({-128, 127, 0, -1});
  ExpectKept<int64_t>({});
}

TEST(PackedIntegers, TakeAsManyBitsAsTheRangeNeeds) {
  std::vector<int64_t> values(4096, 1'000'000'000'000);
  const auto bytes = [&](auto is_valid) {
    return PackedIntegers(std::span<const int64_t>(values), is_valid).bytes();
  };
  const auto all = [](size_t) { return true; };
  EXPECT_EQ(bytes(all), 8);
  values[7] += 1000;
  EXPECT_EQ(bytes(all), 4096 * 10 / 8 + 8);
  EXPECT_EQ(bytes([](size_t i) { return i != 7; }), 8);
}

}  // namespace
}  // namespace lakeseed
