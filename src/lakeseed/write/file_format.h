// A file format turns record batches into one closed file with known facts.
//
// To add one: a folder write/<name>/ and a line in write/builtin.cc.
//
// Thread safety: a FileWriter is used by one thread at a time; different writers
// of one Storage may run at once. Definitions are immutable.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/base/column_shape.h"
#include "lakeseed/base/file_cost.h"
#include "lakeseed/base/made_rows.h"
#include "lakeseed/base/sort_order.h"
#include "lakeseed/write/compression.h"
#include "lakeseed/write/data_file.h"
#include "lakeseed/write/storage.h"

namespace lakeseed {

/// Files are cut into blocks of this many rows, counted from their first row.
inline constexpr int64_t kBlockRows = 65'536;

/// Name, type of the arrays as they arrive, and what is promised of them.
struct ColumnLayout {
  std::string name;
  std::shared_ptr<arrow::DataType> type;
  ColumnShape shape;
  int field_id = -1;  ///< Parquet: what table formats know the column by; -1: none.
};

/// Which encodings a Parquet file may use.
enum class ParquetProfile {
  kFast,    ///< DELTA_BINARY_PACKED and dictionaries; codec where it pays.
  kCompat,  ///< PLAIN and dictionaries, all compressed: what every old reader knows.
};

/// Parse fast / compat.
/// \retval Invalid (exit code 2)  with the nearest name as a hint.
arrow::Result<ParquetProfile> ParseParquetProfile(std::string_view text);

/// Who encodes a Parquet file. Both give the same rows and statistics.
enum class ParquetEncoder {
  kNative,   ///< Our encoders.
  kLibrary,  ///< libparquet's column writers: the oracle of tests and benchmarks.
};

struct WriteOptions {
  /// nullopt: what the format does by default (Parquet snappy, others none).
  std::optional<Compression> compression;
  /// Parquet: compress dense columns too, where it buys size for much time.
  bool compress_all = false;
  /// Parquet: rows per row group, rounded up to whole blocks; 0: from the widths.
  int64_t row_group_rows = 0;
  ParquetProfile parquet_profile = ParquetProfile::kFast;
  ParquetEncoder parquet_encoder = ParquetEncoder::kNative;
  /// Parquet: a checksum for each page.
  bool page_checksums = false;
  /// Parquet: columns of these names get a Bloom filter for each row group.
  std::vector<std::string> bloom_filters;
  /// Timestamps without a zone.
  bool naive_timestamps = false;
};

/// One file to write.
struct FileRequest {
  std::string path;         ///< Goes into DataFile::path.
  std::string staged_path;  ///< Where Close() publishes it; empty: at `path`.
  std::string table;
  int64_t first_row = 0;             ///< Row of the table that the file begins with.
  std::optional<int32_t> day;        ///< Goes into DataFile::day.
  PartitionValues partition_values;  ///< Goes into DataFile::partition_values.
  std::vector<PartitionField> partitions;  ///< For FileSetWriter.
  SortOrder sort;                          ///< The same; Parquet notes it in the file.
  std::vector<ColumnLayout> columns;
  WriteOptions options;
};

/// Writes one file.
///
/// Laws; write/file_format_laws_test.cc checks them for every format:
///   content     a reader gets back the rows that were written, in their order.
///   statistics  DataFile equals a recount of the file.
///   blocking    the bytes do not depend on how rows were cut, nor on who makes them.
///   invisible   nothing under the final name before Close() has returned OK;
///               Abort(), destruction and failure leave nothing at all.
class FileWriter {
 public:
  /// Abort()s a file that was not closed.
  virtual ~FileWriter() = default;

  /// Append rows, of arrays or of blocks that are made here. REQUIRES: columns in the
  /// order and types of the request; one dictionary column has equal ones in all rows.
  /// \retval Invalid  a type differs, or a null is in a column declared without.
  virtual arrow::Status Write(const MadeRows& rows) = 0;

  /// Whether a column of text may also come as a dictionary of int32, in some rows or
  /// all. No text stands twice in its dictionary, which may grow from batch to batch: a
  /// code keeps its text as long as the dictionary stands in the same memory.
  virtual bool TakesNumberedTexts() const { return false; }

  /// Finish, publish and return the facts. Replaces what has the staged name.
  virtual arrow::Result<DataFile> Close() = 0;

  /// Leave nothing behind. Harmless after Close().
  virtual arrow::Status Abort() = 0;
};

struct FileFormatDef {
  std::string_view name;       ///< As in `--output-mode`.
  std::string_view extension;  ///< Without the dot.
  std::string_view summary;
  bool has_types;                                    ///< Readers get declared types back.
  std::span<const arrow::Compression::type> codecs;  ///< Accepted, default first.
  /// Options of the command line that no other format heeds; words.
  std::string_view options = {};
  FileCost cost;

  arrow::Result<std::unique_ptr<FileWriter>> (*open)(Storage* storage,
                                                     const FileRequest& request);
};

/// Built-in file formats, sorted by name: arrow, csv, json, parquet.
std::span<const FileFormatDef> BuiltinFileFormats();

/// Find a format by name. \retval Invalid (exit code 2)  with the nearest name.
arrow::Result<const FileFormatDef*> FindFileFormat(std::string_view name);

/// Check what does not need a file: the codec, column types, names.
/// \retval Invalid (exit code 2)  the format cannot use an option or type.
arrow::Status CheckFileRequest(const FileFormatDef& format,
                               std::span<const ColumnLayout> columns,
                               const WriteOptions& options);

/// Check, then open.
arrow::Result<std::unique_ptr<FileWriter>> OpenFileWriter(const FileFormatDef& format,
                                                          Storage* storage,
                                                          const FileRequest& request);

}  // namespace lakeseed
