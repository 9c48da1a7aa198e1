#include "lakeseed/state/state_store.h"

#include <arrow/scalar.h>
#include <arrow/type.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/state/process.h"
#include "lakeseed/state/schema.h"
#include "lakeseed/state/state_path.h"
#include "lakeseed/state/state_reader.h"
#include "lakeseed/write/storage_fault.h"

namespace lakeseed {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const int32_t kFirst = DaysFromCivil(2024, 1, 1);

/// For child processes, where no expectation is heard.
void Must(const arrow::Status& status) {
  if (!status.ok()) status.Abort();
}

JobFacts Job(int64_t seed = 42) {
  JobFacts job;
  job.dataset_id = "shop_incremental";
  job.dataset_name = "shop";
  job.job_name = "generate-series";
  job.command_line = "lakeseed generate-series shop_incremental";
  job.target_rows = 10000;
  job.target_location = "data";
  job.seed = seed;
  job.identity = nlohmann::json{{"seed", seed}, {"dataset", "shop"}}.dump();
  job.layout = "parquet-nested";
  job.pattern = "oltp";
  return job;
}

std::vector<int32_t> Days(int count, int from = 0) {
  std::vector<int32_t> days(static_cast<size_t>(count));
  std::iota(days.begin(), days.end(), kFirst + from);
  return days;
}

DataFile OrdersFile(int32_t day) {
  DataFile file;
  file.path = "orders/" + FormatDate(day) + ".parquet";
  file.table = "orders";
  file.format = "parquet";
  file.num_rows = 100;
  file.size_bytes = 5000;
  file.columns = {
      {"order_id", arrow::int64(), 0, 0, arrow::MakeScalar(int64_t{1}),
       arrow::MakeScalar(int64_t{100})},
      {"order_date", arrow::date32(), 0, 0, std::make_shared<arrow::Date32Scalar>(day),
       std::make_shared<arrow::Date32Scalar>(day)},
      {"shipped_date", arrow::date32(), 25, 0,
       std::make_shared<arrow::Date32Scalar>(day + 1),
       std::make_shared<arrow::Date32Scalar>(day + 5)}};
  return file;
}

DayFacts Facts(int32_t day) {
  DayTable orders{"orders", "incremental", 100, 5000, {}, {OrdersFile(day)}};
  DayTable customers{"customers",           "snapshot", 50 + day - kFirst, 900,
                     {"customers.parquet"}, {}};
  return {day, {orders, customers}, 2.0, 0.5, 1.5, 75.0};
}

class StateStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("lakeseed_state_" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    path_ = (folder_ / "deep" / "state.sqlite").string();
  }
  void TearDown() override {
    SetStorageFault(std::nullopt);
    std::filesystem::remove_all(folder_);
  }

  std::unique_ptr<StateStore> Open() { return StateStore::Open(path_).ValueOrDie(); }

  std::vector<std::vector<std::string>> Rows(const std::string& sql) {
    auto reader = StateReader::Open(path_).ValueOrDie();
    std::vector<std::vector<std::string>> rows;
    for (const auto& row : reader->Query(sql).ValueOrDie().rows) {
      auto& texts = rows.emplace_back();
      for (const SqlValue& value : row) {
        if (const auto* text = std::get_if<std::string>(&value)) texts.push_back(*text);
        if (const auto* whole = std::get_if<int64_t>(&value))
          texts.push_back(std::to_string(*whole));
        if (const auto* real = std::get_if<double>(&value))
          texts.push_back(fmt::format("{}", *real));
        if (std::holds_alternative<std::monostate>(value)) texts.emplace_back("NULL");
      }
    }
    return rows;
  }

  /// Run in a process of its own; its end as waitpid says it.
  template <typename Body>
  pid_t Fork(Body&& body) {
    const pid_t child = ::fork();
    if (child == 0) {
      body();
      ::_exit(0);
    }
    return child;
  }
  static int WaitFor(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
  }

  std::filesystem::path folder_;
  std::string path_;
};

