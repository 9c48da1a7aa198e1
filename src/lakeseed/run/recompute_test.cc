#include "lakeseed/run/recompute.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "lakeseed/base/date.h"
#include "lakeseed/plan/make_plan.h"
#include "lakeseed/plan/path_format.h"
#include "lakeseed/plan/sample_shop.h"
#include "lakeseed/run/runner.h"

namespace lakeseed {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class RecomputeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "lakeseed-cells-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    storage_ = Storage::Open(root_).ValueOrDie();
    dataset_ = BindSampleShop();
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }

  /// Generate everything; the files that were written.
  std::vector<DataFile> Make(const std::string& format, bool naive = false) {
    PlanRequest request = SampleShopRequest(format);
    request.files.naive_timestamps = naive;
    request.file_rows = 4'000;
    const Plan plan = MakePlan(*dataset_, request).ValueOrDie();
    const auto report = Generate(plan, *dataset_, storage_.get(),
                                 {.threads = 2, .if_exists = IfExists::kOverwrite});
    EXPECT_TRUE(report.ok()) << report.status().ToString();
    options_.as_of = plan.as_of;
    options_.naive_timestamps = naive;
    return report.ok() ? report->files : std::vector<DataFile>{};
  }
  /// Generate some days, in small files.
  std::vector<DataFile> MakeDays(const std::string& format) {
    PlanRequest request = SampleShopRequest(format);
    request.file_rows = 250;
    request.by_day = true;
    request.layout = LayoutByDay("nested").ValueOrDie();
    request.days = DateRange{DaysFromCivil(2024, 2, 8), DaysFromCivil(2024, 2, 12)};
    const Plan plan = MakePlan(*dataset_, request).ValueOrDie();
    const auto report = Generate(plan, *dataset_, storage_.get(),
                                 {.threads = 2, .if_exists = IfExists::kOverwrite});
    EXPECT_TRUE(report.ok()) << report.status().ToString();
    options_.as_of = plan.as_of;
    return report.ok() ? report->files : std::vector<DataFile>{};
  }
  RecomputeReport Check(const std::vector<DataFile>& files) {
    return RecomputeCells(*dataset_, *storage_, files, options_).ValueOrDie();
  }

  std::string Read(const std::string& path) {
    std::ifstream file(root_ + "/" + path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  void Write(const std::string& path, const std::string& text) {
    std::ofstream(root_ + "/" + path, std::ios::binary) << text;
  }
  static DataFile Find(const std::vector<DataFile>& files, const std::string& table) {
    for (const DataFile& file : files) {
      if (file.table == table) return file;
    }
    ADD_FAILURE() << table;
    return {};
  }

  std::string root_;
  std::unique_ptr<Storage> storage_;
  std::shared_ptr<const BoundDataset> dataset_;
  RecomputeOptions options_;
};

TEST_F(RecomputeTest, EveryFormatReadsBackAsMade) {
  for (const std::string format : {"parquet", "csv", "json", "arrow"}) {
    for (const bool naive : {false, true}) {
      const auto files = Make(format, naive);
      int64_t rows = 0;
      for (const DataFile& file : files) rows += file.num_rows;
      for (const int64_t chunk : {int64_t{999}, int64_t{65'536}}) {
        options_.chunk_rows = chunk;
        options_.threads = 2;
        const RecomputeReport report = Check(files);
        EXPECT_EQ(report.violations, 0)
            << format << ": " << (report.shown.empty() ? "" : report.shown[0].column)
            << " " << (report.shown.empty() ? "" : report.shown[0].expected) << " found "
            << (report.shown.empty() ? "" : report.shown[0].found);
        EXPECT_EQ(report.rows, rows) << format;
        EXPECT_GT(report.cells, 3 * rows) << format;
      }
    }
  }
}

TEST_F(RecomputeTest, CopiesAreMadeAsOfTheirDay) {
  for (const std::string format : {"csv", "parquet"}) {
    const auto files = MakeDays(format);
    int64_t rows = 0, copies = 0;
    for (const DataFile& file : files) {
      rows += file.num_rows;
      copies += file.table == "customers" && file.rows.begin == 0;
    }
    EXPECT_EQ(copies, 5);
    for (const int64_t chunk : {int64_t{37}, int64_t{65'536}}) {
      options_.chunk_rows = chunk;
      const RecomputeReport report = Check(files);
      EXPECT_EQ(report.violations, 0)
          << format << ": " << (report.shown.empty() ? "" : report.shown[0].column);
      EXPECT_EQ(report.rows, rows);
    }
  }
}

TEST_F(RecomputeTest, CopyOfAnotherDayAndCopiesTooShortOrTooLong) {
  auto files = MakeDays("csv");
  std::vector<DataFile> parts;
  for (const DataFile& file : files) {
    if (file.table == "customers" && file.day == DaysFromCivil(2024, 2, 10)) {
      parts.push_back(file);
    }
  }
  ASSERT_GE(parts.size(), 2u);
  EXPECT_EQ(Check(parts).violations, 0);
  // Parts are found by their rows, in any order; one alone stands at its places.
  std::swap(parts.front(), parts.back());
  EXPECT_EQ(Check(parts).violations, 0);
  RecomputeReport report = Check({parts.back()});
  ASSERT_EQ(report.violations, 1);
  EXPECT_THAT(report.shown[0].expected, HasSubstr("more than"));

  auto later = parts;
  for (DataFile& file : later) file.day = *file.day + 40;
  EXPECT_GT(Check(later).violations, 20) << "others live forty days later";

  std::sort(parts.begin(), parts.end(), [](const DataFile& a, const DataFile& b) {
    return a.rows.begin < b.rows.begin;
  });
  DataFile& last = parts.back();
  std::string text = Read(last.path);
  Write(last.path, text + text.substr(text.rfind('\n', text.size() - 2) + 1));
  ++last.rows.end;
  report = Check(parts);
  ASSERT_EQ(report.violations, 1);
  EXPECT_EQ(report.shown[0].expected, "the end of the day");
  EXPECT_EQ(report.shown[0].found, "1 more rows");
}

TEST_F(RecomputeTest, AnotherSeedIsFoundInEveryTable) {
  const auto files = Make("parquet");
  dataset_ = BindSampleShop({.seed = 43});
  options_.max_violations = 3;
  const RecomputeReport report = Check({Find(files, "stores")});
  EXPECT_GT(report.violations, 3);
  ASSERT_EQ(report.shown.size(), 3u);
  EXPECT_EQ(report.shown[0].column, "floor");
  EXPECT_NE(report.shown[0].expected, report.shown[0].found);
}

TEST_F(RecomputeTest, OneChangedCellIsNamed) {
  for (const std::string format : {"csv", "json"}) {
    const auto files = Make(format);
    const DataFile file = Find(files, "orders");
    std::string text = Read(file.path);
    const size_t at = text.find("Premium");
    ASSERT_NE(at, std::string::npos);
    text.replace(at, 7, "premium");
    Write(file.path, text);
    const auto before =
        std::count(text.begin(), text.begin() + static_cast<int64_t>(at), '\n');
    const RecomputeReport report = Check(files);
    ASSERT_EQ(report.violations, 1) << format;
    EXPECT_EQ(report.shown[0].table, "orders");
    EXPECT_EQ(report.shown[0].path, file.path);
    EXPECT_EQ(report.shown[0].column, "segment");
    EXPECT_EQ(report.shown[0].expected, "Premium");
    EXPECT_EQ(report.shown[0].found, "premium");
    EXPECT_EQ(report.shown[0].row, file.rows.begin + before - (format == "csv" ? 1 : 0));
  }
}

TEST_F(RecomputeTest, MissingExtraAndSwappedRows) {
  const auto files = Make("csv");
  const DataFile file = Find(files, "stores");
  const std::string text = Read(file.path);
  const size_t last = text.rfind('\n', text.size() - 2);
  Write(file.path, text.substr(0, last + 1));
  RecomputeReport report = Check({file});
  ASSERT_EQ(report.violations, 1);
  EXPECT_EQ(report.shown[0].expected, "7 rows");
  EXPECT_EQ(report.shown[0].found, "6 rows");
  Write(file.path, text + text.substr(last + 1));
  report = Check({file});
  ASSERT_EQ(report.violations, 1);
  EXPECT_EQ(report.shown[0].found, "8 rows");
  const size_t first = text.find('\n') + 1, second = text.find('\n', first) + 1,
               third = text.find('\n', second) + 1;
  Write(file.path, text.substr(0, first) + text.substr(second, third - second) +
                       text.substr(first, second - first) + text.substr(third));
  EXPECT_GE(Check({file}).violations, 2);
}

TEST_F(RecomputeTest, DamagedFilesAreViolations) {
  for (const std::string format : {"parquet", "arrow", "json"}) {
    const auto files = Make(format);
    const DataFile file = Find(files, "order_items");
    const std::string text = Read(file.path);
    Write(file.path, text.substr(0, text.size() / 2));
    EXPECT_GE(Check({file}).violations, 1) << format;
    fs::remove(root_ + "/" + file.path);
    const RecomputeReport report = Check({file});
    EXPECT_EQ(report.violations, 1) << format;
    EXPECT_EQ(report.shown[0].expected, "a readable file");
  }
}

TEST_F(RecomputeTest, RenamedColumnsAreViolations) {
  const auto files = Make("csv");
  const DataFile file = Find(files, "stores");
  std::string text = Read(file.path);
  text.replace(text.find("floor"), 5, "flaor");
  Write(file.path, text);
  const RecomputeReport report = Check({file});
  ASSERT_EQ(report.violations, 1);
  EXPECT_THAT(report.shown[0].found, HasSubstr("flaor"));
}

}  // namespace
}  // namespace lakeseed
