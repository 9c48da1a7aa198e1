// CountLaw of a `per: {count: …}`, and sizes that a spec states as expressions:
// read anew, without the code that makes rows of them.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <optional>
#include <string>

#include "lakeseed/base/quantiles.h"
#include "lakeseed/spec/dataset_spec.h"
#include "lakeseed/spec/node.h"

namespace lakeseed {

struct StatedCounts {
  CountLaw law;
  std::vector<int64_t> quantiles;  ///< The law as its families use it.
  MeanFraction mean;               ///< Of the law.
};

arrow::Result<StatedCounts> CountsOf(const DatasetSpec& dataset,
                                     const GeneratorCall& call);

/// A number that a generator states: a literal, or an expression of parameters.
arrow::Result<std::string> StatedNumber(const DatasetSpec& dataset,
                                        const SpecNode& number);

/// A size of the spec: `main` and parameters are known; scaled as rows are.
arrow::Result<int64_t> StatedSize(const DatasetSpec& dataset, const Expr& size);
/// Rows of a table that is made once.
arrow::Result<int64_t> StatedRows(const DatasetSpec& dataset, const StaticRowsSpec& rows);

/// Rows of a series on some days: steps of the clock times members.
arrow::Result<int64_t> StatedSteps(const DatasetSpec& dataset, const SeriesSpec& series,
                                   DateRange days);

/// Rows of the main table, or nothing if the spec has no target.
std::optional<int64_t> StatedTarget(const DatasetSpec& dataset);
/// Whether the rows of the table over the window are as many as the target.
bool CountsTarget(const TableSpec& table);

}  // namespace lakeseed
