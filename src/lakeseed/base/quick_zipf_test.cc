// What is quickly decided is what the exact test says, and is nearly everything.

#include "lakeseed/base/quick_zipf.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

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

TEST(QuickZipf, OneLawIsDecidedAsTheExactTestDoes) {
  const Key key = StreamKey(42, {"one law"});
  std::vector<int64_t> rows(5'000), out(rows.size());
  std::iota(rows.begin(), rows.end(), int64_t{-7});
  for (double s : {0.0, 0.3, 0.65, 0.87, 1.0, 1.1, 1.2}) {
    for (double shift : {1e-6, 0.3, 1.0, 21.0}) {
      for (int64_t n : {1, 2, 30, 20'000, 1'000'000, 1'000'000'000}) {
        const QuickZipf quick(s);
        const ZipfRanks law{ZipfEndsOf(n, s, shift), shift, n};
        quick.Of(key, rows.data(), std::ssize(rows), law, out.data());
        int64_t open = 0;
        for (size_t i = 0; i < rows.size(); ++i) {
          open += out[i] < 0 ? 1 : 0;
          if (out[i] < 0) continue;
          ASSERT_EQ(out[i], ZipfExact(key, rows[i], n, s, shift))
              << s << " " << shift << " " << n << " " << i;
        }
        if (shift >= 1 && n >= 20'000 && quick.Reaches(n, shift)) {
          EXPECT_LT(open, std::ssize(rows) / 8) << s << " " << shift << " " << n;
        }
      }
    }
  }
}

}  // namespace
}  // namespace lakeseed
