// TotalCheck: each row's value is the sum of a value of another table's rows with the
// same keys, as `total:` of a rule says.
//
// Thread safety: one thread.

#pragma once

#include "lakeseed/validate/table_check.h"

namespace lakeseed {

/// The check of a rule with `total:`.
/// \retval NotImplemented  the files do not have what is added up; the message says what
arrow::Result<std::unique_ptr<TableCheck>> MakeTotalCheck(CheckBuilder& builder,
                                                          const RuleSpec& rule);

}  // namespace lakeseed
