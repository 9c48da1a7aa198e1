#include "lakeseed/plan/make_plan.h"

#include <gmock/gmock.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/generate/population.h"
#include "lakeseed/plan/explain.h"
#include "lakeseed/plan/frequency.h"
#include "lakeseed/plan/path_format.h"
#include "lakeseed/plan/sample_shop.h"
#include "lakeseed/plan/split.h"

namespace lakeseed {
namespace {

using ::testing::HasSubstr;

class MakePlanTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { dataset_ = BindSampleShop(); }
  static void TearDownTestSuite() { dataset_.reset(); }

  static PlanRequest SmallFiles() {
    PlanRequest request = SampleShopRequest();
    request.file_rows = 1500;
    return request;
  }
  static Plan Make(const PlanRequest& request) {
    auto plan = MakePlan(*dataset_, request);
    EXPECT_TRUE(plan.ok()) << plan.status().ToString();
    return plan.ok() ? *plan : Plan{};
  }
  static std::string ErrorOf(const PlanRequest& request) {
    const auto plan = MakePlan(*dataset_, request);
    EXPECT_EQ(ExitCodeOf(plan.status()), ExitCode::kRequest);
    return plan.status().message();
  }

  static std::shared_ptr<const BoundDataset> dataset_;
};

std::shared_ptr<const BoundDataset> MakePlanTest::dataset_;

TEST_F(MakePlanTest, FilesTileTheRowsOfEveryTable) {
  const Plan plan = Make(SmallFiles());
  std::map<std::string, int64_t> next, files;
  for (const TablePlan& table : plan.tables) next[table.name] = table.rows.begin;
  for (const Task& task : plan.tasks) {
    for (const FilePlan& file : task.files) {
      EXPECT_EQ(file.rows.begin, next[file.table]) << file.path;
      next[file.table] = file.rows.end;
      ++files[file.table];
    }
  }
  for (const TablePlan& table : plan.tables) {
    EXPECT_EQ(next[table.name], table.rows.end) << table.name;
    EXPECT_EQ(files[table.name], table.files) << table.name;
    const int index = dataset_->FindTable(table.name);
    EXPECT_EQ(table.rows, dataset_->table(index).rows->Extent(dataset_->window()))
        << table.name;
  }
  EXPECT_EQ(plan.FindTable("orders")->rows.length(), 6000);
  EXPECT_EQ(plan.FindTable("stores")->files, 1);
  EXPECT_GT(plan.FindTable("orders")->files, 5);
}

TEST_F(MakePlanTest, ByDayEveryDayStandsAlone) {
  PlanRequest request = SmallFiles();
  request.by_day = true;
  request.file_rows = 400;
  request.layout = *LayoutByDay("nested");
  const auto files_of = [&](const char* from, const char* to) {
    request.days = DateRange{*ParseDate(from), *ParseDate(to)};
    std::map<std::string, RowRange> files;
    for (const Task& task : Make(request).tasks) {
      EXPECT_TRUE(task.day.has_value());
      EXPECT_EQ(task.is_snapshot, task.root == "customers" || task.root == "stores");
      for (const FilePlan& file : task.files) files[file.path] = file.rows;
    }
    return files;
  };
  const auto series = files_of("2024-01-01", "2024-03-31");
  request.once_days = {{"stores", *ParseDate("2024-01-01")}};
  for (const char* day : {"2024-01-01", "2024-02-29", "2024-03-31"}) {
    const auto alone = files_of(day, day);
    EXPECT_GE(alone.size(), 3u);
    for (const auto& [path, rows] : alone) {
      ASSERT_TRUE(series.contains(path)) << path;
      EXPECT_EQ(series.at(path), rows) << path;
    }
  }
  // Each event row is in one file; each copy holds the living of its day.
  const Population& people =
      *dataset_->table(dataset_->FindTable("customers")).rows->population();
  std::map<std::string, int64_t> rows_of;
  for (const auto& [path, rows] : series) {
    for (const char* table : {"orders", "order_items", "customers", "stores"}) {
      if (path.find(std::string("/") + table + "/") != std::string::npos ||
          path.find(std::string("/") + table + ".") != std::string::npos) {
        rows_of[table] += rows.length();
      }
    }
  }
  int64_t living = 0;
  for (int32_t day = dataset_->window().first; day <= dataset_->window().last; ++day) {
    living += people.Living(day);
  }
  EXPECT_EQ(rows_of["orders"], 6000);
  EXPECT_EQ(rows_of["customers"], living);
  EXPECT_EQ(rows_of["stores"], 7);
}

TEST_F(MakePlanTest, CopiesAreDueByTheCalendar) {
  const auto due = [](Frequency frequency, const char* day) {
    return IsDue(frequency, *ParseDate(day));
  };
  EXPECT_TRUE(due(Frequency::kDaily, "2024-01-17"));
  EXPECT_TRUE(due(Frequency::kWeekly, "2024-01-15"));  // A Monday.
  EXPECT_FALSE(due(Frequency::kWeekly, "2024-01-17"));
  EXPECT_TRUE(due(Frequency::kMonthly, "2024-02-01"));
  EXPECT_FALSE(due(Frequency::kMonthly, "2024-02-02"));
  EXPECT_TRUE(due(Frequency::kQuarterly, "2024-10-01"));
  EXPECT_FALSE(due(Frequency::kQuarterly, "2024-11-01"));
}

TEST_F(MakePlanTest, PathFormatsAreThoseOfTheDocumentation) {
  const std::map<std::string, std::string> expected = {
      {"nested", "2024/03/15/orders.csv"},
      {"flat", "20240315_orders.csv"},
      {"nested_daily", "2024/03/15/orders/data.csv"},
      {"nested_monthly", "2024/03/orders_20240315.csv"},
      {"nested_yearly", "2024/orders_20240315.csv"},
      {"flat_with_date", "orders_20240315.csv"},
      {"flat_with_date_prefix", "20240315_orders.csv"},
      {"hive_partitioned", "orders/year=2024/month=03/day=15/data.csv"},
      {"hive_monthly", "orders/year=2024/month=03/orders_20240315.csv"},
      {"iso_week", "2024/week_11/orders_20240315.csv"},
      {"quarter_based", "2024/Q1/orders_20240315.csv"},
      {"{base_path}/x/{table_name}-{yyyy_mm_dd}.parquet", "x/orders-2024_03_15.csv"}};
  EXPECT_EQ(PathFormats().size() + 1, expected.size());
  const PathFacts facts{.dataset = "shop",
                        .table = "orders",
                        .extension = "csv",
                        .day = *ParseDate("2024-03-15")};
  for (const auto& [name, path] : expected) {
    const auto layout = LayoutByDay(name);
    ASSERT_TRUE(layout.ok()) << name << layout.status();
    EXPECT_EQ(*ExpandPath(layout->single, facts), "Files/synthetic_data/shop/" + path);
    EXPECT_NE(*ExpandPath(layout->parts, facts), *ExpandPath(layout->single, facts));
  }
  EXPECT_THAT(LayoutByDay("nested_dayly").status().message(),
              HasSubstr("did you mean `nested_daily`?"));
  EXPECT_THAT(LayoutByDay("{table}").status().message(), HasSubstr("has no date"));
  EXPECT_THAT(LayoutByDay("{yyyy}").status().message(), HasSubstr("has no {table}"));
}

TEST_F(MakePlanTest, FamiliesAreCutAtTheRowsOfTheirRoot) {
  const Plan plan = Make(SmallFiles());
  const BoundTable& items = dataset_->table(dataset_->FindTable("order_items"));
  const BoundTable& parcels = dataset_->table(dataset_->FindTable("parcels"));
  for (const Task& task : plan.tasks) {
    if (task.root != "orders") continue;
    ASSERT_EQ(task.files.size(), 3u);
    EXPECT_EQ(task.files[0].rows, task.rows);
    EXPECT_EQ(task.files[1].rows, RowsUnder(*dataset_, items, task.rows));
    EXPECT_EQ(task.files[2].rows, RowsUnder(*dataset_, parcels, task.rows));
    // The biggest member has the wished rows, about.
    EXPECT_LT(task.files[1].rows.length(), 1650);
  }
}

TEST_F(MakePlanTest, CutsDoNotDependOnTheChosenTables) {
  const Plan whole = Make(SmallFiles());
  std::map<std::string, std::vector<std::pair<std::string, int64_t>>> expected;
  for (const Task& task : whole.tasks) {
    for (const FilePlan& file : task.files) {
      expected[file.table].emplace_back(file.path, file.rows.begin);
    }
  }
  for (const TablePlan& table : whole.tables) {
    PlanRequest request = SmallFiles();
    request.tables = {table.name};
    std::vector<std::pair<std::string, int64_t>> found;
    for (const Task& task : Make(request).tasks) {
      for (const FilePlan& file : task.files) {
        found.emplace_back(file.path, file.rows.begin);
      }
    }
    EXPECT_EQ(found, expected[table.name]) << table.name;
  }
}

TEST_F(MakePlanTest, OneFileOrNumberedParts) {
  PlanRequest request;
  request.source = SmallFiles().source;
  const Plan one = Make(request);
  EXPECT_EQ(one.tasks.size(), 3u);  // stores, customers, the family of orders
  EXPECT_EQ(one.tasks[2].files[0].path,
            "Files/synthetic_data/corner_shop_small/orders.parquet");
  const Plan many = Make(SmallFiles());
  std::set<std::string> paths;
  for (const Task& task : many.tasks) {
    for (const FilePlan& file : task.files) paths.insert(file.path);
  }
  EXPECT_TRUE(
      paths.contains("Files/synthetic_data/corner_shop_small/orders/part-00000.parquet"));
  EXPECT_TRUE(paths.contains("Files/synthetic_data/corner_shop_small/stores.parquet"));
}

TEST_F(MakePlanTest, DaysSelectRowsOfEvents) {
  PlanRequest request = SmallFiles();
  request.days = DateRange{DaysFromCivil(2024, 2, 1), DaysFromCivil(2024, 2, 7)};
  const Plan week = Make(request);
  const Plan whole = Make(SmallFiles());
  const RowRange rows = week.FindTable("orders")->rows;
  EXPECT_GT(rows.begin, whole.FindTable("orders")->rows.begin);
  EXPECT_LT(rows.end, whole.FindTable("orders")->rows.end);
  EXPECT_GT(rows.length(), 0);
  // A request selects; it does not change who the dataset is.
  EXPECT_EQ(week.identity, whole.identity);
}

TEST_F(MakePlanTest, JsonRoundTrip) {
  PlanRequest request = SmallFiles();
  request.source.overrides.set = {{"customers", "700"}};
  request.as_of = DaysFromCivil(2024, 2, 10);
  request.files.compression = "zstd:3";
  const Plan plan = Make(request);
  const std::string text = ToJson(plan).dump(1);
  const auto read = PlanFromText(text);
  ASSERT_TRUE(read.ok()) << read.status().ToString();
  EXPECT_EQ(ToJson(*read).dump(1), text);
  EXPECT_EQ(read->tasks, plan.tasks);
  EXPECT_EQ(read->tables, plan.tables);
  EXPECT_EQ(LayoutText(*read), LayoutText(plan));
  EXPECT_EQ(read->as_of.day, DaysFromCivil(2024, 2, 10) - DaysFromCivil(2023, 12, 1));
  EXPECT_EQ(nlohmann::json::parse(read->identity)["as_of"], "2024-02-10");
}

TEST_F(MakePlanTest, BadPlansAreRefused) {
  for (const char* text :
       {"", "{", "[]", R"({"format_version": 2})", R"({"format_version": "x"})"}) {
    const auto plan = PlanFromText(text);
    EXPECT_EQ(ExitCodeOf(plan.status()), ExitCode::kRequest) << text;
  }
  nlohmann::ordered_json json = ToJson(Make(SmallFiles()));
  json["tasks"][0]["id"] = 5;
  EXPECT_FALSE(PlanFromJson(json).ok());
}

TEST_F(MakePlanTest, AnotherProcessBindsTheSameDataset) {
  const Plan plan = Make(SmallFiles());
  PlanRequest request = SmallFiles();
  auto again = BindPlan(plan);
  ASSERT_TRUE(again.ok()) << again.status().ToString();
  EXPECT_EQ(ToJson(*MakePlan(**again, request)), ToJson(plan));
  Plan other = plan;
  other.seed = 7;
  EXPECT_THAT(BindPlan(other).status().message(), HasSubstr("seed is 7 here, 42 there"));
}

TEST_F(MakePlanTest, BadRequests) {
  PlanRequest request = SmallFiles();
  request.tables = {"order_itms"};
  EXPECT_THAT(ErrorOf(request), HasSubstr("did you mean `order_items`?"));
  request = SmallFiles();
  request.days = DateRange{DaysFromCivil(2024, 2, 2), DaysFromCivil(2024, 2, 1)};
  EXPECT_THAT(ErrorOf(request), HasSubstr("before start"));
  request.days = DateRange{DaysFromCivil(2023, 11, 30), DaysFromCivil(2024, 2, 1)};
  EXPECT_THAT(ErrorOf(request), HasSubstr("epoch"));
  request = SmallFiles();
  request.file_rows = 0;
  EXPECT_THAT(ErrorOf(request), HasSubstr("--file-rows-target"));
  request.file_rows.reset();
  request.file_bytes = -1;
  EXPECT_THAT(ErrorOf(request), HasSubstr("--file-size"));
  for (int64_t rows : {int64_t{0}, int64_t{-5}, int64_t{10'000'000'000'001}}) {
    EXPECT_EQ(ExitCodeOf(CheckOverrides({.target_rows = rows})), ExitCode::kRequest);
  }
  for (double scale : {0.0, -1.0, 0.0 / 0.0, 1.0 / 0.0, 1e300}) {
    EXPECT_EQ(ExitCodeOf(CheckOverrides({.scale_factor = scale})), ExitCode::kRequest);
  }
  EXPECT_TRUE(CheckOverrides({}).ok());
}

TEST_F(MakePlanTest, TooManyFilesAreRefused) {
  EXPECT_TRUE(Cut({0, 1'000'000}, 1).ok());
  EXPECT_EQ(ExitCodeOf(Cut({0, 1'000'001}, 1).status()), ExitCode::kRequest);
  EXPECT_EQ(*Cut({5, 5}, 10), (std::vector<RowRange>{{5, 5}}));
  EXPECT_EQ(*Cut({5, 26}, 10), (std::vector<RowRange>{{5, 15}, {15, 25}, {25, 26}}));
}

TEST_F(MakePlanTest, ExplainNamesEveryTable) {
  const Plan plan = Make(SmallFiles());
  const std::string text = Explain(plan, "parquet", {}, 2);
  for (const TablePlan& table : plan.tables) EXPECT_THAT(text, HasSubstr(table.name));
  EXPECT_THAT(text, HasSubstr("6,000"));
  EXPECT_THAT(text, HasSubstr("part-00000.parquet and"));
}

TEST(FormatNumbers, ForPeople) {
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(-1234567), "-1,234,567");
  EXPECT_EQ(FormatCount(-123), "-123");
  EXPECT_EQ(FormatBytes(999), "999 B");
  EXPECT_EQ(FormatBytes(999'999), "1.0 MB");
  EXPECT_EQ(FormatBytes(12'345'678), "12 MB");
  EXPECT_EQ(FormatSeconds(0.04), "0.0 s");
  EXPECT_EQ(FormatSeconds(200), "3 min 20 s");
  EXPECT_EQ(FormatSeconds(7500), "2 h 5 min");
}

}  // namespace
}  // namespace lakeseed
