#include "lakeseed/write/file_set_writer.h"

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/base/status.h"
#include "lakeseed/write/batch_writer.h"
#include "lakeseed/write/row_order.h"
#include "lakeseed/write/sorted_file_writer.h"

namespace lakeseed {
namespace {

/// Rows for it are at hand.
constexpr int64_t kWaiting = INT64_MAX;
static_assert(kMostOpenPartitions == 200);
constexpr std::string_view kInTurns = "rows of more than 200 partitions come in turns";

/// What still holds for some of a column's rows.
ColumnShape ShapeOfSome(ColumnShape shape) {
  if (shape.kind == ShapeKind::kSequence) shape.kind = ShapeKind::kUnknown;
  return shape;
}

}  // namespace

arrow::Result<std::unique_ptr<FileSetWriter>> FileSetWriter::Open(
    const FileFormatDef& format, Storage* storage, const FileRequest& request) {
  std::unique_ptr<FileSetWriter> set(new FileSetWriter(format, storage, request));
  if (request.partitions.empty()) {
    ARROW_ASSIGN_OR_RAISE(set->single_, OpenRowWriter(format, storage, request));
    return set;
  }
  const auto schema = SchemaOf(request.columns);
  ARROW_ASSIGN_OR_RAISE(set->keys_, PartitionKeys::Make(request.partitions, *schema));
  // Decisions are made between blocks, so that they do not depend on batches.
  FileSetWriter* const self = set.get();
  set->blocks_ = std::make_unique<Reblocker>(
      schema,
      [self](const arrow::RecordBatch& block) { return self->WriteBlock(block); });
  return set;
}

FileSetWriter::~FileSetWriter() { (void)Abort(); }

arrow::Status FileSetWriter::Write(const MadeRows& rows) {
  num_rows_ += rows.num_rows();
  if (single_ != nullptr) return single_->Write(rows);
  ARROW_ASSIGN_OR_RAISE(const auto batch, rows.ToBatch(arrow::default_memory_pool()));
  return blocks_->Add(*batch);
}

arrow::Status FileSetWriter::WriteBlock(const arrow::RecordBatch& block) {
  ARROW_ASSIGN_OR_RAISE(const auto keys, keys_->Of(block));
  std::map<PartitionKeys::Key, std::vector<int64_t>> places;
  for (size_t row = 0; row < keys.size(); ++row) {
    places[keys[row]].push_back(static_cast<int64_t>(row));
  }
  // Those that come first are closed first, should there be too many.
  std::vector<const std::pair<const PartitionKeys::Key, std::vector<int64_t>>*> order;
  for (const auto& one : places) {
    order.push_back(&one);
    if (const auto at = partitions_.find(one.first); at != partitions_.end()) {
      at->second.last_use = kWaiting;
    }
  }
  std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    return a->second.back() < b->second.back();
  });
  for (const auto* one : order) {
    ARROW_ASSIGN_OR_RAISE(const auto rows, RowsAt(block, one->second));
    ARROW_RETURN_NOT_OK(WriteTo(one->first, *rows));
  }
  return arrow::Status::OK();
}

arrow::Status FileSetWriter::WriteTo(const PartitionKeys::Key& key,
                                     const arrow::RecordBatch& rows) {
  const auto [at, is_new] = partitions_.try_emplace(key);
  Partition& partition = at->second;
  if (!is_new && partition.writer == nullptr) return TooMany(kInTurns, key);
  if (is_new) {
    if (partitions_.size() > kMostPartitions) {
      return TooMany(fmt::format("more than {} partitions in one file", kMostPartitions),
                     key);
    }
    if (num_open_ == kMostOpenPartitions) ARROW_RETURN_NOT_OK(CloseOldest(key));
    ARROW_ASSIGN_OR_RAISE(partition.writer, OpenPartition(key));
    ++num_open_;
  }
  partition.last_use = ++uses_;
  return partition.writer->Write(rows);
}

arrow::Result<std::unique_ptr<FileWriter>> FileSetWriter::OpenPartition(
    const PartitionKeys::Key& key) {
  FileRequest request = request_;
  request.partitions.clear();
  request.partition_values = keys_->ValuesOf(key);
  const std::string folders =
      PartitionFolders(request_.partitions, request.partition_values);
  request.path = InPartition(request_.path, folders);
  if (!request_.staged_path.empty()) {
    request.staged_path = InPartition(request_.staged_path, folders);
  }
  for (ColumnLayout& column : request.columns) column.shape = ShapeOfSome(column.shape);
  return OpenRowWriter(format_, storage_, request);
}

arrow::Status FileSetWriter::TooMany(std::string_view what,
                                     const PartitionKeys::Key& key) const {
  return RequestError(
      fmt::format("{}: {}", what,
                  PartitionFolders(request_.partitions, keys_->ValuesOf(key))),
      "partition by columns with fewer values, or make smaller files "
      "(--file-rows-target), or a file of each day (generate-series)");
}

arrow::Status FileSetWriter::CloseOldest(const PartitionKeys::Key& key) {
  Partition* oldest = nullptr;
  for (auto& [other, partition] : partitions_) {
    if (partition.writer == nullptr || partition.last_use == kWaiting) continue;
    if (oldest == nullptr || partition.last_use < oldest->last_use) oldest = &partition;
  }
  return oldest == nullptr ? TooMany(kInTurns, key) : ClosePartition(oldest);
}

arrow::Status FileSetWriter::ClosePartition(Partition* partition) {
  ARROW_ASSIGN_OR_RAISE(DataFile file, partition->writer->Close());
  partition->writer.reset();
  --num_open_;
  closed_.push_back(std::move(file));
  return arrow::Status::OK();
}

arrow::Result<std::vector<DataFile>> FileSetWriter::Close() {
  if (single_ != nullptr) {
    ARROW_ASSIGN_OR_RAISE(DataFile file, single_->Close());
    single_.reset();
    return std::vector<DataFile>{std::move(file)};
  }
  ARROW_RETURN_NOT_OK(blocks_->Finish());
  if (partitions_.empty()) {  // No rows: readers still learn of the columns.
    const PartitionKeys::Key nulls(request_.partitions.size());
    ARROW_ASSIGN_OR_RAISE(partitions_[nulls].writer, OpenPartition(nulls));
    ++num_open_;
  }
  for (auto& [key, partition] : partitions_) {
    if (partition.writer != nullptr) ARROW_RETURN_NOT_OK(ClosePartition(&partition));
  }
  for (DataFile& file : closed_) {
    file.rows = {request_.first_row, request_.first_row + num_rows_};
  }
  std::sort(closed_.begin(), closed_.end(),
            [](const DataFile& a, const DataFile& b) { return a.path < b.path; });
  return std::move(closed_);
}

arrow::Status FileSetWriter::Abort() {
  arrow::Status status;
  if (single_ != nullptr) status &= single_->Abort();
  single_.reset();
  for (auto& [key, partition] : partitions_) {
    if (partition.writer != nullptr) status &= partition.writer->Abort();
    partition.writer.reset();
  }
  return status;
}

}  // namespace lakeseed