TEST_F(StateStoreTest, ADayIsRunningThenCompleted) {
  auto store = Open();
  const JobFacts job = Job();
  const std::string id = store->BeginJob(job).ValueOrDie();
  const auto days = Days(2);
  const ClaimResult claim = store->ClaimDays(id, job, days, false).ValueOrDie();
  EXPECT_EQ(claim.claimed, days);
  EXPECT_THAT(claim.completed, IsEmpty());
  EXPECT_THAT(Rows("SELECT DISTINCT status, job_id FROM log_synthetic_data_generation"),
              ElementsAre(ElementsAre("running", id)));
  EXPECT_THAT(store->CompletedDays(job.dataset_id, job.layout).ValueOrDie(), IsEmpty());

  ASSERT_TRUE(store->CompleteDays(id, std::vector{Facts(days[0]), Facts(days[1])}).ok());
  ASSERT_TRUE(store->FinishJob(id, "completed", "").ok());
  EXPECT_EQ(store->CompletedDays(job.dataset_id, job.layout).ValueOrDie(), days);
  EXPECT_THAT(
      Rows("SELECT generation_date, tables_generated, total_rows, file_paths, "
           "target_rows, rows_per_second, duration_seconds, peak_memory_gb, "
           "cpu_cores_used, execution_time_ms, generation_mode "
           "FROM log_synthetic_data_generation ORDER BY 1 DESC LIMIT 1"),
      ElementsAre(ElementsAre("2024-01-02", R"(["orders","customers"])", "151",
                              R"(["orders/2024-01-02.parquet","customers.parquet"])",
                              "10000", "75", "2", "0.5", "1.5", "2000", "native")));
  EXPECT_THAT(Rows("SELECT status, error_message FROM "
                   "config_synthetic_data_generation_jobs"),
              ElementsAre(ElementsAre("completed", "NULL")));
}

TEST_F(StateStoreTest, StateJsonCountsDaysAndSizes) {
  auto store = Open();
  const JobFacts job = Job();
  const auto days = Days(3);
  // The last day is made twice: counts are of days, not of runs.
  for (const bool again : {false, true}) {
    const std::string id = store->BeginJob(job).ValueOrDie();
    const auto claim =
        store->ClaimDays(id, job, again ? Days(1, 2) : days, again).ValueOrDie();
    std::vector<DayFacts> facts;
    for (const int32_t day : claim.claimed) facts.push_back(Facts(day));
    ASSERT_TRUE(store->CompleteDays(id, facts).ok());
    ASSERT_TRUE(store->FinishJob(id, "completed", "").ok());
  }
  const auto rows = Rows(
      "SELECT state_json, created_date, last_updated FROM "
      "synthetic_data_state WHERE dataset_id = 'shop_incremental'");
  ASSERT_EQ(rows.size(), 1u);
  const auto json = nlohmann::json::parse(rows[0][0]);
  const nlohmann::json tables = {{"orders",
                                  {{"last_generated", "2024-01-03"},
                                   {"generation_count", 3},
                                   {"current_size", 300}}},
                                 {"customers",
                                  {{"last_generated", "2024-01-03"},
                                   {"generation_count", 3},
                                   {"current_size", 52}}}};
  EXPECT_EQ(json["tables"], tables);
  EXPECT_EQ(json["created_date"], rows[0][1]);
  EXPECT_EQ(json["last_updated"], rows[0][2]);
  EXPECT_LT(rows[0][1], rows[0][2]);
  EXPECT_EQ(Rows("SELECT count(*) FROM log_synthetic_data_generation")[0][0], "3");
}

TEST_F(StateStoreTest, SumsOfDaysAreThoseOfTheLog) {
  auto store = Open();
  const JobFacts job = Job();
  const std::string id = store->BeginJob(job).ValueOrDie();
  // Out of order, one by one and in batches, one day again with other rows.
  for (const auto& days : {Days(2, 5), Days(1, 0), Days(3, 1), Days(1, 6)}) {
    const auto claim = store->ClaimDays(id, job, days, true).ValueOrDie();
    std::vector<DayFacts> facts;
    for (const int32_t day : claim.claimed) facts.push_back(Facts(day));
    if (days.size() == 1) facts[0].tables[0].rows = 7;
    ASSERT_TRUE(store->CompleteDays(id, facts).ok());
    EXPECT_THAT(
        Rows("SELECT table_name, table_type, max(generation_date), count(*), CASE "
             "table_type WHEN 'incremental' THEN sum(rows_generated) ELSE "
             "rows_generated END, sum(size_bytes) FROM log_synthetic_data_tables "
             "GROUP BY table_name ORDER BY 1"),
        ::testing::ElementsAreArray(
            Rows("SELECT table_name, table_type, last_generated, "
                 "generation_count, current_size, size_bytes FROM "
                 "synthetic_data_table_state ORDER BY 1")));
  }
  EXPECT_THAT(
      Rows("SELECT current_size, generation_count FROM synthetic_data_table_state "
           "ORDER BY table_name"),
      ElementsAre(ElementsAre("56", "6"), ElementsAre("414", "6")));
}

