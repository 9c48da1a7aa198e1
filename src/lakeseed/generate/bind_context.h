// What a generator may know about its column while it is bound.
//
// Thread safety: used while binding, on one thread.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/base/key.h"
#include "lakeseed/generate/row_space.h"
#include "lakeseed/spec/dataset_spec.h"

namespace lakeseed {

class DayTotals;

/// A value of the row that a generator reads.
struct BoundInput {
  int index;  ///< Position in GenerateRequest::inputs.
  std::shared_ptr<arrow::DataType> type;
};

/// A key of the row that is also one of another table's rows.
struct KeyMatch {
  BoundInput own;
  SpecNode other;
};

/// A table that a foreign key can point at.
struct ReferencedTable {
  std::string name;
  const RowSpace* rows = nullptr;
};

class BindContext {
 public:
  virtual ~BindContext() = default;

  /// Stream of this column's values: (seed, law version, domain, home table,
  /// column, purpose); `purpose` is "value" for the values themselves.
  virtual Key key(std::string_view purpose = "value") const = 0;

  /// Stated type (`type:`), or nullptr when the generator chooses.
  virtual const std::shared_ptr<arrow::DataType>& stated_type() const = 0;

  /// How the rows of this column's table come to be.
  virtual const RowSpace& rows() const = 0;
  virtual int32_t epoch() const = 0;     ///< Days since 1970-01-01.
  virtual DateRange window() const = 0;  ///< Days since 1970-01-01.

  /// Dirt on purpose of the column's table, or nullptr; and streams of its columns.
  virtual const DirtSpec* dirt() const = 0;
  virtual Key column_key(std::string_view column, std::string_view purpose) const = 0;

  /// Ask for the value of an expression of the row ("channel", "home.area_code",
  /// "$day"); its array is then among GenerateRequest::inputs.
  virtual arrow::Result<BoundInput> Input(const SpecNode& expression) = 0;
  virtual arrow::Result<BoundInput> Input(std::string_view expression) = 0;

  /// The table `name`, for foreign keys; an unknown name is an error with the
  /// nearest one. `place` names the parameter in the error.
  virtual arrow::Result<ReferencedTable> Table(const std::string& name,
                                               const Place& place) = 0;

  /// Totals by day of another table, whose rows have days: of `value`, by keys, which
  /// are expressions over its rows.
  virtual arrow::Result<std::shared_ptr<const DayTotals>> Totals(
      const std::string& table, const Place& place, const SpecNode& value,
      std::span<const KeyMatch> keys) = 0;
};

}  // namespace lakeseed
