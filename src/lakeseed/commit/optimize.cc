#include "lakeseed/commit/optimize.h"

#include <arrow/api.h>
#include <fmt/format.h>
#include <parquet/arrow/reader.h>
#include <parquet/exception.h>

#include <algorithm>
#include <map>
#include <set>

#include "lakeseed/base/key.h"
#include "lakeseed/base/status.h"
#include "lakeseed/commit/manifest.h"
#include "lakeseed/commit/table_files.h"
#include "lakeseed/commit/table_format.h"
#include "lakeseed/commit/upkeep.h"
#include "lakeseed/write/file_format.h"
#include "lakeseed/write/value_text.h"

namespace lakeseed {
namespace {

/// Files that become one.
struct Group {
  std::string path;
  RowRange rows;
  std::vector<DataFile> files;  ///< By their rows; of one day and partition.
};

/// Files of the same rows, one for each partition that has some of them; and the pieces
/// that follow each other, of which each partition gets one file: all of these stand for
/// the same rows, under one name in their folders, as files of partitions do.
using Piece = std::vector<DataFile>;
using Cut = std::vector<Piece>;

RowRange RowsOf(const Cut& cut) {
  return {cut.front().front().rows.begin, cut.back().front().rows.end};
}

std::vector<Piece> PiecesOf(std::vector<DataFile> files) {
  const auto place = [](const DataFile& file) {
    return std::tie(file.day, file.rows.begin, file.rows.end);
  };
  std::sort(files.begin(), files.end(), [&](const DataFile& a, const DataFile& b) {
    if (place(a) != place(b)) return place(a) < place(b);
    return a.partition_values < b.partition_values;
  });
  std::vector<Piece> pieces;
  for (DataFile& file : files) {
    const bool is_next = pieces.empty() || place(pieces.back().front()) != place(file);
    if (is_next) pieces.emplace_back();
    pieces.back().push_back(std::move(file));
  }
  return pieces;
}

bool GoesOn(const DataFile& a, const DataFile& b) {
  const auto names = [](const DataFile& file) {
    std::vector<std::string> all;
    for (const ColumnStatistics& column : file.columns) {
      all.push_back(column.name + " " + column.type->ToString());
    }
    return all;
  };
  return a.day == b.day && a.rows.end == b.rows.begin && a.order.empty() &&
         b.order.empty() && a.format == b.format && names(a) == names(b);
}

/// The files of a table whose rows have ids.
class RowPlaces {
 public:
  using Places = std::optional<std::map<std::string, RowPlace>>;

  explicit RowPlaces(Places places) : places_(std::move(places)) {}

  bool MayMove(const DataFile& file) const {
    return !places_ || places_->contains(file.path);
  }

  /// Where a file has to be that goes on after this one.
  std::optional<RowPlace> After(const DataFile& file) const {
    if (!places_) return std::nullopt;
    RowPlace place = places_->at(file.path);
    place.first_id += file.num_rows;
    return place;
  }

  bool IsAt(const DataFile& file, const std::optional<RowPlace>& place) const {
    return !place || places_->at(file.path) == *place;
  }