TEST_F(StateStoreTest, StatusComparesWithoutCase) {
  auto store = Open();
  const std::string id = store->BeginJob(Job()).ValueOrDie();
  ASSERT_TRUE(store->ClaimDays(id, Job(), Days(1), false).ok());
  ASSERT_TRUE(store->CompleteDays(id, std::vector{Facts(kFirst)}).ok());
  for (const char* word : {"COMPLETED", "completed", "Completed"}) {
    EXPECT_EQ(Rows(fmt::format("SELECT count(*) FROM log_synthetic_data_generation "
                               "WHERE status = '{}'",
                               word))[0][0],
              "1");
  }
}

TEST_F(StateStoreTest, ALivingJobKeepsItsDays) {
  auto store = Open(), other = Open();
  const JobFacts job = Job();
  const std::string mine = store->BeginJob(job).ValueOrDie();
  const std::string theirs = other->BeginJob(job).ValueOrDie();
  ASSERT_TRUE(store->ClaimDays(mine, job, Days(3), false).ok());
  const auto refused = other->ClaimDays(theirs, job, Days(3, 2), false).ValueOrDie();
  EXPECT_THAT(refused.claimed, IsEmpty());
  ASSERT_EQ(refused.busy.size(), 1u);
  EXPECT_EQ(refused.busy[0].day, kFirst + 2);
  EXPECT_EQ(refused.busy[0].pid, ::getpid());
  EXPECT_THAT(refused.busy[0].since, StartsWith("20"));
  // Claiming again what one has is no conflict.
  EXPECT_EQ(store->ClaimDays(mine, job, Days(3), false).ValueOrDie().claimed, Days(3));
  // Nobody completes or fails another's day.
  EXPECT_TRUE(other->CompleteDays(theirs, std::vector{Facts(kFirst)}).IsInvalid());
  EXPECT_TRUE(other->FailDays(theirs, Days(1), "x").IsInvalid());
  // Another layout is another target.
  JobFacts flat = job;
  flat.layout = "csv-flat";
  const std::string third = other->BeginJob(flat).ValueOrDie();
  EXPECT_EQ(other->ClaimDays(third, flat, Days(3), false).ValueOrDie().claimed, Days(3));
}

TEST_F(StateStoreTest, ADayIsKnownToBeDoneInAnotherLayout) {
  auto store = Open();
  const JobFacts job = Job();
  const std::string id = store->BeginJob(job).ValueOrDie();
  ASSERT_TRUE(store->ClaimDays(id, job, Days(2), false).ok());
  ASSERT_TRUE(store->CompleteDays(id, std::vector{Facts(kFirst)}).ok());
  const auto is_elsewhere = [&](std::string_view dataset, std::string_view layout,
                                int32_t day) {
    return store->IsInOtherLayout(std::string(dataset), std::string(layout), day)
        .ValueOrDie();
  };
  EXPECT_TRUE(is_elsewhere(job.dataset_id, "csv-flat", kFirst));
  EXPECT_FALSE(is_elsewhere(job.dataset_id, job.layout, kFirst));
  EXPECT_FALSE(is_elsewhere("another", "csv-flat", kFirst));
  EXPECT_FALSE(is_elsewhere(job.dataset_id, "csv-flat", kFirst + 1));  // Not done yet.
}

