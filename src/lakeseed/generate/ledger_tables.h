// Tables of amounts of a ledger's streams, sized so that no group gains or loses for
// ever; and where mistakes of a ledger are.
//
// Law: a balancing stream gives its first group what its others of the kind (scaled by
//      levels, or not) take, to the hundredth of a block.
//
// Thread safety: pure.

#pragma once

#include <arrow/result.h>

#include <optional>
#include <string>
#include <vector>

#include "lakeseed/generate/amounts.h"
#include "lakeseed/spec/ledger_spec.h"

namespace lakeseed {

/// Mistakes of the `ledger:` whose path is given.
struct LedgerErrors {
  std::string path;

  arrow::Status At(const std::string& key, const Place& place, std::string reason,
                   std::optional<std::string> value = std::nullopt,
                   std::string hint = "") const;
  /// Those of the status, with place and path where it has none.
  arrow::Status Placed(const std::string& key, const Place& place,
                       const arrow::Status& status) const;
};

/// A table for each stream.
/// \retval Invalid  a law of other amounts; nothing that a stream could balance; a group
///                  that drifts and is not said to
arrow::Result<std::vector<AmountTable>> LedgerTables(const LedgerSpec& spec,
                                                     const LedgerErrors& errors);

}  // namespace lakeseed
