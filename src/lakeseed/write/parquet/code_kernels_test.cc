#include "lakeseed/write/parquet/code_kernels.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "lakeseed/base/cell.h"

namespace lakeseed {
namespace {

template <typename T>
class CodesOfTest : public testing::Test {};
using Integers = testing::Types<int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t,
                                uint32_t, uint64_t>;
TYPED_TEST_SUITE(CodesOfTest, Integers);

TYPED_TEST(CodesOfTest, EqualDifferencesAndTellWhatIsOutside) {
  using Limits = std::numeric_limits<TypeParam>;
  for (const int64_t n : {0, 1, 3, 31, 32, 33, 100}) {
    for (const int64_t min :
         {int64_t{0}, int64_t{-3}, int64_t{1} << 40, static_cast<int64_t>(Limits::min()),
          static_cast<int64_t>(Limits::max())}) {
      std::vector<TypeParam> values(static_cast<size_t>(n));
      std::vector<uint32_t> codes(values.size() + 1, 77);
      for (size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<TypeParam>(
            min + Below(Cell({1, 2}, static_cast<int64_t>(i)), 50));
      }
      // The values that are farthest from being a code, one at each place in turn.
      for (const TypeParam odd : {values.empty() ? TypeParam{0} : values[0],
                                  Limits::min(), Limits::max(), TypeParam{0}}) {
        if (n > 0) values[static_cast<size_t>(n * 2 / 3)] = odd;
        bool inside = true;
        for (const TypeParam value : values) {
          inside &= static_cast<uint64_t>(value) - static_cast<uint64_t>(min) < 50;
        }
        ASSERT_EQ(CodesOf(values.data(), n, min, 50, codes.data()), inside)
            << min << " " << n;
        for (size_t i = 0; inside && i < values.size(); ++i) {
          ASSERT_EQ(codes[i],
                    static_cast<uint64_t>(values[i]) - static_cast<uint64_t>(min));
        }
        EXPECT_EQ(codes.back(), 77u);
      }
    }
  }
}

TEST(CodeKernels, BitsMasksAndFewerBytes) {
  for (const int64_t n : {0, 1, 15, 16, 17, 200}) {
    std::vector<uint32_t> codes(static_cast<size_t>(n));
    uint32_t bits = 0;
    uint64_t mask = 0;
    for (size_t i = 0; i < codes.size(); ++i) {
      codes[i] = static_cast<uint32_t>(Below(Cell({3, 4}, static_cast<int64_t>(i)), 64));
      bits |= codes[i];
      mask |= uint64_t{1} << codes[i];
    }
    EXPECT_EQ(BitsOfCodes(codes.data(), n), bits);
    EXPECT_EQ(MaskOfCodes(codes.data(), n), mask);
    const auto narrow = [&]<typename T>(T) {
      std::vector<T> out(codes.size() + 1, 99);
      NarrowCodes(codes.data(), n, out.data());
      for (size_t i = 0; i < codes.size(); ++i) ASSERT_EQ(out[i], codes[i]);
      EXPECT_EQ(out.back(), 99);
    };
    narrow(uint8_t{});
    narrow(uint16_t{});
    narrow(uint32_t{});
  }
}

TEST(CodeKernels, PlacesByTable) {
  for (const size_t size : {1, 2, 7, 8, 9, 15, 16, 17, 256}) {
    std::vector<uint32_t> place_of(size);
    for (size_t code = 0; code < size; ++code) {
      place_of[code] = static_cast<uint32_t>(size - 1 - code);
    }
    const auto check = [&]<typename T>(T) {
      for (const int64_t n : {0, 1, 31, 64, 1'000}) {
        std::vector<T> codes(static_cast<size_t>(n)), places(codes.size() + 1, 99);
        for (size_t i = 0; i < codes.size(); ++i) {
          codes[i] =
              static_cast<T>(Below(Cell({3, size}, static_cast<int64_t>(i)), size));
        }
        PlacesOf(codes.data(), n, place_of, places.data());
        for (size_t i = 0; i < codes.size(); ++i) {
          ASSERT_EQ(places[i], size - 1 - codes[i]) << size << " places";
        }
        EXPECT_EQ(places.back(), 99);
      }
    };
    check(uint8_t{});
    check(uint16_t{});
    check(uint32_t{});
  }
}

}  // namespace
}  // namespace lakeseed
