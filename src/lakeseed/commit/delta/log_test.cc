// Logs of Delta tables: schemas, features, checkpoints, and commits on top of others.

#include "lakeseed/commit/delta/log.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/commit/delta/protocol.h"
#include "lakeseed/commit/delta/schema.h"
#include "lakeseed/commit/delta/table_commit.h"

namespace lakeseed::delta {
namespace {

using nlohmann::ordered_json;

class DeltaLog : public testing::Test {
 protected:
  DeltaLog() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "lakeseed-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
    storage_ = Storage::Open(path_).ValueOrDie();
  }
  ~DeltaLog() override { std::filesystem::remove_all(path_); }

  static ordered_json Fields(const arrow::FieldVector& fields) {
    return FieldsOf(*arrow::schema(fields)).ValueOrDie();
  }

  static TableCommit Commit(const std::string& run, const std::string& file) {
    TableCommit commit;
    commit.folder = "t";
    commit.run_id = run;
    commit.identity = R"({"seed":1})";
    commit.fields = Fields({arrow::field("x", arrow::int64(), false)});
    commit.adds.push_back({{"path", file},
                           {"partitionValues", ordered_json::object()},
                           {"size", 7},
                           {"modificationTime", 5},
                           {"dataChange", true},
                           {"stats", R"({"numRecords":1})"},
                           {"tags", {{"lakeseed.run", run}}}});
    return commit;
  }

  arrow::Status Publish(const TableCommit& commit) {
    return commit.Publish(storage_.get(), "scratch");
  }
  /// As somebody sees it who comes anew.
  arrow::Result<Snapshot> TryRead(const LogScope& scope = LogScope::Everything()) {
    return ReadSnapshot(*Storage::Open(path_).ValueOrDie(), "t", scope);
  }
  Snapshot Read(const LogScope& scope = LogScope::Everything()) {
    return TryRead(scope).ValueOrDie();
  }
  /// As the writer sees it, who knows what was there.
  Snapshot ReadOn() {
    return ReadSnapshot(*storage_, "t", LogScope::Everything()).ValueOrDie();
  }
  void Replace(const std::string& path, const std::string& text) {
    ASSERT_TRUE(storage_->WriteAll(path, text, Replace::kReplace).ok());
  }

