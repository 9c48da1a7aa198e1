#include "lakeseed/commit/delta/optimize.h"

#include <arrow/api.h>
#include <fmt/format.h>
#include <parquet/arrow/reader.h>
#include <parquet/exception.h>

#include <algorithm>
#include <set>

#include "lakeseed/base/key.h"
#include "lakeseed/base/status.h"
#include "lakeseed/commit/delta/log.h"
#include "lakeseed/commit/manifest.h"
#include "lakeseed/commit/table_files.h"
#include "lakeseed/commit/table_format.h"
#include "lakeseed/write/file_format.h"
#include "lakeseed/write/value_text.h"

namespace lakeseed::delta {
namespace {

/// Consecutive files that become one.
using Group = std::vector<DataFile>;

bool GoesOn(const DataFile& a, const DataFile& b) {
  const auto names = [](const DataFile& file) {
    std::vector<std::string> all;
    for (const ColumnStatistics& column : file.columns) {
      all.push_back(column.name + " " + column.type->ToString());
    }
    return all;
  };
  return a.day == b.day && a.partition_values == b.partition_values &&
         a.rows.end == b.rows.begin && a.order.empty() && a.format == b.format &&
         names(a) == names(b);
}

std::vector<Group> GroupsOf(std::vector<DataFile> files, const OptimizeRequest& request) {
  std::sort(files.begin(), files.end(), [](const DataFile& a, const DataFile& b) {
    return std::tie(a.day, a.partition_values, a.rows.begin) <
           std::tie(b.day, b.partition_values, b.rows.begin);
  });
  using Place = std::pair<std::optional<int32_t>, PartitionValues>;
  std::set<Place> places;
  for (const DataFile& file : request.beside) {
    places.emplace(file.day, file.partition_values);
  }
  std::erase_if(files, [&](const DataFile& file) {
    return !places.empty() && !places.contains({file.day, file.partition_values});
  });
  std::vector<Group> groups;
  int64_t bytes = 0;
  for (DataFile& file : files) {
    const bool fits = !groups.empty() && GoesOn(groups.back().back(), file) &&
                      bytes + file.size_bytes <= request.file_bytes;
    if (!fits) {
      groups.emplace_back();
      bytes = 0;
    }
    bytes += file.size_bytes;
    groups.back().push_back(std::move(file));
  }
  std::erase_if(groups, [](const Group& group) { return group.size() < 2; });
  return groups;
}

/// A name for the merged file: equal files give equal names.
std::string MergedPath(const Group& group) {
  std::string text;
  for (const DataFile& file : group) text += file.path + "\n";
  const std::string& first = group.front().path;
  const Key key = StreamKey(0, {"optimize", text});
  return fmt::format("{}{}{}.parquet", first.substr(0, first.rfind('/') + 1),
                     kMergedPrefix, fmt::format("{:016x}", key.a).substr(0, 12));
}

arrow::Result<std::unique_ptr<parquet::arrow::FileReader>> OpenReader(
    const Storage& storage, const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(auto input, storage.OpenInput(path));
  std::unique_ptr<parquet::arrow::FileReader> reader;
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  parquet::ArrowReaderProperties properties;
  properties.set_smallest_decimal_enabled(true);  // As the writer takes them.
  parquet::arrow::FileReaderBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Open(std::move(input)));
  ARROW_RETURN_NOT_OK(builder.properties(properties)->Build(&reader));
  END_PARQUET_CATCH_EXCEPTIONS
  return reader;
}

arrow::Status CopyRows(const Storage& storage, const std::string& path,
                       FileWriter* writer) {
  ARROW_ASSIGN_OR_RAISE(const auto reader, OpenReader(storage, path));
  ARROW_ASSIGN_OR_RAISE(const auto batches, reader->GetRecordBatchReader());
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, batches->Next());
    if (batch == nullptr) return arrow::Status::OK();
    ARROW_RETURN_NOT_OK(writer->Write(*batch));
  }
}

/// The columns of a file, as they come back from it.
arrow::Result<std::vector<ColumnLayout>> ColumnsOf(const Storage& storage,
                                                   const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(const auto reader, OpenReader(storage, path));
  std::shared_ptr<arrow::Schema> schema;
  ARROW_RETURN_NOT_OK(reader->GetSchema(&schema));
  std::vector<ColumnLayout> columns;
  for (const auto& field : schema->fields()) {
    columns.push_back(
        {field->name(), field->type(), ColumnShape{.nullable = field->nullable()}});
  }
  return columns;
}

