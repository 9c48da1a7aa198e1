// The laws of Committer and of `--if-exists`, for every built-in table format.

#include <arrow/api.h>
#include <gtest/gtest.h>
#include <parquet/arrow/reader.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "lakeseed/base/status.h"
#include "lakeseed/commit/iceberg/avro.h"
#include "lakeseed/commit/manifest.h"
#include "lakeseed/commit/table_format.h"
#include "lakeseed/sql/connection.h"
#include "lakeseed/write/file_format.h"
#include "lakeseed/write/storage_fault.h"

namespace lakeseed {
namespace {

/// Everything below a directory: path to bytes.
using Tree = std::map<std::string, std::string>;

/// Memory where there is such a folder: the fault loops make many small files.
std::filesystem::path Base() {
  const std::filesystem::path memory = "/dev/shm";
  std::error_code ignored;
  return ::access(memory.c_str(), W_OK) == 0
             ? memory
             : std::filesystem::temp_directory_path(ignored);
}

class Folder {
 public:
  Folder() {
    std::string pattern = (Base() / "lakeseed-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

  Tree Read() const {
    Tree tree;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path_)) {
      if (!entry.is_regular_file()) continue;
      std::ostringstream text;
      text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      std::string bytes = text.str();
      // Catalogs have the folder's own name, which is another one each time.
      for (size_t at = bytes.find(path_); at != std::string::npos;
           at = bytes.find(path_, at + 1)) {
        bytes.replace(at, path_.size(), std::string(path_.size(), '.'));
      }
      tree[std::filesystem::relative(entry.path(), path_).string()] = std::move(bytes);
    }
    return tree;
  }

  void Put(const std::string& file, const std::string& text) const {
    const std::filesystem::path target = path_ + "/" + file;
    std::filesystem::create_directories(target.parent_path());
    std::ofstream(target) << text;
  }

