// The row space of a table, made from what its spec says.
//
// Law: a row space is a function of the spec, the seed and the sizes; the last
// day of the request only decides how far its day tables reach.
//
// Thread safety: pure; what `size` does is the caller's.

#pragma once

#include <arrow/result.h>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "lakeseed/base/stream_names.h"
#include "lakeseed/generate/row_space.h"
#include "lakeseed/generate/strata.h"
#include "lakeseed/spec/dataset_spec.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {

struct RowSpaceContext {
  StreamRoot root;
  int32_t epoch = 0;  ///< Days since 1970-01-01, as all days here.
  DateRange window;
  int32_t last_day = 0;  ///< Last day that any request will ask for.
  /// Rows of the main table in the window, before scaling.
  std::optional<int64_t> target_rows;
  /// Scaled rows in the window of a table above or below the main one, which it needs so
  /// that the main table has its target.
  std::optional<int64_t> exact_rows;
  /// Multiplies the target and every size once: `size` must not.
  double scale_factor = 1.0;
  /// Value of a size expression at scale factor 1 ("10% of main").
  std::function<arrow::Result<int64_t>(const ExprPtr&)> size;
  Params::ConstantEvaluator constant;  ///< Of numbers in laws.
  /// Space of the parent, for children, and of the population, for its history; it must
  /// live longer.
  const RowSpace* parent = nullptr;
  /// Of events with a match: the other table's space, and which of its rows are matched
  /// (not set: all).
  const RowSpace* other = nullptr;
  std::optional<Strata> where;
  /// Spaces of the tables that a series goes over, in their order; of a ledger's
  /// accounts.
  std::vector<const RowSpace*> parts;
};

/// Make the row space of `table`.
/// \retval Invalid  an impossible size, law or growth (SpecErrors with the place)
arrow::Result<std::unique_ptr<RowSpace>> MakeRowSpace(const TableSpec& table,
                                                      const RowSpaceContext& context);

/// Round size * factor to the nearest integer, at least 1 where size is.
int64_t ScaledSize(int64_t size, double factor);

}  // namespace lakeseed
