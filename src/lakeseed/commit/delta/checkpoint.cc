#include "lakeseed/commit/delta/checkpoint.h"

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <fmt/format.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/writer.h>
#include <parquet/exception.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

#include "lakeseed/commit/delta/action_columns.h"

namespace lakeseed::delta {
namespace {

using nlohmann::ordered_json;

/// Actions in memory at once, and in a row group.
constexpr int64_t kBatchActions = 512, kGroupActions = 4096;

/// A checkpoint never changes: a small one is kept.
arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenOnce(
    const Storage& storage, const std::string& path) {
  KeptFiles::Bytes bytes = storage.kept().Find(path);
  if (bytes == nullptr) {
    ARROW_ASSIGN_OR_RAISE(const auto size, storage.SizeOf(path));
    if (!size || static_cast<size_t>(*size) > KeptFiles::kLargest) {
      return storage.OpenInput(path);
    }
    ARROW_ASSIGN_OR_RAISE(std::string read, storage.ReadAll(path));
    bytes = std::make_shared<const std::string>(std::move(read));
    storage.kept().Keep(path, bytes);
  }
  return arrow::io::BufferReader::FromString(*bytes);
}

/// A part that is read by columns, a batch at a time.
class CheckpointPart {
 public:
  static arrow::Result<CheckpointPart> Open(const Storage& storage,
                                            const std::string& path) {
    CheckpointPart part;
    ARROW_ASSIGN_OR_RAISE(auto input, OpenOnce(storage, path));
    BEGIN_PARQUET_CATCH_EXCEPTIONS
    parquet::ArrowReaderProperties properties;
    properties.set_batch_size(kBatchActions);
    parquet::arrow::FileReaderBuilder builder;
    ARROW_RETURN_NOT_OK(builder.Open(std::move(input)));
    ARROW_RETURN_NOT_OK(builder.properties(properties)->Build(&part.reader_));
    END_PARQUET_CATCH_EXCEPTIONS
    return part;
  }

  std::vector<int> row_groups() const {
    std::vector<int> all(static_cast<size_t>(reader_->num_row_groups()));
    std::iota(all.begin(), all.end(), 0);
    return all;
  }

  /// Call `take(row group, action)` for each action of a kind; of `members` alone, unless
  /// there are none.
  template <typename Take>
  arrow::Status ForEach(const char* kind, const std::vector<const char*>& members,
                        const std::vector<int>& row_groups, const Take& take) const {
    const std::vector<int> leaves = LeavesOf(kind, members);
    if (leaves.empty()) return arrow::Status::OK();
    for (const int group : row_groups) {
      ARROW_ASSIGN_OR_RAISE(const auto batches,
                            reader_->GetRecordBatchReader({group}, leaves));
      while (true) {
        ARROW_ASSIGN_OR_RAISE(const auto batch, batches->Next());
        if (batch == nullptr) break;
        const auto column = batch->GetColumnByName(kind);
        for (int64_t row = 0; row < column->length(); ++row) {
          if (!column->IsNull(row)) ARROW_RETURN_NOT_OK(take(group, *column, row));
        }
      }
    }
    return arrow::Status::OK();
  }

 private:
  CheckpointPart() = default;

  std::vector<int> LeavesOf(const char* kind,
                            const std::vector<const char*>& members) const {
    const parquet::SchemaDescriptor& schema =
        *reader_->parquet_reader()->metadata()->schema();
    std::vector<int> leaves;
    for (int i = 0; i < schema.num_columns(); ++i) {
      const std::string path = schema.Column(i)->path()->ToDotString() + ".";
      const auto is_of = [&](const char* member) {
        return path.starts_with(fmt::format("{}.{}.", kind, member));
      };
      const bool is_whole = members.empty() && path.starts_with(fmt::format("{}.", kind));
      if (is_whole || std::any_of(members.begin(), members.end(), is_of)) {
        leaves.push_back(i);
      }
    }
    return leaves;
  }

