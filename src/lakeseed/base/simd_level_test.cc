#include "lakeseed/base/simd_level.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "lakeseed/base/function.h"
#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

LAKESEED_KERNEL(int64_t, LevelOfKernel, (), ()) {
  return static_cast<int64_t>(SimdLevelInUse());
}

class SimdLevelTest : public testing::Test {
 protected:
  ~SimdLevelTest() override { internal::simd_level = best_; }

  const SimdLevel best_ = SimdLevelInUse();
};

TEST_F(SimdLevelTest, TheBestIsInUseUntilAnotherIsAskedFor) {
  const char* const names[] = {"baseline", "avx2", "avx512"};
  for (int64_t i = 0; i < 3; ++i) {
    const arrow::Status status = SetSimdLevel(names[i]);
    ASSERT_EQ(status.ok(), i <= static_cast<int64_t>(best_)) << names[i];
    if (status.ok()) {
      EXPECT_EQ(LevelOfKernel(), i);
    } else {
      EXPECT_EQ(ExitCodeOf(status), ExitCode::kRequest);
    }
  }
}

TEST_F(SimdLevelTest, AnUnknownNameIsAnErrorWithTheNearestName) {
  const arrow::Status status = SetSimdLevel("avx");
  ASSERT_EQ(ExitCodeOf(status), ExitCode::kRequest);
  EXPECT_NE(Render(status).find("avx2"), std::string::npos) << Render(status);
  EXPECT_EQ(SimdLevelInUse(), best_);
}

TEST_F(SimdLevelTest, FunctionsGiveTheSameBitsAtEachLevel) {
  std::vector<double> in;
  for (int i = 1; i < 5000; ++i) in.push_back(i / 5000.0);
  std::vector<std::vector<double>> first;
  for (int i = 0; i <= static_cast<int>(best_); ++i) {
    internal::simd_level = static_cast<SimdLevel>(i);
    std::vector<std::vector<double>> made(3, std::vector<double>(in.size()));
    LogOf(in, made[0].data());
    ExpOf(in, made[1].data());
    InverseNormalOf(in, made[2].data());
    if (i == 0) first = made;
    EXPECT_EQ(made, first) << i;
  }
}

}  // namespace
}  // namespace lakeseed
