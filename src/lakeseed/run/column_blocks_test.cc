// Law: the files of every dataset are the same, whether values that nothing else needs
// are made where they are written or before.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "lakeseed/base/vocabulary.h"
#include "lakeseed/plan/make_plan.h"
#include "lakeseed/run/runner.h"

namespace lakeseed {
namespace {

namespace fs = std::filesystem;

class RunOfBlocks : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(LAKESEED_SOURCE_DIR "/build/vocab/us_places.csv")) {
      GTEST_SKIP() << "the vocabulary is not built: run `make build`";
    }
    SetVocabularyDirectory(LAKESEED_SOURCE_DIR "/build/vocab");
    SetDatasetDirectory(LAKESEED_SOURCE_DIR "/datasets");
  }

  /// Bytes and facts of all files by their paths.
  std::map<std::string, std::string> Make(const Plan& plan, const BoundDataset& dataset,
                                          const RunOptions& options) {
    std::string root = (fs::temp_directory_path() / "lakeseed-blocks-XXXXXX").string();
    EXPECT_NE(::mkdtemp(root.data()), nullptr);
    const auto storage = Storage::Open(root).ValueOrDie();
    const auto report = Generate(plan, dataset, storage.get(), options);
    EXPECT_TRUE(report.ok()) << report.status().ToString();
    std::map<std::string, std::string> contents;
    if (report.ok()) {
      for (const DataFile& file : report->files) {
        std::ifstream stream(fs::path(root) / file.path, std::ios::binary);
        std::ostringstream text;
        text << stream.rdbuf() << ToJson(file).dump();
        contents[file.path] = text.str();
      }
    }
    std::error_code ignored;
    fs::remove_all(root, ignored);
    return contents;
  }

  void ExpectEqualFiles(const PlanRequest& request) {
    const auto dataset = BindSource(request.source, 42, {}).ValueOrDie();
    const Plan plan = MakePlan(*dataset, request).ValueOrDie();
    const auto arrays = Make(plan, *dataset, {.threads = 1, .blocks = false});
    EXPECT_FALSE(arrays.empty());
    for (const auto& [threads, chunk_rows] :
         {std::pair(1, int64_t{0}), std::pair(2, int64_t{3'333})}) {
      const auto blocks =
          Make(plan, *dataset, {.threads = threads, .chunk_rows = chunk_rows});
      ASSERT_EQ(blocks.size(), arrays.size());
      for (const auto& [path, bytes] : arrays) {
        ASSERT_TRUE(blocks.contains(path)) << path;
        EXPECT_TRUE(blocks.at(path) == bytes) << path << ", " << threads << " threads";
      }
    }
  }

  /// A few thousand rows.
  static PlanRequest RequestOf(const std::string& id) {
    PlanRequest request;
    request.source.dataset_id = id;
    const auto spec = LoadDataset(id, {}).ValueOrDie();
    if (spec.main.empty()) {
      request.source.overrides.scale_factor = 0.01;
      request.days = DateRange{spec.window.from, spec.window.from + 2};
    } else {
      request.source.overrides.target_rows = 3'000;
    }
    request.file_rows = 100'000;
    return request;
  }
};

class RunOfDataset : public RunOfBlocks,
                     public ::testing::WithParamInterface<std::string> {};

TEST_P(RunOfDataset, GivesTheSameFiles) {
  PlanRequest request = RequestOf(GetParam());
  for (const std::string format : {"parquet", "csv"}) {
    request.files.format = request.files.extension = format;
    ExpectEqualFiles(request);
  }
}

TEST_F(RunOfBlocks, GivesTheSameFilesOfAllFormatsSortedAndCut) {
  PlanRequest request = RequestOf("retail_oltp_small");
  for (const std::string format : {"arrow", "json"}) {
    request.files.format = request.files.extension = format;
    ExpectEqualFiles(request);
  }
  request.files.format = request.files.extension = "parquet";
  PlanRequest compat = request, sorted = request, cut = request, many = request;
  compat.files.parquet_profile = "compat";
  ExpectEqualFiles(compat);
  sorted.tables = {"orders", "order_items"};
  sorted.sort.columns = {"order_id"};
  ExpectEqualFiles(sorted);
  cut.tables = {"orders"};
  cut.partition_by = {"channel"};
  ExpectEqualFiles(cut);
  many.file_rows = 700;
  ExpectEqualFiles(many);
}

INSTANTIATE_TEST_SUITE_P(
    Datasets, RunOfDataset,
    [] {
      SetDatasetDirectory(LAKESEED_SOURCE_DIR "/datasets");
      std::vector<std::string> ids;
      for (const DatasetListing& one : ListDatasets().ValueOrDie()) ids.push_back(one.id);
      return testing::ValuesIn(ids);
    }(),
    [](const auto& one) { return one.param; });

}  // namespace
}  // namespace lakeseed
