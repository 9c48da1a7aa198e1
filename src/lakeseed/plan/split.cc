#include "lakeseed/plan/split.h"

#include <arrow/api.h>

#include <bit>
#include <cmath>
#include <numeric>

#include "lakeseed/base/status.h"
#include "lakeseed/generate/fanout.h"

namespace lakeseed {
namespace {

/// Cuts of large files fall on blocks of the fan-out: both ends of a file are
/// then cheap to find.
constexpr int64_t kCutGrain = 1'024;
constexpr int64_t kMaxPieces = 1'000'000;
/// Names, addresses, e-mails measure about this.
constexpr double kTextBytes = 22;

double Bytes(double bits) { return bits / 8; }

double BitsOfRange(const ColumnShape& shape, double otherwise) {
  if (!shape.min || !shape.max) return otherwise;
  const uint64_t range =
      static_cast<uint64_t>(*shape.max) - static_cast<uint64_t>(*shape.min);
  return static_cast<double>(std::bit_width(range));
}

double BitsOfType(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::BOOL:
      return 1;
    case arrow::Type::INT8:
    case arrow::Type::UINT8:
      return 8;
    case arrow::Type::INT16:
    case arrow::Type::UINT16:
      return 16;
    case arrow::Type::DATE32:
      return 14;
    case arrow::Type::TIMESTAMP:
      return 48;
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64:
    case arrow::Type::DECIMAL128:
      return std::min(48.0,
                      3.33 * static_cast<const arrow::DecimalType&>(type).precision());
    case arrow::Type::INT32:
    case arrow::Type::UINT32:
    case arrow::Type::FLOAT:
      return 32;
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
      return 8 * kTextBytes;
    case arrow::Type::LIST:  // The elements are counted as rows of their own table.
      return 8;
    default:
      return 64;
  }
}

/// Bytes of one value in a format that packs bits.
double PackedBytes(const BoundColumn& column) {
  const ColumnShape& shape = column.shape;
  const double nulls = shape.nullable ? 0.125 : 0;
  switch (shape.kind) {
    case ShapeKind::kConstant:
      return nulls + 0.01;
    case ShapeKind::kSequence:
      return nulls + 0.05;
    case ShapeKind::kSorted:
      return nulls + (column.type->id() == arrow::Type::TIMESTAMP ? 3.5 : 0.5);
    case ShapeKind::kBoolean:
      return nulls + 0.125;
    case ShapeKind::kCategory:
      return nulls + Bytes(static_cast<double>(std::bit_width(static_cast<uint64_t>(
                         std::max<int64_t>(1, shape.num_categories - 1)))));
    case ShapeKind::kBounded:
      return nulls + Bytes(BitsOfRange(shape, BitsOfType(*column.type)));
    default:
      break;
  }
  if (column.type->id() == arrow::Type::DICTIONARY) return nulls + 1;
  return nulls + Bytes(BitsOfType(*column.type));
}

/// Characters of one value in a format of text.
double TextBytes(const BoundColumn& column) {
  const arrow::DataType& type = *column.type;
  switch (type.id()) {
    case arrow::Type::BOOL:
      return 5;
    case arrow::Type::DATE32:
      return 10;
    case arrow::Type::TIMESTAMP:
      return 27;
    case arrow::Type::DICTIONARY:
      return 9;
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
      return kTextBytes;
    case arrow::Type::FLOAT:
    case arrow::Type::DOUBLE:
      return 17;
    default:
      break;
  }
  return 1 + 0.3 * BitsOfRange(column.shape, std::min(27.0, BitsOfType(type)));
}

/// Bytes of one value as it lies in memory.
double MemoryBytes(const BoundColumn& column) {
  const arrow::DataType& type = *column.type;
  if (type.id() == arrow::Type::DICTIONARY) {
    return Bytes(
        static_cast<const arrow::DictionaryType&>(type).index_type()->bit_width());
  }
  if (arrow::is_fixed_width(type.id())) return Bytes(type.bit_width());
  return kTextBytes + 4;
}

/// Bytes of one value in a file; a struct's are those of its fields.
double ColumnBytes(const BoundColumn& column, ValueLayout values) {
  if (column.type->id() == arrow::Type::STRUCT) {
    double bytes = column.shape.nullable ? 0.125 : 0;
    for (const auto& field : column.type->fields()) {
      bytes += ColumnBytes(
          BoundColumn{.name = field->name(),
                      .node = column.node,
                      .type = field->type(),
                      .shape = ShapeOfType(*field->type(), field->nullable())},
          values);
    }
    return bytes;
  }
  switch (values) {
    case ValueLayout::kPacked:
      break;
    case ValueLayout::kMemory:
      return MemoryBytes(column) + (column.shape.nullable ? 0.125 : 0);
    case ValueLayout::kText:
      return TextBytes(column) + 1;
    case ValueLayout::kKeyedText:
      return TextBytes(column) + static_cast<double>(column.name.size()) + 5;
  }
  return PackedBytes(column);
}

/// Mean children of a parent.
double MeanOf(const BoundTable& table) {
  const FanoutMean mean = table.rows->fanout()->mean();
  return mean.den > 0 ? static_cast<double>(mean.num) / static_cast<double>(mean.den) : 1;
}

std::vector<const BoundTable*> FamilyOf(const BoundDataset& dataset, int root) {
  std::vector<const BoundTable*> family;
  for (const BoundTable* table : dataset.written_tables()) {
    if (table->root == root) family.push_back(table);
  }
  return family;
}

}  // namespace

