// PartitionKeys: the partition of each row.
//
// Laws: rows with equal partition values, and only they, share a partition; values as
// text depend on the values alone, never on the order of rows.
//
// Thread safety: used by one thread at a time.

#pragma once

#include <arrow/record_batch.h>
#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lakeseed/base/partition.h"
#include "lakeseed/base/time_zone.h"

namespace lakeseed {

class PartitionKeys {
 public:
  /// One code per field; equal codes are equal values. nullopt: null.
  using Key = std::vector<std::optional<int64_t>>;

  /// REQUIRES: CheckPartition of each field.
  static arrow::Result<std::unique_ptr<PartitionKeys>> Make(
      std::vector<PartitionField> fields, const arrow::Schema& schema);

  const std::vector<PartitionField>& fields() const { return fields_; }

  /// \retval Invalid  a column that a field names is not there.
  arrow::Result<std::vector<Key>> Of(const arrow::RecordBatch& batch);
  PartitionValues ValuesOf(const Key& key) const;

 private:
  struct Source {
    int column;
    std::shared_ptr<arrow::DataType> type;
    TimeZone zone;
    std::unordered_map<std::string, int64_t> codes;  ///< Of texts.
    std::vector<std::string> texts;
  };

  explicit PartitionKeys(std::vector<PartitionField> fields)
      : fields_(std::move(fields)) {}

  arrow::Status Add(size_t field, const arrow::Array& array, std::vector<Key>* keys);
  static int64_t CodeOf(const PartitionField& field, std::string_view text,
                        Source* source);
  std::string TextOf(size_t field, int64_t code) const;

  const std::vector<PartitionField> fields_;
  std::vector<Source> sources_;
};

}  // namespace lakeseed