TEST_F(StateStoreTest, FailedDaysAndEndedJobsFreeTheirDays) {
  auto store = Open();
  const JobFacts job = Job();
  const std::string id = store->BeginJob(job).ValueOrDie();
  ASSERT_TRUE(store->ClaimDays(id, job, Days(3), false).ok());
  ASSERT_TRUE(store->FailDays(id, Days(1), "disk full\ndetails").ok());
  ASSERT_TRUE(store->CompleteDays(id, std::vector{Facts(kFirst + 1)}).ok());
  ASSERT_TRUE(store->FinishJob(id, "interrupted", "").ok());
  EXPECT_THAT(
      Rows("SELECT status, message FROM log_synthetic_data_generation ORDER BY "
           "generation_date"),
      ElementsAre(ElementsAre("failed", "disk full"), ElementsAre("completed", "NULL"),
                  ElementsAre("failed", "the job ended before the day was done")));
  EXPECT_TRUE(store->ClaimDays(id, job, Days(1), false).status().IsInvalid());
  EXPECT_TRUE(store->FinishJob(id, "completed", "").IsInvalid());
  const std::string next = store->BeginJob(job).ValueOrDie();
  const auto claim = store->ClaimDays(next, job, Days(3), false).ValueOrDie();
  EXPECT_THAT(claim.claimed, ElementsAre(kFirst, kFirst + 2));
  EXPECT_THAT(claim.completed, ElementsAre(kFirst + 1));
}

TEST_F(StateStoreTest, AnotherIdentityIsRefusedByName) {
  auto store = Open();
  const std::string id = store->BeginJob(Job()).ValueOrDie();
  ASSERT_TRUE(store->ClaimDays(id, Job(), Days(2), false).ok());
  ASSERT_TRUE(store->CompleteDays(id, std::vector{Facts(kFirst)}).ok());
  const std::string other = store->BeginJob(Job(7)).ValueOrDie();
  // Also for days that are not there yet: a series is of one identity.
  for (const auto& days : {Days(1), Days(1, 20)}) {
    const auto refused = store->ClaimDays(other, Job(7), days, true).status();
    EXPECT_EQ(ExitCodeOf(refused), ExitCode::kRequest);
    EXPECT_THAT(refused.message(), HasSubstr("seed is 42 there, 7 here"));
    EXPECT_THAT(refused.message(), HasSubstr("shop_incremental"));
  }
  // Equal JSON in other words is the same identity.
  JobFacts spaced = Job();
  spaced.identity = "{ \"seed\": 42,  \"dataset\": \"shop\" }";
  const std::string same = store->BeginJob(spaced).ValueOrDie();
  EXPECT_TRUE(store->ClaimDays(same, spaced, Days(1), false).ok());
}

TEST_F(StateStoreTest, FourProcessesShareTheDays) {
  constexpr int kProcesses = 4, kDays = 40;
  std::vector<pid_t> children;
  for (int p = 0; p < kProcesses; ++p) {
    children.push_back(Fork([&] {
      auto store = Open();
      const JobFacts job = Job();
      const std::string id = store->BeginJob(job).ValueOrDie();
      std::ofstream mine(folder_ / std::to_string(p));
      // Everybody asks for every day, in windows that overlap.
      for (int from = 0; from < kDays; ++from) {
        const int start = (from + p * 10) % kDays;
        const auto days = Days(std::min(4, kDays - start), start);
        const ClaimResult claim = store->ClaimDays(id, job, days, false).ValueOrDie();
        std::vector<DayFacts> facts;
        for (const int32_t day : claim.claimed) {
          mine << day << "\n";
          facts.push_back(Facts(day));
        }
        Must(store->CompleteDays(id, facts));
        if (!claim.busy.empty()) --from;
      }
      Must(store->FinishJob(id, "completed", ""));
    }));
  }
  for (const pid_t child : children) EXPECT_EQ(WaitFor(child), 0);
  std::multiset<int32_t> claimed;
  for (int p = 0; p < kProcesses; ++p) {
    std::ifstream file(folder_ / std::to_string(p));
    for (int32_t day = 0; file >> day;) claimed.insert(day);
  }
  const auto days = Days(kDays);
  EXPECT_EQ(std::vector<int32_t>(claimed.begin(), claimed.end()), days);
  EXPECT_EQ(Open()->CompletedDays("shop_incremental", "parquet-nested").ValueOrDie(),
            days);
  EXPECT_EQ(
      Rows("SELECT count(DISTINCT job_id) FROM log_synthetic_data_generation WHERE "
           "job_id NOT IN (SELECT job_id FROM config_synthetic_data_generation_jobs "
           "WHERE status = 'completed')")[0][0],
      "0");
}

