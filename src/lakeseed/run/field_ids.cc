#include "lakeseed/run/field_ids.h"

#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

namespace lakeseed {
namespace {

constexpr char kFieldId[] = "PARQUET:field_id";

std::shared_ptr<arrow::DataType> WithIds(const std::shared_ptr<arrow::DataType>& type,
                                         int* next) {
  if (!arrow::is_nested(type->id())) return type;
  arrow::FieldVector fields = type->fields();
  for (auto& field : fields) {
    const auto id = arrow::key_value_metadata({kFieldId}, {std::to_string((*next)++)});
    field = field->WithType(WithIds(field->type(), next))->WithMetadata(id);
  }
  if (type->id() == arrow::Type::LIST) return arrow::list(fields[0]);
  return arrow::struct_(std::move(fields));
}

}  // namespace

std::shared_ptr<arrow::DataType> TypeWithIds(const BoundTable& table, int place) {
  int next = static_cast<int>(table.columns.size()) + 1;
  for (int before = 0; before < place; ++before) {
    WithIds(table.columns[static_cast<size_t>(before)].type, &next);
  }
  return WithIds(table.columns[static_cast<size_t>(place)].type, &next);
}

}  // namespace lakeseed