  std::string path_;
  std::unique_ptr<Storage> storage_;
};

TEST_F(DeltaLog, CheckpointsHoldWhatTheLogHolds) {
  for (int i = 0; i < 12; ++i) {
    TableCommit commit = Commit(fmt::format("run-{}", i), fmt::format("f{}", i));
    if (i == 4) commit.removals = {"f1", "f2"};
    ASSERT_TRUE(Publish(commit).ok());
  }
  const Snapshot whole = Read();
  EXPECT_EQ(whole.version, 11);
  ASSERT_TRUE(CheckpointIfDue(storage_.get(), "t", "scratch").ok());
  for (int i = 0; i < 11; ++i) ASSERT_TRUE(storage_->Remove(CommitPath("t", i)).ok());
  const Snapshot read = Read();
  EXPECT_EQ(read.version, 11);
  EXPECT_EQ(read.checkpoint, 11);
  EXPECT_EQ(read.protocol, whole.protocol);
  EXPECT_EQ(nlohmann::json(read.metadata), nlohmann::json(whole.metadata));
  ASSERT_EQ(read.files.size(), 10u);
  ASSERT_EQ(read.removed.size(), 2u);
  EXPECT_EQ(read.transactions.size(), 12u);
  for (auto [path, add] : whole.files) {
    add["dataChange"] = false;  // Of a checkpoint nothing is news.
    EXPECT_EQ(nlohmann::json(read.files.at(path)), nlohmann::json(add));
  }
  ASSERT_TRUE(Publish(Commit("run-12", "f12")).ok());
  EXPECT_EQ(Read().version, 12);
  EXPECT_EQ(Read().files.size(), 11u);
}

/// A commit of many files, of which every second has a day.
TEST_F(DeltaLog, FilesThatAreNotAskedForAreNotHeld) {
  const auto name = [](int i) { return fmt::format("f{:05d}", i); };
  TableCommit many = Commit("many", name(0));
  for (int i = 1; i < 5000; ++i) {
    many.adds.push_back(many.adds.front());
    many.adds.back()["path"] = name(i);
    if (i % 2 == 1) many.adds.back()["tags"]["lakeseed.day"] = FormatDate(i / 100);
  }
  ASSERT_TRUE(Publish(many).ok());
  for (int i = 0; i < 10; ++i) {
    TableCommit commit = Commit(fmt::format("run-{}", i), name(5000 + i));
    commit.removals = {name(i)};
    ASSERT_TRUE(Publish(commit).ok());
  }
  const auto check = [&] {
    EXPECT_TRUE(Read({}).files.empty());
    EXPECT_TRUE(Read({}).removed.empty());
    EXPECT_EQ(Read({}).transactions.size(), 11u);
    EXPECT_EQ(Read({.application = "lakeseed/run-3"}).transactions.size(), 1u);
    const Snapshot some = Read({.paths = {name(3), name(4321), name(5003), "none"}});
    ASSERT_EQ(some.files.size(), 2u);  // The first has gone.
    EXPECT_EQ(some.files.at(name(4321))["stats"], R"({"numRecords":1})");
    EXPECT_EQ(Read({.days = {FormatDate(7), FormatDate(9)}}).files.size(), 100u);
    EXPECT_EQ(Read({.all_files = true}).files.size(), 5000u);
  };
  check();
  ASSERT_TRUE(CheckpointIfDue(storage_.get(), "t", "scratch").ok());
  EXPECT_EQ(Read({}).checkpoint, 10);
  check();
  EXPECT_FALSE(Read({.all_files = true}).files.at(name(4321)).contains("stats"));
  // The next checkpoint takes the files of this one over.
  for (int i = 10; i < 20; ++i) {
    TableCommit commit = Commit(fmt::format("run-{}", i), name(i - 10));
    ASSERT_TRUE(Publish(commit).ok());
  }
  const Snapshot before = Read();
  ASSERT_TRUE(CheckpointIfDue(storage_.get(), "t", "scratch").ok());
  const Snapshot after = Read();
  EXPECT_EQ(after.checkpoint, 20);
  ASSERT_EQ(after.files.size(), 5010u);
  EXPECT_TRUE(after.removed.empty());
  for (auto [path, add] : before.files) {
    add["dataChange"] = false;
    EXPECT_EQ(nlohmann::json(after.files.at(path)), nlohmann::json(add));
  }
}

TEST_F(DeltaLog, AHintIsTakenOnlyWhereTheLogBearsItOut) {
  for (int i = 0; i < 25; ++i) {
    ASSERT_TRUE(Publish(Commit(fmt::format("run-{}", i), fmt::format("f{}", i))).ok());
    ASSERT_TRUE(CheckpointIfDue(storage_.get(), "t", "scratch").ok());
  }
  EXPECT_EQ(Read().checkpoint, 20);
  const std::string hint = "t/_delta_log/_last_checkpoint";
  // An old one still leads to all commits after it.
  Replace(hint, R"({"version":10})");
  EXPECT_EQ(Read().checkpoint, 10);
  EXPECT_EQ(Read().files.size(), 25u);
  EXPECT_EQ(Read().version, 24);
  for (const char* wrong : {"{", "[]", R"({"version":"x"})", R"({"version":21})"}) {
    Replace(hint, wrong);
    EXPECT_EQ(Read().checkpoint, 20) << wrong;
  }
  // Commits up to a later checkpoint may be gone.
  Replace(hint, R"({"version":10})");
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(storage_->Remove(CommitPath("t", i)).ok());
  EXPECT_EQ(Read().checkpoint, 20);
  EXPECT_EQ(Read().files.size(), 25u);
}

TEST_F(DeltaLog, CommitsAreReadOnce) {
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(Publish(Commit(fmt::format("run-{}", i), fmt::format("f{}", i))).ok());
  }
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(storage_->Remove(CommitPath("t", i)).ok());
  EXPECT_EQ(ReadOn().version, 4);
  EXPECT_EQ(ReadOn().files.size(), 5u);
  EXPECT_FALSE(TryRead().ok());
}

