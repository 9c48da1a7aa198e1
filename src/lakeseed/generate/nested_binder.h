// NestedBinder: structs and lists of one table, and the paths into them.
//
// A field of a struct is bound like a column of its own, so it has keys of its own and
// does not depend on which others are asked for. The elements of a list are rows of a
// hidden table, children of the row.
//
// Law: what a path finds inside a struct or list that is null is null.
//
// Thread safety: none; binding runs on one thread.

#pragma once

#include <arrow/result.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/generate/table_binder.h"

namespace lakeseed {

/// The column, or the field at any depth of one, that is named `name` in whole; fields of
/// an element go by their own names. Null: none.
const ColumnSpec* FindColumn(const std::vector<ColumnSpec>& columns,
                             std::string_view name);

class NestedBinder {
 public:
  explicit NestedBinder(TableBinder* binder) : binder_(*binder) {}

  arrow::Result<int> Struct(const ColumnSpec& column);
  arrow::Result<int> List(const ColumnSpec& column);

  /// A path whose first name is that of a struct or a list.
  arrow::Result<int> Path(const ColumnSpec& column, std::span<const std::string> path,
                          const Expr& expression);
  /// Field `path[1]` of a node whose value is a struct, and so on.
  arrow::Result<int> Member(int value, std::span<const std::string> path,
                            const Expr& expression);
  /// `value`, null where the struct or list `owner` is.
  int Within(int value, int owner);

  /// Whether `name` belongs to the row whose list has these elements.
  bool IsOfOwner(std::string_view name);

  /// Children that a path goes over.
  struct Children {
    int table = -1;    ///< -1: it goes over none.
    size_t names = 1;  ///< So many names say which.
    bool is_list = false;
  };
  Children ChildrenOf(std::span<const std::string> path);

 private:
  TableBinder& binder_;
};

}  // namespace lakeseed