 private:
  std::string path_;
};

/// Files that the logs of Delta tables name, added and removed as they say.
std::set<std::string> InDeltaLogs(const Tree& tree) {
  std::set<std::string> named;
  for (const auto& [path, bytes] : tree) {  // Commits of a table are sorted.
    const size_t at = path.find("/_delta_log/");
    if (at == std::string::npos || !path.ends_with(".json")) continue;
    std::istringstream lines(bytes);
    std::set<std::string> added;
    for (std::string line; std::getline(lines, line);) {
      const auto action = nlohmann::json::parse(line);
      for (const char* kind : {"add", "remove"}) {
        if (!action.contains(kind)) continue;
        const auto file = action[kind]["path"].get<std::string>();
        EXPECT_TRUE(added.insert(file).second) << "twice in one commit: " << file;
        const std::string below = path.substr(0, at + 1) + file;
        if (action.contains("add")) {
          EXPECT_TRUE(named.insert(below).second) << "added twice: " << below;
          EXPECT_TRUE(tree.contains(below)) << below;
        } else {
          EXPECT_EQ(named.erase(below), 1u) << "not there: " << below;
        }
      }
    }
  }
  return named;
}

/// Paths that are not the same in both.
std::string Differences(const Tree& one, const Tree& other) {
  std::string paths;
  Tree all = one;
  all.insert(other.begin(), other.end());
  for (const auto& [path, bytes] : all) {
    const bool is_same =
        one.contains(path) && other.contains(path) && one.at(path) == other.at(path);
    if (!is_same) paths += path + "\n";
  }
  return paths;
}

constexpr char kDucklakeCatalog[] = "ducklake.sqlite";

/// Files that the latest snapshot of a DuckLake has.
std::set<std::string> InDucklake(const Tree& tree) {
  std::set<std::string> named;
  const auto catalog = tree.find(kDucklakeCatalog);
  if (catalog == tree.end() || catalog->second.empty()) return named;
  Folder folder;
  folder.Put(kDucklakeCatalog, catalog->second);
  const auto connection =
      SqlConnection::Open("sqlite:///" + folder.path() + "/" + kDucklakeCatalog)
          .ValueOrDie();
  const auto rows =
      connection
          ->Query(
              "SELECT s.path || t.path || f.path FROM ducklake_data_file f JOIN "
              "ducklake_table t ON t.table_id = f.table_id JOIN ducklake_schema s ON "
              "s.schema_id = t.schema_id WHERE f.end_snapshot IS NULL AND "
              "t.end_snapshot IS NULL")
          .ValueOrDie();
  for (const SqlRow& row : rows) {
    const std::string path = "Tables/" + TextOf(row[0]);
    EXPECT_TRUE(named.insert(path).second) << "there twice: " << path;
    EXPECT_TRUE(tree.contains(path)) << path;
  }
  return named;
}

constexpr char kIcebergCatalog[] = "iceberg.sqlite";

/// Live files of the Iceberg tables of a catalog.
std::set<std::string> InIceberg(const Tree& tree) {
  std::set<std::string> named;
  const auto catalog = tree.find(kIcebergCatalog);
  if (catalog == tree.end() || catalog->second.empty()) return named;
  Folder folder;
  folder.Put(kIcebergCatalog, catalog->second);
  const auto connection =
      SqlConnection::Open("sqlite:///" + folder.path() + "/" + kIcebergCatalog)
          .ValueOrDie();
  const auto local = [](const nlohmann::ordered_json& uri) {
    const auto text = uri.get<std::string>();
    return text.substr(text.find("/Tables/") + 1);
  };
  const auto avro = [&](const nlohmann::ordered_json& uri) {
    return iceberg::ReadAvro(tree.at(local(uri))).ValueOrDie().records;
  };
  const auto rows =
      connection->Query("SELECT metadata_location FROM iceberg_tables").ValueOrDie();
  for (const SqlRow& row : rows) {
    const auto metadata = nlohmann::ordered_json::parse(tree.at(local(TextOf(row[0]))));
    for (const auto& snapshot : metadata["snapshots"]) {
      if (snapshot["snapshot-id"] != metadata["current-snapshot-id"]) continue;
      for (const auto& manifest : avro(snapshot["manifest-list"])) {
        for (const auto& entry : avro(manifest["manifest_path"])) {
          if (entry["status"] == 2) continue;
          const std::string path = local(entry["data_file"]["file_path"]);
          EXPECT_TRUE(named.insert(path).second) << "there twice: " << path;
          EXPECT_TRUE(tree.contains(path)) << path;
        }
      }
    }
  }
  return named;
}

/// What a reader sees: everything but our own folder; of tables what their logs name.
Tree Visible(const Tree& tree) {
  Tree visible;
  std::set<std::string> named = InDeltaLogs(tree);
  named.merge(InDucklake(tree));
  named.merge(InIceberg(tree));
  for (const auto& [path, bytes] : tree) {
    if (path == kDucklakeCatalog || path == kIcebergCatalog) continue;
    const bool is_of_table = path.starts_with("Tables/");
    if (is_of_table ? named.contains(path) : !path.starts_with("_lakeseed/")) {
      visible[path] = bytes;
    }
  }
  return visible;
}

/// Where the formats put their files.
struct Places {
  bool is_table = false;
  std::string stores(int64_t seed) const {
    return is_table ? fmt::format("Tables/shop/stores/part-{}.parquet", seed)
                    : "stores.csv";
  }
  std::string orders(int64_t seed, int64_t part) const {
    return is_table ? fmt::format("Tables/shop/orders/part-{}-{}.parquet", part, seed)
                    : fmt::format("orders/part-{}.csv", part);
  }
  std::string by_day(int32_t day, const std::string& path) const {
    if (!is_table) return fmt::format("day-{}/{}", day, path);
    const size_t name = path.rfind('/') + 1;
    return fmt::format("{}{}-{}", path.substr(0, name), day, path.substr(name));
  }
};

Places PlacesOf(const TableFormatDef& format) { return {format.name != "files"}; }

/// One run: two tables, `num_parts` files of `orders`, values decided by the seed.
struct OneRun {
  int64_t seed = 1;
  int64_t num_parts = 2;
  int64_t first_part = 0;
  IfExists if_exists = IfExists::kError;
  bool keep_staged = false;
  bool with_stores = true;
  std::optional<int32_t> day;  ///< Of all files, in a run by day.

