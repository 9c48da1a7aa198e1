// repeat and burst, by the laws of their heads, over the rows of datasets.

#include <arrow/api.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "lakeseed/generate/test_dataset.h"

namespace lakeseed {
namespace {

using testing::HasSubstr;

constexpr char kPayments[] = R"(
dataset: payments
window: {{from: 2024-01-01, to: 2024-04-30}}
tables:
  payments:
    events: {{per_day: {}, noise: 0.2}}
    let:
      run: {{burst: {{share: {}, length: {{uniform: [3, 6]}}, within: 10m}}}}
    columns:
      payment_id: {{key: {{}}}}
      day: $day
      time: $time
      earlier: {{repeat: {{share: {}, after: {}}}}}
      first: run.first
      place: run.place
      length: run.length
      moved: run.time
)";

std::string Payments(int per_day, double bursts = 0.1, double repeats = 0.1,
                     std::string_view after = "{geometric: {mean: 6, min: 1, max: 40}}") {
  return fmt::format(kPayments, per_day, bursts, repeats, after);
}

/// A column's numbers; -1 for null.
std::vector<int64_t> Numbers(const arrow::RecordBatch& batch, const char* name) {
  const arrow::Array& column = *batch.GetColumnByName(name);
  const bool is_day = column.type_id() == arrow::Type::DATE32;
  std::vector<int64_t> numbers;
  for (int64_t i = 0; i < column.length(); ++i) {
    numbers.push_back(column.IsNull(i) ? -1
                      : is_day         ? column.data()->GetValues<int32_t>(1)[i]
                                       : column.data()->GetValues<int64_t>(1)[i]);
  }
  return numbers;
}

class Repeat : public testing::TestWithParam<int> {};

TEST_P(Repeat, NamesARowOnceThatRepeatsNone) {
  const BatchPtr rows = MakeRows(*BindText(Payments(GetParam())), "payments");
  const auto earlier = Numbers(*rows, "earlier"), day = Numbers(*rows, "day");
  std::set<int64_t> named;
  std::map<int64_t, int64_t> lags;
  for (size_t i = 0; i < earlier.size(); ++i) {
    if (earlier[i] < 0) continue;
    const auto other = static_cast<size_t>(earlier[i] - 1);
    EXPECT_TRUE(named.insert(earlier[i]).second) << "twice";
    EXPECT_EQ(earlier[other], -1) << "it repeats one itself";
    ++lags[day[i] - day[other]];
  }
  ASSERT_FALSE(lags.empty());
  EXPECT_GE(lags.begin()->first, 1);
  EXPECT_LE(lags.rbegin()->first, 40);
  const auto n = static_cast<double>(earlier.size());
  EXPECT_NEAR(static_cast<double>(named.size()) / n, 0.1, 0.012);
}

INSTANTIATE_TEST_SUITE_P(RowsADay, Repeat, testing::Values(20, 300));

TEST(Repeat, LagsFollowTheLaw) {
  const BatchPtr rows = MakeRows(
      *BindText(Payments(800, 0, 0.2, "{choice: {2: 0.5, 5: 0.3, 9: 0.2}}")), "payments");
  const auto earlier = Numbers(*rows, "earlier"), day = Numbers(*rows, "day");
  std::map<int64_t, double> share;
  double count = 0;
  for (size_t i = 0; i < earlier.size(); ++i) {
    if (earlier[i] < 0 || day[i] < day[0] + 9) continue;
    share[day[i] - day[static_cast<size_t>(earlier[i] - 1)]] += 1;
    ++count;
  }
  EXPECT_NEAR(share[2] / count, 0.5, 0.01);
  EXPECT_NEAR(share[5] / count, 0.3, 0.01);
  EXPECT_NEAR(share[9] / count, 0.2, 0.01);
}

TEST(Burst, RowsFollowEachOtherQuickly) {
  constexpr int64_t kWithin = int64_t{600} * 1'000'000;
  const BatchPtr rows = MakeRows(*BindText(Payments(200)), "payments");
  const auto first = Numbers(*rows, "first"), place = Numbers(*rows, "place");
  const auto length = Numbers(*rows, "length"), day = Numbers(*rows, "day");
  const auto time = Numbers(*rows, "time"), moved = Numbers(*rows, "moved");
  double in_bursts = 0;
  std::set<int64_t> lengths;
  for (size_t i = 0; i < first.size(); ++i) {
    EXPECT_LE(moved[i], time[i]);
    if (i > 0) {
      EXPECT_GE(moved[i], moved[i - 1]) << "out of order";
    }
    if (first[i] < 0) {
      EXPECT_EQ(place[i], -1);
      EXPECT_EQ(moved[i], time[i]);
      continue;
    }
    ++in_bursts;
    const auto begin = static_cast<size_t>(first[i] - 1);
    EXPECT_EQ(place[i], static_cast<int64_t>(i - begin) + 1);
    EXPECT_LE(place[i], length[i]);
    EXPECT_EQ(length[i], length[begin]);
    EXPECT_EQ(day[i], day[begin]);
    EXPECT_LE(moved[i] - moved[begin], kWithin);
    lengths.insert(length[i]);
  }
  EXPECT_EQ(lengths, (std::set<int64_t>{3, 4, 5, 6}));
  EXPECT_NEAR(in_bursts / static_cast<double>(first.size()), 0.1, 0.01);
}

TEST(Burst, ADayWithoutRoomHasNone) {
  const BatchPtr rows = MakeRows(*BindText(Payments(3, 0.5)), "payments");
  for (const int64_t first : Numbers(*rows, "first")) EXPECT_EQ(first, -1);
}

TEST(Repeat, MistakesAreTold) {
  EXPECT_THAT(BindError(Payments(9, 0.1, 0.6)), HasSubstr("from 0 to 0.5"));
  EXPECT_THAT(BindError(Payments(9, 0.1, 0.1, "{uniform: [0, 4]}")),
              HasSubstr("from 1 to 366 days"));
  EXPECT_THAT(BindError(Payments(9, 0.1, 0.1, "6d")), HasSubstr("needs a law of days"));
  EXPECT_THAT(BindError(Payments(9, 1.5)), HasSubstr("a share from 0 to 1"));
  std::string text = Payments(9);
  text.replace(text.find("[3, 6]"), 6, "[1, 6]");
  EXPECT_THAT(BindError(text), HasSubstr("from 2 to 100 rows"));
}

}  // namespace
}  // namespace lakeseed