TEST_F(StateStoreTest, DaysOfAKilledProcessAreTakenOver) {
  Open();
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = Fork([&] {
    auto store = Open();
    const std::string id = store->BeginJob(Job()).ValueOrDie();
    Must(store->ClaimDays(id, Job(), Days(3), false).status());
    Must(store->CompleteDays(id, std::vector{Facts(kFirst)}));
    if (::write(ready[1], "x", 1) != 1) ::_exit(1);
    for (;;) ::pause();
  });
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  auto store = Open();
  const std::string id = store->BeginJob(Job()).ValueOrDie();
  const auto busy = store->ClaimDays(id, Job(), Days(3), false).ValueOrDie().busy;
  ASSERT_EQ(busy.size(), 2u);
  EXPECT_EQ(busy[0].pid, child);
  ::kill(child, SIGKILL);
  siginfo_t info;
  // Wait for its end, but leave it a zombie: its number is still taken.
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  {
    auto reader = StateReader::Open(path_).ValueOrDie();
    const auto status = reader->Status("shop_incremental").ValueOrDie();
    ASSERT_EQ(status.size(), 1u);
    EXPECT_EQ(status[0].interrupted.size(), 2u);
    EXPECT_THAT(status[0].running, IsEmpty());
    EXPECT_THAT(status[0].completed, ElementsAre(kFirst));
  }
  const auto claim = store->ClaimDays(id, Job(), Days(3), false).ValueOrDie();
  EXPECT_THAT(claim.claimed, ElementsAre(kFirst + 1, kFirst + 2));
  EXPECT_THAT(claim.completed, ElementsAre(kFirst));
  EXPECT_THAT(
      Rows(fmt::format("SELECT status, error_message FROM "
                       "config_synthetic_data_generation_jobs WHERE owner_pid = {}",
                       child))[0],
      ElementsAre("failed", HasSubstr(std::to_string(child))));
  WaitFor(child);
}

TEST_F(StateStoreTest, LocksKnowBetterThanProcessNumbers) {
  auto store = Open(), other = Open();
  const std::string mine = store->BeginJob(Job()).ValueOrDie();
  const std::string theirs = other->BeginJob(Job()).ValueOrDie();
  ASSERT_TRUE(other->ClaimDays(theirs, Job(), Days(2), false).ok());
  const auto pretend = [&](const std::string& host, const std::string& process) {
    auto database = Database::Open(path_, Database::Mode::kWrite).ValueOrDie();
    ASSERT_TRUE(database
                    ->Run("UPDATE config_synthetic_data_generation_jobs SET "
                          "owner_host = ?, owner_process = ? WHERE job_id = ?",
                          {host, process, theirs})
                    .ok());
  };
  // A process that we cannot see, since its numbers are of another container.
  pretend(ThisProcess().host, "another/boot/1");
  EXPECT_EQ(store->ClaimDays(mine, Job(), Days(2), false).ValueOrDie().busy.size(), 2u);
  // A host that is gone, and nobody who could say so but the lock.
  pretend("elsewhere", "another/boot/1");
  EXPECT_EQ(store->ClaimDays(mine, Job(), Days(2), false).ValueOrDie().busy.size(), 2u);
  other.reset();
  EXPECT_EQ(store->ClaimDays(mine, Job(), Days(2), false).ValueOrDie().claimed, Days(2));
  // Without locks the host and the process decide.
  std::filesystem::remove(path_ + ".lock");
  auto third = Open();
  const std::string id = third->BeginJob(Job()).ValueOrDie();
  std::filesystem::remove(path_ + ".lock");
  EXPECT_EQ(third->ClaimDays(id, Job(), Days(2), false).ValueOrDie().busy.size(), 2u);
}