TEST_F(DeltaLog, AnotherTableOfTheNameIsSeen) {
  for (const char* run : {"a", "b", "c"}) {
    ASSERT_TRUE(Publish(Commit(run, run)).ok());
  }
  EXPECT_EQ(ReadOn().version, 2);
  std::filesystem::remove_all(path_ + "/t");
  EXPECT_FALSE(ReadOn().exists());
  const auto other = Storage::Open(path_).ValueOrDie();
  for (const char* run : {"d", "e", "f", "g"}) {
    ASSERT_TRUE(Commit(run, run).Publish(other.get(), "scratch").ok());
  }
  EXPECT_EQ(ReadOn().id(), Read().id());
  EXPECT_EQ(ReadOn().version, 3);
  ASSERT_EQ(ReadOn().files.size(), 4u);
  EXPECT_TRUE(ReadOn().files.contains("d"));
}

TEST_F(DeltaLog, CommitsAndCheckpointsOfOthersAreSeen) {
  ASSERT_TRUE(Publish(Commit("ours", "f")).ok());
  const auto other = Storage::Open(path_).ValueOrDie();
  for (int i = 1; i < 45; ++i) {
    const TableCommit commit = Commit(fmt::format("run-{}", i), fmt::format("f{}", i));
    ASSERT_TRUE(commit.Publish(other.get(), "scratch").ok());
    ASSERT_TRUE(CheckpointIfDue(other.get(), "t", "scratch").ok());
    if (i % 7 != 0) continue;
    EXPECT_EQ(ReadOn().version, i);
    EXPECT_EQ(ReadOn().files.size(), static_cast<size_t>(i) + 1);
  }
  // Nor is one written that is there.
  const auto last = Read().checkpoint;
  EXPECT_EQ(last, 40);
  ASSERT_TRUE(CheckpointIfDue(storage_.get(), "t", "scratch").ok());
  EXPECT_EQ(Read().checkpoint, last);
}

TEST_F(DeltaLog, PublishedTwiceIsThereOnce) {
  ASSERT_TRUE(Publish(Commit("a", "f")).ok());
  ASSERT_TRUE(Publish(Commit("a", "g")).ok());
  EXPECT_EQ(Read().version, 0);
  TableCommit second = Commit("a", "g");
  second.transaction = 2;
  ASSERT_TRUE(Publish(second).ok());
  EXPECT_EQ(Read().files.size(), 2u);
  EXPECT_EQ(Read().TransactionOf("lakeseed/a"), 2);
  const TableCommit read = TableCommit::FromJson(second.ToJson());
  EXPECT_EQ(read.ToJson(), second.ToJson());
}

TEST_F(DeltaLog, CommitsOfOthersComeFirst) {
  ASSERT_TRUE(Publish(Commit("a", "f")).ok());
  // Another writer appends, then takes our file away.
  Replace(CommitPath("t", 1), "{\"add\":{\"path\":\"theirs\",\"size\":1}}\n");
  ASSERT_TRUE(Publish(Commit("b", "g")).ok());
  EXPECT_EQ(Read().version, 2);
  EXPECT_EQ(Read().files.size(), 3u);
  Replace(CommitPath("t", 3), "{\"remove\":{\"path\":\"f\"}}\n");
  TableCommit replacing = Commit("c", "h");
  replacing.removals = {"f"};
  EXPECT_EQ(ExitCodeOf(Publish(replacing)), ExitCode::kConflict);
  EXPECT_EQ(Read().version, 3);
  replacing.removals.clear();
  replacing.replaces_all = true;
  ASSERT_TRUE(Publish(replacing).ok());
  ASSERT_EQ(Read().files.size(), 1u);
  EXPECT_TRUE(Read().files.contains("h"));
}