double BytesPerRow(const BoundDataset& dataset, const BoundTable& table,
                   ValueLayout values) {
  double bytes = 0;
  for (const BoundColumn& column : table.columns) bytes += ColumnBytes(column, values);
  for (const int child : table.children) {
    const BoundTable& elements = dataset.table(child);
    if (!elements.spec->is_list()) continue;
    bytes += MeanOf(elements) * BytesPerRow(dataset, elements, values);
  }
  return std::max(bytes, 0.1);
}

double RowsPerRoot(const BoundDataset& dataset, const BoundTable& table) {
  double rows = 1;
  for (const BoundTable* at = &table; at->parent >= 0; at = &dataset.table(at->parent)) {
    rows *= MeanOf(*at);
  }
  return rows;
}

RowRange RowsUnder(const BoundDataset& dataset, const BoundTable& table,
                   RowRange root_rows) {
  if (table.parent < 0) return root_rows;
  const RowRange parents = RowsUnder(dataset, dataset.table(table.parent), root_rows);
  const Fanout& fanout = *table.rows->fanout();
  return {fanout.FirstChild(parents.begin), fanout.FirstChild(parents.end)};
}

int64_t CountUnder(const BoundDataset& dataset, const BoundTable& table,
                   std::span<const int64_t> root_rows) {
  std::vector<int64_t> first(root_rows.begin(), root_rows.end()), next;
  for (const int64_t row : root_rows) next.push_back(row + 1);
  std::vector<const BoundTable*> path;  // From the table up to below the root.
  for (const BoundTable* at = &table; at->parent >= 0; at = &dataset.table(at->parent)) {
    path.push_back(at);
  }
  for (; !path.empty(); path.pop_back()) {
    for (auto* rows : {&first, &next}) {
      path.back()->rows->fanout()->FirstChildrenOf(Rows(std::vector<int64_t>(*rows)),
                                                   rows->data());
    }
  }
  return std::accumulate(next.begin(), next.end(), int64_t{0}) -
         std::accumulate(first.begin(), first.end(), int64_t{0});
}

int64_t RootRowsPerFile(const BoundDataset& dataset, const BoundTable& root,
                        const SplitRequest& request) {
  double most = 0;  // Rows, or bytes, of the biggest member per row of the root.
  for (const BoundTable* table : FamilyOf(dataset, root.index)) {
    const double rows = RowsPerRoot(dataset, *table);
    const double size =
        request.file_rows ? rows : rows * BytesPerRow(dataset, *table, request.values);
    most = std::max(most, size);
  }
  const auto wish =
      static_cast<double>(request.file_rows ? *request.file_rows : request.file_bytes);
  const double rows = std::clamp(wish / most, 1.0, 1e13);
  const auto whole = static_cast<int64_t>(rows);
  const bool exact = request.file_rows.has_value() || whole < kCutGrain;
  return exact ? whole : whole / kCutGrain * kCutGrain;
}

arrow::Result<std::vector<RowRange>> Cut(RowRange rows, int64_t rows_per_file) {
  if (rows.length() == 0) return std::vector<RowRange>{rows};
  const int64_t pieces = (rows.length() - 1) / rows_per_file + 1;
  if (pieces > kMaxPieces) {
    return RequestError(
        fmt::format("more than {} files for one table: {}", kMaxPieces, pieces),
        "ask for larger files with --file-size or --file-rows-target");
  }
  std::vector<RowRange> cuts;
  cuts.reserve(static_cast<size_t>(pieces));
  for (int64_t begin = rows.begin; begin < rows.end; begin += rows_per_file) {
    cuts.push_back({begin, std::min(begin + rows_per_file, rows.end)});
  }
  return cuts;
}

}  // namespace lakeseed
