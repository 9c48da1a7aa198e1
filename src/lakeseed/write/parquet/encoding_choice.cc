#include "lakeseed/write/parquet/encoding_choice.h"

#include <arrow/type.h>
#include <arrow/util/bit_util.h>

#include <bit>

#include "lakeseed/write/parquet/nested_leaves.h"

namespace lakeseed {
namespace {

using parquet::Encoding;
using parquet::LogicalType;
using parquet::Repetition;
using parquet::schema::GroupNode;
using parquet::schema::NodePtr;
using parquet::schema::NodeVector;
using parquet::schema::PrimitiveNode;

/// Up to this many values a dictionary page is smaller than what it saves.
constexpr int64_t kMaxSmallRange = 1'024;
constexpr double kRowGroupBytes = 48e6;
constexpr int64_t kMaxRowGroupBlocks = 16;
/// Text of unknown length: names, addresses, e-mails measure about this.
constexpr double kTextBytes = 28;
/// Elements of a list that nothing is known of.
constexpr double kListElements = 3;

bool IsTime(arrow::Type::type id) {
  return id == arrow::Type::TIMESTAMP || id == arrow::Type::TIME64;
}

EncodingChoice ChooseForInteger(const ColumnLayout& column) {
  const bool narrow = arrow::bit_width(column.type->id()) <= 32;
  const double width = narrow ? 4 : 8;
  const ColumnShape& shape = column.shape;
  switch (shape.kind) {
    case ShapeKind::kSequence:
    case ShapeKind::kConstant:
      return {Encoding::DELTA_BINARY_PACKED, false, true, width};
    case ShapeKind::kSorted:
      // Child keys repeat and compress a fifth; the jitter of times does not.
      return {Encoding::DELTA_BINARY_PACKED, false, !IsTime(column.type->id()), width};
    case ShapeKind::kBounded:
      if (shape.min && shape.max &&
          static_cast<uint64_t>(*shape.max) - static_cast<uint64_t>(*shape.min) <
              static_cast<uint64_t>(kMaxSmallRange)) {
        return {Encoding::PLAIN, true, false, 2};
      }
      return {Encoding::DELTA_BINARY_PACKED, false, false, width};
    default:
      return {Encoding::DELTA_BINARY_PACKED, false, false, width};
  }
}

const arrow::DecimalType& AsDecimal(const arrow::DataType& type) {
  return static_cast<const arrow::DecimalType&>(type);
}

std::shared_ptr<const LogicalType> TimestampLogical(const arrow::TimestampType& type,
                                                    bool naive) {
  const LogicalType::TimeUnit::unit unit =
      type.unit() == arrow::TimeUnit::NANO    ? LogicalType::TimeUnit::NANOS
      : type.unit() == arrow::TimeUnit::MICRO ? LogicalType::TimeUnit::MICROS
                                              : LogicalType::TimeUnit::MILLIS;
  const bool adjusted = !naive && !type.timezone().empty();
  return LogicalType::Timestamp(adjusted, unit, /*is_from_converted_type=*/false,
                                /*force_set_converted_type=*/true);
}

EncodingChoice ChooseByShape(const ColumnLayout& column);

/// Leaves choose for themselves; the column is as wide as all of them.
EncodingChoice ChooseForNested(const ColumnLayout& column) {
  EncodingChoice choice{Encoding::PLAIN, false, false, 0};
  for (const LeafColumn& leaf : LeavesOf(column)) {
    double width = 0.25 + ChooseByShape(leaf.layout).bytes_per_row;
    for (int i = 0; i < leaf.num_lists; ++i) width *= kListElements;
    choice.bytes_per_row += width;
  }
  return choice;
}

EncodingChoice ChooseByShape(const ColumnLayout& column) {
  switch (column.type->id()) {
    case arrow::Type::STRUCT:
    case arrow::Type::LIST:
      return ChooseForNested(column);
    case arrow::Type::DICTIONARY:
      return {Encoding::PLAIN, true, false, 1};
    case arrow::Type::BOOL:
      return {Encoding::PLAIN, false, true, 0.125};
    case arrow::Type::FLOAT:
    case arrow::Type::DOUBLE:
      if (column.shape.kind == ShapeKind::kConstant)
        return {Encoding::PLAIN, true, true, 1};
      return {Encoding::PLAIN, false, column.shape.kind != ShapeKind::kReal, 8};
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
      if (column.shape.kind == ShapeKind::kConstant)
        return {Encoding::PLAIN, true, false, 1};
      return {Encoding::PLAIN, false, true, kTextBytes};
    case arrow::Type::DECIMAL128:
      if (AsDecimal(*column.type).precision() > 18)
        return {Encoding::PLAIN, false, true, 16};
      return ChooseForInteger(column);
    default:
      return ChooseForInteger(column);
  }
}

arrow::Result<NodePtr> GroupOf(const ColumnLayout& column, Repetition::type repetition,
                               bool naive_timestamps) {
  NodeVector nodes;
  for (const ColumnLayout& child : ChildrenOf(column)) {
    ARROW_ASSIGN_OR_RAISE(auto node, ParquetNode(child, naive_timestamps));
    nodes.push_back(std::move(node));
  }
  if (column.type->id() == arrow::Type::STRUCT) {
    return GroupNode::Make(column.name, repetition, nodes, nullptr, column.field_id);
  }
  const NodePtr list = GroupNode::Make("list", Repetition::REPEATED, nodes);
  return GroupNode::Make(column.name, repetition, {list}, LogicalType::List(),
                         column.field_id);
}

}  // namespace

EncodingChoice ChooseEncoding(const ColumnLayout& column, ParquetProfile profile) {
  EncodingChoice choice = ChooseByShape(column);
  if (profile == ParquetProfile::kCompat) {
    choice.encoding = Encoding::PLAIN;
    choice.compress = true;
  }
  return choice;
}

int64_t RowGroupRows(std::span<const ColumnLayout> columns) {
  double width = 0.125;
  for (const ColumnLayout& column : columns) width += ChooseByShape(column).bytes_per_row;
  const auto blocks = static_cast<int64_t>(kRowGroupBytes / (width * kBlockRows));
  const auto clamped = std::clamp<int64_t>(blocks, 1, kMaxRowGroupBlocks);
  return kBlockRows *
         static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(clamped)));
}

