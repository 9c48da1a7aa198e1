// RunningCheck: each row's value is that of the row before it of the same thing, and what
// this row adds.
//
// Of files with a day missing in between, the thing starts anew: what was moved on it is
// not known.
//
// Thread safety: one thread.

#pragma once

#include "lakeseed/validate/table_check.h"

namespace lakeseed {

/// The check of a rule with `running:`.
/// \retval NotImplemented  it needs what no file has; the message says what
arrow::Result<std::unique_ptr<TableCheck>> MakeRunningCheck(CheckBuilder& builder,
                                                            const RuleSpec& rule);

}  // namespace lakeseed
