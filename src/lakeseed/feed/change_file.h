// ChangeFile: changes of one table as rows of a file, in the form of Delta's change
// data feed: the table's columns and
//
//   _change_type       insert, update_preimage, update_postimage or delete
//   _commit_version    days since the dataset's epoch
//   _commit_timestamp  00:00 of the day, UTC
//
// An update is two rows, the image before it first. Reads are inserts of the day
// before the first.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <string>

#include "lakeseed/feed/table_feed.h"
#include "lakeseed/write/file_format.h"

namespace lakeseed {

class ChangeFile {
 public:
  /// `path` goes into the facts; the file is published at `staged_path`.
  static arrow::Result<std::unique_ptr<ChangeFile>> Open(
      const BoundDataset& dataset, const BoundTable& table, const FileFormatDef& format,
      const WriteOptions& options, Storage* storage, const std::string& path,
      const std::string& staged_path);

  arrow::Status Append(const ChangeBatch& changes);
  arrow::Result<DataFile> Close() { return writer_->Close(); }

 private:
  ChangeFile(int32_t epoch, std::unique_ptr<FileWriter> writer)
      : epoch_(epoch), writer_(std::move(writer)) {}

  const int32_t epoch_;
  const std::unique_ptr<FileWriter> writer_;
};

}  // namespace lakeseed
