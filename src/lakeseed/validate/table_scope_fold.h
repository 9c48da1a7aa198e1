// TableScope::Fold: one fold over the children of a table's rows.
//
// Thread safety: one thread.

#pragma once

#include <memory>
#include <vector>

#include "lakeseed/validate/fold.h"
#include "lakeseed/validate/table_scope.h"

namespace lakeseed {

struct TableScope::Fold {
  std::unique_ptr<TableScope> child;
  std::shared_ptr<const BoundExpression> value;  ///< Null: count rows.
  int link = -1;                                 ///< Child's slot of its parent's place.
  FoldState state;
  std::shared_ptr<arrow::Array> result;  ///< By place of the parent.
  /// Likewise: dirt on purpose is among the children. Empty: nowhere.
  std::vector<bool> dirty;
};

}  // namespace lakeseed
