// Feed: the changes of a dataset's tables between two days.
//
//   Feed::Make(dataset, request)   which tables, which days; refuses what has no feed
//   Print(form, sink)              lines of JSON, day by day, table by table
//   WriteFiles(files, storage)     one file per table, all published together
//
// The change of a row on day d is the difference between the table as of the end of
// day d - 1 and as of the end of day d; it is committed at 00:00 of d, UTC. Order:
// day, then the dataset's order of tables, then row number (files: of one table).
//
// Laws: apply  snapshot(A - 1) and the changes of A .. B give snapshot(B)
//       split  the feed of A .. B is that of A .. M and that of M + 1 .. B
//       cut    no byte depends on the size of the pieces
//       atomic nothing is visible under a final name before every file is complete
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/result.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/feed/change_lines.h"
#include "lakeseed/feed/table_feed.h"
#include "lakeseed/write/file_format.h"

namespace lakeseed {

struct FeedRequest {
  std::vector<std::string> tables;  ///< Empty: all.
  DateRange days;                   ///< Since 1970-01-01, both belong to it.
  bool with_initial = false;        ///< The tables as of the day before first, as reads.
  int64_t piece_rows = 16'384;
  const std::atomic<bool>* cancel = nullptr;
};

/// How often each thing happened to the rows of a table.
struct ChangeCounts {
  std::string table;
  int64_t reads = 0, inserts = 0, updates = 0, deletes = 0;
  std::string path;  ///< Of its file, or empty.
};

struct FeedFiles {
  const FileFormatDef* format;
  WriteOptions options;
  bool replace = false;  ///< Files of the same name; else they are an error.
};

class Feed {
 public:
  using Sink = std::function<arrow::Status(std::string_view lines)>;

  /// \retval Invalid (exit code 2)  unknown table, days not after the epoch.
  static arrow::Result<std::unique_ptr<Feed>> Make(const BoundDataset& dataset,
                                                   const FeedRequest& request);

  /// \retval Cancelled (exit 130)  `cancel` was set.
  arrow::Result<std::vector<ChangeCounts>> Print(ChangeLines::Form form,
                                                 const Sink& sink) const;

  /// Changes/<dataset>/<table>/<from>_<to>.<extension>, and what they are in
  /// Changes/<dataset>/_lakeseed/<from>_<to>.json, which comes last.
  /// \retval Invalid (exit code 2)  a file is there, and not to be replaced.
  arrow::Result<std::vector<ChangeCounts>> WriteFiles(const FeedFiles& files,
                                                      Storage* storage) const;

  const std::vector<std::unique_ptr<TableFeed>>& tables() const { return tables_; }

 private:
  Feed(const BoundDataset& dataset, const FeedRequest& request)
      : dataset_(dataset), request_(request) {}

  arrow::Status CheckNotCancelled() const;
  /// Batches of one table on day `day` (from the epoch) of the feed; the day before
  /// the first stands for the reads.
  arrow::Status EachOn(const TableFeed& table, int32_t day,
                       const TableFeed::Visit& visit) const;
  int32_t first_day() const;  ///< From the epoch; that of the reads, if any.
  int32_t last_day() const;
  std::string NameOfDays() const;
  std::string Folder() const;
  std::string Staging() const;
  arrow::Result<std::vector<ChangeCounts>> NameFiles(const FeedFiles& files,
                                                     const Storage& storage) const;
  arrow::Result<std::vector<DataFile>> MakeFiles(const FeedFiles& files, Storage* storage,
                                                 std::vector<ChangeCounts>* counts) const;
  /// `fresh`: files that were not there before, so that a failure can take them back.
  arrow::Status Publish(const std::vector<DataFile>& made, Replace replace,
                        Storage* storage, std::vector<std::string>* fresh) const;

  const BoundDataset& dataset_;
  const FeedRequest request_;
  std::vector<std::unique_ptr<TableFeed>> tables_;
};

}  // namespace lakeseed
