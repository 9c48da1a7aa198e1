// Partitions: the files of a table, apart by the values of some columns.
//
// Law: names of folders depend on the values alone.
//
// Thread safety: plain values and pure functions.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lakeseed {

enum class PartitionTransform {
  kIdentity,   ///< The value itself.
  kYear,       ///< Parts of a date: numbers.
  kMonth,      ///< 1 to 12.
  kDay,        ///< Of the month.
  kHour,       ///< Of a time of day, 0 to 23.
  kYearMonth,  ///< "2024-03"
  kDate,       ///< "2024-03-15"
  kDateHour,   ///< "2024-03-15-07"
  kBucket,     ///< Of a hash; a number below the width. As Iceberg has it.
  kTruncate,   ///< Numbers down to a multiple of the width; texts to as many letters.
};

/// identity, year, month, day, hour, yearmonth, date, datehour, bucket, truncate
std::string_view ToString(PartitionTransform transform);
std::optional<PartitionTransform> FindPartitionTransform(std::string_view name);

/// Whether it is made from a date or time.
bool IsPartOfTime(PartitionTransform transform);

/// Whose names of folders, and of what is in them.
enum class PartitionStyle {
  kHive,      ///< As Hive and Spark: for plain files and Delta tables.
  kIceberg,   ///< The same, but that an empty text is a text.
  kDucklake,  ///< As DuckDB names them, so that it can merge our files with its own.
};

/// hive, iceberg, ducklake
std::string_view ToString(PartitionStyle style);
std::optional<PartitionStyle> FindPartitionStyle(std::string_view name);

/// One partition column: a column of the table, or made from a date or time of it.
struct PartitionField {
  std::string name;    ///< Of the partition column.
  std::string source;  ///< Column of the table; the same as `name` for kIdentity.
  PartitionTransform transform = PartitionTransform::kIdentity;
  std::string zone = "UTC";  ///< In which instants have a date.
  int32_t width = 0;         ///< Of kBucket and kTruncate.
  PartitionStyle style = PartitionStyle::kHive;

  /// Folders and Delta's log cannot tell an empty text from null.
  bool is_empty_null() const { return style == PartitionStyle::kHive; }

  bool operator==(const PartitionField&) const = default;
};

/// Partition column to its value as text, outermost first; nullopt: null.
using PartitionValues = std::vector<std::pair<std::string, std::optional<std::string>>>;

/// "year=2024/month=03/city=S%2FN" for the folders of a file; null is
/// `__HIVE_DEFAULT_PARTITION__`.
std::string PartitionFolders(std::span<const PartitionField> fields,
                             const PartitionValues& values);

/// `path` with folders before its last name.
std::string InPartition(std::string_view path, std::string_view folders);

/// \retval Invalid (exit code 2)  values of this type name no partitions, or have no
///                                such part.
arrow::Status CheckPartition(const PartitionField& field, const arrow::DataType& type);

}  // namespace lakeseed
