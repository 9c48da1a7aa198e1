// Exact statistics of one column, gathered once while its blocks pass by.
//
// Law: the result is that of a recount of all rows (ColumnStatistics says what
// counts); it does not depend on how the rows were cut into arrays.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lakeseed/write/data_file.h"

namespace lakeseed {

class StatisticsGatherer {
 public:
  /// \retval NotImplemented  no statistics are defined for the type.
  static arrow::Result<std::unique_ptr<StatisticsGatherer>> Make(
      const std::shared_ptr<arrow::DataType>& type);
  virtual ~StatisticsGatherer() = default;

  /// Count an array of the type.
  /// \retval Invalid  its dictionary is not that of the arrays before.
  virtual arrow::Status Add(const arrow::Array& array) = 0;

  virtual arrow::Result<ColumnStatistics> Finish(std::string name) const = 0;
};

}  // namespace lakeseed
