// Reader of `ledger:` of a table.
//
// Thread safety: pure but for the list of errors.

#pragma once

#include <memory>

#include "lakeseed/spec/field.h"
#include "lakeseed/spec/ledger_spec.h"

namespace lakeseed {

/// Never null; mistakes go to the list.
std::shared_ptr<const LedgerSpec> ReadLedger(const Field& field,
                                             const SeasonsSpec& seasons);

/// Tables and sizes that ledgers name.
void CheckLedgers(const DatasetSpec& spec, ErrorList* errors);

}  // namespace lakeseed
