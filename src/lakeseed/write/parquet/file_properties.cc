#include "lakeseed/write/parquet/file_properties.h"

#include <arrow/type.h>
#include <arrow/util/bit_util.h>

#include <algorithm>

#include "lakeseed/write/parquet/bloom_encoder.h"
#include "lakeseed/write/parquet/encoding_choice.h"
#include "lakeseed/write/parquet/nested_leaves.h"

namespace lakeseed {
namespace {

constexpr char kCreatedBy[] = "lakeseed version 0.1.0";
constexpr int64_t kPageBytes = int64_t{1} << 20;
constexpr int64_t kPageRows = 2 * kBlockRows;
/// Above any dictionary of ours: a fallback in the middle of a chunk would cost
/// the size that codes save.
constexpr int64_t kDictionaryBytes = int64_t{1} << 28;
constexpr int64_t kEncodeRows = 8'192;
constexpr size_t kMaxStatisticsBytes = size_t{1} << 16;

/// What FileRequest::sort says; a Z-order curve has no name in Parquet.
std::vector<parquet::SortingColumn> WantedSorting(const FileRequest& request) {
  std::vector<parquet::SortingColumn> sorting;
  for (const std::string& name : request.sort.columns) {
    int32_t leaf = 0;
    for (const ColumnLayout& column : request.columns) {
      if (column.name == name) {
        sorting.push_back({leaf, /*descending=*/false, /*nulls_first=*/true});
        break;
      }
      leaf += static_cast<int32_t>(LeavesOf(column).size());
    }
  }
  return request.sort.is_z_order ? std::vector<parquet::SortingColumn>() : sorting;
}

std::vector<parquet::SortingColumn> SortingOf(const FileRequest& request) {
  if (!request.sort.empty()) return WantedSorting(request);
  const ColumnShape& first = request.columns[0].shape;
  if (first.nullable ||
      (first.kind != ShapeKind::kSequence && first.kind != ShapeKind::kSorted)) {
    return {};
  }
  return {{0, /*descending=*/false, /*nulls_first=*/false}};
}

}  // namespace

int64_t RowGroupRowsOf(const FileRequest& request) {
  if (request.options.row_group_rows == 0) return RowGroupRows(request.columns);
  return arrow::bit_util::RoundUp(request.options.row_group_rows, kBlockRows);
}

Compression CodecOf(const WriteOptions& options) {
  return options.compression.value_or(Compression{arrow::Compression::SNAPPY, {}});
}

bool CompressesByChoice(const FileRequest& request, size_t i) {
  return request.options.compress_all ||
         ChooseEncoding(request.columns[i], request.options.parquet_profile).compress;
}

bool HasBloomFilter(const FileRequest& request, size_t i) {
  const std::vector<std::string>& names = request.options.bloom_filters;
  const ColumnLayout& column = request.columns[i];
  return std::find(names.begin(), names.end(), column.name) != names.end() &&
         CanHaveBloomFilter(*column.type);
}

std::shared_ptr<parquet::WriterProperties> ParquetProperties(
    const FileRequest& request, const std::function<bool(size_t)>& compressed) {
  const WriteOptions& options = request.options;
  const Compression codec = CodecOf(options);
  const bool compat = options.parquet_profile == ParquetProfile::kCompat;
  parquet::WriterProperties::Builder builder;
  builder.created_by(kCreatedBy)
      ->version(compat ? parquet::ParquetVersion::PARQUET_1_0
                       : parquet::ParquetVersion::PARQUET_2_6)
      ->data_page_version(parquet::ParquetDataPageVersion::V1)
      ->data_pagesize(kPageBytes)
      ->max_rows_per_page(kPageRows)
      ->dictionary_pagesize_limit(kDictionaryBytes)
      ->write_batch_size(kEncodeRows)
      ->max_row_group_length(RowGroupRowsOf(request))
      ->max_statistics_size(kMaxStatisticsBytes)
      ->set_size_statistics_level(parquet::SizeStatisticsLevel::None)
      ->enable_write_page_index()
      ->disable_dictionary();
  if (options.page_checksums) builder.enable_page_checksum();
  for (size_t i = 0; i < request.columns.size(); ++i) {
    const bool is_nested = arrow::is_nested(request.columns[i].type->id());
    for (LeafColumn& leaf : LeavesOf(request.columns[i])) {
      const EncodingChoice choice = ChooseEncoding(leaf.layout, options.parquet_profile);
      // A path of names: a dot in a name is no nesting.
      const auto path =
          std::make_shared<parquet::schema::ColumnPath>(std::move(leaf.path));
      if (choice.dictionary) {
        builder.enable_dictionary(path);
      } else {
        builder.encoding(path, choice.encoding);
      }
      const bool compress =
          is_nested ? options.compress_all || choice.compress : compressed(i);
      builder.compression(path,
                          compress ? codec.codec : arrow::Compression::UNCOMPRESSED);
      if (compress && codec.level) builder.compression_level(path, *codec.level);
      if (HasBloomFilter(request, i)) builder.enable_bloom_filter(path, {});
    }
  }
  builder.set_sorting_columns(SortingOf(request));
  return builder.build();
}

arrow::Result<std::shared_ptr<parquet::schema::GroupNode>> ParquetSchema(
    const FileRequest& request) {
  parquet::schema::NodeVector nodes;
  for (const ColumnLayout& column : request.columns) {
    ARROW_ASSIGN_OR_RAISE(auto node,
                          ParquetNode(column, request.options.naive_timestamps));
    nodes.push_back(std::move(node));
  }
  return std::static_pointer_cast<parquet::schema::GroupNode>(
      parquet::schema::GroupNode::Make("schema", parquet::Repetition::REQUIRED, nodes));
}

}  // namespace lakeseed
