#include "lakeseed/validate/file_streams.h"

#include <arrow/api.h>
#include <arrow/compute/cast.h>
#include <arrow/csv/api.h>
#include <arrow/io/interfaces.h>
#include <arrow/ipc/reader.h>
#include <arrow/json/api.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/statistics.h>

#include <cstring>

#include "lakeseed/validate/file_parts.h"
#include "lakeseed/validate/nested_cells.h"

namespace lakeseed {
namespace {

constexpr int64_t kBlockRows = 65'536;

std::shared_ptr<arrow::Schema> PlainSchema(const arrow::Schema& schema) {
  arrow::FieldVector fields;
  for (const auto& field : schema.fields()) {
    fields.push_back(
        arrow::field(field->name(), PlainType(field->type()), field->nullable()));
  }
  return arrow::schema(std::move(fields));
}

// CSV and JSON have no types of their own: those of the manifest.
std::shared_ptr<arrow::Schema> StatedSchema(const FileFacts& file) {
  arrow::FieldVector fields;
  for (const ColumnFacts& column : file.columns) {
    fields.push_back(arrow::field(column.name, column.type));
  }
  return arrow::schema(std::move(fields));
}

// Text formats read decimals as decimal128, and times as they are written.
std::shared_ptr<arrow::DataType> ReadingType(const ColumnFacts& column) {
  if (column.naive) return arrow::timestamp(arrow::TimeUnit::MICRO);
  return SpelledType(column.type);
}

bool IsTime(const arrow::DataType& type) {
  return type.id() == arrow::Type::DATE32 || type.id() == arrow::Type::TIMESTAMP;
}

arrow::Result<BatchStream> StreamOf(std::shared_ptr<arrow::RecordBatchReader> reader,
                                    const std::vector<std::string>& columns,
                                    std::shared_ptr<void> owner = nullptr) {
  return BatchStream(
      [reader = std::move(reader), columns,
       owner = std::move(owner)]() -> arrow::Result<std::shared_ptr<arrow::RecordBatch>> {
        std::shared_ptr<arrow::RecordBatch> batch;
        ARROW_RETURN_NOT_OK(reader->ReadNext(&batch));
        if (batch == nullptr) return batch;
        arrow::ArrayVector arrays;
        arrow::FieldVector fields;
        for (const std::string& name : columns) {
          const auto column = batch->GetColumnByName(name);
          if (column == nullptr)
            return arrow::Status::Invalid("file has no column ", name);
          arrays.push_back(column);
          fields.push_back(arrow::field(name, column->type()));
        }
        return arrow::RecordBatch::Make(arrow::schema(fields), batch->num_rows(), arrays);
      });
}

arrow::Result<std::unique_ptr<parquet::arrow::FileReader>> OpenParquet(
    const FilePlace& root, const FileFacts& file) {
  ARROW_ASSIGN_OR_RAISE(auto input, root.Open(file.path));
  try {
    parquet::arrow::FileReaderBuilder builder;
    ARROW_RETURN_NOT_OK(builder.Open(std::move(input)));
    parquet::ArrowReaderProperties properties(/*use_threads=*/false);
    properties.set_batch_size(kBlockRows);
    properties.set_pre_buffer(false);
    builder.properties(properties);
    return builder.Build();
  } catch (const std::exception& error) {
    return arrow::Status::IOError(error.what());
  }
}

arrow::Status ProbeParquet(const FilePlace& root, const FileFacts& file,
                           FileProbe* probe) {
  ARROW_ASSIGN_OR_RAISE(const auto reader, OpenParquet(root, file));
  std::shared_ptr<arrow::Schema> schema;
  ARROW_RETURN_NOT_OK(reader->GetSchema(&schema));
  probe->schema = PlainSchema(*schema);
  probe->num_rows = reader->parquet_reader()->metadata()->num_rows();
  return arrow::Status::OK();
}

arrow::Result<BatchStream> StreamParquet(const FilePlace& root, const FileFacts& file,
                                         const std::vector<std::string>& columns) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<parquet::arrow::FileReader> reader,
                        OpenParquet(root, file));
  const auto* metadata = reader->parquet_reader()->metadata().get();
  std::vector<int> groups(metadata->num_row_groups()), leaves;
  for (int i = 0; i < metadata->num_row_groups(); ++i) groups[i] = i;
  for (const std::string& name : columns) {
    const size_t before = leaves.size();
    for (int i = 0; i < metadata->num_columns(); ++i) {
      const auto path = metadata->schema()->Column(i)->path()->ToDotVector();
      if (path[0] == name) leaves.push_back(i);
    }
    if (leaves.size() == before) {
      return arrow::Status::Invalid("file has no column ", name);
    }
  }
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::RecordBatchReader> batches,
                        reader->GetRecordBatchReader(groups, leaves));
  return StreamOf(std::move(batches), columns, reader);
}