arrow::Result<DataFile> Merge(Storage* storage, const Committer& committer,
                              const Group& group) {
  FileRequest request;
  request.path = MergedPath(group);
  request.staged_path = committer.StagedPath(request.path);
  request.table = group.front().table;
  request.first_row = group.front().rows.begin;
  request.day = group.front().day;
  request.partition_values = group.front().partition_values;
  ARROW_ASSIGN_OR_RAISE(request.columns, ColumnsOf(*storage, group.front().path));
  for (const ColumnStatistics& column : group.front().columns) {
    const auto* time = dynamic_cast<const arrow::TimestampType*>(column.type.get());
    if (time != nullptr) request.options.naive_timestamps |= time->timezone().empty();
  }
  ARROW_ASSIGN_OR_RAISE(const FileFormatDef* format, FindFileFormat("parquet"));
  ARROW_ASSIGN_OR_RAISE(const auto writer, OpenFileWriter(*format, storage, request));
  for (const DataFile& file : group) {
    ARROW_RETURN_NOT_OK(CopyRows(*storage, file.path, writer.get()));
  }
  ARROW_ASSIGN_OR_RAISE(DataFile merged, writer->Close());
  int64_t rows = 0;
  for (const DataFile& file : group) rows += file.num_rows;
  if (merged.num_rows != rows) {
    return arrow::Status::IOError("files do not hold the rows of the manifest: ",
                                  group.front().path);
  }
  merged.rows = {group.front().rows.begin, group.back().rows.end};
  return merged;
}

arrow::Status PublishedFirst() {
  return ErrorWithCode(ExitCode::kConflict, "another run has published first",
                       "run `lakeseed optimize` again");
}

/// The statistics that the table's log has.
TableStatistics StatisticsOf(const Snapshot& snapshot) {
  for (const auto& [path, add] : snapshot.files) {
    if (!add.contains("stats") || !add["stats"].is_string())
      return TableStatistics::kNone;
    const bool has_bounds =
        add["stats"].get_ref<const std::string&>().find("nullCount") != std::string::npos;
    return has_bounds ? TableStatistics::kAll : TableStatistics::kRows;
  }
  return TableStatistics::kAll;
}

/// All files of the table, or of the days that have groups, before the commit.
std::vector<DataFile> Affected(const ManifestTable& table,
                               const std::vector<Group>& groups) {
  std::set<std::optional<int32_t>> days;
  for (const Group& group : groups) days.insert(group.front().day);
  std::vector<DataFile> files;
  for (const DataFile& file : table.files) {
    if (days.contains(file.day)) files.push_back(file);
  }
  return files;
}

arrow::Status Rearrange(Storage* storage, const Manifest& manifest,
                        const ManifestTable& table, const std::vector<Group>& groups,
                        const Snapshot& snapshot) {
  TargetRequest request;
  request.identity = table.identity;
  request.if_exists = IfExists::kOverwrite;
  request.rearranges = true;
  request.statistics = StatisticsOf(snapshot);
  std::set<std::string> merged;
  std::string names;
  for (const Group& group : groups) {
    names += MergedPath(group) + "\n";
    for (const DataFile& file : group) merged.insert(file.path);
    request.files.push_back({MergedPath(group), group.front().table,
                             RowRange{group.front().rows.begin, group.back().rows.end},
                             group.front().day});
  }
  std::vector<DataFile> files = Affected(table, groups);
  std::erase_if(files, [&](const DataFile& file) { return merged.contains(file.path); });
  for (const DataFile& file : files) {
    request.files.push_back({file.path, file.table, file.rows, file.day});
  }
  request.run_id = RunId(table.identity, names);
  ARROW_ASSIGN_OR_RAISE(const TableFormatDef* format, FindTableFormat("delta"));
  ARROW_ASSIGN_OR_RAISE(const auto committer, format->open(storage, request));
  for (const Group& group : groups) {
    ARROW_ASSIGN_OR_RAISE(DataFile file, Merge(storage, *committer, group));
    ARROW_RETURN_NOT_OK(committer->Record(file));
    files.push_back(std::move(file));
  }
  CommitRequest commit{.base = manifest.version, .files = files};
  ARROW_ASSIGN_OR_RAISE(const int64_t time, ParseTimestamp(manifest.commit_time, 3));
  commit.commit_time =
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(time));
  ARROW_ASSIGN_OR_RAISE(const CommitOutcome outcome, committer->Commit(commit));
  if (std::holds_alternative<Committed>(outcome)) return arrow::Status::OK();
  if (const auto* unknown = std::get_if<Unknown>(&outcome)) {
    return arrow::Status::IOError("it is not known whether the commit is complete: ",
                                  unknown->reason);
  }
  ARROW_RETURN_NOT_OK(committer->Discard());
  return PublishedFirst();
}

