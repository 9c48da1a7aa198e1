// What does not stay open is what the exact test picks, at each level of vectors.

#include "lakeseed/generate/founder_picks.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/test_level.h"

namespace lakeseed {
namespace {

const Key kKey = StreamKey(42, {"founders"}), kShares = StreamKey(42, {"shares"});

// One law of founders, and some rows that pick.
struct Case {
  double s;
  ZipfRanks law;
  double until, total;
  int64_t rows;
  int64_t stride = 3;  ///< 1: a range.
};

// Picks all rows and returns how many stay open.
int64_t ExpectExact(const Case& one) {
  std::vector<int64_t> rows(static_cast<size_t>(one.rows)), out(rows.size(), -5);
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[i] = static_cast<int64_t>(i) * one.stride - 50;
  }
  const auto open = std::make_unique<OpenPicks>();
  const FounderPicks picks(one.s, one.law, one.until, one.total);
  constexpr int64_t kBegin = 7;
  std::vector<int64_t> numbers(kBegin, -1);
  numbers.insert(numbers.end(), rows.begin(), rows.end());
  const Rows wanted = one.stride == 1 ? Rows(RowRange{-50 - kBegin, one.rows - 50})
                                      : Rows(std::move(numbers));
  picks.Of(kKey, kShares, wanted, kBegin, one.rows, out.data(), open.get());
  int64_t next = 0;
  for (int64_t i = 0; i < one.rows; ++i) {
    const int64_t row = rows[static_cast<size_t>(i)],
                  picked = out[static_cast<size_t>(i)];
    const double share = Unit(Cell(kShares, row));
    if (next < open->count && open->places[next] == i) {
      EXPECT_EQ(open->rows[next], row);
      EXPECT_EQ(open->shares[next], share);
      ++next;
      continue;
    }
    EXPECT_LT(share * one.total, one.until);
    const int64_t rank = ZipfExact(kKey, row, one.law.n, one.s, one.law.v);
    EXPECT_EQ(picked, rank) << one.s << " " << one.law.v << " " << one.law.n << " " << i;
  }
  EXPECT_EQ(next, open->count);
  return open->count;
}

class FounderPicksTest : public AtSimdLevel {};

TEST_P(FounderPicksTest, AreThoseOfTheExactTest) {
  for (double s : {0.0, 0.3, 0.65, 0.87, 0.999, 1.0, 1.05, 1.2, 1.5}) {
    for (double v : {1e-6, 0.4, 1.0, 4.0, 21.0}) {
      for (int64_t n : {1, 2, 30, 20'000, 300'000, 100'000'000}) {
        ExpectExact({s, {ZipfEndsOf(n, s, v), v, n}, 70, 100, 2'000});
      }
    }
  }
}

TEST_P(FounderPicksTest, FewStayOpen) {
  for (double s : {0.45, 0.65, 0.87, 1.0, 1.1}) {
    for (int64_t n : {20'000, 800'000}) {
      const ZipfRanks law{ZipfEndsOf(n, s, 5.0), 5.0, n};
      const int64_t rows = OpenPicks::kMost;
      EXPECT_LT(ExpectExact({s, law, 1, 1, rows}), rows / 20) << s << " " << n;
      EXPECT_NEAR(static_cast<double>(ExpectExact({s, law, 6, 10, rows})),
                  0.4 * static_cast<double>(rows), 0.05 * static_cast<double>(rows));
    }
  }
}

TEST_P(FounderPicksTest, AnyNumberOfRows) {
  const ZipfRanks law{ZipfEndsOf(1000, 0.7, 2.0), 2.0, 1000};
  for (int64_t rows : {0, 1, 7, 8, 9, 63, 1001}) {
    ExpectExact({0.7, law, 3, 4, rows});
    ExpectExact({0.7, law, 3, 4, rows, 1});
  }
}

TEST_P(FounderPicksTest, FewFoundersAreNotPickedApart) {
  const ZipfRanks law{ZipfEndsOf(100, 0.7, 1.0), 1.0, 100};
  EXPECT_EQ(ExpectExact({0.7, law, 1, 100, 500}), 500);
}

INSTANTIATE_TEST_SUITE_P(Levels, FounderPicksTest, EverySimdLevel(), SimdLevelName);

}  // namespace
}  // namespace lakeseed
