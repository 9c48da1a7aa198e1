#include "lakeseed/generate/smooth_noise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "lakeseed/base/golden.h"

namespace lakeseed {
namespace {

TEST(SmoothNoise, IsThatOfTheReferenceModel) {
  const auto golden = LoadGolden("noise");
  const Key key = GoldenKey(golden["key"]);
  for (const auto& one : golden["cases"]) {
    const std::vector<double> value = GoldenDoubles(one["value"]);
    const std::vector<double> octaves = GoldenDoubles(one["octave_value"]);
    std::vector<double> made(value.size());
    const auto count = static_cast<int64_t>(made.size());
    SmoothNoise(key, one["first"], count, one["period"], made.data());
    EXPECT_EQ(made, value);
    OctaveNoise(key, one["first"], count,
                {.period = one["period"],
                 .count = one["octaves"],
                 .fall = GoldenDouble(one["fall"])},
                made.data());
    EXPECT_EQ(made, octaves);
  }
}

TEST(SmoothNoise, AnyStartGivesTheSameBits) {
  const Key key = StreamKey(3, {"noise"});
  std::vector<double> whole(500), part(1);
  OctaveNoise(key, -100, 500, {.period = 96}, whole.data());
  for (const int64_t at : {0, 1, 95, 96, 100, 250, 499}) {
    OctaveNoise(key, at - 100, 1, {.period = 96}, part.data());
    EXPECT_EQ(part[0], whole[static_cast<size_t>(at)]);
  }
}

TEST(SmoothNoise, VarianceIsTheSameBetweenKnots) {
  const int64_t period = 64;
  std::vector<double> sums(static_cast<size_t>(period)), made(sums.size());
  constexpr int kKeys = 4000;
  for (int i = 0; i < kKeys; ++i) {
    SmoothNoise(StreamKey(9, {"noise"}).Sub(i), 1024, period, period, made.data());
    for (size_t t = 0; t < made.size(); ++t) sums[t] += made[t] * made[t];
  }
  for (const double sum : sums) EXPECT_NEAR(std::sqrt(sum / kKeys), 1, 0.06);
}

}  // namespace
}  // namespace lakeseed