// Times, structs and lists, which text formats have as texts.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> WithTypes(
    const BatchStream& texts, const std::vector<ColumnFacts>& facts) {
  ARROW_ASSIGN_OR_RAISE(auto batch, texts());
  for (const ColumnFacts& column : facts) {
    const int at = batch == nullptr ? -1 : batch->schema()->GetFieldIndex(column.name);
    if (at < 0) continue;
    const auto& read = batch->column(at);
    const bool is_nested = column.type->num_fields() > 0;
    const auto type = is_nested ? column.type : ReadingType(column);
    if (!is_nested && !IsTime(*type)) continue;
    ARROW_ASSIGN_OR_RAISE(const auto typed, !is_nested ? arrow::compute::Cast(*read, type)
                                            : read->type_id() == arrow::Type::STRING
                                                ? FromJsonTexts(*read, type)
                                                : FromSpelled(read, type));
    ARROW_ASSIGN_OR_RAISE(batch,
                          batch->SetColumn(at, arrow::field(column.name, type), typed));
  }
  return batch;
}

arrow::csv::ConvertOptions CsvTypes(const FileFacts& file,
                                    const std::vector<std::string>* columns) {
  auto options = arrow::csv::ConvertOptions::Defaults();
  for (const ColumnFacts& column : file.columns) {
    // Structs and lists are JSON in a text.
    const bool is_nested = column.type->num_fields() > 0;
    options.column_types[column.name] = is_nested ? arrow::utf8() : ReadingType(column);
  }
  if (columns != nullptr) options.include_columns = *columns;
  options.null_values = {""};
  options.strings_can_be_null = true;
  options.quoted_strings_can_be_null = false;
  options.true_values = {"true"};
  options.false_values = {"false"};
  return options;
}

arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> CsvReader(
    const FilePlace& root, const FileFacts& file,
    const arrow::csv::ConvertOptions& types) {
  ARROW_ASSIGN_OR_RAISE(auto input, root.Open(file.path));
  auto reading = arrow::csv::ReadOptions::Defaults();
  reading.use_threads = false;
  auto parsing = arrow::csv::ParseOptions::Defaults();
  parsing.newlines_in_values = true;
  return arrow::csv::StreamingReader::Make(arrow::io::default_io_context(), input,
                                           reading, parsing, types);
}

arrow::Status ProbeCsv(const FilePlace& root, const FileFacts& file, FileProbe* probe) {
  ARROW_ASSIGN_OR_RAISE(const auto reader,
                        CsvReader(root, file, CsvTypes(file, nullptr)));
  const auto stated = StatedSchema(file);
  arrow::FieldVector fields;
  for (const auto& field : reader->schema()->fields()) {
    const auto known = stated->GetFieldByName(field->name());
    fields.push_back(known != nullptr ? known : field);
  }
  probe->schema = arrow::schema(std::move(fields));
  return arrow::Status::OK();
}

arrow::Result<BatchStream> StreamCsv(const FilePlace& root, const FileFacts& file,
                                     const std::vector<std::string>& columns) {
  ARROW_ASSIGN_OR_RAISE(auto reader, CsvReader(root, file, CsvTypes(file, &columns)));
  ARROW_ASSIGN_OR_RAISE(const BatchStream texts, StreamOf(std::move(reader), columns));
  return BatchStream([texts, facts = file.columns]() { return WithTypes(texts, facts); });
}

