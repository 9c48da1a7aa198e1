#include "lakeseed/commit/delta/table_commit.h"

#include <fmt/format.h>

#include <set>
#include <thread>

#include "lakeseed/base/status.h"
#include "lakeseed/base/uuid.h"
#include "lakeseed/commit/delta/checkpoint.h"
#include "lakeseed/commit/delta/protocol.h"
#include "lakeseed/commit/delta/schema.h"
#include "lakeseed/commit/table_files.h"

namespace lakeseed::delta {
namespace {

using nlohmann::ordered_json;

constexpr int kMostTries = 1'000;

/// A UUID that follows from what it names.
std::string UuidOf(const TableCommit& commit, std::string_view what) {
  return UuidText(
      StreamKey(commit.transaction, {"uuid", what, commit.run_id, commit.folder}));
}

ordered_json RemoveOf(const ordered_json& add, int64_t time_ms, bool is_change) {
  ordered_json remove{
      {"path", add.at("path")},
      {"deletionTimestamp", time_ms},
      {"dataChange", is_change},
      {"extendedFileMetadata", true},
      {"partitionValues", add.value("partitionValues", ordered_json::object())},
      {"size", add.at("size")}};
  if (add.contains("deletionVector")) remove["deletionVector"] = add["deletionVector"];
  return remove;
}

ordered_json CommitInfo(const TableCommit& commit, const Snapshot& snapshot,
                        bool is_blind) {
  const char* operation = commit.rearranges   ? "OPTIMIZE"
                          : snapshot.exists() ? "WRITE"
                                              : "CREATE TABLE AS SELECT";
  const bool replaces = commit.replaces_all || !commit.removals.empty();
  return {{"commitInfo",
           {{"timestamp", commit.time_ms},
            {"operation", operation},
            {"operationParameters",
             {{"mode", replaces ? "Overwrite" : "Append"},
              {"partitionBy", ordered_json(commit.partitions).dump()}}},
            {"isBlindAppend", is_blind},
            {"engineInfo", "lakeseed"},
            {"txnId", UuidOf(commit, "commit")},
            {"lakeseed.run", commit.run_id}}}};
}

}  // namespace

ordered_json TableCommit::ToJson() const {
  return {{"folder", folder},
          {"table_id", table_id ? ordered_json(*table_id) : ordered_json()},
          {"run_id", run_id},
          {"identity", identity},
          {"transaction", transaction},
          {"time_ms", time_ms},
          {"fields", fields},
          {"partitions", partitions},
          {"replaces_all", replaces_all},
          {"rearranges", rearranges},
          {"adds", adds},
          {"removals", removals}};
}

TableCommit TableCommit::FromJson(const ordered_json& json) {
  TableCommit commit;
  commit.folder = json.at("folder").get<std::string>();
  if (const ordered_json& id = json.at("table_id"); !id.is_null()) {
    commit.table_id = id.get<std::string>();
  }
  commit.run_id = json.at("run_id").get<std::string>();
  commit.identity = json.at("identity").get<std::string>();
  commit.transaction = json.at("transaction").get<int64_t>();
  commit.time_ms = json.at("time_ms").get<int64_t>();
  commit.fields = json.at("fields");
  commit.partitions = json.at("partitions").get<std::vector<std::string>>();
  commit.replaces_all = json.at("replaces_all").get<bool>();
  commit.rearranges = json.at("rearranges").get<bool>();
  commit.adds = json.at("adds").get<std::vector<ordered_json>>();
  commit.removals = json.at("removals").get<std::vector<std::string>>();
  return commit;
}

LogScope TableCommit::scope() const {
  LogScope scope{.all_files = replaces_all, .application = app_id()};
  for (const ordered_json& add : adds) {
    scope.paths.insert(add.at("path").get<std::string>());
  }
  scope.paths.insert(removals.begin(), removals.end());
  return scope;
}

arrow::Result<ordered_json> TableCommit::Metadata(const Snapshot& snapshot) const {
  ordered_json merged = fields;
  ordered_json metadata;
  if (snapshot.exists()) {
    metadata = snapshot.metadata;
    if (!replaces_all) {
      ARROW_ASSIGN_OR_RAISE(const ordered_json there, snapshot.Fields());
      ARROW_ASSIGN_OR_RAISE(merged, MergeFields(there, fields));
      if (merged == there && snapshot.Property(kIdentityProperty)) return metadata;
    } else {
      metadata["partitionColumns"] = partitions;
    }
  } else {
    metadata = {
        {"id", UuidOf(*this, "table")},
        {"format", {{"provider", "parquet"}, {"options", ordered_json::object()}}},
        {"partitionColumns", partitions},
        {"createdTime", time_ms},
        {"configuration", ordered_json::object()}};
  }
  metadata["schemaString"] = ordered_json{{"type", "struct"}, {"fields", merged}}.dump();
  metadata["configuration"][kIdentityProperty] = identity;
  return metadata;
}

arrow::Result<std::vector<ordered_json>> TableCommit::Actions(
    const Snapshot& snapshot) const {
  if (table_id && !replaces_all) {
    ARROW_RETURN_NOT_OK(CheckSameTable(folder, *table_id, snapshot.id()));
  }
  std::set<std::string> added, going(removals.begin(), removals.end());
  std::vector<ordered_json> lines;
  for (const ordered_json& add : adds) {
    const std::string path = add.at("path").get<std::string>();
    added.insert(path);
    // A name stands for its bytes.
    if (snapshot.files.contains(path)) continue;
    lines.push_back({{"add", add}});
    lines.back()["add"]["dataChange"] = !rearranges;
  }
  const size_t num_adds = lines.size();
  for (const auto& [path, file] : snapshot.files) {
    if (added.contains(path) || !(replaces_all || going.contains(path))) continue;
    lines.push_back({{"remove", RemoveOf(file, time_ms, !rearranges)}});
  }
  for (const std::string& path : removals) {
    if (snapshot.files.contains(path) || added.contains(path)) continue;
    return ErrorWithCode(ExitCode::kConflict,
                         fmt::format("another writer has rewritten {}: {}", folder, path),
                         "its rows cannot be told apart any more; use another --output");
  }
  const bool removes = lines.size() > num_adds;
  if (snapshot.exists())
    ARROW_RETURN_NOT_OK(CheckWritable(snapshot, folder, removes && !rearranges));
  if (snapshot.exists() && !replaces_all) {
    ARROW_RETURN_NOT_OK(CheckPartitions(snapshot, folder, partitions));
  }
  ARROW_ASSIGN_OR_RAISE(ordered_json metadata, Metadata(snapshot));
  ordered_json protocol =
      snapshot.exists() ? UpgradeFor(snapshot.protocol, fields) : ProtocolFor(fields);
  std::vector<ordered_json> head;
  if (protocol != snapshot.protocol) head.push_back({{"protocol", std::move(protocol)}});
  if (metadata != snapshot.metadata) head.push_back({{"metaData", std::move(metadata)}});
  if (lines.empty() && head.empty()) return lines;
  const bool is_blind = !removes && head.empty();
  head.insert(head.begin(), CommitInfo(*this, snapshot, is_blind));
  head.push_back(
      {{"txn",
        {{"appId", app_id()}, {"version", transaction}, {"lastUpdated", time_ms}}}});
  lines.insert(lines.begin(), head.begin(), head.end());
  return lines;
}

arrow::Status TableCommit::Publish(Storage* storage, const std::string& scratch) const {
  const LogScope wanted = scope();
  for (int i = 0; i < kMostTries; ++i) {
    ARROW_ASSIGN_OR_RAISE(const Snapshot snapshot,
                          ReadSnapshot(*storage, folder, wanted));
    if (snapshot.TransactionOf(app_id()) >= transaction) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(const auto lines, Actions(snapshot));
    if (lines.empty()) return arrow::Status::OK();
    std::string text;
    for (const ordered_json& line : lines) text += line.dump() + "\n";
    const std::string path = CommitPath(folder, snapshot.version + 1);
    const arrow::Status written =
        storage->WriteNow(path, text, Replace::kRefuse, scratch + "/log.json");
    if (written.ok()) {
      storage->kept().Keep(path, std::make_shared<const std::string>(std::move(text)));
    }
    if (!written.IsAlreadyExists()) return written;
    // Somebody else has this version; ours comes after it.
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min(i, 20)));
  }
  return ErrorWithCode(ExitCode::kConflict,
                       "other writers commit without a pause: " + folder);
}

arrow::Status CheckpointIfDue(Storage* storage, const std::string& folder,
                              const std::string& scratch) {
  Snapshot head;
  // One that another writer has written meanwhile is seen at the second look.
  for (int look = 1; look <= 2; ++look) {
    ARROW_ASSIGN_OR_RAISE(head, ReadSnapshot(*storage, folder, {}));
    const TableVersion last = std::max<TableVersion>(head.checkpoint, 0);
    if (head.version - last < kCheckpointEvery) return arrow::Status::OK();
  }
  Snapshot since;
  since.version = head.checkpoint;
  ARROW_RETURN_NOT_OK(ReadCommits(*storage, folder, LogScope::Everything(), &since));
  // What came meanwhile is for the next one.
  if (since.version != head.version) return arrow::Status::OK();
  return WriteCheckpoint(storage, folder, scratch, head, since);
}

}  // namespace lakeseed::delta
