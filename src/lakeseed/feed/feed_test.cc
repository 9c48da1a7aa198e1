// The laws of a change feed: applied to the tables of one day it gives those of a
// later one; updates are visible; cuts of days and of rows do not matter; files are
// there together or not at all.

#include "lakeseed/feed/feed.h"

#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <numeric>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/feed/feed_shop.h"
#include "lakeseed/generate/fanout.h"
#include "lakeseed/generate/population.h"
#include "lakeseed/generate/test_dataset.h"
#include "lakeseed/write/json_text.h"
#include "lakeseed/write/storage_fault.h"

namespace lakeseed {
namespace {

using Kind = Variation::Kind;

const BoundDataset& Shop() {
  static const DatasetPtr shop = BindText(kFeedShop);
  return *shop;
}

/// Rows of a batch as text, one each.
std::vector<std::string> Texts(const arrow::RecordBatch& batch) {
  std::vector<std::string> texts(static_cast<size_t>(batch.num_rows()));
  for (const auto& column : batch.columns()) {
    auto formatter = *ColumnFormatter::Make(column->type(), JsonDialect(false));
    ColumnText cells;
    EXPECT_TRUE(formatter->Format(*column, &cells).ok());
    for (size_t i = 0; i < texts.size(); ++i) {
      texts[i] += std::string(cells.at(static_cast<int64_t>(i))) + "|";
    }
  }
  return texts;
}

/// A table by key, which is the first column of every table of the shop.
using State = std::map<std::string, std::string>;

std::string KeyOf(const std::string& text) { return text.substr(0, text.find('|')); }

/// Rows that are there on a day, counted without the code under test.
std::vector<int64_t> RowsOn(const BoundDataset& dataset, const BoundTable& table,
                            int32_t day) {
  std::vector<int64_t> rows;
  if (table.parent >= 0) {
    for (const int64_t parent : RowsOn(dataset, dataset.table(table.parent), day)) {
      const int64_t first = table.rows->fanout()->FirstChild(parent);
      for (int64_t c = 0; c < table.rows->fanout()->Count(parent); ++c) {
        rows.push_back(first + c);
      }
    }
    return rows;
  }
  const RowRange all = table.rows->Extent({0, day});
  const Population* population = table.rows->population();
  for (int64_t row = all.begin; row < all.end; ++row) {
    int32_t arrival = 0;
    table.rows->ArrivalDaysOf(Rows(RowRange{row, row + 1}), &arrival);
    const bool is_there = population == nullptr || population->Alive(row, day);
    if (is_there && arrival <= day) rows.push_back(row);
  }
  return rows;
}

State Snapshot(const BoundDataset& dataset, const BoundTable& table, int32_t day) {
  std::vector<int> columns(table.columns.size());
  std::iota(columns.begin(), columns.end(), 0);
  std::vector<Program::Target> wanted;
  for (const BoundColumn& column : table.columns)
    wanted.push_back({table.index, column.node});
  const Program program(dataset, wanted);
  Evaluation evaluation(program, table.index, Rows(RowsOn(dataset, table, day)), nullptr,
                        {.day = day}, arrow::default_memory_pool());
  auto batch = evaluation.Batch(columns);
  EXPECT_TRUE(batch.ok()) << batch.status().ToString();
  State state;
  for (std::string& text : Texts(**batch)) {
    const std::string key = KeyOf(text);
    EXPECT_TRUE(state.emplace(key, std::move(text)).second);
  }
  return state;
}

struct Applied {
  int64_t inserts = 0, updates = 0, deletes = 0;
  std::pair<int32_t, int64_t> last = {-1, 0};  ///< Day and key.
};

/// Rows of a day come in their order, each once.
void CheckOrder(int32_t day, const std::string& key, Applied* applied) {
  const std::pair<int32_t, int64_t> here = {day, std::stoll(key)};
  EXPECT_LT(applied->last, here);
  applied->last = here;
}

/// Apply changes; every image before must be what the table holds.
void Apply(const ChangeBatch& changes, State* state, Applied* applied) {
  const std::vector<std::string> before = Texts(*changes.before);
  const std::vector<std::string> after = Texts(*changes.after);
  size_t b = 0, a = 0;
  for (const ChangeOp op : changes.ops) {
    if (op == ChangeOp::kInsert || op == ChangeOp::kRead) {
      const std::string key = KeyOf(after[a]);
      CheckOrder(changes.day, key, applied);
      EXPECT_TRUE(state->emplace(key, after[a++]).second) << "there already: " << key;
      ++applied->inserts;
      continue;
    }
    const std::string key = KeyOf(before[b]);
    CheckOrder(changes.day, key, applied);
    EXPECT_EQ((*state)[key], before[b]);
    if (op == ChangeOp::kDelete) {
      state->erase(key);
      ++applied->deletes;
    } else {
      EXPECT_EQ(KeyOf(after[a]), key);
      EXPECT_NE(after[a], before[b]);
      (*state)[key] = after[a++];
      ++applied->updates;
    }
    ++b;
  }
  EXPECT_EQ(b, before.size());
  EXPECT_EQ(a, after.size());
}

TEST(FeedTest, ApplyingTheFeedGivesTheLaterTables) {
  const BoundDataset& shop = Shop();
  for (const auto& table : shop.tables()) {
    SCOPED_TRACE(table->name);
    const TableFeed feed(shop, *table, 97, arrow::default_memory_pool());
    // Over the change of clocks of 2023-03-12, which is day 56.
    constexpr int32_t kFirst = 41, kLast = 75;
    State state = Snapshot(shop, *table, kFirst - 1);
    Applied applied;
    for (int32_t day = kFirst; day <= kLast; ++day) {
      ASSERT_TRUE(feed.Each(day,
                            [&](const ChangeBatch& batch) {
                              EXPECT_EQ(batch.day, day);
                              Apply(batch, &state, &applied);
                              return arrow::Status::OK();
                            })
                      .ok());
      if (day % 5 == 0 || day == 56 || day == 57) {
        ASSERT_EQ(state, Snapshot(shop, *table, day)) << day;
      }
    }
    const bool is_fixed = table->rows->fixed_count() >= 0;
    const bool can_die = shop.table(table->root).rows->population() != nullptr;
    EXPECT_EQ(applied.inserts > 0, !is_fixed);
    EXPECT_EQ(applied.deletes > 0, can_die);
    EXPECT_EQ(applied.updates > 0, feed.variation().kind != Kind::kNever);
  }
}

TEST(FeedTest, VariationSaysWhereToLook) {
  const BoundDataset& shop = Shop();
  const auto of = [&](const char* name) {
    const BoundTable& table = shop.table(shop.FindTable(name));
    return TableFeed(shop, table, 100, arrow::default_memory_pool()).variation();
  };
  EXPECT_EQ(of("regions").kind, Kind::kNever);
  EXPECT_EQ(of("tariffs").kind, Kind::kAnyDay);
  // $alive alone changes no row that stays.
  EXPECT_EQ(of("customers").kind, Kind::kOnChange);
  EXPECT_EQ(of("products").kind, Kind::kOnChange);
  EXPECT_EQ(of("stock").kind, Kind::kOnChange);
  EXPECT_EQ(of("counts").kind, Kind::kAnyDay);
  EXPECT_EQ(of("accounts").kind, Kind::kAnyDay);
  // The review begins with the arrival, so their caps add up.
  EXPECT_EQ(of("orders"), (Variation{Kind::kUntilSettled, 11 * kMicrosecondsPerDay}));
  EXPECT_EQ(of("lines"), (Variation{Kind::kUntilSettled, 8 * kMicrosecondsPerDay}));
  EXPECT_EQ(of("parcels").kind, Kind::kNever);
}

TEST(FeedTest, LooksBackUntilSettledAndNoFurther) {
  const BoundDataset& shop = Shop();
  const BoundTable& lines = shop.table(shop.FindTable("lines"));
  const RowChanges rows(shop, lines, {Kind::kUntilSettled, 8 * kMicrosecondsPerDay},
                        1'000'000);
  for (const int32_t day : {40, 56, 57, 60, 64, 65, 66}) {
    int64_t first = -1;
    ASSERT_TRUE(rows.Each(day,
                          [&](const RowPiece& piece) {
                            if (first < 0) first = piece.stay[0];
                            return arrow::Status::OK();
                          })
                    .ok());
    // An order at the last microsecond of day e has settled when day e + 9 begins,
    // give or take the hour of 2023-03-12.
    const RowSpace& space = *lines.rows;
    int32_t earliest = 0;
    while (space.DayStart(earliest + 1) - 1 + 8 * kMicrosecondsPerDay <=
           space.DayStart(day) - 1) {
      ++earliest;
    }
    EXPECT_EQ(first, space.Extent({earliest, earliest}).begin) << day;
    EXPECT_GE(earliest, day - 9);
  }
}

FeedRequest RequestOf(int32_t first, int32_t last) {
  FeedRequest request;
  request.days = {Shop().spec().epoch + first, Shop().spec().epoch + last};
  return request;
}

std::string Lines(const FeedRequest& request,
                  ChangeLines::Form form = ChangeLines::Form::kPlain) {
  auto feed = Feed::Make(Shop(), request);
  EXPECT_TRUE(feed.ok()) << feed.status().ToString();
  std::string text;
  const auto counts = (*feed)->Print(form, [&](std::string_view lines) {
    text += lines;
    return arrow::Status::OK();
  });
  EXPECT_TRUE(counts.ok()) << counts.status().ToString();
  return text;
}

TEST(FeedTest, NoByteDependsOnTheSizeOfThePieces) {
  FeedRequest request = RequestOf(30, 36);
  request.with_initial = true;
  const std::string whole = Lines(request);
  EXPECT_GT(whole.size(), 100'000u);
  for (const int64_t rows : {1, 13, 1000, 10'000'000}) {
    request.piece_rows = rows;
    EXPECT_EQ(Lines(request), whole) << rows;
  }
}

TEST(FeedTest, FeedsOfTwoSpansAreTheFeedOfBoth) {
  EXPECT_EQ(Lines(RequestOf(1, 8)) + Lines(RequestOf(9, 20)), Lines(RequestOf(1, 20)));
}

TEST(FeedTest, AChoiceOfTablesChangesNoChange) {
  FeedRequest request = RequestOf(20, 24);
  const std::string all = Lines(request);
  request.tables = {"lines"};
  std::string expected;
  for (size_t begin = 0; begin < all.size();) {
    const size_t end = all.find('\n', begin) + 1;
    const std::string line = all.substr(begin, end - begin);
    if (line.find("\"table\":\"lines\"") != std::string::npos) expected += line;
    begin = end;
  }
  EXPECT_FALSE(expected.empty());
  EXPECT_EQ(Lines(request), expected);
}

TEST(FeedTest, InitialStateIsTheTableOfTheDayBefore) {
  const BoundDataset& shop = Shop();
  for (const auto& table : shop.tables()) {
    const TableFeed feed(shop, *table, 31, arrow::default_memory_pool());
    State state;
    Applied applied;
    ASSERT_TRUE(feed.EachOf(33,
                            [&](const ChangeBatch& batch) {
                              Apply(batch, &state, &applied);
                              return arrow::Status::OK();
                            })
                    .ok());
    EXPECT_EQ(state, Snapshot(shop, *table, 33)) << table->name;
  }
}

TEST(FeedTest, LinesHaveTheirForms) {
  FeedRequest request = RequestOf(33, 33);
  request.tables = {"regions"};
  request.with_initial = true;
  EXPECT_THAT(Lines(request),
              testing::StartsWith(
                  "{\"op\":\"insert\",\"table\":\"regions\",\"key\":{\"region_id\""
                  ":1},\"day\":\"2023-02-16\",\"commit_time\":\"2023-02-16T00:00:"
                  "00Z\",\"before\":null,\"after\":{\"region_id\":1,\"rate\":"));
  EXPECT_THAT(
      Lines(request, ChangeLines::Form::kDebezium),
      testing::AllOf(
          testing::StartsWith("{\"before\":null,\"after\":{\"region_id\":1,\"rate\":"),
          testing::HasSubstr(
              "},\"source\":{\"connector\":\"lakeseed\",\"name\":\"feed_shop\",\"ts_ms\":"
              "1676505600000,\"snapshot\":\"true\",\"db\":\"feed_shop\",\"table\":"
              "\"regions\"},\"op\":\"r\",\"ts_ms\":1676505600000}\n")));
}

TEST(FeedTest, WrongRequestsAreRefused) {
  const auto refuse = [](FeedRequest request, const char* reason) {
    const auto feed = Feed::Make(Shop(), request);
    EXPECT_EQ(ExitCodeOf(feed.status()), ExitCode::kRequest);
    EXPECT_THAT(feed.status().ToString(), testing::HasSubstr(reason));
  };
  refuse(RequestOf(0, 3), "day after the epoch");
  refuse(RequestOf(5, 4), "--to is before --from");
  FeedRequest request = RequestOf(1, 2);
  request.tables = {"oders"};
  refuse(request, "unknown table of feed_shop: oders");
}

class FeedFilesTest : public testing::Test {
 protected:
  FeedFilesTest() : root_(testing::TempDir() + "feed_files") {
    std::filesystem::remove_all(root_);
    storage_ = *Storage::Open(root_);
  }
  ~FeedFilesTest() override { std::filesystem::remove_all(root_); }

  std::vector<std::string> Files() const {
    std::vector<std::string> files;
    if (!std::filesystem::exists(root_)) return files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root_)) {
      if (entry.is_regular_file()) {
        files.push_back(std::filesystem::relative(entry.path(), root_));
      }
    }
    std::sort(files.begin(), files.end());
    return files;
  }

