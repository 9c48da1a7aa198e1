// csv: RFC 4180 with a header row, UTF-8, lines ended by "\n".
//
// Nulls are empty fields, empty texts are "" in quotes; texts are quoted only
// when they must be. Decimals have all their digits, booleans are true and false,
// structs and lists are JSON in one field, timestamps 2024-03-01 12:34:56.123456 with a
// "Z" behind them when the column has a zone (it is always UTC), doubles the shortest
// digits that read back.

#include "lakeseed/write/any_byte.h"
#include "lakeseed/write/format_rows.h"
#include "lakeseed/write/gathering_writer.h"
#include "lakeseed/write/json_text.h"
#include "lakeseed/write/nested_text.h"
#include "lakeseed/write/row_lines.h"

namespace lakeseed {
namespace {

/// Whether a field of these bytes needs no quotes.
bool IsPlain(std::string_view bytes) {
  return !AnyByte(bytes, [](const auto& c) {
    return (c == ',') | (c == '"') | (c == '\r') | (c == '\n');
  });
}

char* WriteField(std::string_view text, char* out) {
  if (!text.empty() && IsPlain(text)) return WriteAsItStands(text, out);
  *out++ = '"';
  while (true) {
    const size_t quote = text.find('"');
    out = WriteAsItStands(text.substr(0, quote), out);
    *out++ = '"';
    if (quote == std::string_view::npos) return out;
    *out++ = '"';
    text.remove_prefix(quote + 1);
  }
}

/// Structs and lists: their JSON as the text of a field.
class NestedField final : public ColumnFormatter {
 public:
  explicit NestedField(std::unique_ptr<ColumnFormatter> json) : json_(std::move(json)) {}

  arrow::Status Format(const arrow::Array& array, ColumnText* out) override {
    ARROW_RETURN_NOT_OK(json_->Format(array, &texts_));
    return FormatRows(array, "", out, [this](int64_t row, ByteBuffer* memory) {
      const std::string_view text = texts_.at(row);
      return AppendWritten(TextDialect::MostTextBytes(text), memory,
                           [&](char* end) { return WriteField(text, end); });
    });
  }

 private:
  const std::unique_ptr<ColumnFormatter> json_;
  ColumnText texts_;
};

arrow::Result<std::unique_ptr<ColumnFormatter>> FormatterOf(
    const std::shared_ptr<arrow::DataType>& type, const TextDialect& dialect) {
  if (!IsNestedType(*type)) return ColumnFormatter::Make(type, dialect);
  ARROW_ASSIGN_OR_RAISE(
      auto json, ColumnFormatter::Make(type, JsonDialect(dialect.naive_timestamps)));
  return std::make_unique<NestedField>(std::move(json));
}

class CsvWriter final : public GatheringWriter {
 public:
  explicit CsvWriter(const FileRequest& request) : GatheringWriter("csv", request) {}

  arrow::Status Start(Storage* storage) {
    const TextDialect dialect{
        .time_separator = ' ',
        .quote_times = false,
        .naive_timestamps = request().options.naive_timestamps,
        .null = "",
        .nan = "nan",
        .infinity = "inf",
        .minus_infinity = "-inf",
        .write_text = WriteField,
        .stand_as_they_are = IsPlain,
    };
    std::string header;
    for (const ColumnLayout& column : request().columns) {
      ARROW_ASSIGN_OR_RAISE(auto formatter, FormatterOf(column.type, dialect));
      lines_.AddColumn(header.empty() ? "" : ",", std::move(formatter));
      if (!header.empty()) header.push_back(',');
      dialect.Append(column.name, &header);
    }
    header.push_back('\n');
    ARROW_RETURN_NOT_OK(Open(storage));
    return stream()->Write(header);
  }

 protected:
  arrow::Status Encode(const arrow::RecordBatch& batch) override {
    return lines_.Write(batch, stream().get());
  }

  arrow::Status Finish() override { return lines_.Flush(stream().get()); }

 private:
  RowLines lines_{"\n"};
};

constexpr arrow::Compression::type kCodecs[] = {arrow::Compression::UNCOMPRESSED};

arrow::Result<std::unique_ptr<FileWriter>> OpenCsv(Storage* storage,
                                                   const FileRequest& request) {
  auto writer = std::make_unique<CsvWriter>(request);
  ARROW_RETURN_NOT_OK(writer->Start(storage));
  return writer;
}

}  // namespace

extern const FileFormatDef kCsvFormat{
    .name = "csv",
    .extension = "csv",
    .summary = "comma-separated values (RFC 4180) with a header row",
    .has_types = false,
    .codecs = kCodecs,
    .cost = {.values = ValueLayout::kText, .cells_per_second = 12e6},
    .open = OpenCsv,
};

}  // namespace lakeseed
