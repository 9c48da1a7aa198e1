// DatasetFiles: the files under validation, each opened once to see what it is.
//
// Of a run by day a table is either events, whose days together are its rows; or
// arrivals, which are events in the files of the days on which they become known; or
// copies, of which each is the whole table as it was on its day.
//
// Thread safety: immutable but for MarkBroken() and Find() of what is not const,
// which one thread calls before it checks rows.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lakeseed/spec/dataset_spec.h"
#include "lakeseed/validate/facts.h"
#include "lakeseed/validate/table_reader.h"

namespace lakeseed {

/// How the days lie in a table's files.
enum class DayKind { kAllAtOnce, kEvents, kArrivals, kCopies };

/// The days that a file shows, which decide on columns that come or go.
DateRange ShownDays(const DatasetSpec& dataset, const TableSpec& table,
                    const TableFacts& facts, const FileFacts& file);

struct TableFiles {
  std::shared_ptr<const TableFacts> facts;
  std::vector<FileProbe> probes;  ///< Of each of the facts' files.
  std::vector<bool> skip;         ///< Not readable, or its schema differs.
  /// Of each file: columns that there are not on its days. They are null in its rows,
  /// whatever is in the file.
  std::vector<std::vector<std::string>> blank;
  /// Of the first readable file; plain types. Null: no file is readable.
  std::shared_ptr<arrow::Schema> schema;
  /// Why the rows that can be read are not all of the table; empty: they are, but
  /// for days that are broken.
  std::string incomplete;
  /// Why rows are not read in the order of the table; empty: they are.
  std::string unordered;

  DayKind kind = DayKind::kAllAtOnce;
  bool IsBlank(size_t file, const std::string& column) const;
  /// Whether the days together are the table's rows.
  bool is_events_by_day() const {
    return kind == DayKind::kEvents || kind == DayKind::kArrivals;
  }
  /// Days without files, or with files that are not theirs or cannot be read.
  std::set<int32_t> broken_days;
  /// kCopies: only this copy is here.
  std::optional<int32_t> copy;

  /// First and last day of the files. REQUIRES: all by day, at least one.
  DateRange days() const;
  /// Whether rows of all days are there, without a gap, and of no others.
  bool Covers(DateRange days) const;
  /// kCopies: days of sound copies, ascending.
  std::vector<int32_t> Copies() const;
  bool HasCopy(int32_t day) const;
  /// The same of some of the files, by their places among the facts' files.
  TableFiles Only(const std::vector<size_t>& places) const;
};

class DatasetFiles {
 public:
  DatasetFiles(const DatasetSpec* spec, FilePlace root, DatasetFacts facts);

  const DatasetSpec& spec() const { return *spec_; }
  const FilePlace& root() const { return root_; }
  const DatasetFacts& facts() const { return *facts_; }

  /// Null: the manifest does not have the table.
  const TableFiles* Find(const std::string& table) const;
  TableFiles* Find(const std::string& table);

  /// Leave a file out from now on: reading it failed.
  void MarkBroken(const std::string& table, const std::string& path, std::string reason);

  /// As seen from the copy of a day: of `table` and its family only that copy.
  DatasetFiles AtCopy(const std::string& table, int32_t day) const;

  /// With `days` only the files of these days.
  TableReader Read(const std::string& table, std::vector<std::string> columns,
                   const std::vector<int32_t>* days = nullptr) const;

 private:
  const DatasetSpec* spec_;
  FilePlace root_;
  std::shared_ptr<const DatasetFacts> facts_;
  std::map<std::string, std::shared_ptr<TableFiles>> tables_;
};

}  // namespace lakeseed