arrow::Status ProbeJson(const FilePlace&, const FileFacts& file, FileProbe* probe) {
  probe->schema = StatedSchema(file);
  return arrow::Status::OK();
}

arrow::Result<BatchStream> StreamJson(const FilePlace& root, const FileFacts& file,
                                      const std::vector<std::string>& columns) {
  ARROW_ASSIGN_OR_RAISE(auto input, root.Open(file.path));
  ARROW_ASSIGN_OR_RAISE(const int64_t size, input->GetSize());
  if (size == 0) {  // No rows: what the reader calls an error is a whole file.
    return BatchStream([]() { return std::shared_ptr<arrow::RecordBatch>(); });
  }
  arrow::FieldVector fields;
  for (const ColumnFacts& column : file.columns) {
    const auto type = ReadingType(column);
    // JSON has no times: they are texts.
    fields.push_back(arrow::field(column.name, IsTime(*type) ? arrow::utf8() : type));
  }
  auto parsing = arrow::json::ParseOptions::Defaults();
  parsing.explicit_schema = arrow::schema(std::move(fields));
  parsing.unexpected_field_behavior = arrow::json::UnexpectedFieldBehavior::Ignore;
  auto reading = arrow::json::ReadOptions::Defaults();
  reading.use_threads = false;
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::RecordBatchReader> reader,
                        arrow::json::StreamingReader::Make(input, reading, parsing));
  ARROW_ASSIGN_OR_RAISE(const BatchStream texts, StreamOf(std::move(reader), columns));
  return BatchStream([texts, facts = file.columns]() { return WithTypes(texts, facts); });
}

arrow::Result<std::shared_ptr<arrow::ipc::RecordBatchFileReader>> OpenIpc(
    const FilePlace& root, const FileFacts& file) {
  ARROW_ASSIGN_OR_RAISE(auto input, root.Open(file.path));
  return arrow::ipc::RecordBatchFileReader::Open(std::move(input));
}

arrow::Status ProbeIpc(const FilePlace& root, const FileFacts& file, FileProbe* probe) {
  ARROW_ASSIGN_OR_RAISE(const auto reader, OpenIpc(root, file));
  probe->schema = PlainSchema(*reader->schema());
  ARROW_ASSIGN_OR_RAISE(probe->num_rows, reader->CountRows());
  return arrow::Status::OK();
}

arrow::Result<BatchStream> StreamIpc(const FilePlace& root, const FileFacts& file,
                                     const std::vector<std::string>& columns) {
  ARROW_ASSIGN_OR_RAISE(const auto reader, OpenIpc(root, file));
  return BatchStream(
      [reader, columns,
       at = 0]() mutable -> arrow::Result<std::shared_ptr<arrow::RecordBatch>> {
        if (at == reader->num_record_batches())
          return std::shared_ptr<arrow::RecordBatch>();
        ARROW_ASSIGN_OR_RAISE(const auto batch, reader->ReadRecordBatch(at++));
        std::vector<int> indices;
        for (const std::string& name : columns) {
          indices.push_back(batch->schema()->GetFieldIndex(name));
          if (indices.back() < 0)
            return arrow::Status::Invalid("file has no column ", name);
        }
        return batch->SelectColumns(indices);
      });
}

// Parquet's statistics as one integer, where the physical type is one.
bool IntegerOf(const parquet::Statistics& statistics, bool max, int64_t* out) {
  const std::string text = max ? statistics.EncodeMax() : statistics.EncodeMin();
  if (statistics.physical_type() == parquet::Type::INT32 && text.size() == 4) {
    int32_t value = 0;
    std::memcpy(&value, text.data(), 4);
    *out = value;
    return true;
  }
  if (statistics.physical_type() == parquet::Type::INT64 && text.size() == 8) {
    std::memcpy(out, text.data(), 8);
    return true;
  }
  return false;
}

