#include "lakeseed/commit/ducklake/past_files.h"

#include <algorithm>
#include <limits>

#include "lakeseed/commit/ducklake/value_text.h"
#include "lakeseed/commit/table_files.h"

namespace lakeseed::ducklake {
namespace {

/// A path that the catalog has as relative to another, or as a whole.
std::string Under(const std::string& above, const SqlValue& path,
                  const SqlValue& is_relative) {
  return IntegerOf(is_relative) != 0 ? above + TextOf(path) : TextOf(path);
}

}  // namespace

arrow::Result<PastFiles> PastFiles::Read(SqlConnection* connection,
                                         const Storage& storage) {
  PastFiles past;
  past.root_ = AbsoluteRoot(storage) + "/";
  // A catalog beside the tables moves with them, whatever path it has.
  past.data_path_ = past.root_ + kTablesFolder;
  if (!storage.catalog().empty()) {
    ARROW_ASSIGN_OR_RAISE(
        const auto rows,
        connection->Query(
            "SELECT \"value\" FROM ducklake_metadata WHERE \"key\" = 'data_path'"));
    if (!rows.empty()) past.data_path_ = TextOf(rows[0][0]);
  }
  ARROW_RETURN_NOT_OK(past.ReadTables(connection));
  ARROW_RETURN_NOT_OK(past.ReadFiles(connection, /*is_delete=*/false));
  ARROW_RETURN_NOT_OK(past.ReadFiles(connection, /*is_delete=*/true));
  ARROW_RETURN_NOT_OK(past.ReadSnapshots(connection));
  return past;
}

std::string PastFiles::LocalOf(const std::string& path, bool is_relative) const {
  const std::string whole = is_relative ? data_path_ + path : path;
  return whole.starts_with(root_) ? whole.substr(root_.size()) : std::string();
}

arrow::Status PastFiles::ReadTables(SqlConnection* connection) {
  // A table that was renamed is there several times; the latest is what it is now.
  ARROW_ASSIGN_OR_RAISE(
      const auto rows,
      connection->Query("SELECT t.table_id, s.schema_name, t.table_name, t.path, "
                        "t.path_is_relative, s.path, s.path_is_relative, t.end_snapshot "
                        "FROM ducklake_table t JOIN ducklake_schema s ON s.schema_id = "
                        "t.schema_id ORDER BY t.begin_snapshot"));
  for (const SqlRow& row : rows) {
    const std::string folder = Under(Under(data_path_, row[5], row[6]), row[3], row[4]);
    const int64_t id = IntegerOf(row[0]);
    folders_[id] = folder;
    std::string local = LocalOf(folder, false);
    if (!local.empty()) local.pop_back();  // The '/' at its end.
    tables_[id] = {TextOf(row[1]) + "." + TextOf(row[2]), std::move(local),
                   IsNull(row[7])};
  }
  return arrow::Status::OK();
}

arrow::Status PastFiles::ReadFiles(SqlConnection* connection, bool is_delete) {
  const std::string kind = is_delete ? "delete" : "data";
  ARROW_ASSIGN_OR_RAISE(const auto rows,
                        connection->Query("SELECT " + kind +
                                          "_file_id, table_id, path, path_is_relative, "
                                          "begin_snapshot, end_snapshot FROM ducklake_" +
                                          kind + "_file"));
  for (const SqlRow& row : rows) {
    LakeFile file{.id = IntegerOf(row[0]),
                  .table = IntegerOf(row[1]),
                  .is_delete = is_delete,
                  .path = Under(folders_[IntegerOf(row[1])], row[2], row[3]),
                  .local = {},
                  .begin = IntegerOf(row[4]),
                  .end = std::nullopt};
    file.local = LocalOf(file.path, false);
    if (!IsNull(row[5])) file.end = IntegerOf(row[5]);
    files_.push_back(std::move(file));
  }
  return arrow::Status::OK();
}

arrow::Status PastFiles::ReadSnapshots(SqlConnection* connection) {
  ARROW_ASSIGN_OR_RAISE(
      const auto rows,
      connection->Query("SELECT s.snapshot_id, s.snapshot_time, c.commit_extra_info FROM "
                        "ducklake_snapshot s LEFT JOIN ducklake_snapshot_changes c ON "
                        "c.snapshot_id = s.snapshot_id ORDER BY s.snapshot_id"));
  for (const SqlRow& row : rows) {
    Snapshot& snapshot = snapshots_.emplace_back(Snapshot{IntegerOf(row[0]), {}});
    const int64_t time = InstantOf(TextOf(row[1]));
    const bool is_known = time != std::numeric_limits<int64_t>::min();
    const bool is_ours = TextOf(row[2]).starts_with("lakeseed/");
    if (is_known && !is_ours) snapshot.time_ms = time / kMicrosPerMilli;
  }
  return arrow::Status::OK();
}

std::set<int64_t> PastFiles::Expired(const std::map<std::string, int64_t>& written,
                                     int64_t before_ms, int64_t now_ms) const {
  std::map<int64_t, int64_t> made;  // When the files of a snapshot were.
  for (const LakeFile& file : files_) {
    const auto at = written.find(file.local);
    if (at == written.end()) continue;
    int64_t& time = made[file.begin];
    time = std::max(time, at->second);
  }
  std::set<int64_t> expired;
  int64_t next_ms = now_ms;  // No later than that the next snapshot was made.
  for (size_t i = snapshots_.size(); i-- > 0;) {
    const Snapshot& snapshot = snapshots_[i];
    const bool is_latest = i + 1 == snapshots_.size();
    if (!is_latest && next_ms < before_ms) expired.insert(snapshot.id);
    const auto at = made.find(snapshot.id);
    if (snapshot.time_ms) {
      next_ms = std::min(next_ms, *snapshot.time_ms);
    } else if (at != made.end()) {
      next_ms = std::min(next_ms, at->second);
    }
  }
  return expired;
}

std::vector<size_t> PastFiles::OnlyIn(const std::set<int64_t>& expired) const {
  std::vector<int64_t> kept;
  for (const Snapshot& snapshot : snapshots_) {
    if (!expired.contains(snapshot.id)) kept.push_back(snapshot.id);
  }
  std::vector<size_t> places;
  for (size_t i = 0; i < files_.size(); ++i) {
    const auto first = std::lower_bound(kept.begin(), kept.end(), files_[i].begin);
    const bool is_needed =
        !files_[i].end || (first != kept.end() && *first < *files_[i].end);
    if (!is_needed) places.push_back(i);
  }
  return places;
}

}  // namespace lakeseed::ducklake
