#include "lakeseed/write/parquet/bit_pack.h"

#include <gtest/gtest.h>

#include <vector>

#include "lakeseed/base/cell.h"

namespace lakeseed {
namespace {

/// Bit by bit, as the format's text says.
template <typename Word>
std::vector<uint8_t> Slowly(const std::vector<Word>& values, int width) {
  std::vector<uint8_t> bytes(values.size() * static_cast<size_t>(width) / 8);
  for (size_t i = 0; i < values.size(); ++i) {
    for (int bit = 0; bit < width; ++bit) {
      const size_t at = i * static_cast<size_t>(width) + static_cast<size_t>(bit);
      if (values[i] >> bit & 1) bytes[at / 8] |= static_cast<uint8_t>(1 << at % 8);
    }
  }
  return bytes;
}

template <typename Word>
void CheckAllWidths() {
  constexpr int kBits = 8 * sizeof(Word);
  for (int width = 0; width <= kBits; ++width) {
    std::vector<Word> values(kBits);
    for (int i = 0; i < kBits; ++i) {
      const auto bits = static_cast<Word>(Cell({static_cast<uint64_t>(width), 5}, i));
      values[static_cast<size_t>(i)] =
          width == 0 ? 0 : static_cast<Word>(bits >> (kBits - width));
    }
    values[0] = width == 0 ? 0 : static_cast<Word>(~Word{0} >> (kBits - width));
    std::vector<uint8_t> packed(static_cast<size_t>(width) * sizeof(Word) + 1, 0xAB);
    PackWords(values.data(), width, packed.data());
    EXPECT_EQ(packed.back(), 0xAB) << "width " << width << " writes too far";
    packed.pop_back();
    EXPECT_EQ(packed, Slowly(values, width)) << "width " << width;
    EXPECT_EQ(WidthOf(values[0]), width);
  }
}

TEST(BitPack, EveryWidth) {
  CheckAllWidths<uint32_t>();
  CheckAllWidths<uint64_t>();
}

TEST(BitPack, Bytes) {
  for (int width = 0; width <= 8; ++width) {
    std::vector<uint8_t> values(320);
    for (size_t i = 0; i < values.size(); ++i) {
      const uint64_t bits = Cell({static_cast<uint64_t>(width), 6}, static_cast<int>(i));
      values[i] = static_cast<uint8_t>(bits & ((1 << width) - 1));
    }
    values[0] = static_cast<uint8_t>((1 << width) - 1);
    const std::vector<uint8_t> expected = Slowly(values, width);
    std::vector<uint8_t> packed(expected.size() + 9, 0xAB);
    PackBytes(values.data(), std::ssize(values), width, packed.data());
    EXPECT_EQ(packed.back(), 0xAB) << "width " << width << " writes too far";
    packed.resize(expected.size());
    EXPECT_EQ(packed, expected) << "width " << width;
  }
}

}  // namespace
}  // namespace lakeseed
