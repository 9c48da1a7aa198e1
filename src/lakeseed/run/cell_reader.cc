#include "lakeseed/run/cell_reader.h"

#include <arrow/csv/api.h>
#include <arrow/io/buffered.h>
#include <arrow/ipc/reader.h>
#include <parquet/arrow/reader.h>
#include <parquet/exception.h>

#include <nlohmann/json.hpp>

#include "lakeseed/write/json_text.h"

namespace lakeseed {
namespace {

constexpr int64_t kReadRows = 65'536;
constexpr int64_t kReadBytes = int64_t{4} << 20;

std::vector<std::string> NamesOf(const arrow::Schema& schema) {
  return schema.field_names();
}

class ParquetCells final : public CellReader {
 public:
  static arrow::Result<std::unique_ptr<CellReader>> Open(
      std::shared_ptr<arrow::io::RandomAccessFile> file) {
    auto cells = std::make_unique<ParquetCells>();
    BEGIN_PARQUET_CATCH_EXCEPTIONS
    parquet::arrow::FileReaderBuilder builder;
    ARROW_RETURN_NOT_OK(builder.Open(std::move(file)));
    parquet::ArrowReaderProperties properties;
    properties.set_batch_size(kReadRows);
    ARROW_ASSIGN_OR_RAISE(cells->file_, builder.properties(properties)->Build());
    ARROW_ASSIGN_OR_RAISE(cells->batches_, cells->file_->GetRecordBatchReader());
    END_PARQUET_CATCH_EXCEPTIONS
    return cells;
  }
  std::vector<std::string> column_names() const override {
    return NamesOf(*batches_->schema());
  }
  bool is_text() const override { return false; }
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    std::shared_ptr<arrow::RecordBatch> batch;
    BEGIN_PARQUET_CATCH_EXCEPTIONS
    ARROW_RETURN_NOT_OK(batches_->ReadNext(&batch));
    END_PARQUET_CATCH_EXCEPTIONS
    return batch;
  }

 private:
  std::unique_ptr<parquet::arrow::FileReader> file_;
  std::shared_ptr<arrow::RecordBatchReader> batches_;
};

class ArrowCells final : public CellReader {
 public:
  static arrow::Result<std::unique_ptr<CellReader>> Open(
      std::shared_ptr<arrow::io::RandomAccessFile> file) {
    ARROW_ASSIGN_OR_RAISE(auto reader,
                          arrow::ipc::RecordBatchFileReader::Open(std::move(file)));
    return std::make_unique<ArrowCells>(std::move(reader));
  }
  explicit ArrowCells(std::shared_ptr<arrow::ipc::RecordBatchFileReader> file)
      : file_(std::move(file)) {}
  std::vector<std::string> column_names() const override {
    return NamesOf(*file_->schema());
  }
  bool is_text() const override { return false; }
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    if (next_ == file_->num_record_batches()) return nullptr;
    return file_->ReadRecordBatch(next_++);
  }

 private:
  const std::shared_ptr<arrow::ipc::RecordBatchFileReader> file_;
  int next_ = 0;
};

class CsvCells final : public CellReader {
 public:
  explicit CsvCells(std::shared_ptr<arrow::csv::StreamingReader> reader)
      : reader_(std::move(reader)) {}

  static arrow::Result<std::unique_ptr<CellReader>> Open(
      std::shared_ptr<arrow::io::RandomAccessFile> file) {
    ARROW_ASSIGN_OR_RAISE(const int64_t size, file->GetSize());
    // All columns are text: their names come from the header, read first.
    ARROW_ASSIGN_OR_RAISE(auto head, file->ReadAt(0, std::min(size, kReadBytes)));
    ARROW_RETURN_NOT_OK(file->Seek(0));
    auto parse = arrow::csv::ParseOptions::Defaults();
    parse.newlines_in_values = true;
    auto read = arrow::csv::ReadOptions::Defaults();
    read.use_threads = false;
    read.block_size = static_cast<int32_t>(kReadBytes);
    auto convert = arrow::csv::ConvertOptions::Defaults();
    convert.check_utf8 = false;
    convert.null_values = {""};
    convert.strings_can_be_null = true;
    convert.quoted_strings_can_be_null = false;
    std::string_view line(reinterpret_cast<const char*>(head->data()),
                          static_cast<size_t>(head->size()));
    line = line.substr(0, line.find('\n'));
    for (size_t begin = 0; begin <= line.size();) {
      const size_t end = std::min(line.find(',', begin), line.size());
      convert.column_types[std::string(line.substr(begin, end - begin))] = arrow::utf8();
      begin = end + 1;
    }
    ARROW_ASSIGN_OR_RAISE(auto reader, arrow::csv::StreamingReader::Make(
                                           arrow::io::default_io_context(),
                                           std::move(file), read, parse, convert));
    return std::make_unique<CsvCells>(std::move(reader));
  }
  std::vector<std::string> column_names() const override {
    return NamesOf(*reader_->schema());
  }
  bool is_text() const override { return true; }
  TextDialect dialect() const override { return kPlainText; }
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    std::shared_ptr<arrow::RecordBatch> batch;
    ARROW_RETURN_NOT_OK(reader_->ReadNext(&batch));
    return batch;
  }

 private:
  const std::shared_ptr<arrow::csv::StreamingReader> reader_;
};

/// Takes the members of one object as they are spelled: a decimal read as a
/// double would lose digits. Those that are objects or arrays are put together anew.
struct MemberTexts final : nlohmann::json_sax<nlohmann::json> {
  std::vector<std::string> names;
  std::vector<std::optional<std::string>> values;
  int depth = 0;
  std::string inside;  ///< Of the object or array that is being read.

