// Codes of merged dictionaries, and truths, at each level of vectors.

#include "lakeseed/evaluate/blend.h"

#include <gtest/gtest.h>

#include <vector>

#include "lakeseed/base/test_level.h"
#include "lakeseed/evaluate/vector.h"

namespace lakeseed {
namespace {

class BlendTest : public AtSimdLevel {};

/// Codes below `size`, each of them.
std::vector<int32_t> CodesBelow(size_t size, int64_t length) {
  std::vector<int32_t> codes;
  for (int64_t i = 0; i < length; ++i) {
    codes.push_back(static_cast<int32_t>(static_cast<size_t>(i * 31 + i / 7) % size));
  }
  return codes;
}

TEST_P(BlendTest, CodesOfTheBranchAreMoved) {
  for (const size_t size : {1, 7, 16, 17, 32, 33, 63, 64, 65, 300}) {
    std::vector<int32_t> moved;
    for (size_t k = 0; k < size; ++k) moved.push_back(static_cast<int32_t>(1000 - 3 * k));
    for (const int64_t length : {0, 1, 15, 16, 17, 500}) {
      const std::vector<int32_t> codes = CodesBelow(size, length);
      std::vector<uint16_t> choice;
      for (int64_t i = 0; i < length; ++i)
        choice.push_back(static_cast<uint16_t>((i * i / 3) % 3));
      std::vector<int32_t> to(static_cast<size_t>(length) + 1, -5);
      BlendCodes(choice.data(), length, 1, moved.data(), size, codes.data(), to.data());
      for (size_t i = 0; i < codes.size(); ++i) {
        const int32_t expected =
            choice[i] == 1 ? moved[static_cast<size_t>(codes[i])] : -5;
        ASSERT_EQ(to[i], expected) << size << " codes, row " << i << " of " << length;
      }
      EXPECT_EQ(to.back(), -5);
    }
  }
}

TEST_P(BlendTest, CodesAreMovedOrKept) {
  const std::vector<int32_t> codes = CodesBelow(5, 100);
  std::vector<int32_t> to(codes.size());
  const std::vector<int32_t> kept{0, 1, 2, 3, 4}, other{0, 1, 2, 3, 9};
  MoveCodes(kept.data(), kept.size(), codes.data(), std::ssize(codes), to.data());
  EXPECT_EQ(to, codes);
  MoveCodes(other.data(), other.size(), codes.data(), std::ssize(codes), to.data());
  for (size_t i = 0; i < codes.size(); ++i) {
    EXPECT_EQ(to[i], codes[i] == 4 ? 9 : codes[i]);
  }
}

TEST_P(BlendTest, TruthsStayOpenOrBecomeUnknown) {
  std::vector<uint8_t> truth, flags;
  for (int i = 0; i < 150; ++i) {
    truth.push_back(static_cast<uint8_t>(i % 3));
    flags.push_back(static_cast<uint8_t>(i / 7 % 2));
  }
  const int64_t length = std::ssize(truth);
  std::vector<uint8_t> open(truth.size()), all(truth.size()), both(truth.size());
  MarkUnsettled(truth.data(), kTrue, flags.data(), length, open.data());
  MarkUnsettled(truth.data(), kTrue, nullptr, length, all.data());
  IntersectBytes(all.data(), flags.data(), length, both.data());
  std::vector<uint8_t> marked = truth;
  MarkUnknown(flags.data(), length, marked.data());
  for (size_t i = 0; i < truth.size(); ++i) {
    EXPECT_EQ(all[i], truth[i] == kTrue ? 0 : 1) << i;
    EXPECT_EQ(open[i], flags[i] == 0 ? 0 : all[i]) << i;
    EXPECT_EQ(both[i], open[i]) << i;
    EXPECT_EQ(marked[i], flags[i] == 0 ? uint8_t{kUnknown} : truth[i]) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Levels, BlendTest, EverySimdLevel(), SimdLevelName);

}  // namespace
}  // namespace lakeseed
