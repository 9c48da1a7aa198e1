// AtSimdLevel: tests that run at each level of vectors that the machine has.
//
//   class BitsTest : public AtSimdLevel {};
//   TEST_P(BitsTest, BytesAreTheBits) { ... }
//   INSTANTIATE_TEST_SUITE_P(Levels, BitsTest, EverySimdLevel(), SimdLevelName);

#pragma once

#include <gtest/gtest.h>

#include <string>

#include "lakeseed/base/simd_level.h"

namespace lakeseed {

class AtSimdLevel : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!SetSimdLevel(GetParam()).ok()) GTEST_SKIP() << "not on this machine";
  }
  void TearDown() override { internal::simd_level = before_; }

 private:
  const SimdLevel before_ = SimdLevelInUse();
};

inline auto EverySimdLevel() { return testing::Values("baseline", "avx2", "avx512"); }

inline std::string SimdLevelName(const testing::TestParamInfo<const char*>& info) {
  return info.param;
}

}  // namespace lakeseed