  TargetRequest Request(const Places& places) const {
    TargetRequest request;
    request.identity = fmt::format(R"({{"dataset":"shop","seed":{}}})", seed);
    request.run_id = RunId(
        request.identity,
        fmt::format("{}+{}{}{}", first_part, num_parts, with_stores, day.value_or(-1)));
    request.if_exists = if_exists;
    request.keep_staged = keep_staged;
    for (int64_t part = first_part; part < first_part + num_parts; ++part) {
      request.files.push_back(
          {places.orders(seed, part), "orders", RowRange{part * 10, part * 10 + 10}});
    }
    if (with_stores) {
      request.files.push_back({places.stores(seed), "stores", RowRange{0, 10}});
    }
    for (PlannedFile& file : request.files) {
      if (!day) break;
      file.day = day;
      file.path = places.by_day(*day, file.path);
    }
    return request;
  }
};

arrow::Result<DataFile> WriteFile(Storage* storage, const Committer& committer,
                                  int64_t seed, const PlannedFile& planned) {
  FileRequest request;
  request.path = planned.path;
  request.staged_path = committer.StagedPath(planned.path);
  request.table = planned.table;
  request.first_row = planned.rows->begin;
  request.day = planned.day;
  request.columns = {{"x", arrow::int64(), {}, 1}};
  ARROW_ASSIGN_OR_RAISE(
      const FileFormatDef* format,
      FindFileFormat(planned.path.ends_with(".csv") ? "csv" : "parquet"));
  ARROW_ASSIGN_OR_RAISE(auto writer, OpenFileWriter(*format, storage, request));
  arrow::Int64Builder builder;
  for (int64_t row = planned.rows->begin; row < planned.rows->end; ++row) {
    ARROW_RETURN_NOT_OK(builder.Append(row * 1'000 + seed));
  }
  ARROW_ASSIGN_OR_RAISE(auto values, builder.Finish());
  ARROW_RETURN_NOT_OK(writer->Write(
      *arrow::RecordBatch::Make(arrow::schema({arrow::field("x", arrow::int64(), false)}),
                                values->length(), {values})));
  return writer->Close();
}

/// All of a run, as the program does it.
arrow::Result<CommitOutcome> Perform(const TableFormatDef& format, Storage* storage,
                                     const OneRun& run) {
  const TargetRequest request = run.Request(PlacesOf(format));
  ARROW_ASSIGN_OR_RAISE(auto committer, format.open(storage, request));
  ARROW_ASSIGN_OR_RAISE(const TargetState state, format.check(storage, request));
  std::vector<DataFile> files = state.finished;
  for (const PlannedFile& planned : state.pending) {
    ARROW_ASSIGN_OR_RAISE(auto file, WriteFile(storage, *committer, run.seed, planned));
    ARROW_RETURN_NOT_OK(committer->Record(file));
    files.push_back(std::move(file));
  }
  return committer->Commit({state.base, files, {}});
}

bool IsCommitted(const arrow::Result<CommitOutcome>& outcome) {
  return outcome.ok() && std::holds_alternative<Committed>(*outcome);
}

class CommitterLaws : public testing::TestWithParam<const TableFormatDef*> {
 protected:
  const TableFormatDef& format() const { return *GetParam(); }
  Places places() const { return PlacesOf(format()); }
  std::unique_ptr<Storage> Open(const Folder& folder) const {
    return Storage::Open(folder.path()).ValueOrDie();
  }
  /// What a clean run on an empty root, or on what `before` leaves, makes.
  Tree CleanRun(const std::vector<OneRun>& runs) const {
    Folder folder;
    const auto storage = Open(folder);
    for (const OneRun& run : runs) {
      const auto outcome = Perform(format(), storage.get(), run);
      EXPECT_TRUE(IsCommitted(outcome)) << outcome.status().ToString();
    }
    return folder.Read();
  }
  arrow::Status Try(Storage* storage, const OneRun& run) const {
    return Perform(format(), storage, run).status();
  }
};

TEST_P(CommitterLaws, PublishesAllAndLeavesNothingBehind) {
  const Tree tree = CleanRun({{}});
  std::vector<std::string> paths;
  for (const auto& [path, bytes] : tree) paths.push_back(path);
  std::vector<std::string> expected{"_lakeseed/manifest.json", places().orders(1, 0),
                                    places().orders(1, 1), places().stores(1)};
  if (format().name == "ducklake") expected.push_back(kDucklakeCatalog);
  if (format().name == "iceberg") {
    expected.push_back(kIcebergCatalog);
    std::erase_if(paths, [](const std::string& path) {
      return path.find("/metadata/") != std::string::npos;
    });
  }
  if (format().name == "delta") {
    for (const char* table : {"orders", "stores"}) {
      expected.push_back(fmt::format("Tables/shop/{}/_delta_log/{:020d}.json", table, 0));
    }
  }
  std::sort(expected.begin(), expected.end());
  std::sort(paths.begin(), paths.end());
  EXPECT_EQ(paths, expected);
  const Manifest manifest = ManifestFromText(tree.at(kManifestPath)).ValueOrDie();
  EXPECT_EQ(manifest.version, 0);
  EXPECT_EQ(manifest.tables.at("shop.orders").files.size(), 2u);
  EXPECT_EQ(manifest.identity, R"({"dataset":"shop","seed":1})");
  for (const auto& [name, table] : manifest.tables) {
    for (const DataFile& file : table.files) {
      EXPECT_EQ(file.size_bytes, static_cast<int64_t>(tree.at(file.path).size()));
    }
  }
  EXPECT_EQ(ManifestToText(manifest), tree.at(kManifestPath));
}

TEST_P(CommitterLaws, ErrorNamesWhatExists) {
  Folder folder;
  const auto storage = Open(folder);
  ASSERT_TRUE(IsCommitted(Perform(format(), storage.get(), {})));
  const Tree before = folder.Read();
  const auto refused = Try(storage.get(), {});
  EXPECT_EQ(ExitCodeOf(refused), ExitCode::kRequest);
  EXPECT_NE(refused.message().find("table orders, table stores"), std::string::npos);
  EXPECT_NE(refused.message().find("--if-exists overwrite"), std::string::npos);
  EXPECT_EQ(folder.Read(), before);
  // About the files of the request, not about the directory.
  Folder other;
  other.Put("notes.txt", "mine");
  EXPECT_TRUE(IsCommitted(Perform(format(), Open(other).get(), {})));
  Folder foreign;
  std::string taken = places().stores(1), mine = "mine";
  if (format().name == "delta") {
    taken = "Tables/shop/stores/_delta_log/00000000000000000000.json";
    mine = R"({"protocol":{"minReaderVersion":1,"minWriterVersion":2}})"
           "\n"
           R"({"metaData":{"schemaString":"{\"type\":\"struct\",\"fields\":[]}"}})";
  } else if (format().name == "ducklake") {
    taken = kDucklakeCatalog;
    mine = CleanRun({{.seed = 5}}).at(taken);
  } else if (format().name == "iceberg") {
    taken = kIcebergCatalog;
    mine = CleanRun({{.seed = 5}}).at(taken);
  }
  foreign.Put(taken, mine);
  EXPECT_EQ(ExitCodeOf(Try(Open(foreign).get(), {})), ExitCode::kRequest);
  EXPECT_EQ(foreign.Read(), (Tree{{taken, mine}}));
}

TEST_P(CommitterLaws, AppendKeepsOneIdentityAndEachRowOnce) {
  Folder folder;
  const auto storage = Open(folder);
  ASSERT_TRUE(IsCommitted(Perform(format(), storage.get(), {})));
  const OneRun other{.seed = 2, .first_part = 2, .if_exists = IfExists::kAppend};
  const auto refused = Try(storage.get(), other);
  EXPECT_EQ(ExitCodeOf(refused), ExitCode::kRequest);
  EXPECT_NE(refused.message().find("seed is 1 there, 2 here"), std::string::npos);
  const OneRun more{.num_parts = 3, .first_part = 1, .if_exists = IfExists::kAppend};
  ASSERT_TRUE(IsCommitted(Perform(format(), storage.get(), more)));
  const auto manifest = ReadManifest(*storage).ValueOrDie();
  EXPECT_EQ(manifest->version, 1);
  EXPECT_EQ(manifest->tables.at("shop.orders").files.size(), 4u);
  const auto again = Perform(format(), storage.get(), more);
  ASSERT_TRUE(IsCommitted(again));
  EXPECT_TRUE(std::get<Committed>(*again).repeated);
  EXPECT_EQ(ReadManifest(*storage).ValueOrDie()->version, 1);
}

TEST_P(CommitterLaws, OverwriteRemovesStaleFilesAndNoOthers) {
  Folder folder;
  const auto storage = Open(folder);
  ASSERT_TRUE(IsCommitted(Perform(format(), storage.get(), {.num_parts = 5})));
  const std::string beside =
      places().orders(1, 0).substr(0, places().orders(1, 0).rfind('/')) + "/mine.txt";
  folder.Put(beside, "mine");
  const OneRun run{.seed = 2, .if_exists = IfExists::kOverwrite, .with_stores = false};
  ASSERT_TRUE(IsCommitted(Perform(format(), storage.get(), run)));
  Tree expected = Visible(CleanRun({{.seed = 2, .with_stores = false}}));
  expected[places().stores(1)] = CleanRun({{}}).at(places().stores(1));  // Not asked for.
  Tree left = Visible(folder.Read());
  left.erase(beside);
  EXPECT_EQ(left, expected);
  EXPECT_EQ(folder.Read().at(beside), "mine");
}

TEST_P(CommitterLaws, DaysStandAloneInAnyOrder) {
  const OneRun first{.day = 1}, second{.day = 2}, third{.num_parts = 3, .day = 3};
  const Tree inOrder = CleanRun({first, second, third});
  EXPECT_EQ(Visible(inOrder), Visible(CleanRun({third, first, second})));

  Folder folder;
  const auto storage = Open(folder);
  for (const OneRun& run : {first, second, third}) {
    ASSERT_TRUE(IsCommitted(Perform(format(), storage.get(), run)));
  }
  const auto refused = Try(storage.get(), second);
  EXPECT_EQ(ExitCodeOf(refused), ExitCode::kRequest);
  EXPECT_NE(refused.message().find("orders of 1970-01-03"), std::string::npos);
  OneRun redone = second;
  redone.if_exists = IfExists::kResume;
  const auto again = Perform(format(), storage.get(), redone);
  ASSERT_TRUE(IsCommitted(again));
  EXPECT_TRUE(std::get<Committed>(*again).repeated);
  // Another cut of one day replaces that day alone.
  const OneRun other{.num_parts = 1, .if_exists = IfExists::kOverwrite, .day = 2};
  ASSERT_TRUE(IsCommitted(Perform(format(), storage.get(), other)));
  EXPECT_EQ(Visible(folder.Read()),
            Visible(CleanRun({first, {.num_parts = 1, .day = 2}, third})));
  // All facts are there once, in as many segments as there are commits left.
  Manifest manifest = *ReadManifest(*storage).ValueOrDie();
  EXPECT_EQ(manifest.segments.size(), 3u);
  EXPECT_TRUE(manifest.tables.at("shop.orders").files.empty());
  ASSERT_TRUE(LoadAllSegments(*storage, &manifest).ok());
  EXPECT_EQ(manifest.tables.at("shop.orders").files.size(), 2u + 1u + 3u);
  // The table as a whole is another thing than its days.
  EXPECT_EQ(ExitCodeOf(Try(storage.get(), {})), ExitCode::kRequest);
  EXPECT_EQ(ExitCodeOf(Try(storage.get(), {.if_exists = IfExists::kAppend})),
            ExitCode::kRequest);
  ASSERT_TRUE(
      IsCommitted(Perform(format(), storage.get(), {.if_exists = IfExists::kOverwrite})));
  EXPECT_EQ(Visible(folder.Read()), Visible(CleanRun({{}})));
  EXPECT_TRUE(ReadManifest(*storage).ValueOrDie()->segments.empty());
}

TEST_P(CommitterLaws, ManifestsOfLongSeriesListFewSegments) {
  Folder folder;
  const auto storage = Open(folder);
  constexpr int kDays = 140;
  for (int day = 1; day <= kDays; ++day) {
    const OneRun run{.num_parts = 1, .with_stores = false, .day = day};
    ASSERT_TRUE(IsCommitted(Perform(format(), storage.get(), run)));
  }
  Manifest manifest = *ReadManifest(*storage).ValueOrDie();
  EXPECT_LT(manifest.segments.size(), 20u);
  // A day in the middle of a segment of many is made again.
  const OneRun again{
      .num_parts = 2, .if_exists = IfExists::kOverwrite, .with_stores = false, .day = 30};
  ASSERT_TRUE(IsCommitted(Perform(format(), storage.get(), again)));
  manifest = *ReadManifest(*storage).ValueOrDie();
  int64_t num_files = 0, num_segments = 0;
  for (const Segment& one : manifest.segments) num_files += one.num_files;
  EXPECT_EQ(num_files, kDays + 1);
  ASSERT_TRUE(LoadAllSegments(*storage, &manifest).ok());
  std::set<int32_t> days;
  for (const DataFile& file : manifest.tables.at("shop.orders").files) {
    days.insert(*file.day);
  }
  EXPECT_EQ(manifest.tables.at("shop.orders").files.size(), kDays + 1u);
  EXPECT_EQ(days.size(), static_cast<size_t>(kDays));
  // Segments that were taken in are gone.
  for (const auto& [path, bytes] : folder.Read()) {
    num_segments += path.starts_with(kSegmentRoot) ? 1 : 0;
  }
  EXPECT_EQ(num_segments, static_cast<int64_t>(manifest.segments.size()));
}

// Among many writers the one that tidies up is late; the next one does it.
TEST_P(CommitterLaws, WhoLostATurnTakesInNoSegments) {
  Folder folder;
  const auto storage = Open(folder);
  constexpr int kDays = 64;
  const auto run = [](int day) {
    return OneRun{.num_parts = 1, .with_stores = false, .day = day};
  };
  const TargetRequest request = run(kDays + 1).Request(places());
  const auto committer = format().open(storage.get(), request).ValueOrDie();
  const TargetState state = format().check(storage.get(), request).ValueOrDie();
  ASSERT_EQ(state.pending.size(), 1u);
  const std::vector<DataFile> files{
      WriteFile(storage.get(), *committer, 1, state.pending[0]).ValueOrDie()};
  ASSERT_TRUE(committer->Record(files[0]).ok());
  for (int day = 1; day <= kDays; ++day) {
    ASSERT_TRUE(IsCommitted(Perform(format(), storage.get(), run(day))));
  }
  const auto late = committer->Commit({state.base, files, {}}).ValueOrDie();
  ASSERT_TRUE(std::holds_alternative<Conflict>(late));
  const TableVersion now = committer->CurrentVersion().ValueOrDie();
  ASSERT_TRUE(IsCommitted(committer->Commit({now, files, {}})));
  const auto num_segments = [&] {
    return ReadManifest(*storage).ValueOrDie()->segments.size();
  };
  EXPECT_EQ(num_segments(), kDays + 1u);
  ASSERT_TRUE(IsCommitted(Perform(format(), storage.get(), run(kDays + 2))));
  EXPECT_LT(num_segments(), 10u);
}

TEST_P(CommitterLaws, SegmentsOfWritersThatAreYearsApartStayApart) {
  Folder folder;
  const auto storage = Open(folder);
  constexpr int kWriters = 8, kEach = 20, kApart = 300;
  for (int i = 0; i < kWriters * kEach; ++i) {
    const OneRun run{.num_parts = 1,
                     .with_stores = false,
                     .day = 1 + i % kWriters * kApart + i / kWriters};
    ASSERT_TRUE(IsCommitted(Perform(format(), storage.get(), run)));
  }
  const Manifest manifest = *ReadManifest(*storage).ValueOrDie();
  EXPECT_LT(manifest.segments.size(), 100u);
  int64_t num_files = 0;
  for (const Segment& one : manifest.segments) {
    num_files += one.num_files;
    EXPECT_LT(one.to - one.from, kEach) << one.path;
  }
  EXPECT_EQ(num_files, kWriters * kEach);
}

TEST_P(CommitterLaws, ResumeKeepsWhatIsComplete) {
  Folder folder;
  const auto storage = Open(folder);
  const TargetRequest request = OneRun{}.Request(places());
  {
    auto committer = format().open(storage.get(), request).ValueOrDie();
    const auto file =
        WriteFile(storage.get(), *committer, 1, request.files[0]).ValueOrDie();
    ASSERT_TRUE(committer->Record(file).ok());
    // Written, but the run died before it was recorded.
    ASSERT_TRUE(WriteFile(storage.get(), *committer, 1, request.files[1]).ok());
  }
  EXPECT_TRUE(Visible(folder.Read()).empty());
  const OneRun resumed{.if_exists = IfExists::kResume};
  const auto state =
      format().check(storage.get(), resumed.Request(places())).ValueOrDie();
  ASSERT_EQ(state.finished.size(), 1u);
  EXPECT_EQ(state.finished[0].path, request.files[0].path);
  EXPECT_EQ(state.pending.size(), 2u);
  ASSERT_TRUE(IsCommitted(Perform(format(), storage.get(), resumed)));
  EXPECT_EQ(folder.Read(), CleanRun({{}}));
  const OneRun differently{.num_parts = 1, .if_exists = IfExists::kResume};
  EXPECT_TRUE(format().check(storage.get(), differently.Request(places())).ok());
}

TEST_P(CommitterLaws, LostRaceIsAConflict) {
  Folder folder;
  const auto storage = Open(folder);
  const TargetRequest request = OneRun{}.Request(places());
  auto committer = format().open(storage.get(), request).ValueOrDie();
  std::vector<DataFile> files;
  for (const PlannedFile& planned : request.files) {
    files.push_back(WriteFile(storage.get(), *committer, 1, planned).ValueOrDie());
    ASSERT_TRUE(committer->Record(files.back()).ok());
  }
  const OneRun winner{.first_part = 7, .with_stores = false};
  ASSERT_TRUE(IsCommitted(Perform(format(), storage.get(), winner)));
  const Tree before = Visible(folder.Read());
  const auto lost = committer->Commit({kNoVersion, files, {}}).ValueOrDie();
  ASSERT_TRUE(std::holds_alternative<Conflict>(lost));
  EXPECT_EQ(std::get<Conflict>(lost).current, 0);
  EXPECT_EQ(Visible(folder.Read()), before);
  const auto won = committer->Commit({0, files, {}});
  ASSERT_TRUE(IsCommitted(won));
  EXPECT_EQ(std::get<Committed>(*won).version, 1);
  const auto repeated = committer->Commit({0, files, {}});
  ASSERT_TRUE(IsCommitted(repeated));
  EXPECT_TRUE(std::get<Committed>(*repeated).repeated);
}

/// Tables with a log of their own are the old or the new ones at each moment.
void ExpectTablesOldOrNew(const Tree& tree, const Tree& before, const Tree& after,
                          int64_t call) {
  for (const char* table : {"Tables/shop/orders/", "Tables/shop/stores/"}) {
    const auto files_of = [&](const Tree& all) {
      Tree files = Visible(all);
      std::erase_if(files,
                    [&](const auto& one) { return !one.first.starts_with(table); });
      return files;
    };
    const Tree now = files_of(tree);
    EXPECT_TRUE(now == files_of(before) || now == files_of(after))
        << table << " at call " << call;
  }
}

/// No file has a final name but whole ones; the manifest is one of the two, and
/// unless a commit replaces files under the same names, all it lists is there.
void ExpectWhole(const Tree& tree, const Tree& before, const Tree& after, bool replaces,
                 int64_t call) {
  const bool pending = tree.contains("_lakeseed/commit.json");
  for (const auto& [path, bytes] : Visible(tree)) {
    const bool is_old = before.contains(path) && before.at(path) == bytes;
    const bool is_new = after.contains(path) && after.at(path) == bytes;
    EXPECT_TRUE(is_old || is_new) << path << " at call " << call;
    EXPECT_TRUE(is_old || pending || tree.contains(kManifestPath)) << path;
  }
  const Tree* side = nullptr;
  if (tree.contains(kManifestPath)) {
    const bool is_new = tree.at(kManifestPath) == after.at(kManifestPath);
    side = is_new ? &after : &before;
    EXPECT_TRUE(side->contains(kManifestPath) &&
                tree.at(kManifestPath) == side->at(kManifestPath))
        << "call " << call;
  } else {
    EXPECT_FALSE(before.contains(kManifestPath));
    side = &before;
  }
  ExpectTablesOldOrNew(tree, before, after, call);
  if (replaces && pending) return;
  for (const auto& [path, bytes] : Visible(*side)) {
    EXPECT_TRUE(tree.contains(path) && tree.at(path) == bytes) << path << " " << call;
  }
}

struct FaultCase {
  std::vector<OneRun> before;
  OneRun run;
  bool replaces;
};

TEST_P(CommitterLaws, CrashAtEveryCallIsWholeAndTheNextRunEndsIt) {
  const FaultCase cases[] = {
      {{}, {}, false},
      {{{}}, {.num_parts = 3, .first_part = 1, .if_exists = IfExists::kAppend}, false},
      {{{.num_parts = 4}}, {.seed = 2, .if_exists = IfExists::kOverwrite}, true},
      {{{.day = 1}}, {.day = 2}, false},
      {{{.day = 1}, {.day = 2}}, {.if_exists = IfExists::kOverwrite, .day = 1}, true},
  };
  for (const auto kind : {StorageFault::Kind::kCrash, StorageFault::Kind::kFail,
                          StorageFault::Kind::kFull}) {
    for (const FaultCase& one : cases) {
      const Tree before = CleanRun(one.before);
      std::vector<OneRun> all = one.before;
      all.push_back(one.run);
      const Tree after = CleanRun(all);
      bool clean = false;
      for (int64_t call = 1; !clean && call < 300; ++call) {
        Folder folder;
        const auto storage = Open(folder);
        for (const OneRun& run : one.before) (void)Perform(format(), storage.get(), run);
        SetStorageFault(StorageFault{kind, call});
        const auto outcome = Perform(format(), storage.get(), one.run);
        SetStorageFault(std::nullopt);
        clean = IsCommitted(outcome);
        const Tree tree = folder.Read();
        ExpectWhole(tree, before, after, one.replaces, call);
        if (!tree.contains("_lakeseed/commit.json") && !clean &&
            tree.contains(kManifestPath) == before.contains(kManifestPath) &&
            (!before.contains(kManifestPath) ||
             tree.at(kManifestPath) == before.at(kManifestPath))) {
          EXPECT_EQ(Visible(tree), Visible(before)) << "call " << call;
        }
        OneRun again = one.run;
        if (again.if_exists != IfExists::kOverwrite) again.if_exists = IfExists::kResume;
        again.keep_staged = true;
        const auto ended = Perform(format(), storage.get(), again);
        EXPECT_TRUE(IsCommitted(ended)) << "call " << call << ended.status().ToString();
        Tree final = folder.Read();
        // Overwriting twice is two versions; their tables are equal.
        EXPECT_EQ(Visible(final), Visible(after)) << "call " << call;
        if (!one.replaces) {
          EXPECT_EQ(Differences(final, after), "") << "call " << call;
        }
      }
      EXPECT_TRUE(clean);
    }
  }
}

/// The values of all files that readers see of one table.
std::multiset<int64_t> RowsSeen(const Tree& tree, const Storage& storage,
                                const std::string& folder) {
  std::multiset<int64_t> values;
  for (const auto& [path, bytes] : Visible(tree)) {
    if (!path.starts_with(folder)) continue;
    const auto input = storage.OpenInput(path).ValueOrDie();
    std::unique_ptr<parquet::arrow::FileReader> reader;
    EXPECT_TRUE(parquet::arrow::OpenFile(input, arrow::default_memory_pool())
                    .Value(&reader)
                    .ok());
    std::shared_ptr<arrow::Table> table;
    EXPECT_TRUE(reader->ReadTable(&table).ok());
    for (const auto& chunk : table->column(0)->chunks()) {
      const auto& numbers = static_cast<const arrow::Int64Array&>(*chunk);
      for (int64_t i = 0; i < numbers.length(); ++i) values.insert(numbers.Value(i));
    }
  }
  return values;
}

TEST_P(CommitterLaws, CrashOfAMergeAtEveryCallMovesAllRowsOrNone) {
  if (format().optimize == nullptr) GTEST_SKIP() << "such tables have no files to merge";
  const OneRun first{.num_parts = 3, .day = 1}, second{.num_parts = 2, .day = 2};
  const std::string orders = "Tables/shop/orders/";
  const auto files_of = [&](const Folder& folder) {
    Tree seen = Visible(folder.Read());
    std::erase_if(seen,
                  [&](const auto& file) { return !file.first.starts_with(orders); });
    return seen.size();
  };
  for (const auto kind : {StorageFault::Kind::kCrash, StorageFault::Kind::kFail,
                          StorageFault::Kind::kFull}) {
    bool clean = false;
    int64_t call = 1;
    for (; !clean && call < 300; ++call) {
      Folder folder;
      const auto storage = Open(folder);
      for (const OneRun& run : {first, second}) {
        ASSERT_TRUE(IsCommitted(Perform(format(), storage.get(), run)));
      }
      const auto rows = RowsSeen(folder.Read(), *storage, orders);
      ASSERT_EQ(files_of(folder), 5u);
      SetStorageFault(StorageFault{kind, call});
      clean = format().optimize(storage.get(), {}).ok();
      SetStorageFault(std::nullopt);
      EXPECT_TRUE(files_of(folder) == 5 || files_of(folder) == 2) << "call " << call;
      EXPECT_EQ(RowsSeen(folder.Read(), *storage, orders), rows) << "call " << call;
      const auto ended = format().optimize(storage.get(), {});
      EXPECT_TRUE(ended.ok()) << "call " << call << ended.status().ToString();
      EXPECT_EQ(files_of(folder), 2u) << "call " << call;
      EXPECT_EQ(RowsSeen(folder.Read(), *storage, orders), rows) << "call " << call;
      // Days that were merged can be made again, and others come after them.
      OneRun again = first;
      again.if_exists = IfExists::kOverwrite;
      again.num_parts = 1;
      EXPECT_TRUE(IsCommitted(Perform(format(), storage.get(), again)));
      EXPECT_EQ(RowsSeen(folder.Read(), *storage, orders).size(), rows.size() - 20);
    }
    EXPECT_TRUE(clean);
    EXPECT_GT(call, 10);
  }
}

TEST_P(CommitterLaws, WrongRequestsAreRefusedBeforeAnythingIsWritten) {
  Folder folder;
  const auto storage = Open(folder);
  for (const char* path : {"", "/etc/x", "a/../../x", "_lakeseed/x"}) {
    TargetRequest request = OneRun{}.Request(places());
    request.files[0].path = path;
    EXPECT_EQ(ExitCodeOf(format().open(storage.get(), request).status()),
              ExitCode::kRequest)
        << path;
  }
  TargetRequest twice = OneRun{}.Request(places());
  twice.files.push_back(twice.files[0]);
  EXPECT_FALSE(format().open(storage.get(), twice).ok());
  EXPECT_TRUE(folder.Read().empty());
  auto committer = format().open(storage.get(), OneRun{}.Request(places())).ValueOrDie();
  EXPECT_TRUE(committer->Commit({kNoVersion, {}, {}}).status().IsInvalid());
  DataFile unknown;
  unknown.path = "never.csv";
  EXPECT_TRUE(
      committer->Commit({kNoVersion, std::span(&unknown, 1), {}}).status().IsInvalid());
  EXPECT_TRUE(committer->Discard().ok());
  EXPECT_TRUE(folder.Read().empty());
  // A file in place of the output directory.
  folder.Put("file", "mine");
  const auto blocked = Storage::Open(folder.path() + "/file").ValueOrDie();
  EXPECT_EQ(ExitCodeOf(format().open(blocked.get(), OneRun{}.Request(places())).status()),
            ExitCode::kRequest);
}

INSTANTIATE_TEST_SUITE_P(Formats, CommitterLaws, testing::ValuesIn([] {
                           std::vector<const TableFormatDef*> formats;
                           for (const TableFormatDef& format : BuiltinTableFormats())
                             formats.push_back(&format);
                           return formats;
                         }()),
                         [](const auto& info) { return std::string(info.param->name); });

TEST(IfExistsTest, ParsesAndRunIdsDiffer) {
  EXPECT_EQ(ParseIfExists("overwrite").ValueOrDie(), IfExists::kOverwrite);
  EXPECT_NE(ParseIfExists("overwite").status().message().find("`overwrite`"),
            std::string::npos);
  EXPECT_NE(RunId("a", "bc"), RunId("ab", "c"));
  EXPECT_EQ(RunId("a", "b").size(), 32u);
}

}  // namespace
}  // namespace lakeseed