TEST_F(StateStoreTest, KilledAtEveryCommitThenDone) {
  const auto days = Days(6);
  // One run: batches of two days; what a series does, without files.
  const auto run = [&] {
    auto store = StateStore::Open(path_).ValueOrDie();
    const std::string id = store->BeginJob(Job()).ValueOrDie();
    for (size_t at = 0; at < days.size(); at += 2) {
      const auto claim =
          store->ClaimDays(id, Job(), std::span(days).subspan(at, 2), false).ValueOrDie();
      std::vector<DayFacts> facts;
      for (const int32_t day : claim.claimed) facts.push_back(Facts(day));
      Must(store->CompleteDays(id, facts));
    }
    Must(store->FinishJob(id, "completed", ""));
  };
  int kills = 0;
  for (int at = 1;; ++at) {
    std::filesystem::remove_all(folder_);
    const int ended = WaitFor(Fork([&] {
      SetStorageFault(StorageFault{StorageFault::Kind::kKill, at});
      run();
    }));
    if (ended == 0) break;
    EXPECT_TRUE(WIFSIGNALED(ended) && WTERMSIG(ended) == SIGKILL);
    ++kills;
    EXPECT_EQ(WaitFor(Fork(run)), 0);
    EXPECT_THAT(Rows("SELECT count(*), count(DISTINCT generation_date), min(status), "
                     "max(status) FROM log_synthetic_data_generation"),
                ElementsAre(ElementsAre("6", "6", "completed", "completed")))
        << at;
    EXPECT_EQ(Rows("SELECT count(*) FROM config_synthetic_data_generation_jobs WHERE "
                   "status = 'running'")[0][0],
              "0");
    EXPECT_EQ(Rows("SELECT json_extract(state_json, '$.tables.orders.generation_count') "
                   "FROM synthetic_data_state")[0][0],
              "6");
  }
  // Folder, tables, begin, three claims, three completions, finish.
  EXPECT_EQ(kills, 10);
}

TEST_F(StateStoreTest, AFullDiskChangesNothing) {
  auto store = Open();
  const std::string id = store->BeginJob(Job()).ValueOrDie();
  ASSERT_TRUE(store->ClaimDays(id, Job(), Days(2), false).ok());
  SetStorageFault(StorageFault{StorageFault::Kind::kFull, 1});
  EXPECT_FALSE(store->CompleteDays(id, std::vector{Facts(kFirst)}).ok());
  EXPECT_FALSE(store->FailDays(id, Days(1), "x").ok());
  SetStorageFault(std::nullopt);
  EXPECT_EQ(Rows("SELECT DISTINCT status FROM log_synthetic_data_generation")[0][0],
            "running");
  EXPECT_EQ(Rows("SELECT count(*) FROM log_synthetic_data_files")[0][0], "0");
  // One wrong day of several: none is completed.
  EXPECT_FALSE(
      store->CompleteDays(id, std::vector{Facts(kFirst), Facts(kFirst + 9)}).ok());
  EXPECT_THAT(store->CompletedDays("shop_incremental", "parquet-nested").ValueOrDie(),
              IsEmpty());
}

TEST_F(StateStoreTest, FilesKnowTheirDates) {
  auto store = Open();
  const std::string id = store->BeginJob(Job()).ValueOrDie();
  ASSERT_TRUE(store->ClaimDays(id, Job(), Days(1), false).ok());
  ASSERT_TRUE(store->CompleteDays(id, std::vector{Facts(kFirst)}).ok());
  const auto rows = Rows(
      "SELECT file_path, primary_date_column, min_date, correlation, "
      "date_columns FROM log_synthetic_data_files");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_THAT(std::vector(rows[0].begin(), rows[0].begin() + 4),
              ElementsAre("orders/2024-01-01.parquet", "order_date", "2024-01-01",
                          "File orders/2024-01-01.parquet contains 100 records with "
                          "order_date = 2024-01-01"));
  const auto columns = nlohmann::json::parse(rows[0][4]);
  ASSERT_EQ(columns.size(), 2u);
  EXPECT_EQ(columns[1]["column_name"], "shipped_date");
  EXPECT_EQ(columns[1]["null_count"], 25);
  EXPECT_EQ(columns[1]["completeness_percentage"], 75.0);
  EXPECT_EQ(columns[0]["is_primary_date"], true);
}

TEST_F(StateStoreTest, QueriesOnlyRead) {
  Open();
  auto reader = StateReader::Open(path_).ValueOrDie();
  EXPECT_TRUE(reader->Query("SELECT 1;  -- the end").ok());
  EXPECT_TRUE(reader->Query("WITH a AS (SELECT 2 AS b) SELECT b FROM a").ok());
  for (const char* sql : {"DELETE FROM synthetic_data_state", "SELECT 1; SELECT 2", "",
                          "SELECT 1; DROP TABLE synthetic_data_state",
                          "PRAGMA user_version = 3", "ATTACH '/tmp/x' AS y", "SELEC 1",
                          "SELECT * FROM missing", "SELECT load_extension('x')"}) {
    const auto result = reader->Query(sql);
    EXPECT_EQ(ExitCodeOf(result.status()), ExitCode::kRequest) << sql;
  }
  EXPECT_THAT(reader->Query("SELECT * FROM missing").status().message(),
              HasSubstr("no such table: missing"));
}

