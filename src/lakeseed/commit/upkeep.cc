#include "lakeseed/commit/upkeep.h"

#include "lakeseed/commit/table_format.h"

namespace lakeseed {

arrow::Result<bool> IsOfOthers(const Storage& storage, const std::string& folder,
                               std::string_view format) {
  for (const TableFormatDef& other : BuiltinTableFormats()) {
    if (other.name == format || other.may_have == nullptr) continue;
    ARROW_ASSIGN_OR_RAISE(const bool may_have, other.may_have(storage, folder));
    if (may_have) return true;
  }
  return false;
}

}  // namespace lakeseed
