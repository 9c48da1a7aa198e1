// The laws of a run on the built-in retail dataset: equal bytes however it is
// cut, and every cell read back as it is made again.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "lakeseed/base/vocabulary.h"
#include "lakeseed/plan/make_plan.h"
#include "lakeseed/run/recompute.h"
#include "lakeseed/run/runner.h"

namespace lakeseed {
namespace {

namespace fs = std::filesystem;
using Contents = std::map<std::string, std::string>;

class RetailLaws : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(LAKESEED_SOURCE_DIR "/build/vocab/us_places.csv")) {
      GTEST_SKIP() << "the vocabulary is not built: run `make build`";
    }
    SetVocabularyDirectory(LAKESEED_SOURCE_DIR "/build/vocab");
    SetDatasetDirectory(LAKESEED_SOURCE_DIR "/datasets");
    request_.source.dataset_id = "retail_oltp_small";
    request_.source.overrides.target_rows = 3'000;
    request_.file_rows = 2'500;
    auto bound = BindSource(request_.source, 42, {});
    ASSERT_TRUE(bound.ok()) << bound.status().ToString();
    dataset_ = *bound;
  }

  /// Make a plan's files in a directory of their own; paths to bytes.
  Contents Make(const PlanRequest& request, const RunOptions& options,
                RecomputeReport* recomputed = nullptr) {
    std::string root = (fs::temp_directory_path() / "lakeseed-retail-XXXXXX").string();
    EXPECT_NE(::mkdtemp(root.data()), nullptr);
    const auto storage = Storage::Open(root).ValueOrDie();
    const Plan plan = MakePlan(*dataset_, request).ValueOrDie();
    const auto report = Generate(plan, *dataset_, storage.get(), options);
    EXPECT_TRUE(report.ok()) << report.status().ToString();
    Contents contents;
    if (report.ok()) {
      for (const DataFile& file : report->files) {
        std::ifstream stream(fs::path(root) / file.path, std::ios::binary);
        std::ostringstream text;
        text << stream.rdbuf();
        contents[file.path] = text.str();
      }
      if (recomputed != nullptr) {
        *recomputed = RecomputeCells(*dataset_, *storage, report->files,
                                     {.as_of = plan.as_of, .chunk_rows = 777})
                          .ValueOrDie();
      }
    }
    std::error_code ignored;
    fs::remove_all(root, ignored);
    return contents;
  }

  PlanRequest request_;
  std::shared_ptr<const BoundDataset> dataset_;
};

TEST_F(RetailLaws, BytesDoNotDependOnThreadsChunksOrTables) {
  const Contents whole = Make(request_, {.threads = 1});
  ASSERT_GE(whole.size(), 6u);
  for (const int threads : {1, 2, 7}) {
    for (const int64_t chunk : {1'000, 3'333, 1'000'000}) {
      EXPECT_TRUE(Make(request_, {.threads = threads, .chunk_rows = chunk}) == whole)
          << threads << " threads, chunk " << chunk;
    }
  }
  for (const char* table :
       {"customers", "products", "stores", "orders", "order_items", "inventory"}) {
    PlanRequest part = request_;
    part.tables = {table};
    const Contents files = Make(part, {.threads = 2});
    EXPECT_FALSE(files.empty());
    for (const auto& [path, bytes] : files) {
      ASSERT_TRUE(whole.contains(path)) << path;
      EXPECT_TRUE(whole.at(path) == bytes) << path;
    }
  }
}

TEST_F(RetailLaws, EveryCellReadsBackAsItIsMadeAlone) {
  for (const std::string format : {"parquet", "csv", "json", "arrow"}) {
    PlanRequest request = request_;
    request.files.format = request.files.extension = format;
    RecomputeReport report;
    Make(request, {.threads = 2}, &report);
    EXPECT_GT(report.cells, 100'000) << format;
    EXPECT_EQ(report.violations, 0) << format;
    for (const CellViolation& one : report.shown) {
      ADD_FAILURE() << one.path << " row " << one.row << " " << one.column << ": "
                    << one.expected << " found " << one.found;
      break;
    }
  }
}

TEST_F(RetailLaws, DaysAloneAreTheDaysOfTheWhole) {
  // Rows of one week, made alone, against the same rows of the full run.
  PlanRequest week = request_;
  week.tables = {"orders", "order_items"};
  week.days =
      DateRange{dataset_->spec().window.from + 400, dataset_->spec().window.from + 406};
  week.files.format = week.files.extension = "csv";
  week.file_rows = 1'000'000;
  PlanRequest whole = week;
  whole.days.reset();
  const Contents all = Make(whole, {.threads = 2});
  for (const auto& [path, bytes] : Make(week, {.threads = 2})) {
    ASSERT_TRUE(all.contains(path)) << path;
    const size_t header = bytes.find('\n') + 1;
    ASSERT_GT(bytes.size(), header + 100) << path;
    EXPECT_NE(all.at(path).find(bytes.substr(header)), std::string::npos) << path;
  }
}

}  // namespace
}  // namespace lakeseed
