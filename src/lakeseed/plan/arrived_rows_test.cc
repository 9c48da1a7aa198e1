// Late events in plans by day: counts are those of the rows that arrive, places go on
// from day to day, a day alone is that of a series.

#include "lakeseed/plan/arrived_rows.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "lakeseed/generate/test_dataset.h"
#include "lakeseed/plan/make_plan.h"
#include "lakeseed/plan/path_format.h"

namespace lakeseed {
namespace {

constexpr char kText[] = R"yaml(dataset: depot
epoch: 2024-01-05
window: {from: 2024-01-10, to: 2024-02-20}
tables:
  orders:
    events: {per_day: 90, noise: 0.4, seasons: {weekday: {sun: 0}}}
    late: {1d: 10%, 3d: 5%, 8d: 2%}
    columns: {order_id: {key: {}}}
  lines:
    per: {parent: orders, count: {uniform: [0, 4]}}
    columns: {line_id: {key: {}}}
  parts:
    per: {parent: lines, count: {geometric: {mean: 1.5, max: 5}}}
    columns: {part_id: {key: {}}}
)yaml";

class ArrivedRowsTest : public ::testing::Test {
 protected:
  void SetUp() override { dataset_ = BindText(kText); }

  Plan PlanOf(int32_t from, int32_t to, int64_t file_rows) const {
    PlanRequest request;
    request.source.custom = "depot.yaml";
    request.source.custom_text = kText;
    request.by_day = true;
    request.file_rows = file_rows;
    request.layout = *LayoutByDay("nested");
    const int32_t epoch = dataset_->spec().epoch;
    request.days = DateRange{epoch + from, epoch + to};
    auto plan = MakePlan(*dataset_, request);
    EXPECT_TRUE(plan.ok()) << plan.status().ToString();
    return *std::move(plan);
  }

  /// Rows of a table that arrive on each day, counted one by one.
  std::map<int32_t, int64_t> Counts(const BoundTable& table, int32_t last) const {
    const RowRange all = table.rows->Extent({0, last});
    std::vector<int32_t> days(static_cast<size_t>(all.length()));
    table.rows->ArrivalDaysOf(Rows(all), days.data());
    std::map<int32_t, int64_t> counts;
    for (const int32_t day : days) ++counts[day];
    return counts;
  }

  std::shared_ptr<const BoundDataset> dataset_;
};

TEST_F(ArrivedRowsTest, FilesHaveTheRowsThatArriveEachOnce) {
  for (const int64_t file_rows : {int64_t{1'000'000}, int64_t{40}}) {
    const Plan plan = PlanOf(0, 30, file_rows);
    for (const auto& table : dataset_->tables()) {
      auto expected = Counts(*table, 30);
      std::map<int32_t, int64_t> planned;
      int64_t next = 0, files = 0;
      for (const Task& task : plan.tasks) {
        EXPECT_TRUE(task.is_arrival);
        EXPECT_FALSE(task.is_snapshot);
        for (const FilePlan& file : task.files) {
          if (file.table != table->name) continue;
          EXPECT_EQ(file.rows.begin, next) << file.path;
          next = file.rows.end;
          planned[*task.day - dataset_->spec().epoch] += file.rows.length();
          ++files;
        }
      }
      for (int32_t day = 0; day <= 30; ++day) {
        EXPECT_EQ(planned[day], expected[day]) << table->name << " on " << day;
      }
      EXPECT_EQ(plan.FindTable(table->name)->rows, (RowRange{0, next}));
      EXPECT_EQ(plan.FindTable(table->name)->files, files);
      EXPECT_EQ(files > 31, file_rows == 40);
    }
  }
}

TEST_F(ArrivedRowsTest, ADayAloneIsThatOfASeries) {
  const Plan series = PlanOf(0, 30, 40);
  for (const int32_t day : {0, 1, 7, 8, 9, 30}) {
    const Plan alone = PlanOf(day, day, 40);
    std::vector<std::vector<FilePlan>> there, here;
    for (const Task& task : series.tasks) {
      if (*task.day == dataset_->spec().epoch + day) there.push_back(task.files);
    }
    for (const Task& task : alone.tasks) here.push_back(task.files);
    EXPECT_EQ(here, there) << day;
  }
}

TEST_F(ArrivedRowsTest, PlansSurviveJson) {
  const Plan plan = PlanOf(3, 5, 40);
  const auto back = PlanFromJson(ToJson(plan));
  ASSERT_TRUE(back.ok()) << back.status().ToString();
  EXPECT_EQ(back->tasks, plan.tasks);
  EXPECT_TRUE(back->tasks[0].is_arrival);
}

TEST_F(ArrivedRowsTest, AllDaysAtOnceAreInOrderOfEvents) {
  PlanRequest request;
  request.source.custom_text = kText;
  const Plan plan = *MakePlan(*dataset_, request);
  for (const TablePlan& table : plan.tables) {
    const RowSpace& space = *dataset_->table(dataset_->FindTable(table.name)).rows;
    EXPECT_EQ(table.rows, space.Extent(dataset_->window())) << table.name;
  }
  for (const Task& task : plan.tasks) EXPECT_FALSE(task.is_arrival);
}

TEST_F(ArrivedRowsTest, AnyOrderOfAskingGivesTheSamePlaces) {
  const BoundTable& root = dataset_->table(0);
  const BoundTable& parts = dataset_->table(2);
  ArrivedRows once(*dataset_, root, 12);
  const RowRange all = once.places();
  const RowRange whole = once.Under(parts, all);
  const int64_t middle = all.begin + all.length() / 3;
  ArrivedRows again(*dataset_, root, 12);
  const RowRange second = again.Under(parts, {middle, all.end});
  const RowRange first = again.Under(parts, {all.begin, middle});
  EXPECT_EQ(first, (RowRange{whole.begin, second.begin}));
  EXPECT_EQ(second.end, whole.end);
}

}  // namespace
}  // namespace lakeseed
