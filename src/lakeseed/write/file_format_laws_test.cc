// The laws of FileWriter, for every built-in file format.

#include <arrow/api.h>
#include <arrow/compute/cast.h>
#include <arrow/csv/api.h>
#include <arrow/io/file.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/reader.h>
#include <arrow/json/api.h>
#include <arrow/util/bit_util.h>
#include <gtest/gtest.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "lakeseed/base/status.h"
#include "lakeseed/write/file_format.h"
#include "lakeseed/write/sample_columns.h"
#include "lakeseed/write/storage_fault.h"

namespace lakeseed {
namespace {

using TablePtr = std::shared_ptr<arrow::Table>;

constexpr int64_t kRows = 2 * kBlockRows + 1'237;

const TablePtr& Sample() {
  static const TablePtr table = [] {
    return arrow::Table::FromRecordBatches({sample::Rows({0, kRows})}).ValueOrDie();
  }();
  return table;
}

/// Types every reader gives: no dictionaries, one width of decimals.
std::shared_ptr<arrow::DataType> Canonical(const std::shared_ptr<arrow::DataType>& type) {
  const auto value = ValueType(type);
  if (!arrow::is_decimal(value->id())) return value;
  const auto& decimal = static_cast<const arrow::DecimalType&>(*value);
  return arrow::decimal128(decimal.precision(), decimal.scale());
}

TablePtr Canonical(const TablePtr& table) {
  arrow::FieldVector fields;
  arrow::ChunkedArrayVector columns;
  for (int i = 0; i < table->num_columns(); ++i) {
    const auto type = Canonical(table->field(i)->type());
    fields.push_back(arrow::field(table->field(i)->name(), type));
    columns.push_back(
        arrow::compute::Cast(table->column(i), type).ValueOrDie().chunked_array());
  }
  return arrow::Table::Make(arrow::schema(fields), columns)->CombineChunks().ValueOrDie();
}

/// JSON has no NaN and no infinity: the writer promises null for them.
TablePtr WithoutNonFinite(const TablePtr& table) {
  const int at = table->schema()->GetFieldIndex("real");
  const auto& reals =
      static_cast<const arrow::DoubleArray&>(*table->column(at)->chunk(0));
  arrow::DoubleBuilder builder;
  for (int64_t row = 0; row < reals.length(); ++row) {
    const bool keep = reals.IsValid(row) && std::isfinite(reals.Value(row));
    EXPECT_TRUE((keep ? builder.Append(reals.Value(row)) : builder.AppendNull()).ok());
  }
  return table
      ->SetColumn(at, table->field(at),
                  std::make_shared<arrow::ChunkedArray>(builder.Finish().ValueOrDie()))
      .ValueOrDie();
}

arrow::Result<TablePtr> ReadBack(std::string_view format, const std::string& bytes) {
  auto input =
      std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(bytes));
  auto pool = arrow::default_memory_pool();
  if (format == "parquet") {
    ARROW_ASSIGN_OR_RAISE(auto reader, parquet::arrow::OpenFile(input, pool));
    return reader->ReadTable();
  }
  if (format == "arrow") {
    ARROW_ASSIGN_OR_RAISE(auto reader, arrow::ipc::RecordBatchFileReader::Open(input));
    return reader->ToTable();
  }
  const auto schema = Canonical(Sample())->schema();
  if (format == "csv") {
    auto parse = arrow::csv::ParseOptions::Defaults();
    parse.newlines_in_values = true;
    auto convert = arrow::csv::ConvertOptions::Defaults();
    convert.strings_can_be_null = true;
    convert.quoted_strings_can_be_null = false;
    convert.null_values = {""};
    for (const auto& field : schema->fields()) {
      convert.column_types[field->name()] = field->type();
    }
    ARROW_ASSIGN_OR_RAISE(
        auto reader, arrow::csv::TableReader::Make(arrow::io::default_io_context(), input,
                                                   arrow::csv::ReadOptions::Defaults(),
                                                   parse, convert));
    return reader->Read();
  }
  if (format == "json") {
    auto parse = arrow::json::ParseOptions::Defaults();
    // Arrow's reader wants dates as numbers; Canonical() casts the texts.
    const int day = schema->GetFieldIndex("day");
    ARROW_ASSIGN_OR_RAISE(parse.explicit_schema,
                          schema->SetField(day, arrow::field("day", arrow::utf8())));
    ARROW_ASSIGN_OR_RAISE(auto reader,
                          arrow::json::TableReader::Make(
                              pool, input, arrow::json::ReadOptions::Defaults(), parse));
    ARROW_ASSIGN_OR_RAISE(const auto table, reader->Read());
    ARROW_ASSIGN_OR_RAISE(const auto days,
                          arrow::compute::Cast(table->column(day), arrow::date32()));
    return table->SetColumn(day, schema->field(day), days.chunked_array());
  }
  return arrow::Status::NotImplemented("no reader judges format ", format);
}

FileRequest RequestFor(const FileFormatDef& format) {
  FileRequest request;
  request.path = "sample." + std::string(format.extension);
  request.staged_path = "in/" + request.path;
  request.table = "sample";
  request.first_row = 100;
  request.columns = sample::Columns();
  request.options.row_group_rows = kBlockRows;
  return request;
}

arrow::Result<DataFile> WriteRows(const FileFormatDef& format, Storage* storage,
                                  const arrow::RecordBatch& rows, int64_t batch_rows) {
  ARROW_ASSIGN_OR_RAISE(auto writer, OpenFileWriter(format, storage, RequestFor(format)));
  for (int64_t row = 0; row < rows.num_rows(); row += batch_rows) {
    ARROW_RETURN_NOT_OK(writer->Write(*rows.Slice(row, batch_rows)));
  }
  return writer->Close();
}

std::shared_ptr<arrow::RecordBatch> SampleRows(int64_t num_rows) {
  return arrow::TableBatchReader(*Sample()).Next().ValueOrDie()->Slice(0, num_rows);
}

arrow::Result<DataFile> WriteSample(const FileFormatDef& format, Storage* storage,
                                    int64_t batch_rows, int64_t num_rows = kRows) {
  return WriteRows(format, storage, *SampleRows(num_rows), batch_rows);
}

/// The same values, with something else where there are nulls.
std::shared_ptr<arrow::ArrayData> WithOtherNulls(const arrow::ArrayData& data) {
  auto copy = data.Copy();
  const auto* type = dynamic_cast<const arrow::FixedWidthType*>(data.type.get());
  if (type == nullptr || data.GetNullCount() == 0) return copy;
  const auto width = static_cast<size_t>(type->bit_width() / 8);
  std::string values = data.buffers[1]->ToString();
  for (int64_t row = 0; row < data.length; ++row) {
    const int64_t at = data.offset + row;
    if (arrow::bit_util::GetBit(data.buffers[0]->data(), at)) continue;
    if (width == 0) {
      arrow::bit_util::SetBit(reinterpret_cast<uint8_t*>(values.data()), at);
    } else {  // A code of 1 is one of any dictionary's here.
      values.replace(static_cast<size_t>(at) * width, width, width, '\0');
      values[static_cast<size_t>(at) * width] = 1;
    }
  }
  copy->buffers[1] = arrow::Buffer::FromString(std::move(values));
  return copy;
}

class FileFormatLaws : public testing::TestWithParam<const FileFormatDef*> {
 protected:
  const FileFormatDef& format() const { return *GetParam(); }
  std::string Staged() const { return RequestFor(format()).staged_path; }

