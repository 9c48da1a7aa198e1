#include "lakeseed/write/parquet/column_encoder.h"

#include "lakeseed/write/parquet/coded_encoder.h"
#include "lakeseed/write/parquet/nested_encoder.h"
#include "lakeseed/write/parquet/number_encoder.h"
#include "lakeseed/write/parquet/text_encoder.h"

namespace lakeseed {

arrow::Status ColumnEncoder::AddBlocks(const ColumnBlocks& blocks, int64_t begin,
                                       int64_t count) {
  ARROW_ASSIGN_OR_RAISE(const auto rows,
                        blocks.ToArray(begin, count, arrow::default_memory_pool()));
  return Add(*rows);
}

arrow::Result<std::unique_ptr<ColumnEncoder>> ColumnEncoder::Make(
    const ColumnLayout& column, const Options& options) {
  switch (column.type->id()) {
    case arrow::Type::DICTIONARY:
      return MakeDictionaryEncoder(column, options);
    case arrow::Type::BOOL:
      return MakeBooleanEncoder(column, options);
    case arrow::Type::FLOAT:
    case arrow::Type::DOUBLE:
      return MakeRealEncoder(column, options);
    case arrow::Type::STRUCT:
    case arrow::Type::LIST:
      return MakeNestedEncoder(column, options);
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
      return MakeTextEncoder(column, options);
    case arrow::Type::DECIMAL128:
      if (static_cast<const arrow::DecimalType&>(*column.type).precision() > 18) {
        return MakeWideDecimalEncoder(column, options);
      }
      break;
    default:
      break;
  }
  return options.choice.dictionary ? MakeSmallRangeEncoder(column, options)
                                   : MakeIntegerEncoder(column, options);
}

}  // namespace lakeseed