 private:
  const Places places_;  // None: rows have no ids.
};

std::vector<Cut> CutsOf(std::vector<DataFile> files, const RowPlaces& places,
                        int64_t file_bytes) {
  struct End {
    int64_t bytes = 0;
    std::optional<RowPlace> next;
  };
  std::vector<Cut> cuts;
  std::map<PartitionValues, End> ends;  // Of the latest cut.
  for (Piece& piece : PiecesOf(std::move(files))) {
    const auto may_move = [&](const DataFile& file) { return places.MayMove(file); };
    if (!std::all_of(piece.begin(), piece.end(), may_move)) continue;
    const auto fits = [&](const DataFile& file) {
      const End& end = ends[file.partition_values];
      return end.bytes + file.size_bytes <= file_bytes && places.IsAt(file, end.next) &&
             GoesOn(cuts.back().back().front(), file);
    };
    if (cuts.empty() || !std::all_of(piece.begin(), piece.end(), fits)) {
      cuts.emplace_back();
      ends.clear();
    }
    for (const DataFile& file : piece) {
      End& end = ends[file.partition_values];
      end.bytes += file.size_bytes;
      end.next = places.After(file);
    }
    cuts.back().push_back(std::move(piece));
  }
  return cuts;
}

/// A name for merged files: equal files give equal names.
std::string MergedName(const Cut& cut) {
  std::string text;
  for (const Piece& piece : cut) {
    for (const DataFile& file : piece) text += file.path + "\n";
  }
  const Key key = StreamKey(0, {"optimize", text});
  return fmt::format("{}{}.parquet", kMergedPrefix,
                     fmt::format("{:016x}", key.a).substr(0, 12));
}

std::vector<Group> GroupsOf(std::vector<DataFile> files, const RowPlaces& rows,
                            const OptimizeRequest& request) {
  using Place = std::pair<std::optional<int32_t>, PartitionValues>;
  std::set<Place> places;
  for (const DataFile& file : request.beside) {
    places.emplace(file.day, file.partition_values);
  }
  std::vector<Group> groups;
  for (Cut& cut : CutsOf(std::move(files), rows, request.file_bytes)) {
    std::map<Place, Group> merged;
    bool is_wanted = places.empty();
    for (const Piece& piece : cut) {
      for (const DataFile& file : piece) {
        const Place place{file.day, file.partition_values};
        is_wanted |= places.contains(place);
        merged[place].files.push_back(file);
      }
    }
    const bool is_smaller =
        std::any_of(merged.begin(), merged.end(),
                    [](const auto& one) { return one.second.files.size() > 1; });
    if (!is_wanted || !is_smaller) continue;
    for (auto& [place, group] : merged) {
      const std::string& first = group.files.front().path;
      group.path = first.substr(0, first.rfind('/') + 1) + MergedName(cut);
      group.rows = RowsOf(cut);
      groups.push_back(std::move(group));
    }
  }
  return groups;
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

/// What table formats know a column by; -1: nothing.
arrow::Result<int> FieldIdOf(const arrow::Field& field) {
  if (field.metadata() == nullptr) return -1;
  const auto id = field.metadata()->Get("PARQUET:field_id");
  if (!id.ok()) return -1;
  ARROW_ASSIGN_OR_RAISE(const auto value, arrow::Scalar::Parse(arrow::int32(), *id));
  return static_cast<const arrow::Int32Scalar&>(*value).value;
}

/// The columns of a file, as they come back from it.
arrow::Result<std::vector<ColumnLayout>> ColumnsOf(const Storage& storage,
                                                   const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(const auto reader, OpenReader(storage, path));
  std::shared_ptr<arrow::Schema> schema;
  ARROW_RETURN_NOT_OK(reader->GetSchema(&schema));
  std::vector<ColumnLayout> columns;
  for (const auto& field : schema->fields()) {
    ARROW_ASSIGN_OR_RAISE(const int id, FieldIdOf(*field));
    columns.push_back(
        {field->name(), field->type(), ColumnShape{.nullable = field->nullable()}, id});
  }
  return columns;
}

arrow::Result<DataFile> Merge(Storage* storage, const Committer& committer,
                              const Group& group) {
  FileRequest request;
  request.path = group.path;
  request.staged_path = committer.StagedPath(request.path);
  request.table = group.files.front().table;
  request.first_row = group.rows.begin;
  request.day = group.files.front().day;
  request.partition_values = group.files.front().partition_values;
  ARROW_ASSIGN_OR_RAISE(request.columns, ColumnsOf(*storage, group.files.front().path));
  for (const ColumnStatistics& column : group.files.front().columns) {
    const auto* time = dynamic_cast<const arrow::TimestampType*>(column.type.get());
    if (time != nullptr) request.options.naive_timestamps |= time->timezone().empty();
  }
  ARROW_ASSIGN_OR_RAISE(const FileFormatDef* format, FindFileFormat("parquet"));
  ARROW_ASSIGN_OR_RAISE(const auto writer, OpenFileWriter(*format, storage, request));
  for (const DataFile& file : group.files) {
    ARROW_RETURN_NOT_OK(CopyRows(*storage, file.path, writer.get()));
  }
  ARROW_ASSIGN_OR_RAISE(DataFile merged, writer->Close());
  int64_t rows = 0;
  for (const DataFile& file : group.files) rows += file.num_rows;
  if (merged.num_rows != rows) {
    return arrow::Status::IOError("files do not hold the rows of the manifest: ",
                                  group.files.front().path);
  }
  merged.rows = group.rows;
  return merged;
}

arrow::Status PublishedFirst() {
  return ErrorWithCode(ExitCode::kConflict, "another run has published first",
                       "run `lakeseed optimize` again");
}

/// All files of the table, or of the days that have groups, before the commit.
std::vector<DataFile> Affected(const ManifestTable& table,
                               const std::vector<Group>& groups) {
  std::set<std::optional<int32_t>> days;
  for (const Group& group : groups) days.insert(group.files.front().day);
  std::vector<DataFile> files;
  for (const DataFile& file : table.files) {
    if (days.contains(file.day)) files.push_back(file);
  }
  return files;
}

arrow::Status Rearrange(Storage* storage, const Manifest& manifest,
                        const ManifestTable& table, const std::vector<Group>& groups,
                        const OptimizedFormat& format, TableStatistics statistics) {
  TargetRequest request;
  request.identity = table.identity;
  request.if_exists = IfExists::kOverwrite;
  request.rearranges = true;
  request.statistics = statistics;
  std::set<std::string> merged;
  std::string names;
  for (const Group& group : groups) {
    names += group.path + "\n";
    for (const DataFile& file : group.files) merged.insert(file.path);
    request.files.push_back(
        {group.path, group.files.front().table, group.rows, group.files.front().day});
  }
  std::vector<DataFile> files = Affected(table, groups);
  std::erase_if(files, [&](const DataFile& file) { return merged.contains(file.path); });
  for (const DataFile& file : files) {
    request.files.push_back({file.path, file.table, file.rows, file.day});
  }
  request.run_id = RunId(table.identity, names);
  ARROW_ASSIGN_OR_RAISE(const TableFormatDef* def, FindTableFormat(format.name));
  ARROW_ASSIGN_OR_RAISE(const auto committer, def->open(storage, request));
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
                                            const OptimizeRequest& request,
                                            const OptimizedFormat& format) {
  // Each table's commit makes a new manifest.
  ARROW_ASSIGN_OR_RAISE(Manifest manifest, ManifestFor(*storage, request));
  const ManifestTable& table = manifest.tables[name];
  RowPlaces::Places rows;
  if (format.rows != nullptr) {
    ARROW_ASSIGN_OR_RAISE(rows, format.rows(*storage, FolderOf(name)));
  }
  const std::vector<Group> groups =
      GroupsOf(table.files, RowPlaces(std::move(rows)), request);
  OptimizedTable result{.name = name};
  result.files_before = result.files_after = static_cast<int64_t>(table.files.size());
  std::vector<std::string> merged;
  for (const Group& group : groups) {
    result.files_after -= static_cast<int64_t>(group.files.size()) - 1;
    for (const DataFile& file : group.files) {
      result.bytes_merged += file.size_bytes;
      merged.push_back(file.path);
    }
  }
  if (groups.empty() || request.dry_run) return result;
  ARROW_ASSIGN_OR_RAISE(const TableStatistics statistics,
                        format.statistics(*storage, FolderOf(name), merged));
  ARROW_RETURN_NOT_OK(Rearrange(storage, manifest, table, groups, format, statistics));
  return result;
}

}  // namespace

arrow::Result<std::vector<OptimizedTable>> OptimizeTables(Storage* storage,
                                                          const OptimizeRequest& request,
                                                          const OptimizedFormat& format) {
  {
    ARROW_ASSIGN_OR_RAISE(const auto lock, storage->Lock(LockMode::kExclusive));
    const arrow::Status recovered = RecoverCommit(storage, "").status();
    if (recovered.IsAlreadyExists()) return PublishedFirst();
    ARROW_RETURN_NOT_OK(recovered);
  }
  ARROW_ASSIGN_OR_RAISE(const Manifest first, ManifestFor(*storage, request));
  std::vector<OptimizedTable> done;
  for (const auto& [name, table] : first.tables) {
    if (!IsWanted(request.tables, name)) continue;
    ARROW_ASSIGN_OR_RAISE(const bool is_there, format.has(*storage, FolderOf(name)));
    if (!is_there) continue;
    ARROW_ASSIGN_OR_RAISE(done.emplace_back(),
                          OptimizeTable(storage, name, request, format));
  }
  return done;
}

}  // namespace lakeseed
