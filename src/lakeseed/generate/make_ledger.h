// MakeLedger: the rows of a ledger from what the file says.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <memory>

#include "lakeseed/generate/ledger_rows.h"
#include "lakeseed/generate/row_spaces.h"
#include "lakeseed/spec/ledger_spec.h"

namespace lakeseed {

/// `accounts`: rows of the table of accounts; `days`: so many from the epoch.
/// \retval Invalid  an impossible law, a balance that drifts, a target that is too small
///                  (SpecErrors with the place)
arrow::Result<std::unique_ptr<RowSpace>> MakeLedger(const TableSpec& table,
                                                    const RowSpaceContext& context,
                                                    int64_t accounts, int32_t days);

}  // namespace lakeseed