  std::unique_ptr<parquet::arrow::FileReader> reader_;
};

/// Whether a file is wanted, of its path alone where no more is needed.
bool IsWanted(const LogScope& scope, const arrow::Array& column, int64_t row) {
  if (!scope.days.empty()) return scope.Wants(ActionAt("add", column, row)["add"]);
  const auto path = static_cast<const arrow::StructArray&>(column).GetFieldByName("path");
  return scope.paths.contains(ActionAt("path", *path, row)["path"]);
}

/// Row groups that hold wanted files.
arrow::Result<std::vector<int>> GroupsWith(const CheckpointPart& part,
                                           const LogScope& scope) {
  if (scope.all_files) return part.row_groups();
  std::set<int> groups;
  if (scope.paths.empty() && scope.days.empty()) return std::vector<int>();
  std::vector<const char*> members{"path"};
  if (!scope.days.empty()) members.push_back("tags");
  ARROW_RETURN_NOT_OK(
      part.ForEach("add", members, part.row_groups(),
                   [&](int group, const arrow::Array& column, int64_t row) {
                     if (IsWanted(scope, column, row)) groups.insert(group);
                     return arrow::Status::OK();
                   }));
  return std::vector<int>(groups.begin(), groups.end());
}

/// Columns of files without their statistics.
const std::vector<const char*> kFacts = {"path", "partitionValues",  "size",
                                         "tags", "modificationTime", "deletionVector"};

/// Writes actions as rows, some hundred at a time.
class ActionWriter {
 public:
  static arrow::Result<ActionWriter> Open(Storage* storage, const std::string& path) {
    ActionWriter writer;
    ARROW_ASSIGN_OR_RAISE(writer.file_, storage->OpenTemporary(path));
    ARROW_ASSIGN_OR_RAISE(writer.builder_,
                          arrow::RecordBatchBuilder::Make(CheckpointSchema(),
                                                          arrow::default_memory_pool()));
    const auto properties = parquet::WriterProperties::Builder()
                                .compression(arrow::Compression::SNAPPY)
                                ->max_row_group_length(kGroupActions)
                                ->build();
    ARROW_ASSIGN_OR_RAISE(writer.writer_,
                          parquet::arrow::FileWriter::Open(
                              *CheckpointSchema(), arrow::default_memory_pool(),
                              writer.file_->stream(), properties));
    return writer;
  }

  arrow::Status Add(const char* kind, ordered_json action) {
    if (action.contains("dataChange")) action["dataChange"] = false;
    for (int i = 0; i < builder_->schema()->num_fields(); ++i) {
      const bool is_it = builder_->schema()->field(i)->name() == kind;
      ARROW_RETURN_NOT_OK(
          AppendAction(is_it ? action : ordered_json(), builder_->GetField(i)));
    }
    num_files_ += std::string_view(kind) == "add" ? 1 : 0;
    return ++num_actions_ % kBatchActions == 0 ? Flush() : arrow::Status::OK();
  }

  /// Give the file its name; return its size.
  arrow::Result<int64_t> Close() {
    ARROW_RETURN_NOT_OK(Flush());
    ARROW_RETURN_NOT_OK(writer_->Close());
    return file_->Publish(Replace::kReplace);
  }

  int64_t num_actions() const { return num_actions_; }
  int64_t num_files() const { return num_files_; }

 private:
  ActionWriter() = default;

  arrow::Status Flush() {
    ARROW_ASSIGN_OR_RAISE(const auto batch, builder_->Flush());
    return batch->num_rows() == 0 ? arrow::Status::OK()
                                  : writer_->WriteRecordBatch(*batch);
  }

