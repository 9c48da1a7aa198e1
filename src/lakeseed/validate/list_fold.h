// ListFold: sum(lines.total), count(lines) …: one value of each row from the elements
// of its list, as it is in the files.
//
// Law: a list that is null gives null, as does min or max of an empty one.
//
// Thread safety: one thread.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <memory>
#include <string>

#include "lakeseed/evaluate/bound_expression.h"
#include "lakeseed/spec/dataset_spec.h"
#include "lakeseed/validate/fold.h"

namespace lakeseed {

/// The list of `table` over whose elements `call` goes, or empty.
std::string FoldedList(const TableSpec& table, const Expr& call);

class ListFold {
 public:
  ~ListFold();

  /// `call` goes over the list `list`, a column of `type`.
  /// \retval Invalid, NotImplemented  it needs what no element has
  static arrow::Result<std::unique_ptr<ListFold>> Make(
      const Expr& call, const std::string& list,
      const std::shared_ptr<arrow::DataType>& type);

  const std::shared_ptr<arrow::DataType>& type() const { return state_.type(); }

  /// One value for each of the lists.
  arrow::Result<std::shared_ptr<arrow::Array>> Of(const arrow::Array& lists);

 private:
  class Elements;
  explicit ListFold(FoldState state);

  std::unique_ptr<Elements> elements_;
  std::shared_ptr<const BoundExpression> value_;  ///< Null: count elements.
  FoldState state_;
};

}  // namespace lakeseed
