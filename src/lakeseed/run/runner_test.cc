#include "lakeseed/run/runner.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/commit/manifest.h"
#include "lakeseed/generate/version_caches.h"
#include "lakeseed/plan/make_plan.h"
#include "lakeseed/plan/path_format.h"
#include "lakeseed/plan/sample_shop.h"
#include "lakeseed/run/memory_budget.h"
#include "lakeseed/write/storage_fault.h"

namespace lakeseed {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using Contents = std::map<std::string, std::string>;

/// A directory of its own, gone at the end.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "lakeseed-run-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
    storage_ = Storage::Open(path_).ValueOrDie();
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }
  Storage* storage() const { return storage_.get(); }

  /// Path to bytes of every file.
  Contents Read() const {
    Contents contents;
    for (const auto& entry : fs::recursive_directory_iterator(path_)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      std::ostringstream text;
      text << file.rdbuf();
      contents[fs::relative(entry.path(), path_).string()] = text.str();
    }
    return contents;
  }
  /// The same without the manifest and what else is ours.
  Contents Data() const {
    Contents contents = Read();
    std::erase_if(contents,
                  [](const auto& one) { return one.first.starts_with("_lakeseed"); });
    return contents;
  }

 private:
  std::string path_;
  std::unique_ptr<Storage> storage_;
};

class RunnerTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { dataset_ = BindSampleShop(); }
  static void TearDownTestSuite() { dataset_.reset(); }
  void TearDown() override { SetStorageFault(std::nullopt); }

  static PlanRequest Request(int64_t file_rows, const std::string& format = "parquet") {
    PlanRequest request = SampleShopRequest(format);
    request.file_rows = file_rows;
    return request;
  }
  static Plan MakePlanOf(const PlanRequest& request) {
    return MakePlan(*dataset_, request).ValueOrDie();
  }
  static Contents Make(const Plan& plan, const RunOptions& options) {
    Folder folder;
    const auto report = Generate(plan, *dataset_, folder.storage(), options);
    EXPECT_TRUE(report.ok()) << report.status().ToString();
    return folder.Data();
  }
  static Contents Reference(const Plan& plan) { return Make(plan, {.threads = 1}); }

  static void ExpectEqual(const Contents& found, const Contents& expected,
                          const std::string& what) {
    ASSERT_EQ(found.size(), expected.size()) << what;
    for (const auto& [path, bytes] : expected) {
      const auto at = found.find(path);
      ASSERT_NE(at, found.end()) << what << ": " << path;
      EXPECT_TRUE(at->second == bytes) << what << ": bytes differ: " << path;
    }
  }

  static std::shared_ptr<const BoundDataset> dataset_;
};

std::shared_ptr<const BoundDataset> RunnerTest::dataset_;