TEST_F(StateStoreTest, OtherFilesAreRefused) {
  std::filesystem::create_directories(folder_);
  const std::string text = (folder_ / "text").string();
  std::ofstream(text) << std::string(5000, 'x');
  EXPECT_EQ(ExitCodeOf(StateStore::Open(text).status()), ExitCode::kRequest);
  EXPECT_EQ(ExitCodeOf(StateReader::Open(text).status()), ExitCode::kRequest);
  EXPECT_EQ(ExitCodeOf(StateReader::Open(path_).status()), ExitCode::kRequest);
  EXPECT_FALSE(std::filesystem::exists(path_));
  {
    auto database = Database::Open(path_, Database::Mode::kWrite).ValueOrDie();
    EXPECT_EQ(ExitCodeOf(StateReader::Open(path_).status()), ExitCode::kRequest);
    ASSERT_TRUE(database->RunScript("PRAGMA user_version = 9").ok());
  }
  EXPECT_THAT(StateStore::Open(path_).status().message(), HasSubstr("schema 9"));
}

TEST_F(StateStoreTest, DatasetsAreListedAndUpdated) {
  auto store = Open();
  DatasetEntry shop{"shop_small", "shop", "star",     "retail", "a shop",
                    "orders",     10'000, {"orders"}, "{}"};
  ASSERT_TRUE(store->PutDatasets(std::vector{shop}).ok());
  shop.description = "another";
  ASSERT_TRUE(store->PutDatasets(std::vector{shop}).ok());
  EXPECT_THAT(Rows("SELECT dataset_id, dataset_type, schema_pattern, description, "
                   "max_recommended_rows, is_active FROM config_synthetic_data_datasets"),
              ElementsAre(ElementsAre("shop_small", "analytical", "star_schema",
                                      "another", "1000000", "1")));
  EXPECT_THAT(Rows("SELECT main_table, target_rows, tables FROM "
                   "sample_dataset_configurations"),
              ElementsAre(ElementsAre("orders", "10000", "[\"orders\"]")));
}

TEST(ProcessOwnerTest, TellsTheLivingFromTheGone) {
  ProcessOwner self = ThisProcess();
  EXPECT_FALSE(IsGone(self));
  ProcessOwner later = self;
  later.mark += "0";  // The same number, started at another time.
  EXPECT_TRUE(IsGone(later));
  ProcessOwner rebooted = self;
  rebooted.mark = "another" + self.mark;
  EXPECT_TRUE(IsGone(rebooted));
  ProcessOwner far = later;
  far.host = "elsewhere";
  EXPECT_FALSE(IsGone(far));
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  int status = 0;
  ::waitpid(child, &status, 0);
  ProcessOwner ended = self;
  ended.pid = child;
  EXPECT_TRUE(IsGone(ended));
}

TEST(StatePathTest, OutputsAndWarehouses) {
  EXPECT_EQ(StatePathOf("data"), "data/.lakeseed/state.sqlite");
  EXPECT_EQ(StatePathOf("file:///tmp/data/"), "/tmp/data/.lakeseed/state.sqlite");
  const std::string object = StatePathOf("s3://bucket/a/b");
  EXPECT_THAT(object, StartsWith(".lakeseed/bucket_"));
  EXPECT_EQ(object, StatePathOf("s3://bucket/a/b/"));
  EXPECT_NE(object, StatePathOf("s3://bucket/a/c"));
  EXPECT_EQ(ConfigPathOf("w/warehouse.sqlite"), "w/warehouse.config.sqlite");
}

TEST(SchemaTest, EveryTableInEveryDialect) {
  for (const Dialect dialect : {Dialect::kSqlite, Dialect::kPostgresql}) {
    const std::string plain = SchemaDdl(dialect), config = SchemaDdl(dialect, "config");
    for (const StateTable& table : StateTables()) {
      EXPECT_THAT(plain, HasSubstr(fmt::format("EXISTS {} (", table.name)));
      EXPECT_THAT(config, HasSubstr(fmt::format("EXISTS config.{} (", table.name)));
    }
  }
}

}  // namespace
}  // namespace lakeseed
