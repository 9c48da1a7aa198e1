#include "lakeseed/validate/file_parts.h"

#include <arrow/api.h>
#include <arrow/compute/api_vector.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "lakeseed/validate/cells.h"

namespace lakeseed {
namespace {

constexpr int64_t kBlockRows = 65'536;

/// The path without the folders of the partitions.
std::string PathOfWhole(const FileFacts& part) {
  std::string path = part.path;
  size_t name = path.rfind('/');
  for (size_t i = 0; i < part.partition.size() && name != std::string::npos && name > 0;
       ++i) {
    const size_t folder = path.rfind('/', name - 1);
    const size_t begin = folder == std::string::npos ? 0 : folder + 1;
    path.erase(begin, name + 1 - begin);
    name = folder;
  }
  return path;
}

void Join(const FileFacts& part, FileFacts* whole) {
  if (whole->parts.empty()) {
    *whole = part;
    whole->path = PathOfWhole(part);
    whole->num_rows = whole->size_bytes = 0;
    for (ColumnFacts& column : whole->columns) {
      column.null_count = 0;
      column.min = column.max = nullptr;
    }
  }
  whole->num_rows += part.num_rows;
  whole->size_bytes += part.size_bytes;
  for (size_t c = 0; c < whole->columns.size() && c < part.columns.size(); ++c) {
    whole->columns[c].null_count += part.columns[c].null_count;
  }
  whole->parts.push_back(part);
}

/// By name and type; whether values may be null is for `schema` to say.
bool HasSameColumns(const arrow::Schema& a, const arrow::Schema& b) {
  if (a.field_names() != b.field_names()) return false;
  for (int i = 0; i < a.num_fields(); ++i) {
    if (!a.field(i)->type()->Equals(*b.field(i)->type())) return false;
  }
  return true;
}

/// All rows of the parts, in plain types.
arrow::Result<std::shared_ptr<arrow::Table>> ReadParts(
    const FilePlace& root, const FileFacts& file,
    const std::vector<std::string>& columns) {
  arrow::RecordBatchVector batches;
  std::shared_ptr<arrow::Schema> schema;
  for (const FileFacts& part : file.parts) {
    ARROW_ASSIGN_OR_RAISE(const BatchStream stream, OpenFile(root, part, columns));
    while (true) {
      ARROW_ASSIGN_OR_RAISE(const auto batch, stream());
      if (batch == nullptr) break;
      arrow::ArrayVector arrays;
      arrow::FieldVector fields;
      for (int c = 0; c < batch->num_columns(); ++c) {
        ARROW_ASSIGN_OR_RAISE(auto plain, ToPlain(batch->column(c)));
        fields.push_back(arrow::field(columns[static_cast<size_t>(c)], plain->type()));
        arrays.push_back(std::move(plain));
      }
      if (schema == nullptr) schema = arrow::schema(std::move(fields));
      batches.push_back(
          arrow::RecordBatch::Make(schema, batch->num_rows(), std::move(arrays)));
    }
  }
  if (schema == nullptr) return nullptr;
  return arrow::Table::FromRecordBatches(schema, std::move(batches));
}

/// Places of the rows in the order of their keys.
arrow::Result<std::shared_ptr<arrow::Array>> OrderOf(const arrow::ChunkedArray& keys) {
  std::vector<int64_t> all, some;
  for (const auto& chunk : keys.chunks()) {
    ReadIntegers(*chunk, &some);
    all.insert(all.end(), some.begin(), some.end());
  }
  std::vector<int64_t> places(all.size());
  std::iota(places.begin(), places.end(), 0);
  std::stable_sort(places.begin(), places.end(), [&](int64_t a, int64_t b) {
    return all[static_cast<size_t>(a)] < all[static_cast<size_t>(b)];
  });
  arrow::Int64Builder builder;
  ARROW_RETURN_NOT_OK(builder.AppendValues(places));
  return builder.Finish();
}

}  // namespace

std::vector<FileFacts> JoinParts(std::vector<FileFacts> files) {
  std::map<std::pair<std::optional<int32_t>, std::string>, FileFacts> wholes;
  std::vector<FileFacts> joined;
  for (FileFacts& file : files) {
    if (file.partition.empty() && file.order.empty()) {
      joined.push_back(std::move(file));
    } else {
      Join(file, &wholes[{file.day, PathOfWhole(file)}]);
    }
  }
  for (auto& [key, whole] : wholes) joined.push_back(std::move(whole));
  return joined;
}

std::span<const FileFacts> PartsOf(const FileFacts& file) {
  return file.parts.empty() ? std::span(&file, 1) : std::span(file.parts);
}

FileProbe ProbeParts(const FilePlace& root, const FileFacts& file) {
  FileProbe whole;
  whole.readable = true;
  whole.size_bytes = whole.num_rows = 0;
  for (const FileFacts& part : file.parts) {
    const FileProbe probe = ProbeFile(root, part);
    const bool is_first = whole.schema == nullptr;
    if (is_first) whole.schema = probe.schema;
    const bool is_other =
        probe.readable && !is_first && !HasSameColumns(*probe.schema, *whole.schema);
    if (whole.readable && (!probe.readable || is_other)) {
      whole.readable = false;
      whole.missing = probe.missing;
      whole.error = part.path + ": " +
                    (is_other ? "not the columns of the other partitions" : probe.error);
    }
    whole.size_bytes += std::max<int64_t>(probe.size_bytes, 0);
    const bool is_counted = whole.num_rows >= 0 && probe.num_rows >= 0;
    whole.num_rows = is_counted ? whole.num_rows + probe.num_rows : -1;
  }
  return whole;
}

arrow::Result<BatchStream> OpenParts(const FilePlace& root, const FileFacts& file,
                                     const std::vector<std::string>& columns) {
  std::vector<std::string> read = columns;
  const bool has_order = !file.order_by.empty();
  const bool adds_key =
      has_order && std::find(read.begin(), read.end(), file.order_by) == read.end();
  if (adds_key) read.push_back(file.order_by);
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Table> table, ReadParts(root, file, read));
  if (table == nullptr) {
    return BatchStream([]() { return std::shared_ptr<arrow::RecordBatch>(); });
  }
  if (has_order) {
    ARROW_ASSIGN_OR_RAISE(const auto order,
                          OrderOf(*table->GetColumnByName(file.order_by)));
    ARROW_ASSIGN_OR_RAISE(const arrow::Datum sorted,
                          arrow::compute::Take(arrow::Datum(table), arrow::Datum(order)));
    table = sorted.table();
  }
  if (adds_key) {
    ARROW_ASSIGN_OR_RAISE(table, table->RemoveColumn(table->num_columns() - 1));
  }
  const auto reader = std::make_shared<arrow::TableBatchReader>(table);
  reader->set_chunksize(kBlockRows);
  return BatchStream([reader]() -> arrow::Result<std::shared_ptr<arrow::RecordBatch>> {
    std::shared_ptr<arrow::RecordBatch> batch;
    ARROW_RETURN_NOT_OK(reader->ReadNext(&batch));
    return batch;
  });
}

}  // namespace lakeseed
