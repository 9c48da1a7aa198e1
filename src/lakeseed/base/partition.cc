#include "lakeseed/base/partition.h"

#include <arrow/type.h>
#include <fmt/format.h>

#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

constexpr char kNullFolder[] = "__HIVE_DEFAULT_PARTITION__";
constexpr std::pair<std::string_view, PartitionTransform> kTransforms[] = {
    {"identity", PartitionTransform::kIdentity},
    {"year", PartitionTransform::kYear},
    {"month", PartitionTransform::kMonth},
    {"day", PartitionTransform::kDay},
    {"hour", PartitionTransform::kHour},
    {"yearmonth", PartitionTransform::kYearMonth},
    {"date", PartitionTransform::kDate},
    {"datehour", PartitionTransform::kDateHour},
    {"bucket", PartitionTransform::kBucket},
    {"truncate", PartitionTransform::kTruncate}};

constexpr std::pair<std::string_view, PartitionStyle> kStyles[] = {
    {"hive", PartitionStyle::kHive},
    {"iceberg", PartitionStyle::kIceberg},
    {"ducklake", PartitionStyle::kDucklake}};

/// As in the paths of URIs: readers of Hive's folders take that back, and those that go
/// by the URIs of files, as polars in an object store, find the same names.
std::string Escaped(std::string_view value) {
  std::string escaped;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                          (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.' ||
                          c == '~';
    escaped += is_plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return escaped;
}

bool IsPlainValue(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::BOOL:
    case arrow::Type::INT8:
    case arrow::Type::INT16:
    case arrow::Type::INT32:
    case arrow::Type::INT64:
    case arrow::Type::STRING:
    case arrow::Type::DATE32:
    case arrow::Type::TIMESTAMP:
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string_view ToString(PartitionStyle style) {
  for (const auto& [name, one] : kStyles) {
    if (one == style) return name;
  }
  return "";
}

std::optional<PartitionStyle> FindPartitionStyle(std::string_view name) {
  for (const auto& [known, style] : kStyles) {
    if (known == name) return style;
  }
  return std::nullopt;
}

std::string_view ToString(PartitionTransform transform) {
  for (const auto& [name, one] : kTransforms) {
    if (one == transform) return name;
  }
  return "";
}

std::optional<PartitionTransform> FindPartitionTransform(std::string_view name) {
  for (const auto& [known, transform] : kTransforms) {
    if (known == name) return transform;
  }
  return std::nullopt;
}

bool IsPartOfTime(PartitionTransform transform) {
  return transform != PartitionTransform::kIdentity &&
         transform != PartitionTransform::kBucket &&
         transform != PartitionTransform::kTruncate;
}

std::string PartitionFolders(std::span<const PartitionField> fields,
                             const PartitionValues& values) {
  std::string folders;
  for (size_t i = 0; i < fields.size(); ++i) {
    const auto& [name, value] = values[i];
    const PartitionTransform transform = fields[i].transform;
    const bool is_two_digits =
        fields[i].style != PartitionStyle::kDucklake &&
        (transform == PartitionTransform::kMonth ||
         transform == PartitionTransform::kDay || transform == PartitionTransform::kHour);
    std::string text = value ? Escaped(*value) : kNullFolder;
    if (value && is_two_digits && text.size() == 1) text.insert(0, "0");
    folders += fmt::format("{}{}={}", i == 0 ? "" : "/", Escaped(name), text);
  }
  return folders;
}

std::string InPartition(std::string_view path, std::string_view folders) {
  if (folders.empty()) return std::string(path);
  const size_t name = path.rfind('/') + 1;  // 0 without a folder.
  return fmt::format("{}{}/{}", path.substr(0, name), folders, path.substr(name));
}

arrow::Status CheckPartition(const PartitionField& field, const arrow::DataType& type) {
  const auto refuse = [&](std::string_view what) {
    return RequestError(fmt::format("{}: {} ({})", what, field.source, type.ToString()),
                        "text, whole numbers, decimals, booleans, dates and times name "
                        "partitions; year, month, day and hour are parts of dates and "
                        "times");
  };
  if (type.id() == arrow::Type::DICTIONARY) {
    return CheckPartition(field,
                          *static_cast<const arrow::DictionaryType&>(type).value_type());
  }
  if (field.transform == PartitionTransform::kIdentity) {
    return IsPlainValue(type) ? arrow::Status::OK()
                              : refuse("a column of this type names no partitions");
  }
  if (field.transform == PartitionTransform::kBucket) {
    return IsPlainValue(type) && type.id() != arrow::Type::BOOL
               ? arrow::Status::OK()
               : refuse("a column of this type has no buckets");
  }
  if (field.transform == PartitionTransform::kTruncate) {
    const bool is_cut = IsPlainValue(type) && type.id() != arrow::Type::BOOL &&
                        type.id() != arrow::Type::DATE32 &&
                        type.id() != arrow::Type::TIMESTAMP;
    return is_cut ? arrow::Status::OK() : refuse("a column of this type is not cut");
  }
  const bool has_hours = field.transform == PartitionTransform::kHour ||
                         field.transform == PartitionTransform::kDateHour;
  const bool has_part = type.id() == arrow::Type::TIMESTAMP ||
                        (type.id() == arrow::Type::DATE32 && !has_hours);
  if (has_part) return arrow::Status::OK();
  return refuse(
      fmt::format("a column of this type has no {}", ToString(field.transform)));
}

}  // namespace lakeseed