TEST_F(DeltaLog, DamageIsToldNotReadOver) {
  ASSERT_TRUE(Publish(Commit("a", "f")).ok());
  Replace(CommitPath("t", 2), "{\"add\":{\"path\":\"g\",\"size\":1}}\n");
  EXPECT_NE(TryRead().status().message().find("gap"), std::string::npos);
  Replace(CommitPath("t", 1), "{\"add\":");
  EXPECT_FALSE(TryRead().ok());
  EXPECT_FALSE(ReadSnapshot(*storage_, "none", {}).ValueOrDie().exists());
}

TEST_F(DeltaLog, TablesOnlyGainColumnsWithNulls) {
  const auto x = arrow::field("x", arrow::int64(), false);
  const auto note = arrow::field("note", arrow::utf8(), false);
  const ordered_json one = Fields({x}), two = Fields({x, note});
  const ordered_json merged = MergeFields(one, two).ValueOrDie();
  ASSERT_EQ(merged.size(), 2u);
  EXPECT_FALSE(merged[0]["nullable"].get<bool>());
  EXPECT_TRUE(merged[1]["nullable"].get<bool>());
  EXPECT_EQ(MergeFields(merged, one).ValueOrDie(), merged);
  for (const auto& other :
       {arrow::field("x", arrow::int32(), false), arrow::field("x", arrow::int64(), true),
        arrow::field("X", arrow::int64(), false)}) {
    EXPECT_EQ(ExitCodeOf(MergeFields(one, Fields({other})).status()), ExitCode::kRequest);
  }
  const ordered_json without = MergeFields(two, one).ValueOrDie();
  EXPECT_EQ(without, merged);  // Files without a column have nulls there.
  TableCommit wider = Commit("b", "g");
  wider.fields = two;
  ASSERT_TRUE(Publish(Commit("a", "f")).ok());
  ASSERT_TRUE(Publish(wider).ok());
  EXPECT_EQ(Read().Fields().ValueOrDie(), merged);
}

