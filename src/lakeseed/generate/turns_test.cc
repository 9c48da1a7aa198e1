// turns, by the laws of its head, over the rows of datasets.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/generate/test_dataset.h"

namespace lakeseed {
namespace {

using testing::HasSubstr;

constexpr char kVisits[] = R"(
dataset: visits
window: {{from: 2024-01-01, to: 2024-02-29}}
tables:
  browsers:
    {}
    columns:
      browser_id: {{key: {{}}}}
  events:
    events: {{per_day: 600, noise: 0.1}}
    let:
      visit: {{turns: {{of: browsers, each: {}, apart: {}}}}}
    columns:
      event_id: {{key: {{}}}}
      at: $time
      day: $day
      browser_id: visit.key
      number: visit.number
      place: visit.place
      first: visit.first
      step: visit.step
      previous: visit.previous
      draw: visit.draw
)";

struct Case {
  const char* name;
  const char* members;
  int64_t each;
  const char* apart;
  int64_t least_apart, most_apart;  ///< Seconds, in the middle of all.
};

class Turns : public testing::TestWithParam<Case> {
 protected:
  static std::vector<int64_t> Numbers(const arrow::RecordBatch& rows, const char* name) {
    const auto& values = *rows.GetColumnByName(name);
    const auto* first = values.data()->GetValues<int64_t>(1);
    return {first, first + values.length()};
  }
  DatasetPtr dataset_ = BindText(
      fmt::format(kVisits, GetParam().members, GetParam().each, GetParam().apart));
};

TEST_P(Turns, RowsOfAMemberAreNumberedInTheirOrder) {
  const BatchPtr rows = MakeRows(*dataset_, "events");
  const auto member = Numbers(*rows, "browser_id"), number = Numbers(*rows, "number"),
             place = Numbers(*rows, "place");
  std::map<int64_t, int64_t> seen;
  for (size_t i = 0; i < member.size(); ++i) {
    ASSERT_EQ(number[i], ++seen[member[i]]);
    ASSERT_EQ(place[i], (number[i] - 1) % GetParam().each + 1);
  }
}

TEST_P(Turns, EveryRoundHasEveryMemberOnce) {
  const BatchPtr rows = MakeRows(*dataset_, "events");
  const auto member = Numbers(*rows, "browser_id"), place = Numbers(*rows, "place");
  const auto& days = *rows->GetColumnByName("day");
  const auto* day = days.data()->GetValues<int32_t>(1);
  const RowSpace& members = *TableOf(*dataset_, "browsers").rows;
  int64_t rounds = 0;
  for (size_t at = 0; at < member.size(); ++rounds) {
    const int32_t of_epoch = day[at] - dataset_->spec().window.from;
    const int64_t size = members.Extent({of_epoch, of_epoch}).end;
    std::set<int64_t> once;
    const size_t end = at + static_cast<size_t>(size * GetParam().each);
    if (end > member.size()) break;
    for (; at < end; ++at) {
      if (place[at] == 1) {
        ASSERT_TRUE(once.insert(member[at]).second);
      }
    }
    ASSERT_EQ(once.size(), static_cast<size_t>(size)) << "round " << rounds;
    ASSERT_LE(*once.rbegin(), size);
  }
  EXPECT_GE(rounds, 5);
}

TEST_P(Turns, RowsOfATurnKnowEachOther) {
  const BatchPtr rows = MakeRows(*dataset_, "events");
  const auto member = Numbers(*rows, "browser_id"), place = Numbers(*rows, "place"),
             first = Numbers(*rows, "first"), step = Numbers(*rows, "step"),
             previous = Numbers(*rows, "previous"), draw = Numbers(*rows, "draw");
  const auto* day = rows->GetColumnByName("day")->data()->GetValues<int32_t>(1);
  std::set<int64_t> draws;
  int64_t others = 0;
  for (size_t i = 0; i < member.size(); ++i) {
    const auto begin = static_cast<size_t>(first[i] - 1);
    ASSERT_EQ(place[begin], 1);
    ASSERT_EQ(member[begin], member[i]);
    ASSERT_EQ(draw[begin], draw[i]);
    ASSERT_EQ(first[i] + (place[i] - 1) * step[i], static_cast<int64_t>(i) + 1);
    draws.insert(draw[i]);
    const auto before = i - static_cast<size_t>(step[i]);
    const bool has_one = place[i] > 1 && day[before] == day[i];
    ASSERT_EQ(rows->GetColumnByName("previous")->IsValid(static_cast<int64_t>(i)),
              has_one);
    if (!has_one) continue;
    ASSERT_EQ(previous[i], static_cast<int64_t>(before) + 1);
    ASSERT_EQ(place[before], place[i] - 1);
    ++others;
  }
  EXPECT_GE(draws.size() * static_cast<size_t>(GetParam().each), member.size() * 9 / 10);
  EXPECT_EQ(others > 0, GetParam().each > 1);
}

TEST_P(Turns, RowsOfATurnAreApart) {
  const BatchPtr rows = MakeRows(*dataset_, "events");
  const auto member = Numbers(*rows, "browser_id"), at = Numbers(*rows, "at"),
             place = Numbers(*rows, "place");
  std::map<int64_t, int64_t> last;
  std::vector<int64_t> apart;
  for (size_t i = 0; i < member.size(); ++i) {
    const int64_t before = std::exchange(last[member[i]], at[i]);
    if (place[i] > 1) apart.push_back((at[i] - before) / 1'000'000);
  }
  if (apart.empty()) return;  // Turns of one row.
  const auto middle = apart.begin() + static_cast<int64_t>(apart.size()) / 2;
  std::nth_element(apart.begin(), middle, apart.end());
  EXPECT_GE(*middle, GetParam().least_apart);
  EXPECT_LE(*middle, GetParam().most_apart);
}

// 600 rows a day are 144 seconds apart; no more turns lie abreast than there are members.
INSTANTIATE_TEST_SUITE_P(
    Members, Turns,
    testing::Values(Case{"grow", "population: {size: 40, growth: 0.01 per day}", 5, "30m",
                         1200, 2400},
                    Case{"few", "population: {size: 3, growth: 0.01 per day}", 4, "30m",
                         300, 1500},
                    Case{"side_by_side", "rows: {fixed: 70}", 3, "0s", 60, 240},
                    Case{"single", "rows: {fixed: 50}", 1, "0s", 0, 0}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(TurnsBind, NeedsMembersThatStay) {
  const auto error = [](std::string_view members, std::string_view each = "2") {
    return BindError(fmt::format(kVisits, members, each, "1m"));
  };
  EXPECT_THAT(error("population: {size: 40, churn: 0.01 per day}"),
              HasSubstr("has members who leave"));
  EXPECT_THAT(error("events: {per_day: 5}"), HasSubstr("is no table of members"));
  EXPECT_THAT(error("population: {size: 0}"), HasSubstr("has no members"));
  EXPECT_THAT(error("rows: {fixed: 5}", "0"), HasSubstr("must be from 1 to 10000 rows"));
  EXPECT_EQ(error("rows: {fixed: 5}"), "OK");
}

}  // namespace
}  // namespace lakeseed