  bool Add(std::optional<std::string> value) {
    if (depth > 1) return Inside(value.value_or("null"));
    values.push_back(std::move(value));
    return depth == 1;
  }
  bool Inside(std::string_view text) {
    if (!inside.empty() && std::string_view("[{:").find(inside.back()) == inside.npos) {
      inside += ',';
    }
    inside += text;
    return true;
  }
  bool Open(char bracket) {
    if (++depth > 1) return Inside(std::string(1, bracket));
    return bracket == '{';
  }
  bool Close(char bracket) {
    if (--depth == 0) return true;
    inside += bracket;
    if (depth == 1) values.push_back(std::exchange(inside, ""));
    return true;
  }
  std::string Quoted(const std::string& text) {
    std::string quoted;
    AppendJsonText(text, &quoted);
    return quoted;
  }
  bool null() override { return Add(std::nullopt); }
  bool boolean(bool value) override { return Add(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override {
    return Add(std::to_string(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return Add(std::to_string(value));
  }
  bool number_float(number_float_t, const string_t& text) override { return Add(text); }
  bool string(string_t& text) override { return Add(depth > 1 ? Quoted(text) : text); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return Open('{'); }
  bool key(string_t& text) override {
    if (depth > 1) return Inside(Quoted(text) + ":");
    names.push_back(text);
    return true;
  }
  bool end_object() override { return Close('}'); }
  bool start_array(std::size_t) override { return Open('['); }
  bool end_array() override { return Close(']'); }
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception&) override {
    return false;
  }
};

class JsonCells final : public CellReader {
 public:
  static arrow::Result<std::unique_ptr<CellReader>> Open(
      std::shared_ptr<arrow::io::RandomAccessFile> file) {
    auto cells = std::make_unique<JsonCells>();
    ARROW_ASSIGN_OR_RAISE(cells->stream_,
                          arrow::io::BufferedInputStream::Create(
                              kReadBytes, arrow::default_memory_pool(), std::move(file)));
    ARROW_ASSIGN_OR_RAISE(cells->has_line_, cells->ReadLine());
    if (cells->has_line_) {
      MemberTexts first;
      if (!nlohmann::json::sax_parse(cells->line_, &first)) return cells->BadLine();
      cells->names_ = first.names;
    }
    return cells;
  }
  std::vector<std::string> column_names() const override { return names_; }
  bool is_text() const override { return true; }
  TextDialect dialect() const override {
    return {.time_separator = 'T',
            .quote_times = false,
            .naive_timestamps = false,
            .null = kNullText,
            .nan = kNullText,
            .infinity = kNullText,
            .minus_infinity = kNullText,
            .write_text = WriteAsItStands};
  }
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    std::vector<arrow::StringBuilder> builders(names_.size());
    int64_t rows = 0;
    while (has_line_ && rows < kReadRows) {
      MemberTexts members;
      if (!nlohmann::json::sax_parse(line_, &members) || members.names != names_ ||
          members.values.size() != names_.size()) {
        return BadLine();
      }
      for (size_t i = 0; i < names_.size(); ++i) {
        const auto& value = members.values[i];
        ARROW_RETURN_NOT_OK(value ? builders[i].Append(*value)
                                  : builders[i].AppendNull());
      }
      ++rows;
      ARROW_ASSIGN_OR_RAISE(has_line_, ReadLine());
    }
    if (rows == 0) return nullptr;
    arrow::FieldVector fields;
    arrow::ArrayVector arrays;
    for (size_t i = 0; i < names_.size(); ++i) {
      fields.push_back(arrow::field(names_[i], arrow::utf8()));
      ARROW_ASSIGN_OR_RAISE(auto array, builders[i].Finish());
      arrays.push_back(std::move(array));
    }
    return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), rows,
                                    std::move(arrays));
  }

 private:
  arrow::Status BadLine() const {
    return arrow::Status::Invalid("line ", line_number_, " is not a row of this file");
  }
  /// Read a line into line_; false at the end.
  arrow::Result<bool> ReadLine() {
    line_.clear();
    while (true) {
      ARROW_ASSIGN_OR_RAISE(const std::string_view seen, stream_->Peek(64 << 10));
      if (seen.empty()) return !line_.empty();
      const size_t end = seen.find('\n');
      line_.append(seen.substr(0, end));
      const size_t taken = end == std::string_view::npos ? seen.size() : end + 1;
      ARROW_RETURN_NOT_OK(stream_->Advance(static_cast<int64_t>(taken)));
      if (end == std::string_view::npos) continue;
      ++line_number_;
      return true;
    }
  }

  std::shared_ptr<arrow::io::BufferedInputStream> stream_;
  std::vector<std::string> names_;
  std::string line_;
  bool has_line_ = false;
  int64_t line_number_ = 0;
};

/// Readers by the name of their file format.
constexpr struct {
  std::string_view format;
  arrow::Result<std::unique_ptr<CellReader>> (*open)(
      std::shared_ptr<arrow::io::RandomAccessFile> file);
} kReaders[] = {
    {"arrow", ArrowCells::Open},
    {"csv", CsvCells::Open},
    {"json", JsonCells::Open},
    {"parquet", ParquetCells::Open},
};

}  // namespace

arrow::Result<std::unique_ptr<CellReader>> CellReader::Open(const Storage& storage,
                                                            const std::string& path,
                                                            const std::string& format) {
  for (const auto& reader : kReaders) {
    if (reader.format != format) continue;
    ARROW_ASSIGN_OR_RAISE(auto file, storage.OpenInput(path));
    return reader.open(std::move(file));
  }
  return arrow::Status::NotImplemented("no reader for format: ", format);
}

}  // namespace lakeseed
