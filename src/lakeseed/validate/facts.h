// What `_lakeseed/manifest.json` and its segments say about the files: read here
// anew, so that the check of the files does not stand on the code that wrote them.
//
// Thread safety: plain values; reading only reads.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/base/sort_order.h"
#include "lakeseed/validate/file_place.h"

namespace lakeseed {

/// Statistics of one column of one file, as stated.
struct ColumnFacts {
  std::string name;
  std::shared_ptr<arrow::DataType> type;  ///< As PlainType() makes it.
  bool naive = false;                     ///< A time without a zone.
  int64_t null_count = 0;
  nlohmann::json min, max;  ///< Null when not stated.
};

struct FileFacts {
  std::string path;  ///< Relative to the root.
  std::string format;
  int64_t num_rows = 0;
  int64_t size_bytes = 0;
  int64_t first_row = 0;  ///< Of the table; of a copy by day: places in it.
  int64_t end_row = 0;
  std::optional<int32_t> day;  ///< Of a run by day; since 1970-01-01.
  std::vector<ColumnFacts> columns;
  /// What the folders of the path say ("month=2024-01"), outermost first.
  std::vector<std::pair<std::string, std::string>> partition;
  SortOrder order;  ///< How its rows lie; empty: in the order of the table.
  /// Files that hold these rows in another order than the table's: those of partitions,
  /// with `path` then that of no file, or the one file, sorted.
  std::vector<FileFacts> parts;
  std::string order_by;  ///< Column that puts the rows of parts in order, if one does.
};

struct TableFacts {
  int64_t num_rows = 0;
  int64_t size_bytes = 0;
  nlohmann::json identity;
  std::vector<FileFacts> files;  ///< By day, then by first row.

  const ColumnFacts* FindColumn(const std::string& name) const;
};

struct DatasetFacts {
  std::map<std::string, TableFacts> tables;
  std::set<std::string> other_files;  ///< Paths of other datasets of this output.
};

inline constexpr char kFactsPath[] = "_lakeseed/manifest.json";

/// Read the facts of the tables of one dataset from a manifest and its segments.
/// \retval Invalid  it is damaged, or a segment is not what it says of it
arrow::Result<DatasetFacts> ReadFacts(const FilePlace& root,
                                      const nlohmann::json& manifest,
                                      const std::string& dataset);

/// The column's facts in one file, or null.
const ColumnFacts* FindColumn(const FileFacts& file, const std::string& name);

/// Read the manifest below `root`.
/// \retval IOError  there is none, or it cannot be read
arrow::Result<nlohmann::json> ReadManifestJson(const FilePlace& root);

/// The type that all checks compute with: decimals of up to 18 digits are
/// decimal64, instants are microseconds of UTC, texts are utf8.
std::shared_ptr<arrow::DataType> PlainType(const std::shared_ptr<arrow::DataType>& type);

}  // namespace lakeseed
