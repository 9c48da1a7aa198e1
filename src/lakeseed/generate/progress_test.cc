#include <gtest/gtest.h>

#include <cmath>

#include "lakeseed/base/date.h"
#include "lakeseed/generate/literal.h"
#include "lakeseed/generate/test_context.h"
#include "lakeseed/generate/test_error.h"
#include "lakeseed/generate/test_statistics.h"

namespace lakeseed {
namespace {

constexpr int64_t kRows = 20'000;
constexpr int64_t kHour = kMicrosecondsPerHour, kDay = kMicrosecondsPerDay;
constexpr int64_t kStart = TestRowSpace::kEpoch * kDay;
constexpr int64_t kUnset = INT64_MIN;

constexpr const char* kOrder =
    "{progress: {Pending: 0, Processing: 2h, Shipped: {lognormal: {mean: 2d, stddev: "
    "1d}}, "
    "Delivered: {uniform: [1d, 4d]}, cap: 12d, or: {Cancelled: {from: Processing, share: "
    "0.05, after: 3h}, Returned: {from: Delivered, share: 0.2, after: {exponential: "
    "{mean: "
    "2d}}}, Refunded: {from: Returned, share: 0.5, after: 1h}}}}";

/// Status (as stage number) and times of the stages, as of `as_of`.
struct Seen {
  std::vector<int64_t> status;
  std::vector<std::vector<int64_t>> at;  ///< kUnset when null.
};

Seen AsOf(const std::string& yaml, int64_t as_of) {
  TestContext context;
  context.AddInt64(
      "$as_of", [as_of](int64_t) { return as_of; }, TimestampType());
  auto generator = context.Bind(yaml);
  EXPECT_TRUE(generator.ok()) << generator.status().ToString();
  auto made = context.Generate(**generator, Rows(RowRange{0, kRows}));
  EXPECT_TRUE(made.ok());
  const auto& things = static_cast<const arrow::StructArray&>(**made);
  Seen seen;
  const auto status = things.field(0);
  const auto& codes = static_cast<const arrow::DictionaryArray&>(*status);
  for (int64_t i = 0; i < kRows; ++i) seen.status.push_back(codes.GetValueIndex(i));
  for (int f = 1; f < things.num_fields(); ++f) {
    const auto field = things.field(f);
    std::vector<int64_t> times;
    for (int64_t i = 0; i < kRows; ++i) {
      times.push_back(field->IsNull(i) ? kUnset
                                       : field->data()->GetValues<int64_t>(1)[i]);
    }
    seen.at.push_back(std::move(times));
  }
  return seen;
}

enum Stage {
  kPending,
  kProcessing,
  kShipped,
  kDelivered,
  kCancelled,
  kReturned,
  kRefunded
};

int64_t StartOf(int64_t row) {
  return kStart + row / 1000 * kDay + row % 1000 * (kDay / 1000);
}

TEST(ProgressTest, SettlesAtItsCapAndNotBefore) {
  const std::string capped = "{progress: {Pending: 0, Delivered: 20d, cap: 12d}}";
  TestContext context;
  const auto generator = context.Bind(capped);
  ASSERT_TRUE(generator.ok()) << generator.status().ToString();
  const auto settling = (*generator)->settling();
  ASSERT_TRUE(settling.has_value());
  EXPECT_EQ(settling->microseconds, 12 * kDay);
  const int64_t settled = StartOf(kRows - 1) + settling->microseconds;
  for (const std::string& yaml : {capped, std::string(kOrder)}) {
    const Seen at = AsOf(yaml, settled), later = AsOf(yaml, settled + 100 * kDay);
    EXPECT_EQ(at.status, later.status);
    EXPECT_EQ(at.at, later.at);
    for (const auto& times : later.at) {
      for (size_t row = 0; row < times.size(); ++row) {
        EXPECT_LE(times[row], StartOf(static_cast<int64_t>(row)) + 12 * kDay);
      }
    }
  }
  EXPECT_NE(AsOf(capped, settled - 1).status, AsOf(capped, settled).status);
}

TEST(ProgressTest, FieldsAreTheStatusAndTheTimes) {
  TestContext context;
  auto generator = context.Bind(kOrder);
  ASSERT_TRUE(generator.ok()) << generator.status().ToString();
  const auto& type = *(*generator)->type();
  EXPECT_EQ(type.field(0)->name(), "status");
  EXPECT_EQ(type.field(3)->name(), "at(Shipped)");
  EXPECT_EQ(type.field(5)->name(), "at(Cancelled)");
  EXPECT_EQ((*generator)->shape(0).num_categories, 7);
}

TEST(ProgressTest, InTheEndTimesAreMonotoneAndCapped) {
  const Seen seen = AsOf(kOrder, kStart + 1000 * kDay);
  for (int64_t i = 0; i < kRows; ++i) {
    const auto row = static_cast<size_t>(i);
    const auto at = [&](Stage stage) { return seen.at[stage][row]; };
    ASSERT_EQ(at(kPending), StartOf(i));
    ASSERT_EQ(at(kProcessing), StartOf(i) + 2 * kHour);
    ASSERT_EQ(at(kCancelled) == kUnset, at(kShipped) != kUnset);
    ASSERT_EQ(at(kShipped) == kUnset, at(kDelivered) == kUnset);
    if (at(kCancelled) != kUnset) {
      ASSERT_EQ(seen.status[row], kCancelled);
      ASSERT_EQ(at(kCancelled), at(kProcessing) + 3 * kHour);
      continue;
    }
    ASSERT_GE(at(kShipped), at(kProcessing));
    ASSERT_GE(at(kDelivered), at(kShipped));
    ASSERT_LE(at(kDelivered), StartOf(i) + 12 * kDay);
    if (at(kReturned) != kUnset) {
      ASSERT_GE(at(kReturned), at(kDelivered));
      ASSERT_LE(at(kReturned), StartOf(i) + 12 * kDay);
    }
    if (at(kRefunded) != kUnset) {
      ASSERT_NE(at(kReturned), kUnset);
      ASSERT_EQ(seen.status[row], kRefunded);
    }
  }
}

TEST(ProgressTest, BranchesTakeTheirShares) {
  const Seen seen = AsOf(kOrder, kStart + 1000 * kDay);
  std::vector<int64_t> counts(7);
  for (const int64_t status : seen.status) ++counts[static_cast<size_t>(status)];
  EXPECT_EQ(counts[kPending] + counts[kProcessing] + counts[kShipped], 0);
  EXPECT_LT(ChiSquaredScore({counts[kCancelled], counts[kDelivered], counts[kReturned],
                             counts[kRefunded]},
                            {0.05, 0.95 * 0.8, 0.95 * 0.1, 0.95 * 0.1}),
            4.5);
}

TEST(ProgressTest, DelaysFollowTheirLaw) {
  const Seen seen = AsOf(
      "{progress: {A: 0, B: {lognormal: {mean: 2d, stddev: 1d}}, "
      "C: {uniform: [1d, 4d]}, cap: 1000d}}",
      kStart + 5000 * kDay);
  std::vector<double> b, c;
  for (int64_t i = 0; i < kRows; ++i) {
    const auto row = static_cast<size_t>(i);
    b.push_back(static_cast<double>(seen.at[1][row] - seen.at[0][row]) / kDay);
    c.push_back(static_cast<double>(seen.at[2][row] - seen.at[1][row]) / kDay);
  }
  const double variance = std::log(1.25), mu = std::log(2.0) - variance / 2;
  EXPECT_LT(KolmogorovScore(b,
                            [&](double x) {
                              return NormalDistribution((std::log(x) - mu) /
                                                        std::sqrt(variance));
                            }),
            2.2);
  EXPECT_LT(KolmogorovScore(c, [](double x) { return (x - 1) / 3; }), 2.2);
}

TEST(ProgressTest, TimeOnlyMovesForward) {
  const Seen end = AsOf(kOrder, kStart + 1000 * kDay);
  Seen before = AsOf(kOrder, kStart);
  for (const int64_t days : {3, 8, 13, 21, 33, 400}) {
    const int64_t as_of = kStart + days * kDay;
    const Seen now = AsOf(kOrder, as_of);
    int64_t unfinished = 0;
    for (size_t row = 0; row < kRows; ++row) {
      const int64_t seen_at = std::max(as_of, StartOf(static_cast<int64_t>(row)));
      int64_t last = -1;
      for (size_t s = 0; s < now.at.size(); ++s) {
        // A time is that of the end, or not there yet; and never lost again.
        const bool reached = end.at[s][row] != kUnset && end.at[s][row] <= seen_at;
        ASSERT_EQ(now.at[s][row], reached ? end.at[s][row] : kUnset);
        ASSERT_TRUE(reached || before.at[s][row] == kUnset);
        if (reached) last = static_cast<int64_t>(s);
      }
      ASSERT_EQ(now.status[row], last);
      unfinished += now.status[row] != end.status[row];
    }
    EXPECT_EQ(unfinished == 0, days >= 33) << days;
    before = now;
  }
}

TEST(ProgressTest, AStageMoreMovesNoOtherDelay) {
  const Seen two =
      AsOf("{progress: {A: 0, B: {uniform: [1d, 4d]}}}", kStart + 100 * kDay);
  const Seen three =
      AsOf("{progress: {A: 0, B: {uniform: [1d, 4d]}, C: {uniform: [1d, 2d]}}}",
           kStart + 100 * kDay);
  EXPECT_EQ(two.at[1], three.at[1]);
}

TEST(ProgressTest, BadStagesAreErrors) {
  ExpectRequestErrors(
      {"{progress: {}}", "{progress: {A: 1h, B: 2h}}", "{progress: {A: 0, B: soon}}",
       "{progress: {A: 0, B: {weibull: {mean: 1d}}}}",
       "{progress: {A: 0, B: {uniform: [3d, 1d]}}}",
       "{progress: {A: 0, B: {normal: {mean: 1d, stddev: 1d}}}}",
       "{progress: {A: 0, or: {X: {from: B, share: 0.1}}}}",
       "{progress: {A: 0, or: {X: {from: A, share: 0.6}, Y: {from: A, share: 0.6}}}}",
       "{progress: {A: 0, or: {X: {from: A, share: 0.6, until: 3d}}}}",
       "{progress: {A: 0, B: 1h, cap: tomorrow}}", "{progress: {A: 0, start: channel}}"});
}

}  // namespace
}  // namespace lakeseed
