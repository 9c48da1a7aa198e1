// DataFile: the facts of one closed data file, all that a commit needs.
//
// Laws: num_rows, size_bytes (after the footer) and the statistics are exact;
// FromJson(ToJson(f)) == f.
//
// Thread safety: plain values.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/base/partition.h"
#include "lakeseed/base/row_range.h"
#include "lakeseed/base/sort_order.h"

namespace lakeseed {

/// Exact statistics of one column of one file.
///
/// Order: numbers by value, booleans false < true, strings by unsigned bytes. NaN
/// is never a minimum or maximum; a zero minimum is -0.0 and a zero maximum
/// +0.0, as Parquet wants it.
struct ColumnStatistics {
  std::string name;
  std::shared_ptr<arrow::DataType> type;  ///< Of the values, never a dictionary.
  int64_t null_count = 0;
  int64_t nan_count = 0;
  /// Scalars of `type`; null when no value is there (all null or NaN), and for structs
  /// and lists.
  std::shared_ptr<arrow::Scalar> min, max;

  bool operator==(const ColumnStatistics& other) const;
};

struct DataFile {
  std::string path;  ///< Relative to the root of the run.
  std::string table;
  std::string format;  ///< Name of the file format, e.g. "parquet".
  int64_t num_rows = 0;
  int64_t size_bytes = 0;
  /// Of the table; of a snapshot by day: places in it. A file of one partition holds
  /// some of them, in their order.
  RowRange rows;
  /// Of a run by day: the day that the file belongs to, since 1970-01-01.
  std::optional<int32_t> day;
  std::vector<ColumnStatistics> columns;
  PartitionValues partition_values;  ///< Empty: of a table without partitions.
  SortOrder order;                   ///< Of all its rows; empty: as they were made.

  bool operator==(const DataFile&) const = default;
};

/// The path of the planned file that a file is, or is a partition of.
std::string PlannedPath(const DataFile& file);

nlohmann::ordered_json ToJson(const DataFile& file);
/// \retval Invalid  not an object that ToJson made.
arrow::Result<DataFile> DataFileFromJson(const nlohmann::ordered_json& json);

/// One value as JSON: integers, doubles and booleans as such; decimals, dates,
/// timestamps ("2024-03-01T12:34:56.123456Z") and non-finite doubles as text.
nlohmann::ordered_json ScalarToJson(const arrow::Scalar& scalar);
arrow::Result<std::shared_ptr<arrow::Scalar>> ScalarFromJson(
    const nlohmann::ordered_json& json, const std::shared_ptr<arrow::DataType>& type);

/// Type of the values: of the dictionary's for a dictionary type.
std::shared_ptr<arrow::DataType> ValueType(const std::shared_ptr<arrow::DataType>& type);

}  // namespace lakeseed
