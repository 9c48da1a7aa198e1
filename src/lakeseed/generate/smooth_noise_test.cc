#include "lakeseed/generate/smooth_noise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "lakeseed/base/golden.h"
#include "lakeseed/generate/lanes.h"

namespace lakeseed {
namespace {

TEST(SmoothNoise, IsThatOfTheReferenceModel) {
  const auto golden = LoadGolden("noise");
  const Key key = GoldenKey(golden["key"]);
  for (const auto& one : golden["cases"]) {
    const std::vector<double> value = GoldenDoubles(one["value"]);
    const std::vector<double> octaves = GoldenDoubles(one["octave_value"]);
    const int64_t first = one["first"], period = one["period"];
    SmoothNoise smooth(key, period);
    OctaveNoise sum(
        key,
        {.period = period, .count = one["octaves"], .fall = GoldenDouble(one["fall"])});
    for (size_t i = 0; i < value.size(); ++i) {
      const int64_t t = first + static_cast<int64_t>(i);
      EXPECT_EQ(smooth.At(t), value[i]);
      EXPECT_EQ(sum.At(t), octaves[i]);
    }
  }
}

TEST(SmoothNoise, AnyOrderGivesTheSameBits) {
  const Key key = StreamKey(3, {"noise"});
  OctaveNoise forward(key, {.period = 96}), anyhow(key, {.period = 96});
  std::vector<double> values;
  for (int64_t t = -100; t < 400; ++t) values.push_back(forward.At(t));
  for (size_t i = 0; i < values.size(); ++i) {
    const size_t at = i * 307 % values.size();
    EXPECT_EQ(anyhow.At(static_cast<int64_t>(at) - 100), values[at]);
  }
}

// Over more times than are worked on at once, from a place between two knots on.
const Octaves kSums[] = {{.period = 128, .count = 7, .fall = 1.0},
                         {.period = 96, .count = 3},
                         {.period = 7},
                         {.period = 30, .count = 1, .fall = 1.0}};

TEST(OctaveTable, GivesTheBitsOfTheSum) {
  std::vector<Key> keys;
  for (size_t k = 0; k < kLanes; ++k) {
    keys.push_back(StreamKey(3, {"noise"}).Sub(static_cast<int64_t>(k)));
  }
  for (const Octaves& octaves : kSums) {
    const OctaveTable table(octaves);
    for (const size_t count : {size_t{1}, size_t{390}, size_t{1300}}) {
      for (const size_t lanes : {size_t{1}, size_t{3}, kLanes}) {
        std::vector<double> values(count * lanes, 7.0);
        table.Of({keys.data(), lanes}, 1005, static_cast<int64_t>(count), values.data());
        for (size_t k = 0; k < lanes; ++k) {
          OctaveNoise noise(keys[k], octaves);
          for (size_t i = 0; i < count; ++i) {
            ASSERT_EQ(values[i * lanes + k], noise.At(1005 + static_cast<int64_t>(i)))
                << i << " of lane " << k;
          }
        }
      }
    }
  }
}

TEST(NoiseSum, AddsTheSameNoise) {
  const Key keys[] = {StreamKey(3, {"noise"}), StreamKey(4, {"noise"})};
  constexpr int64_t kCount = 1300;
  std::vector<double> sums(kCount, 1.0), expected(kCount, 1.0);
  std::vector<OctaveTable> tables;
  for (const Octaves& octaves : kSums) tables.emplace_back(octaves);
  NoiseSum sum(1005, kCount);
  for (const Key& key : keys) {
    for (size_t k = 0; k < tables.size(); ++k) {
      sum.Add(tables[k], key, 0.5, sums.data());
      OctaveNoise noise(key, kSums[k]);
      for (size_t i = 0; i < sums.size(); ++i) {
        expected[i] += 0.5 * noise.At(1005 + static_cast<int64_t>(i));
      }
    }
  }
  sum.Finish();
  for (size_t i = 0; i < sums.size(); ++i) ASSERT_NEAR(sums[i], expected[i], 1e-12) << i;
}

TEST(SmoothNoise, VarianceIsTheSameBetweenKnots) {
  const int64_t period = 64;
  std::vector<double> sums(static_cast<size_t>(period));
  constexpr int kKeys = 4000;
  for (int i = 0; i < kKeys; ++i) {
    SmoothNoise noise(StreamKey(9, {"noise"}).Sub(i), period);
    for (size_t t = 0; t < sums.size(); ++t) {
      const double value = noise.At(1024 + static_cast<int64_t>(t));
      sums[t] += value * value;
    }
  }
  for (const double sum : sums) EXPECT_NEAR(std::sqrt(sum / kKeys), 1, 0.06);
}

}  // namespace
}  // namespace lakeseed