TEST_F(RunnerTest, BytesDoNotDependOnThreadsOrChunks) {
  for (const std::string format : {"parquet", "csv"}) {
    for (const int64_t file_rows : {int64_t{2'000}, int64_t{1'000'000}}) {
      const Plan plan = MakePlanOf(Request(file_rows, format));
      const Contents expected = Reference(plan);
      EXPECT_GE(expected.size(), 5u);
      for (const int threads : {1, 2, 7}) {
        for (const int64_t chunk : {1'000, 7'777, 1'000'000, 0}) {
          RunOptions options;
          options.threads = threads;
          options.chunk_rows = chunk;
          ExpectEqual(Make(plan, options), expected,
                      fmt::format("{} {} rows, {} threads, chunk {}", format, file_rows,
                                  threads, chunk));
        }
      }
    }
  }
}

TEST_F(RunnerTest, ADayAloneIsThatDayOfTheSeries) {
  PlanRequest request = Request(300, "csv");
  request.by_day = true;
  request.layout = *LayoutByDay("nested_daily");
  const auto make = [&](const char* from, const char* to, int64_t chunk) {
    request.days = DateRange{*ParseDate(from), *ParseDate(to)};
    return Make(MakePlanOf(request), {.threads = 2, .chunk_rows = chunk});
  };
  const Contents series = make("2024-01-01", "2024-02-10", 0);
  request.once_days = {{"stores", *ParseDate("2024-01-01")}};
  for (const char* day : {"2024-02-05", "2024-01-01", "2024-01-29"}) {
    const Contents alone = make(day, day, 100);
    EXPECT_GE(alone.size(), 4u);
    for (const auto& [path, bytes] : alone) {
      ASSERT_TRUE(series.contains(path)) << path;
      EXPECT_TRUE(series.at(path) == bytes) << path;
    }
  }
}

TEST_F(RunnerTest, SubsetsOfTablesAreTheSameFiles) {
  const Contents whole = Reference(MakePlanOf(Request(2'000)));
  const std::vector<std::vector<std::string>> subsets = {{"orders"},
                                                         {"order_items"},
                                                         {"parcels"},
                                                         {"parcels", "orders"},
                                                         {"customers", "stores"}};
  for (const auto& tables : subsets) {
    PlanRequest request = Request(2'000);
    request.tables = tables;
    const Contents part = Make(MakePlanOf(request), {.threads = 2});
    EXPECT_FALSE(part.empty());
    for (const auto& [path, bytes] : part) {
      ASSERT_TRUE(whole.contains(path)) << path;
      EXPECT_TRUE(whole.at(path) == bytes) << tables.front() << ": " << path;
    }
  }
}

TEST_F(RunnerTest, SharesInAnyOrderAreTheWhole) {
  const Plan plan = MakePlanOf(Request(2'000));
  const Contents expected = Reference(plan);
  // Through JSON and a binding of its own, as in another process.
  const Plan moved = PlanFromJson(ToJson(plan)).ValueOrDie();
  const auto again = BindPlan(moved).ValueOrDie();
  for (const std::vector<int64_t>& order :
       {std::vector<int64_t>{1, 2, 3}, std::vector<int64_t>{3, 1, 2}}) {
    Folder folder;
    for (const int64_t index : order) {
      RunOptions options{.threads = static_cast<int>(index)};
      options.share = {index, 3};
      const auto early = CommitPlan(moved, folder.storage(), {});
      EXPECT_EQ(ExitCodeOf(early.status()), ExitCode::kRequest);
      EXPECT_THAT(early.status().message(), HasSubstr("tasks are not done"));
      const auto report = RunTasks(moved, *again, folder.storage(), options);
      ASSERT_TRUE(report.ok()) << report.status().ToString();
      EXPECT_TRUE(folder.Data().empty()) << "visible before the commit";
    }
    const auto report = CommitPlan(moved, folder.storage(), {});
    ASSERT_TRUE(report.ok()) << report.status().ToString();
    EXPECT_FALSE(report->repeated);
    ExpectEqual(folder.Data(), expected, "shares");
    const auto repeated = CommitPlan(moved, folder.storage(), {});
    ASSERT_TRUE(repeated.ok()) << repeated.status().ToString();
    EXPECT_TRUE(repeated->repeated);
    ExpectEqual(folder.Data(), expected, "repeated commit");
  }
}

TEST_F(RunnerTest, DoneTasksAreNotRunAgain) {
  const Plan plan = MakePlanOf(Request(2'000));
  Folder folder;
  RunOptions options{.threads = 1};
  options.share = {1, 2};
  ASSERT_TRUE(RunTasks(plan, *dataset_, folder.storage(), options).ok());
  const auto again = RunTasks(plan, *dataset_, folder.storage(), options).ValueOrDie();
  EXPECT_EQ(again.tasks, 0);
  EXPECT_GT(again.rows(), 0);
}

TEST_F(RunnerTest, ReportAndProgressCountEverything) {
  const Plan plan = MakePlanOf(Request(2'000));
  Folder folder;
  std::vector<TableProgress> last;
  RunOptions options{.threads = 2};
  options.progress = [&](std::span<const TableProgress> now) {
    last.assign(now.begin(), now.end());
  };
  const auto report = Generate(plan, *dataset_, folder.storage(), options).ValueOrDie();
  ASSERT_EQ(last.size(), plan.tables.size());
  for (size_t i = 0; i < last.size(); ++i) {
    EXPECT_EQ(last[i].rows_done, plan.tables[i].rows.length());
    EXPECT_EQ(last[i].rows_total, plan.tables[i].rows.length());
    EXPECT_EQ(report.tables[i].rows, plan.tables[i].rows.length());
    EXPECT_EQ(report.tables[i].files, plan.tables[i].files);
    EXPECT_EQ(last[i].bytes, report.tables[i].bytes);
  }
  int64_t bytes = 0;
  for (const auto& [path, text] : folder.Data())
    bytes += static_cast<int64_t>(text.size());
  EXPECT_EQ(report.bytes(), bytes);
  EXPECT_EQ(report.version, 0);
  EXPECT_GT(report.peak_rss_bytes, 0);
  const auto manifest = ReadManifest(*folder.storage()).ValueOrDie();
  ASSERT_TRUE(manifest.has_value());
  EXPECT_EQ(manifest->tables.size(), plan.tables.size());
  EXPECT_THAT(manifest->identity, HasSubstr("\"as_of\":\"2024-03-31\""));
  EXPECT_THAT(manifest->commit_time, HasSubstr("2024-04-01"));
}

TEST_F(RunnerTest, CancelLeavesNothing) {
  const Plan plan = MakePlanOf(Request(2'000));
  for (const int threads : {1, 2, 5}) {
    for (const int64_t after : {0, 1, 4, 9}) {
      Folder folder;
      std::atomic<bool> cancel{after == 0};
      int64_t calls = 0;
      RunOptions options{.threads = threads};
      options.cancel = &cancel;
      options.progress = [&](auto) { cancel = cancel || ++calls > after; };
      const auto report = Generate(plan, *dataset_, folder.storage(), options);
      EXPECT_EQ(ExitCodeOf(report.status()), ExitCode::kInterrupted);
      EXPECT_EQ(folder.Read(), Contents{});
    }
  }
}

TEST_F(RunnerTest, AFailureAnywhereLeavesNothingVisible) {
  const Plan plan = MakePlanOf(Request(2'000));
  int64_t calls = 0;
  {
    Folder folder;
    SetStorageFault(std::nullopt);
    ASSERT_TRUE(Generate(plan, *dataset_, folder.storage(), {.threads = 2}).ok());
    calls = CountedStorageCalls();
  }
  ASSERT_GT(calls, 50);
  int64_t failures = 0;
  for (int64_t at = 1; at <= calls; at += 13) {
    Folder folder;
    SetStorageFault(StorageFault{StorageFault::Kind::kFull, at});
    const auto report = Generate(plan, *dataset_, folder.storage(), {.threads = 2});
    SetStorageFault(std::nullopt);
    if (report.ok()) continue;
    ++failures;
    const Contents contents = folder.Data();
    const auto manifest = ReadManifest(*folder.storage()).ValueOrDie();
    const bool begun = manifest.has_value() && manifest->commit_pending;
    if (!begun && !fs::exists(folder.path() + "/_lakeseed/commit.json")) {
      EXPECT_EQ(contents, Contents{}) << "call " << at;
    }
  }
  EXPECT_GT(failures, 5);
}

TEST_F(RunnerTest, ErrorsNameTheFile) {
  const Plan plan = MakePlanOf(Request(2'000));
  Folder folder;
  SetStorageFault(StorageFault{StorageFault::Kind::kFull, 40});
  const auto report = Generate(plan, *dataset_, folder.storage(), {.threads = 1});
  EXPECT_EQ(ExitCodeOf(report.status()), ExitCode::kFailed);
  EXPECT_THAT(report.status().message(), HasSubstr(".parquet"));
}

TEST_F(RunnerTest, AnUnsatisfiablePlanMakesNoFile) {
  Plan plan = MakePlanOf(Request(2'000));
  plan.files.compression = "sanppy";
  Folder folder;
  EXPECT_EQ(ExitCodeOf(Generate(plan, *dataset_, folder.storage(), {}).status()),
            ExitCode::kRequest);
  plan.files.compression.clear();
  plan.tables[0].columns[0].name = "other";
  EXPECT_EQ(ExitCodeOf(Generate(plan, *dataset_, folder.storage(), {}).status()),
            ExitCode::kRequest);
  EXPECT_EQ(folder.Read(), Contents{});
}

TEST_F(RunnerTest, IfExists) {
  const Plan plan = MakePlanOf(Request(2'000));
  Folder folder;
  RunOptions options{.threads = 2};
  ASSERT_TRUE(Generate(plan, *dataset_, folder.storage(), options).ok());
  const Contents before = folder.Read();
  EXPECT_EQ(ExitCodeOf(Generate(plan, *dataset_, folder.storage(), options).status()),
            ExitCode::kRequest);
  EXPECT_EQ(folder.Read(), before);
  options.if_exists = IfExists::kResume;
  const auto resumed = Generate(plan, *dataset_, folder.storage(), options).ValueOrDie();
  EXPECT_EQ(resumed.tasks, 0);
  EXPECT_TRUE(resumed.repeated);
  EXPECT_EQ(folder.Read(), before);
  options.if_exists = IfExists::kOverwrite;
  ASSERT_TRUE(Generate(plan, *dataset_, folder.storage(), options).ok());
  Contents data = before;
  std::erase_if(data, [](const auto& one) { return one.first.starts_with("_lakeseed"); });
  ExpectEqual(folder.Data(), data, "overwrite");
}

TEST_F(RunnerTest, MemoryLimitIsRefusedOrKept) {
  const Plan plan = MakePlanOf(Request(1'000'000));
  Folder folder;
  const auto refused = Generate(plan, *dataset_, folder.storage(),
                                {.threads = 2, .memory_limit_bytes = 1 << 20});
  EXPECT_EQ(ExitCodeOf(refused.status()), ExitCode::kRequest);
  EXPECT_THAT(refused.status().message(), HasSubstr("--memory-limit"));
  EXPECT_EQ(folder.Read(), Contents{});
  RunOptions options{.threads = 2, .memory_limit_bytes = 64 << 20};
  const Contents made = Make(plan, options);
  EXPECT_FALSE(dataset_->versions().budget().Has(dataset_->cache_bytes() / 2))
      << "caches count against the limit";
  ExpectEqual(made, Reference(plan), "64 MB");
}

TEST(FitMemory, TakesWhatFits) {
  const MemoryDemand free{
      .threads = 4, .tasks = 100, .bytes_per_row = 100, .bytes_per_task = 100e6};
  const MemoryBudget most = FitMemory(free).ValueOrDie();
  EXPECT_EQ(most.max_tasks, 4);
  EXPECT_EQ(most.max_chunks, 6);
  MemoryDemand tight = free;
  tight.limit_bytes = 250'000'000;
  const MemoryBudget less = FitMemory(tight).ValueOrDie();
  EXPECT_EQ(less.max_tasks, 2);
  EXPECT_LT(less.chunk_rows, most.chunk_rows);
  tight.limit_bytes = 50'000'000;
  EXPECT_EQ(ExitCodeOf(FitMemory(tight).status()), ExitCode::kRequest);
}

TEST(FitMemory, CachesGiveWay) {
  MemoryDemand demand{
      .bytes_per_row = 100, .bytes_per_task = 10e6, .cache_bytes = 64 << 20};
  EXPECT_EQ(FitMemory(demand)->cache_bytes, 64 << 20) << "no limit";
  demand.limit_bytes = 200'000'000;
  EXPECT_EQ(FitMemory(demand)->cache_bytes, 64 << 20);
  demand.limit_bytes = 80'000'000;
  const MemoryBudget less = FitMemory(demand).ValueOrDie();
  EXPECT_GT(less.cache_bytes, 32 << 20) << "what is left";
  EXPECT_LT(less.cache_bytes, 64 << 20);
  demand.limit_bytes = 27'500'000;
  const MemoryBudget least = FitMemory(demand).ValueOrDie();
  EXPECT_EQ(least.cache_bytes, 0) << "rather than refuse the run";
  EXPECT_GT(least.chunk_rows, 0);
}

TEST(FitMemory, ChunksOfManyThreadsAreSmaller) {
  const auto rows_of = [](int threads) {
    return FitMemory({.threads = threads, .bytes_per_row = 100})->chunk_rows;
  };
  EXPECT_EQ(rows_of(1), rows_of(2));
  EXPECT_EQ(rows_of(4), rows_of(2) / 2);
  EXPECT_EQ(rows_of(64), rows_of(8)) << "never so small that each is felt";
  EXPECT_EQ(FitMemory({.threads = 4, .chunk_rows = 77})->chunk_rows, 77);
}

TEST(ParseTaskShare, OnlyShares) {
  EXPECT_EQ(ParseTaskShare("2/8")->index, 2);
  EXPECT_EQ(ParseTaskShare("2/8")->count, 8);
  for (const char* text :
       {"", "1", "0/3", "4/3", "1/0", "a/b", "1/2/3", "-1/2", "1/ 2"}) {
    EXPECT_EQ(ExitCodeOf(ParseTaskShare(text).status()), ExitCode::kRequest) << text;
  }
}

}  // namespace
}  // namespace lakeseed