  const std::string root_;
  std::unique_ptr<Storage> storage_;
};

TEST_F(FeedFilesTest, AreThereTogetherAndNotReplacedUnasked) {
  FeedRequest request = RequestOf(30, 33);
  request.tables = {"customers", "orders"};
  auto feed = *Feed::Make(Shop(), request);
  FeedFiles files{.format = *FindFileFormat("parquet")};
  auto counts = feed->WriteFiles(files, storage_.get());
  ASSERT_TRUE(counts.ok()) << counts.status().ToString();
  EXPECT_THAT(Files(), testing::ElementsAre(
                           "Changes/feed_shop/_lakeseed/2023-02-14_2023-02-17.json",
                           "Changes/feed_shop/customers/2023-02-14_2023-02-17.parquet",
                           "Changes/feed_shop/orders/2023-02-14_2023-02-17.parquet"));
  EXPECT_GT((*counts)[1].updates, 0);
  const std::string bytes = *storage_->ReadAll((*counts)[1].path);

  EXPECT_EQ(ExitCodeOf(feed->WriteFiles(files, storage_.get()).status()),
            ExitCode::kRequest);
  files.replace = true;
  ASSERT_TRUE(feed->WriteFiles(files, storage_.get()).ok());
  EXPECT_EQ(*storage_->ReadAll((*counts)[1].path), bytes);
  request.piece_rows = 7;
  ASSERT_TRUE((*Feed::Make(Shop(), request))->WriteFiles(files, storage_.get()).ok());
  EXPECT_EQ(*storage_->ReadAll((*counts)[1].path), bytes);
}

TEST_F(FeedFilesTest, EveryFaultLeavesNothingOrAllAndCanBeRepeated) {
  FeedRequest request = RequestOf(30, 31);
  request.tables = {"customers", "accounts"};
  auto feed = *Feed::Make(Shop(), request);
  FeedFiles files{.format = *FindFileFormat("csv")};
  SetStorageFault(std::nullopt);
  ASSERT_TRUE(feed->WriteFiles(files, storage_.get()).ok());
  const int64_t calls = CountedStorageCalls();
  const std::vector<std::string> names = Files();
  std::map<std::string, std::string> clean;
  for (const std::string& name : names) clean[name] = *storage_->ReadAll(name);
  ASSERT_GT(calls, 10);
  for (const auto kind : {StorageFault::Kind::kFail, StorageFault::Kind::kCrash}) {
    for (int64_t call = 1; call <= calls; ++call) {
      SCOPED_TRACE(call);
      std::filesystem::remove_all(root_);
      SetStorageFault(StorageFault{kind, call});
      const auto failed = feed->WriteFiles(files, storage_.get());
      SetStorageFault(std::nullopt);
      for (const std::string& name : Files()) {
        if (name.find("/.") != std::string::npos) continue;  // Staged or temporary.
        EXPECT_TRUE(kind == StorageFault::Kind::kCrash || failed.ok()) << name;
        EXPECT_EQ(*storage_->ReadAll(name), clean[name]);
      }
      FeedFiles again = files;
      again.replace = true;
      ASSERT_TRUE(feed->WriteFiles(again, storage_.get()).ok());
      for (const std::string& name : names) {
        EXPECT_EQ(*storage_->ReadAll(name), clean[name]);
      }
    }
  }
}

TEST_F(FeedFilesTest, LeaveNothingWhenStopped) {
  std::atomic<bool> cancel{true};
  FeedRequest request = RequestOf(30, 33);
  request.cancel = &cancel;
  const auto counts =
      (*Feed::Make(Shop(), request))
          ->WriteFiles({.format = *FindFileFormat("parquet")}, storage_.get());
  EXPECT_TRUE(counts.status().IsCancelled());
  EXPECT_THAT(Files(), testing::IsEmpty());
}

}  // namespace
}  // namespace lakeseed
