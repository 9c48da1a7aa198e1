// FileSetWriter: the rows of one planned file, as one file or as one per partition.
//
// Laws: the files and their bytes depend on the rows and their order alone, not on how
// they came in batches; each partition has its rows in their order. Few files are open
// at a time: a partition that has had no rows for a while is closed.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/record_batch.h>
#include <arrow/result.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lakeseed/write/file_format.h"
#include "lakeseed/write/partition_keys.h"
#include "lakeseed/write/reblock.h"

namespace lakeseed {

/// So many files of one set are open at most.
inline constexpr size_t kMostOpenPartitions = 200;
/// And so many are made; more would be a mistake of the request.
inline constexpr size_t kMostPartitions = 10'000;

class FileSetWriter {
 public:
  /// Without FileRequest::partitions this is one FileWriter.
  static arrow::Result<std::unique_ptr<FileSetWriter>> Open(const FileFormatDef& format,
                                                            Storage* storage,
                                                            const FileRequest& request);
  /// Abort()s a set that was not closed.
  ~FileSetWriter();

  /// As FileWriter: only a set of one file does.
  bool TakesNumberedTexts() const {
    return single_ != nullptr && single_->TakesNumberedTexts();
  }

  /// \retval Invalid (exit code 2)  too many partitions, or rows of more than can be
  ///                                open come in turns.
  arrow::Status Write(const MadeRows& rows);

  /// The facts of all files, one at least. The `rows` of a partition's file are those
  /// of the set: it holds some of them.
  arrow::Result<std::vector<DataFile>> Close();

  /// Leave nothing behind of files that are not closed.
  arrow::Status Abort();

 private:
  struct Partition {
    std::unique_ptr<FileWriter> writer;  ///< Null once closed.
    int64_t last_use = 0;                ///< A count of uses; kWaiting before one.
  };

  FileSetWriter(const FileFormatDef& format, Storage* storage, const FileRequest& request)
      : format_(format), storage_(storage), request_(request) {}

  arrow::Status WriteBlock(const arrow::RecordBatch& block);
  arrow::Status WriteTo(const PartitionKeys::Key& key, const arrow::RecordBatch& rows);
  arrow::Result<std::unique_ptr<FileWriter>> OpenPartition(const PartitionKeys::Key& key);
  arrow::Status TooMany(std::string_view what, const PartitionKeys::Key& key) const;
  /// To make room for another.
  arrow::Status CloseOldest(const PartitionKeys::Key& key);
  arrow::Status ClosePartition(Partition* partition);

  const FileFormatDef& format_;
  Storage* const storage_;
  const FileRequest request_;
  std::unique_ptr<FileWriter> single_;
  std::unique_ptr<PartitionKeys> keys_;
  std::unique_ptr<Reblocker> blocks_;
  std::map<PartitionKeys::Key, Partition> partitions_;
  size_t num_open_ = 0;
  int64_t uses_ = 0;
  int64_t num_rows_ = 0;
  std::vector<DataFile> closed_;
};

}  // namespace lakeseed
