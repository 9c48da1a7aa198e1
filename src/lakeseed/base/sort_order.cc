#include "lakeseed/base/sort_order.h"

#include <arrow/type.h>
#include <fmt/format.h>

#include "lakeseed/base/status.h"

namespace lakeseed {

arrow::Status CheckSortable(const arrow::DataType& type, const std::string& column) {
  switch (type.id()) {
    case arrow::Type::DICTIONARY:
      return CheckSortable(*static_cast<const arrow::DictionaryType&>(type).value_type(),
                           column);
    case arrow::Type::BOOL:
    case arrow::Type::INT8:
    case arrow::Type::INT16:
    case arrow::Type::INT32:
    case arrow::Type::INT64:
    case arrow::Type::DOUBLE:
    case arrow::Type::STRING:
    case arrow::Type::DATE32:
    case arrow::Type::TIMESTAMP:
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64:
      return arrow::Status::OK();
    default:
      return RequestError(fmt::format("rows are not sorted by a column of this type: {} "
                                      "({})",
                                      column, type.ToString()),
                          "numbers, texts, booleans, dates and times can be sorted by");
  }
}

}  // namespace lakeseed
