// csv: RFC 4180 with a header row, UTF-8, lines ended by "\n".
//
// Nulls are empty fields, empty texts are "" in quotes; texts are quoted only
// when they must be. Decimals have all their digits, booleans are true and false,
// timestamps 2024-03-01 12:34:56.123456 with a "Z" behind them when the column has
// a zone (it is always UTC), doubles the shortest digits that read back.

#include "lakeseed/write/block_writer.h"
#include "lakeseed/write/row_text.h"

namespace lakeseed {
namespace {

void AppendField(std::string_view text, std::string* out) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out->append(text);
    return;
  }
  out->push_back('"');
  for (const char c : text) {
    if (c == '"') out->push_back('"');
    out->push_back(c);
  }
  out->push_back('"');
}

class CsvWriter final : public BlockWriter {
 public:
  explicit CsvWriter(const FileRequest& request) : BlockWriter("csv", request) {}

  arrow::Status Start(Storage* storage) {
    const TextDialect dialect{
        .time_separator = ' ',
        .quote_times = false,
        .naive_timestamps = request().options.naive_timestamps,
        .null = "",
        .nan = "nan",
        .infinity = "inf",
        .minus_infinity = "-inf",
        .append_text = AppendField,
    };
    std::string header;
    for (const ColumnLayout& column : request().columns) {
      ARROW_ASSIGN_OR_RAISE(auto formatter, ColumnFormatter::Make(column.type, dialect));
      formatters_.push_back(std::move(formatter));
      if (!header.empty()) header.push_back(',');
      AppendField(column.name, &header);
    }
    header.push_back('\n');
    texts_.resize(formatters_.size());
    ARROW_RETURN_NOT_OK(Open(storage));
    return stream()->Write(header);
  }

 protected:
  arrow::Status EncodeBlock(const arrow::RecordBatch& block) override {
    size_t size = 0;
    for (size_t i = 0; i < formatters_.size(); ++i) {
      ARROW_RETURN_NOT_OK(
          formatters_[i]->Format(*block.column(static_cast<int>(i)), &texts_[i]));
      size += texts_[i].text.size() + static_cast<size_t>(block.num_rows());
    }
    lines_.clear();
    lines_.reserve(size);
    for (size_t row = 0; row < static_cast<size_t>(block.num_rows()); ++row) {
      for (const ColumnText& column : texts_) {
        const size_t begin = row == 0 ? 0 : column.ends[row - 1];
        lines_.append(column.text, begin, column.ends[row] - begin);
        lines_.push_back(',');
      }
      lines_.back() = '\n';
    }
    return stream()->Write(lines_);
  }

  arrow::Status EncodeEnd() override { return arrow::Status::OK(); }

 private:
  std::vector<std::unique_ptr<ColumnFormatter>> formatters_;
  std::vector<ColumnText> texts_;
  std::string lines_;
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
    .open = OpenCsv,
};

}  // namespace lakeseed
