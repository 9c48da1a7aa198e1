// What is quickly decided is what the exact test says, and is nearly everything.

#include "lakeseed/base/quick_zipf.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "lakeseed/base/test_level.h"

namespace lakeseed {
namespace {

TEST(QuickZipf, TheSqueezeIsInsideTheExactBound) {
  for (double s = 0.0; s <= 1.2; s += 0.01) {
    for (double y = 1.0; y < 300; y *= 1.01) {
      const double x = ZipfPosition(ZipfArea(y + 0.5, s, 0) - std::pow(y, -s), s, 0);
      ASSERT_LE(0.5 - internal::BendOf(s) / (y * y), y - x + 1e-9) << s << " " << y;
    }
  }
}

class QuickZipfAtLevel : public AtSimdLevel {};

// By one law, and by laws that are all alike; also of fewer rows than there are places
// in several vectors.
TEST_P(QuickZipfAtLevel, DecidesAsTheExactTestDoes) {
  const Key key = StreamKey(42, {"one law"});
  for (const int64_t count : {3'000, 37}) {
    const auto size = static_cast<size_t>(count);
    std::vector<int64_t> rows(size), out(size), outs(size);
    std::vector<uint8_t> is_open(size, 2), are_open(size, 2);
    std::iota(rows.begin(), rows.end(), int64_t{-7});
    for (double s : {0.0, 0.3, 0.65, 0.87, 1.0, 1.1, 1.2}) {
      for (double shift : {1e-6, 0.3, 1.0, 21.0}) {
        for (int64_t n : {1, 2, 30, 20'000, 1'000'000, 1'000'000'000}) {
          const QuickZipf quick(s);
          const ZipfRanks law{ZipfEndsOf(n, s, shift), shift, n};
          quick.Of(key, rows.data(), count, law, out.data(), is_open.data());
          const std::vector<double> low(size, law.ends.low), high(size, law.ends.high);
          const std::vector<double> shifts(size, shift);
          const std::vector<int64_t> ranks(size, n);
          quick.Of(key, rows.data(), count, low.data(), high.data(), shifts.data(),
                   ranks.data(), outs.data(), are_open.data());
          ASSERT_EQ(out, outs);
          ASSERT_EQ(is_open, are_open);
          int64_t open = 0;
          for (size_t i = 0; i < rows.size(); ++i) {
            ASSERT_EQ(is_open[i], out[i] < 0 ? 1 : 0);
            open += is_open[i];
            if (out[i] < 0) continue;
            ASSERT_EQ(out[i], ZipfExact(key, rows[i], n, s, shift))
                << s << " " << shift << " " << n << " " << i;
          }
          if (shift >= 1 && n >= 20'000 && quick.Reaches(n, shift)) {
            EXPECT_LT(open, count / 8) << s << " " << shift << " " << n;
          }
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Levels, QuickZipfAtLevel, EverySimdLevel(), SimdLevelName);

}  // namespace
}  // namespace lakeseed