/// Where a table's files are, and its name in the manifest: "dataset.table".
std::string FolderOf(const std::string& name) {
  std::string folder = kTablesFolder + name;
  std::replace(folder.begin(), folder.end(), '.', '/');
  return folder;
}

/// The manifest with the facts of the days that are asked for.
arrow::Result<Manifest> ManifestFor(const Storage& storage,
                                    const OptimizeRequest& request) {
  ARROW_ASSIGN_OR_RAISE(auto manifest, ReadManifest(storage));
  if (!manifest) return Manifest();
  int32_t from = INT32_MIN, to = INT32_MAX;
  if (!request.beside.empty()) std::swap(from, to);
  for (const DataFile& file : request.beside) {
    from = std::min(from, file.day.value_or(INT32_MIN));
    to = std::max(to, file.day.value_or(INT32_MAX));
  }
  ARROW_RETURN_NOT_OK(LoadSegments(storage, "", from, to, &*manifest));
  return *std::move(manifest);
}

arrow::Result<OptimizedTable> OptimizeTable(Storage* storage, const std::string& name,
                                            const OptimizeRequest& request) {
  // Each table's commit makes a new manifest.
  ARROW_ASSIGN_OR_RAISE(Manifest manifest, ManifestFor(*storage, request));
  const ManifestTable& table = manifest.tables[name];
  const std::vector<Group> groups = GroupsOf(table.files, request);
  OptimizedTable result{.name = name};
  result.files_before = result.files_after = static_cast<int64_t>(table.files.size());
  LogScope merged{.application = ""};
  for (const Group& group : groups) {
    result.files_after -= static_cast<int64_t>(group.size()) - 1;
    for (const DataFile& file : group) {
      result.bytes_merged += file.size_bytes;
      ARROW_ASSIGN_OR_RAISE(std::string path, LogPath(FolderOf(name), file.path));
      merged.paths.insert(std::move(path));
    }
  }
  if (groups.empty() || request.dry_run) return result;
  ARROW_ASSIGN_OR_RAISE(const Snapshot snapshot,
                        ReadSnapshot(*storage, FolderOf(name), merged));
  ARROW_RETURN_NOT_OK(Rearrange(storage, manifest, table, groups, snapshot));
  return result;
}

}  // namespace

arrow::Result<std::vector<OptimizedTable>> OptimizeTables(
    Storage* storage, const OptimizeRequest& request) {
  {
    ARROW_ASSIGN_OR_RAISE(const auto lock, storage->Lock(LockMode::kExclusive));
    const arrow::Status recovered = RecoverCommit(storage, "").status();
    if (recovered.IsAlreadyExists()) return PublishedFirst();
    ARROW_RETURN_NOT_OK(recovered);
  }
  ARROW_ASSIGN_OR_RAISE(const Manifest first, ManifestFor(*storage, request));
  std::vector<std::string> missing = request.tables;
  std::vector<OptimizedTable> done;
  for (const auto& [name, table] : first.tables) {
    const auto is_it = [&name = name](const std::string& one) {
      return one == name || one == name.substr(name.rfind('.') + 1);
    };
    const bool is_wanted =
        request.tables.empty() ||
        std::any_of(request.tables.begin(), request.tables.end(), is_it);
    if (!is_wanted) continue;
    ARROW_ASSIGN_OR_RAISE(const Snapshot snapshot,
                          ReadSnapshot(*storage, FolderOf(name), {.application = ""}));
    if (!snapshot.exists()) continue;
    std::erase_if(missing, is_it);
    ARROW_ASSIGN_OR_RAISE(done.emplace_back(), OptimizeTable(storage, name, request));
  }
  if (missing.empty()) return done;
  return RequestError(fmt::format("there is no such Delta table: {}", missing.front()),
                      "`lakeseed optimize` without --tables takes all");
}

}  // namespace lakeseed::delta