arrow::Result<std::vector<FooterStatistics>> FooterOfParquet(const FilePlace& root,
                                                             const FileFacts& file) {
  ARROW_ASSIGN_OR_RAISE(const auto reader, OpenParquet(root, file));
  const auto metadata = reader->parquet_reader()->metadata();
  std::vector<FooterStatistics> all;
  for (int c = 0; c < metadata->num_columns(); ++c) {
    FooterStatistics sum{.column = metadata->schema()->Column(c)->path()->ToDotString(),
                         .has_null_count = true,
                         .has_integers = true};
    bool first = true;
    for (int g = 0; g < metadata->num_row_groups(); ++g) {
      const auto group = metadata->RowGroup(g)->ColumnChunk(c);
      const auto statistics = group->is_stats_set() ? group->statistics() : nullptr;
      sum.has_null_count &= statistics != nullptr && statistics->HasNullCount();
      if (statistics == nullptr) {
        sum.has_integers = false;
        continue;
      }
      sum.null_count += statistics->null_count();
      int64_t min = 0, max = 0;
      if (!statistics->HasMinMax()) continue;
      if (!IntegerOf(*statistics, false, &min) || !IntegerOf(*statistics, true, &max)) {
        sum.has_integers = false;
        continue;
      }
      sum.min = first ? min : std::min(sum.min, min);
      sum.max = first ? max : std::max(sum.max, max);
      first = false;
    }
    sum.has_integers &= !first;
    all.push_back(std::move(sum));
  }
  return all;
}

constexpr FormatReader kReaders[] = {
    {"arrow", ProbeIpc, StreamIpc},
    {"csv", ProbeCsv, StreamCsv},
    {"json", ProbeJson, StreamJson},
    {"parquet", ProbeParquet, StreamParquet, FooterOfParquet},
};

}  // namespace

std::span<const FormatReader> FormatReaders() { return kReaders; }

const FormatReader* FindFormatReader(std::string_view format) {
  for (const FormatReader& reader : kReaders) {
    if (reader.format == format) return &reader;
  }
  return nullptr;
}

FileProbe ProbeFile(const FilePlace& root, const FileFacts& file) {
  if (!file.parts.empty()) return ProbeParts(root, file);
  FileProbe probe;
  const auto found = root.Look(file.path);
  if (!found.ok() || !found->IsFile()) {
    probe.missing = found.ok() && found->type() == arrow::fs::FileType::NotFound;
    const bool is_directory = found.ok() && found->IsDirectory();
    probe.error = probe.missing  ? "there is no such file"
                  : is_directory ? "a directory"
                                 : "cannot be opened";
    return probe;
  }
  probe.size_bytes = found->size();
  const FormatReader* reader = FindFormatReader(file.format);
  if (reader == nullptr) {
    probe.error = "no reader for format " + file.format;
    return probe;
  }
  arrow::Status status;
  try {
    status = reader->probe(root, file, &probe);
  } catch (const std::exception& thrown) {  // Parquet's, of a damaged footer.
    status = arrow::Status::IOError(thrown.what());
  }
  probe.readable = status.ok();
  probe.error = status.message();
  return probe;
}

arrow::Result<BatchStream> OpenFile(const FilePlace& root, const FileFacts& file,
                                    const std::vector<std::string>& columns) {
  if (!file.parts.empty()) return OpenParts(root, file, columns);
  const FormatReader* reader = FindFormatReader(file.format);
  if (reader == nullptr) return arrow::Status::Invalid("no reader for ", file.format);
  try {
    return reader->open(root, file, columns);
  } catch (const std::exception& thrown) {
    return arrow::Status::IOError(thrown.what());
  }
}

arrow::Result<std::vector<FooterStatistics>> ReadFooter(const FilePlace& root,
                                                        const FileFacts& file) {
  const FormatReader* reader = FindFormatReader(file.format);
  if (reader == nullptr || reader->footer == nullptr) {
    return std::vector<FooterStatistics>();
  }
  try {
    return reader->footer(root, file);
  } catch (const std::exception& error) {
    return arrow::Status::IOError(error.what());
  }
}

}  // namespace lakeseed
