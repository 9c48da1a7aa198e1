#include "lakeseed/generate/graph_node.h"

#include <arrow/type.h>

namespace lakeseed {

ColumnShape ShapeOfType(const arrow::DataType& type, bool nullable) {
  ColumnShape shape{.nullable = nullable};
  switch (type.id()) {
    case arrow::Type::DICTIONARY:
      shape.kind = ShapeKind::kCategory;
      break;
    case arrow::Type::BOOL:
      shape.kind = ShapeKind::kBoolean;
      break;
    case arrow::Type::STRING:
      shape.kind = ShapeKind::kText;
      break;
    case arrow::Type::DOUBLE:
      shape.kind = ShapeKind::kReal;
      break;
    case arrow::Type::STRUCT:
    case arrow::Type::LIST:
      break;
    default:
      shape.kind = ShapeKind::kBounded;
  }
  return shape;
}

}  // namespace lakeseed