  sample::Folder folder_;
  std::unique_ptr<Storage> storage_ = Storage::Open(folder_.path()).ValueOrDie();
};

TEST_P(FileFormatLaws, ContentComesBack) {
  const DataFile file = WriteSample(format(), storage_.get(), 10'000).ValueOrDie();
  const std::string bytes = folder_.Read(Staged());
  EXPECT_EQ(file.size_bytes, static_cast<int64_t>(bytes.size()));
  EXPECT_EQ(file.num_rows, kRows);
  EXPECT_EQ(file.rows, (RowRange{100, 100 + kRows}));
  EXPECT_EQ(file.path, RequestFor(format()).path);
  const auto read = ReadBack(format().name, bytes);
  ASSERT_TRUE(read.ok()) << read.status().ToString();
  TablePtr expected = Canonical(Sample());
  if (format().name == "json") expected = WithoutNonFinite(expected);
  const TablePtr actual = Canonical(*read);
  ASSERT_EQ(actual->num_columns(), expected->num_columns());
  for (int i = 0; i < expected->num_columns(); ++i) {
    EXPECT_TRUE(actual->column(i)->Equals(
        *expected->column(i),
        arrow::EqualOptions().nans_equal(true).signed_zeros_equal(false)))
        << expected->field(i)->name();
  }
}

TEST_P(FileFormatLaws, BytesDoNotDependOnBatches) {
  constexpr int64_t kFewRows = 70'003;  // One row at a time is slow.
  ASSERT_TRUE(WriteSample(format(), storage_.get(), kFewRows, kFewRows).ok());
  const std::string expected = folder_.Read(Staged());
  for (const int64_t batch_rows : {int64_t{77}, int64_t{1'000}, kBlockRows}) {
    ASSERT_TRUE(WriteSample(format(), storage_.get(), batch_rows, kFewRows).ok());
    EXPECT_TRUE(folder_.Read(Staged()) == expected) << batch_rows;
  }
  ASSERT_TRUE(WriteSample(format(), storage_.get(), 50, 50).ok());
  const std::string few = folder_.Read(Staged());
  ASSERT_TRUE(WriteSample(format(), storage_.get(), 1, 50).ok());
  EXPECT_TRUE(folder_.Read(Staged()) == few);
}

TEST_P(FileFormatLaws, BytesDoNotDependOnWhatStandsUnderNulls) {
  constexpr int64_t kFewRows = 3'000;
  const auto rows = SampleRows(kFewRows);
  ASSERT_TRUE(WriteRows(format(), storage_.get(), *rows, kFewRows).ok());
  const std::string expected = folder_.Read(Staged());
  std::vector<std::shared_ptr<arrow::ArrayData>> columns;
  int64_t num_changed = 0;
  for (int i = 0; i < rows->num_columns(); ++i) {
    const arrow::ArrayData& data = *rows->column_data(i);
    columns.push_back(WithOtherNulls(data));
    if (columns.back()->buffers.size() < 2 || data.buffers[1] == nullptr) continue;
    num_changed += columns.back()->buffers[1]->Equals(*data.buffers[1]) ? 0 : 1;
  }
  ASSERT_GT(num_changed, 3);
  const auto changed =
      arrow::RecordBatch::Make(rows->schema(), kFewRows, std::move(columns));
  ASSERT_TRUE(changed->Equals(*rows, false, arrow::EqualOptions().nans_equal(true)));
  ASSERT_TRUE(WriteRows(format(), storage_.get(), *changed, kFewRows).ok());
  EXPECT_TRUE(folder_.Read(Staged()) == expected);
}

TEST_P(FileFormatLaws, EmptyFileIsAFile) {
  const DataFile file = WriteSample(format(), storage_.get(), 1, 0).ValueOrDie();
  EXPECT_EQ(file.num_rows, 0);
  EXPECT_EQ(file.columns[0].min, nullptr);
  EXPECT_EQ(file.size_bytes, static_cast<int64_t>(folder_.Read(Staged()).size()));
}

TEST_P(FileFormatLaws, NothingBeforeCloseAndNothingAfterAbort) {
  for (const bool abort : {true, false}) {
    auto writer =
        OpenFileWriter(format(), storage_.get(), RequestFor(format())).ValueOrDie();
    ASSERT_TRUE(writer->Write(*sample::Rows({0, kBlockRows + 5})).ok());
    EXPECT_FALSE(storage_->Exists(Staged()).ValueOrDie());
    if (abort) {
      EXPECT_TRUE(writer->Abort().ok());
      EXPECT_FALSE(writer->Close().ok());
    }
    writer.reset();
    EXPECT_TRUE(folder_.Files().empty());
  }
}

TEST_P(FileFormatLaws, WrongBatchesAreRefused) {
  const auto rows = sample::Rows({0, 10});
  auto writer =
      OpenFileWriter(format(), storage_.get(), RequestFor(format())).ValueOrDie();
  EXPECT_FALSE(writer->Write(*rows->RemoveColumn(0).ValueOrDie()).ok());
  EXPECT_TRUE(folder_.Files().empty());
  writer = OpenFileWriter(format(), storage_.get(), RequestFor(format())).ValueOrDie();
  const auto nulls = arrow::MakeArrayOfNull(arrow::int64(), 10).ValueOrDie();
  const auto refused =
      writer->Write(*rows->SetColumn(0, rows->schema()->field(0), nulls).ValueOrDie());
  EXPECT_NE(refused.message().find("sample.id: null"), std::string::npos);
}

TEST_P(FileFormatLaws, FaultAtEveryCallLeavesNothing) {
  constexpr int64_t kFewRows = 2'000;
  for (const auto kind : {StorageFault::Kind::kFail, StorageFault::Kind::kFull}) {
    bool clean = false;
    for (int64_t call = 1; !clean && call < 200; ++call) {
      SetStorageFault(StorageFault{kind, call});
      const auto file = WriteSample(format(), storage_.get(), 999, kFewRows);
      SetStorageFault(std::nullopt);
      clean = file.ok();
      if (clean) {
        EXPECT_GE(call, 3);  // A full disk never stops a close or a rename.
        EXPECT_EQ(folder_.Files(), std::vector<std::string>{Staged()});
        ASSERT_TRUE(storage_->Remove(Staged()).ok());
      } else {
        EXPECT_TRUE(folder_.Files().empty()) << "call " << call;
      }
    }
    EXPECT_TRUE(clean);
  }
}

/// Whether `left` is less, by the types' own arithmetic.
bool Less(const arrow::Scalar& left, const arrow::Scalar& right) {
  switch (left.type->id()) {
    case arrow::Type::DOUBLE:
      return static_cast<const arrow::DoubleScalar&>(left).value <
             static_cast<const arrow::DoubleScalar&>(right).value;
    case arrow::Type::DECIMAL128:
      return static_cast<const arrow::Decimal128Scalar&>(left).value <
             static_cast<const arrow::Decimal128Scalar&>(right).value;
    case arrow::Type::STRING:
      return static_cast<const arrow::StringScalar&>(left).view() <
             static_cast<const arrow::StringScalar&>(right).view();
    default: {
      const auto number = [](const arrow::Scalar& scalar) {
        const auto& base =
            static_cast<const arrow::internal::PrimitiveScalarBase&>(scalar);
        int64_t value = 0;
        const auto bytes = base.view();
        std::memcpy(&value, bytes.data(), bytes.size());
        const int unused = 64 - 8 * static_cast<int>(bytes.size());
        return static_cast<int64_t>(static_cast<uint64_t>(value) << unused) >> unused;
      };
      return number(left) < number(right);
    }
  }
}

/// A recount value by value, sharing nothing with StatisticsGatherer but the rules.
void ExpectRecount(const ColumnStatistics& column, const arrow::Array& values) {
  EXPECT_EQ(column.null_count, values.null_count()) << column.name;
  std::shared_ptr<arrow::Scalar> min, max;
  int64_t nans = 0;
  for (int64_t row = 0; row < values.length(); ++row) {
    if (values.IsNull(row)) continue;
    const auto value = values.GetScalar(row).ValueOrDie();
    if (value->type->id() == arrow::Type::DOUBLE &&
        std::isnan(static_cast<const arrow::DoubleScalar&>(*value).value)) {
      ++nans;
      continue;
    }
    if (min == nullptr || Less(*value, *min)) min = value;
    if (max == nullptr || Less(*max, *value)) max = value;
  }
  EXPECT_EQ(column.nan_count, nans) << column.name;
  const auto text = [](const std::shared_ptr<arrow::Scalar>& scalar) {
    return scalar == nullptr ? std::string("none") : ScalarToJson(*scalar).dump();
  };
  if (column.name == "zero") return;  // Signs of zeros: see the ranges below.
  EXPECT_EQ(text(column.min), text(min)) << column.name;
  EXPECT_EQ(text(column.max), text(max)) << column.name;
}

TEST_P(FileFormatLaws, StatisticsAreThoseOfTheRows) {
  const DataFile file = WriteSample(format(), storage_.get(), 4'321).ValueOrDie();
  const TablePtr table = Canonical(Sample());
  ASSERT_EQ(static_cast<int>(file.columns.size()), table->num_columns());
  for (int i = 0; i < table->num_columns(); ++i) {
    ExpectRecount(file.columns[static_cast<size_t>(i)], *table->column(i)->chunk(0));
  }
  const auto range = [&](const char* name) {
    for (const auto& column : file.columns) {
      if (column.name != name || column.min == nullptr) continue;
      return ScalarToJson(*column.min).dump() + " " + ScalarToJson(*column.max).dump();
    }
    return std::string("none");
  };
  EXPECT_EQ(range("id"), "1 " + std::to_string(kRows));
  EXPECT_EQ(range("wide"), "-9223372036854775808 9223372036854775807");
  EXPECT_EQ(range("tiny"), "-128 127");
  EXPECT_EQ(range("quantity"), "1 10");
  EXPECT_EQ(range("zero"), "-0.0 0.0");
  EXPECT_EQ(range("real"), "\"-inf\" \"inf\"");
  EXPECT_EQ(range("flag"), "false true");
  EXPECT_EQ(range("always"), "true true");
  EXPECT_EQ(range("nothing"), "none");
  EXPECT_EQ(range("currency"), "\"EUR\" \"EUR\"");
  EXPECT_EQ(range("at").substr(0, 29), "\"1969-12-31T23:00:00.000000Z\"");
  const auto again = DataFileFromJson(nlohmann::ordered_json::parse(ToJson(file).dump()));
  ASSERT_TRUE(again.ok()) << again.status().ToString();
  EXPECT_TRUE(*again == file);
}

INSTANTIATE_TEST_SUITE_P(Formats, FileFormatLaws, testing::ValuesIn([] {
                           std::vector<const FileFormatDef*> formats;
                           for (const FileFormatDef& format : BuiltinFileFormats())
                             formats.push_back(&format);
                           return formats;
                         }()),
                         [](const auto& info) { return std::string(info.param->name); });

TEST(FileFormats, SortedAndFound) {
  const auto formats = BuiltinFileFormats();
  for (size_t i = 1; i < formats.size(); ++i) {
    EXPECT_LT(formats[i - 1].name, formats[i].name);
  }
  EXPECT_EQ(FindFileFormat("parquet").ValueOrDie()->extension, "parquet");
  const auto unknown = FindFileFormat("parket").status();
  EXPECT_EQ(ExitCodeOf(unknown), ExitCode::kRequest);
  EXPECT_NE(unknown.message().find("did you mean `parquet`"), std::string::npos);
  WriteOptions zstd;
  zstd.compression = ParseCompression("zstd:3").ValueOrDie();
  EXPECT_TRUE(
      CheckFileRequest(*FindFileFormat("arrow").ValueOrDie(), sample::Columns(), zstd)
          .ok());
  EXPECT_FALSE(
      CheckFileRequest(*FindFileFormat("csv").ValueOrDie(), sample::Columns(), zstd)
          .ok());
}

}  // namespace
}  // namespace lakeseed
