// Late rows in a dataset: what they know, and when; numbers and references stay those
// of their events.

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <memory>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/generate/arrival.h"
#include "lakeseed/generate/test_dataset.h"

namespace lakeseed {
namespace {

std::string Text(const std::string& late) {
  return R"yaml(dataset: depot
epoch: 2024-01-01
window: {from: 2024-01-01, to: 2024-01-31}
tables:
  people:
    population: {size: 40, growth: 0.02 per day, churn: 0.02 per day, changes: {rate: 40 per year, tracks: [tier]}}
    columns:
      person_id: {key: {}}
      tier: {choice: [a, b, c, d]}
  scans:
    events: {per_day: 50, zone: Asia/Tokyo}
)yaml" + late +
         R"yaml(
    let: {flow: {progress: {New: 0, Done: 36h, cap: 3d}}}
    columns:
      scan_id: {key: {}}
      person_id: {foreign_key: {to: people}}
      tier: people.tier
      happened: $event_day
      day: $day
      arrived: $arrival_day
      known: $as_of
      status: flow.status
      newest: max(pieces.arrived)
  pieces:
    per: {parent: scans, count: {uniform: [1, 3]}}
    columns:
      piece_id: {key: {}}
      arrived: $arrival_day
      of_parent: parent.arrived
      known: $as_of
)yaml";
}

DatasetPtr Bind(const std::string& late) { return BindText(Text(late)); }

int32_t DayAt(const arrow::RecordBatch& batch, const char* column, int64_t i) {
  const auto& cells = *batch.GetColumnByName(column);
  if (cells.type_id() == arrow::Type::DATE32) {
    return static_cast<const arrow::Date32Array&>(cells).Value(i);
  }
  const auto instant = static_cast<const arrow::TimestampArray&>(cells).Value(i);
  return DayOfTimestamp(instant + 9 * kMicrosecondsPerHour);  // As in Tokyo.
}

constexpr char kLate[] = "    late: {1d: 20%, 2d: 10%, 5d: 5%}";

TEST(LateRowsTest, RowsAreKnownFromTheirArrivalOn) {
  const auto dataset = Bind(kLate);
  const Rows rows(dataset->table(1).rows->Extent({0, 30}));
  const auto batch = MakeRows(*dataset, "scans", rows, {.day = 0, .own_day = true});
  int64_t late = 0, done = 0;
  for (int64_t i = 0; i < batch->num_rows(); ++i) {
    const int32_t happened = DayAt(*batch, "happened", i);
    const int32_t arrived = DayAt(*batch, "arrived", i);
    EXPECT_EQ(DayAt(*batch, "day", i), happened);
    EXPECT_EQ(DayAt(*batch, "known", i), arrived);
    EXPECT_EQ(DayAt(*batch, "newest", i), arrived);
    late += arrived > happened ? 1 : 0;
    // What takes 36 hours is not done on the day itself, and is done after two.
    const std::string status = CellText(*batch, "status", i);
    if (arrived == happened) {
      EXPECT_EQ(status, "New");
    }
    if (arrived >= happened + 2) {
      EXPECT_EQ(status, "Done");
      ++done;
    }
  }
  EXPECT_NEAR(static_cast<double>(late), 0.35 * static_cast<double>(rows.length()), 40);
  EXPECT_GT(done, 100);
}

TEST(LateRowsTest, AnEarlierAsOfDayDoesNotShowRowsBeforeTheyArrive) {
  const auto dataset = Bind(kLate);
  const Rows rows(dataset->table(1).rows->Extent({0, 30}));
  const auto batch = MakeRows(*dataset, "scans", rows, {.day = 15});
  const int32_t as_of = dataset->spec().epoch + 15;
  for (int64_t i = 0; i < batch->num_rows(); ++i) {
    EXPECT_EQ(DayAt(*batch, "known", i), std::max(as_of, DayAt(*batch, "arrived", i)));
  }
}

TEST(LateRowsTest, ChildrenArriveWithTheirParents) {
  const auto dataset = Bind(kLate);
  const Rows rows(dataset->table(2).rows->Extent({3, 9}));
  const auto batch = MakeRows(*dataset, "pieces", rows, {.day = 0, .own_day = true});
  int64_t late = 0;
  for (int64_t i = 0; i < batch->num_rows(); ++i) {
    EXPECT_EQ(DayAt(*batch, "arrived", i), DayAt(*batch, "of_parent", i));
    EXPECT_EQ(DayAt(*batch, "known", i), DayAt(*batch, "arrived", i));
    late += DayAt(*batch, "arrived", i) > dataset->spec().epoch + 9 ? 1 : 0;
  }
  EXPECT_GT(late, 10);
  // Asked one by one in another order, they say the same.
  std::vector<int64_t> mixed;
  for (int64_t i = 0; i < 200; ++i) mixed.push_back(rows[i * 37 % rows.length()]);
  const auto some =
      MakeRows(*dataset, "pieces", Rows(mixed), {.day = 0, .own_day = true});
  for (int64_t i = 0; i < 200; ++i) {
    EXPECT_EQ(DayAt(*some, "arrived", i),
              DayAt(*batch, "arrived", i * 37 % rows.length()));
  }
}

TEST(LateRowsTest, LatenessMovesNothingElse) {
  const auto late = Bind(kLate), prompt = Bind("");
  const Rows rows(late->table(1).rows->Extent({0, 30}));
  EXPECT_EQ(rows.range(), prompt->table(1).rows->Extent({0, 30}));
  const auto a = MakeRows(*late, "scans", rows, {.day = 90});
  const auto b = MakeRows(*prompt, "scans", rows, {.day = 90});
  for (const char* column : {"scan_id", "person_id", "tier", "happened", "status"}) {
    EXPECT_TRUE(a->GetColumnByName(column)->Equals(*b->GetColumnByName(column)))
        << column;
  }
  for (int64_t i = 0; i < b->num_rows(); ++i) {
    EXPECT_EQ(DayAt(*b, "arrived", i), DayAt(*b, "happened", i));
  }
  EXPECT_NE(late->spec().canonical_text, prompt->spec().canonical_text);
}

TEST(LateRowsTest, OnlyEventsArrive) {
  const auto error = [](const std::string& fact) {
    return BindError(
        "dataset: x\nwindow: {from: 2024-01-01, to: 2024-01-02}\n"
        "tables:\n  t: {rows: 3, columns: {a: " +
        fact + "}}\n");
  };
  for (const char* fact : {"$arrival_day", "$event_day"}) {
    EXPECT_NE(error(fact).find("only rows of `events:` and their children happen"),
              std::string::npos)
        << error(fact);
  }
}

}  // namespace
}  // namespace lakeseed