  std::unique_ptr<StagedFile> file_;
  std::unique_ptr<arrow::RecordBatchBuilder> builder_;
  std::unique_ptr<parquet::arrow::FileWriter> writer_;
  int64_t num_actions_ = 0, num_files_ = 0;
};

/// Files of the checkpoint before that later commits have not touched.
arrow::Status CopyFiles(const Storage& storage, const Snapshot& head,
                        const Snapshot& since, ActionWriter* writer) {
  for (const std::string& path : head.checkpoint_parts) {
    ARROW_ASSIGN_OR_RAISE(const auto part, CheckpointPart::Open(storage, path));
    for (const char* kind : {"add", "remove"}) {
      const auto copy = [&](int, const arrow::Array& column, int64_t row) {
        ordered_json action = ActionAt(kind, column, row)[kind];
        const auto file = action.at("path").get<std::string>();
        if (since.files.contains(file) || since.removed.contains(file)) {
          return arrow::Status::OK();
        }
        return writer->Add(kind, std::move(action));
      };
      ARROW_RETURN_NOT_OK(part.ForEach(kind, {}, part.row_groups(), copy));
    }
  }
  return arrow::Status::OK();
}

arrow::Status AddAll(const Storage& storage, const Snapshot& head, const Snapshot& since,
                     ActionWriter* writer) {
  ARROW_RETURN_NOT_OK(writer->Add("protocol", head.protocol));
  ARROW_RETURN_NOT_OK(writer->Add("metaData", head.metadata));
  for (const auto& [app_id, txn] : head.transactions) {
    ARROW_RETURN_NOT_OK(writer->Add("txn", txn));
  }
  ARROW_RETURN_NOT_OK(CopyFiles(storage, head, since, writer));
  for (const auto& [path, file] : since.files) {
    ARROW_RETURN_NOT_OK(writer->Add("add", file));
  }
  for (const auto& [path, file] : since.removed) {
    ARROW_RETURN_NOT_OK(writer->Add("remove", file));
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Status ReadCheckpoint(const Storage& storage, const std::string& path,
                             const LogScope& scope, Snapshot* snapshot) {
  ARROW_ASSIGN_OR_RAISE(const auto part, CheckpointPart::Open(storage, path));
  const auto apply = [&](const char* kind) {
    return [&, kind](int, const arrow::Array& column, int64_t row) {
      try {
        snapshot->Apply(ActionAt(kind, column, row), scope);
      } catch (const nlohmann::json::exception& error) {
        return arrow::Status::Invalid("checkpoint of a Delta table is damaged: ", path,
                                      ": ", error.what());
      }
      return arrow::Status::OK();
    };
  };
  for (const char* kind : {"protocol", "metaData", "txn"}) {
    ARROW_RETURN_NOT_OK(part.ForEach(kind, {}, part.row_groups(), apply(kind)));
  }
  // A file may be there under one deletion vector and removed under another.
  if (scope.removals) {
    ARROW_RETURN_NOT_OK(part.ForEach("remove", {}, part.row_groups(), apply("remove")));
  }
  ARROW_ASSIGN_OR_RAISE(const auto groups, GroupsWith(part, scope));
  const bool is_lean = scope.all_files && !scope.statistics;
  return part.ForEach("add", is_lean ? kFacts : std::vector<const char*>(), groups,
                      apply("add"));
}

arrow::Status WriteCheckpoint(Storage* storage, const std::string& folder,
                              const std::string& scratch, const Snapshot& head,
                              const Snapshot& since) {
  const std::string staged = scratch + "/checkpoint";
  ARROW_ASSIGN_OR_RAISE(ActionWriter writer, ActionWriter::Open(storage, staged));
  try {
    ARROW_RETURN_NOT_OK(AddAll(*storage, head, since, &writer));
  } catch (const nlohmann::json::exception& error) {
    return arrow::Status::Invalid("action of a Delta table is damaged: ", error.what());
  }
  ARROW_ASSIGN_OR_RAISE(const int64_t size, writer.Close());
  ARROW_RETURN_NOT_OK(
      storage->Rename(staged, CheckpointPath(folder, head.version), Replace::kReplace));
  const ordered_json last{{"version", head.version},
                          {"size", writer.num_actions()},
                          {"sizeInBytes", size},
                          {"numOfAddFiles", writer.num_files()}};
  return storage->WriteNow(HintPath(folder), last.dump(), Replace::kReplace, staged);
}

}  // namespace lakeseed::delta