arrow::Result<parquet::schema::NodePtr> ParquetNode(const ColumnLayout& column,
                                                    bool naive_timestamps) {
  const auto repetition =
      column.shape.nullable ? Repetition::OPTIONAL : Repetition::REQUIRED;
  const auto node = [&](std::shared_ptr<const LogicalType> logical,
                        parquet::Type::type physical, int length = -1) {
    return PrimitiveNode::Make(column.name, repetition, std::move(logical), physical,
                               length, column.field_id);
  };
  if (arrow::is_nested(column.type->id())) {
    return GroupOf(column, repetition, naive_timestamps);
  }
  const auto type = ValueType(column.type);
  switch (type->id()) {
    case arrow::Type::BOOL:
      return node(LogicalType::None(), parquet::Type::BOOLEAN);
    case arrow::Type::INT8:
      return node(LogicalType::Int(8, true), parquet::Type::INT32);
    case arrow::Type::INT16:
      return node(LogicalType::Int(16, true), parquet::Type::INT32);
    case arrow::Type::INT32:
      return node(LogicalType::None(), parquet::Type::INT32);
    case arrow::Type::INT64:
      return node(LogicalType::None(), parquet::Type::INT64);
    case arrow::Type::UINT8:
      return node(LogicalType::Int(8, false), parquet::Type::INT32);
    case arrow::Type::UINT16:
      return node(LogicalType::Int(16, false), parquet::Type::INT32);
    case arrow::Type::UINT32:
      return node(LogicalType::Int(32, false), parquet::Type::INT32);
    case arrow::Type::UINT64:
      return node(LogicalType::Int(64, false), parquet::Type::INT64);
    case arrow::Type::FLOAT:
      return node(LogicalType::None(), parquet::Type::FLOAT);
    case arrow::Type::DOUBLE:
      return node(LogicalType::None(), parquet::Type::DOUBLE);
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
      return node(LogicalType::String(), parquet::Type::BYTE_ARRAY);
    case arrow::Type::DATE32:
      return node(LogicalType::Date(), parquet::Type::INT32);
    case arrow::Type::TIME64:
      return node(LogicalType::Time(false, LogicalType::TimeUnit::MICROS),
                  parquet::Type::INT64);
    case arrow::Type::TIMESTAMP: {
      const auto& timestamp = static_cast<const arrow::TimestampType&>(*type);
      if (timestamp.unit() == arrow::TimeUnit::SECOND) break;  // Parquet has none.
      return node(TimestampLogical(timestamp, naive_timestamps), parquet::Type::INT64);
    }
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64:
    case arrow::Type::DECIMAL128: {
      const int32_t precision = AsDecimal(*type).precision();
      const auto logical = LogicalType::Decimal(precision, AsDecimal(*type).scale());
      if (precision <= 9) return node(logical, parquet::Type::INT32);
      if (precision <= 18) return node(logical, parquet::Type::INT64);
      return node(logical, parquet::Type::FIXED_LEN_BYTE_ARRAY,
                  arrow::DecimalType::DecimalSize(precision));
    }
    default:
      break;
  }
  return arrow::Status::NotImplemented("Parquet has no place for type ", type->ToString(),
                                       " of column ", column.name);
}

}  // namespace lakeseed
