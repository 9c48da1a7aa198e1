// Bits to bytes and back, at every offset and length.

#include "lakeseed/evaluate/bits.h"

#include <gtest/gtest.h>

#include <vector>

#include "lakeseed/base/test_level.h"

namespace lakeseed {
namespace {

bool IsSet(int64_t i) { return (i * i * 7 + i / 3) % 5 < 2; }

class BitsTest : public AtSimdLevel {};

TEST_P(BitsTest, BytesAreTheBits) {
  std::vector<uint8_t> bits(40);
  for (int64_t i = 0; i < 320; ++i) {
    bits[static_cast<size_t>(i / 8)] |= static_cast<uint8_t>(IsSet(i) << (i % 8));
  }
  for (int64_t offset = 0; offset < 18; ++offset) {
    for (const int64_t length : {0, 1, 7, 8, 9, 63, 64, 65, 200, 302}) {
      // No byte behind the last bit is read: a sanitizer would see it.
      const std::vector<uint8_t> own(bits.begin(),
                                     bits.begin() + (offset + length + 7) / 8);
      std::vector<uint8_t> bytes(static_cast<size_t>(length) + 1, 77);
      SpreadBits(own.data(), offset, length, 2, bytes.data());
      for (int64_t i = 0; i < length; ++i) {
        ASSERT_EQ(bytes[static_cast<size_t>(i)], IsSet(offset + i) ? 2 : 0) << offset;
      }
      EXPECT_EQ(bytes.back(), 77);
    }
  }
}

TEST_P(BitsTest, BitsAreThoseOfTheBytes) {
  for (const int64_t length : {0, 1, 7, 8, 9, 63, 64, 65, 200, 302}) {
    for (const int place : {0, 1}) {
      std::vector<uint8_t> bytes;
      int64_t expected = 0;
      for (int64_t i = 0; i < length; ++i) {
        // The other bit says nothing.
        bytes.push_back(
            static_cast<uint8_t>((IsSet(i) << place) | (i % 2 << (1 - place))));
        expected += IsSet(i) ? 1 : 0;
      }
      std::vector<uint8_t> bits(static_cast<size_t>(length + 7) / 8 + 1, 77);
      EXPECT_EQ(PackBits(bytes.data(), length, place, bits.data()), expected);
      for (int64_t i = 0; i < (length + 7) / 8 * 8; ++i) {
        const int one = bits[static_cast<size_t>(i / 8)] >> (i % 8) & 1;
        ASSERT_EQ(one, i < length && IsSet(i) ? 1 : 0) << length << " " << i;
      }
      EXPECT_EQ(bits.back(), 77);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Levels, BitsTest, EverySimdLevel(), SimdLevelName);

}  // namespace
}  // namespace lakeseed