TEST_F(DeltaLog, TypesHaveTheirNamesOrAreRefused) {
  const auto element = arrow::field("element", arrow::float64(), true);
  const ordered_json fields = Fields(
      {arrow::field("d", arrow::decimal128(12, 2)),
       arrow::field("l", arrow::list(element), false),
       arrow::field("s", arrow::struct_({arrow::field(
                             "t", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"))})),
       arrow::field("m", arrow::map(arrow::utf8(), arrow::date32()))});
  EXPECT_EQ(fields[0]["type"], "decimal(12,2)");
  EXPECT_EQ(fields[1]["type"]["elementType"], "double");
  EXPECT_TRUE(fields[1]["type"]["containsNull"].get<bool>());
  EXPECT_EQ(fields[2]["type"]["fields"][0]["type"], "timestamp");
  EXPECT_EQ(fields[3]["type"]["valueType"], "date");
  EXPECT_FALSE(HasLocalTimestamps(fields));
  EXPECT_TRUE(HasLocalTimestamps(Fields({arrow::field(
      "s",
      arrow::struct_({arrow::field("t", arrow::timestamp(arrow::TimeUnit::MICRO))}))})));
  EXPECT_FALSE(
      HasLocalTimestamps(Fields({arrow::field("timestamp_ntz", arrow::utf8())})));
  for (const auto& type : {arrow::uint8(), arrow::time64(arrow::TimeUnit::MICRO),
                           arrow::timestamp(arrow::TimeUnit::NANO, "UTC")}) {
    const auto status = FieldsOf(*arrow::schema({arrow::field("when", type)})).status();
    EXPECT_EQ(ExitCodeOf(status), ExitCode::kRequest);
    EXPECT_NE(status.message().find("when"), std::string::npos);
  }
  const auto twice = arrow::schema(
      {arrow::field("a", arrow::int64()), arrow::field("A", arrow::int64())});
  EXPECT_EQ(ExitCodeOf(FieldsOf(*twice).status()), ExitCode::kRequest);
}

TEST_F(DeltaLog, OtherPartitionsAreRefused) {
  TableCommit commit = Commit("a", "f");
  commit.partitions = {"x"};
  ASSERT_TRUE(Publish(commit).ok());
  const Snapshot there = Read();
  EXPECT_EQ(there.metadata["partitionColumns"], ordered_json::array({"x"}));
  EXPECT_TRUE(CheckPartitions(there, "t", {"x"}).ok());
  EXPECT_EQ(ExitCodeOf(CheckPartitions(there, "t", {})), ExitCode::kRequest);
  TableCommit other = Commit("b", "g");
  EXPECT_EQ(ExitCodeOf(Publish(other)), ExitCode::kRequest);
  EXPECT_EQ(Read().version, 0);
  other.replaces_all = true;
  EXPECT_TRUE(Publish(other).ok());
  EXPECT_EQ(Read().metadata["partitionColumns"], ordered_json::array());
}

TEST_F(DeltaLog, FeaturesOfOthersAreRefusedByName) {
  ASSERT_TRUE(Publish(Commit("a", "f")).ok());
  const Snapshot plain = Read();
  EXPECT_TRUE(CheckWritable(plain, "t", true).ok());
  const auto refused = [&](auto change, const char* name, bool removes = false) {
    Snapshot snapshot = plain;
    change(snapshot);
    const auto status = CheckWritable(snapshot, "t", removes);
    EXPECT_EQ(ExitCodeOf(status), ExitCode::kRequest) << name;
    EXPECT_NE(status.message().find(name), std::string::npos) << status.ToString();
  };
  const auto features = [](const char* name) {
    return [name](Snapshot& s) {
      s.protocol = {{"minReaderVersion", 3}, {"minWriterVersion", 7}};
      s.protocol["writerFeatures"] = ordered_json::array({"appendOnly", name});
    };
  };
  refused(features("rowTracking"), "rowTracking");
  refused(features("clustering"), "clustering");
  refused([](Snapshot& s) { s.protocol["minWriterVersion"] = 9; }, "writer version 9");
  const auto property = [](const char* name, const char* value) {
    return [=](Snapshot& s) { s.metadata["configuration"][name] = value; };
  };
  refused(property("delta.columnMapping.mode", "name"), "columnMapping");
  refused(property("delta.constraints.a", "x > 0"), "checkConstraints");
  refused(property("delta.appendOnly", "true"), "appendOnly", true);
  refused(
      [](Snapshot& s) {
        ordered_json fields = s.Fields().ValueOrDie();
        fields[0]["metadata"]["delta.generationExpression"] = "1";
        s.metadata["schemaString"] =
            ordered_json{{"type", "struct"}, {"fields", fields}}.dump();
      },
      "generatedColumns");
  Snapshot upgraded = plain;
  features("deletionVectors")(upgraded);
  EXPECT_TRUE(CheckWritable(upgraded, "t", true).ok());
  // Old versions stand for features that an upgrade must name.
  const ordered_json local =
      Fields({arrow::field("t", arrow::timestamp(arrow::TimeUnit::MICRO))});
  const ordered_json from4 =
      UpgradeFor({{"minReaderVersion", 1}, {"minWriterVersion", 4}}, local);
  EXPECT_EQ(from4["writerFeatures"].size(), 6u);
  EXPECT_EQ(from4["readerFeatures"], ordered_json::array({"timestampNtz"}));
}

}  // namespace
}  // namespace lakeseed::delta
