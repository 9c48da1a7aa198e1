// Encoding and writing one column of each kind: our encoders beside libparquet's.
//
//   cmake --preset release -DLAKESEED_BENCHMARKS=ON && cmake --build build --target
//   write_benchmark build/write_benchmark
//
// Files go to the temporary directory; TMPDIR=/dev/shm leaves the disk out.

#include <arrow/api.h>
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <functional>

#include "lakeseed/base/cell.h"
#include "lakeseed/write/file_format.h"

namespace lakeseed {
namespace {

constexpr int64_t kRows = 16 * kBlockRows;

struct Sample {
  ColumnLayout layout;
  std::shared_ptr<arrow::Array> values;
};

template <typename Builder, typename Value>
Sample Make(const char* name, std::shared_ptr<arrow::DataType> type, ColumnShape shape,
            Value value) {
  Builder builder(type, arrow::default_memory_pool());
  for (int64_t row = 0; row < kRows; ++row) {
    const bool null = shape.nullable && Cell({1, 99}, row) % 4 == 0;
    if (!(null ? builder.AppendNull() : builder.Append(value(row))).ok()) std::abort();
  }
  return {{name, std::move(type), shape}, builder.Finish().ValueOrDie()};
}

int64_t Below1(int64_t row, uint64_t column, int64_t n) {
  return static_cast<int64_t>(Below(Cell({column, 1}, row), static_cast<uint64_t>(n)));
}

Sample Category() {
  arrow::StringBuilder values;
  for (const char* value : {"pending", "paid", "shipped", "delivered", "cancelled"}) {
    if (!values.Append(value).ok()) std::abort();
  }
  Sample codes = Make<arrow::Int8Builder>(
      "category of 5", arrow::int8(), {ShapeKind::kCategory},
      [](int64_t row) { return static_cast<int8_t>(Below1(row, 5, 5)); });
  codes.layout.type = arrow::dictionary(arrow::int8(), arrow::utf8());
  codes.values = arrow::DictionaryArray::FromArrays(codes.layout.type, codes.values,
                                                    values.Finish().ValueOrDie())
                     .ValueOrDie();
  return codes;
}

std::vector<Sample> Samples() {
  const auto money = arrow::decimal64(10, 2);
  const auto time = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  const auto cents = [](int64_t row) {
    return arrow::Decimal64(Below1(row, 4, 100'000));
  };
  using arrow::Int64Builder;
  return {
      Make<Int64Builder>("sequence", arrow::int64(), {ShapeKind::kSequence},
                         [](int64_t row) { return row + 1; }),
      Make<Int64Builder>("key of a parent, ascending", arrow::int64(),
                         {ShapeKind::kSorted}, [](int64_t row) { return row * 2 / 5; }),
      Make<Int64Builder>("key, any of 1e6", arrow::int64(), {ShapeKind::kUnknown},
                         [](int64_t row) { return 1 + Below1(row, 1, 1'000'000); }),
      Make<Int64Builder>("1 to 10", arrow::int64(), {ShapeKind::kBounded, false, 1, 10},
                         [](int64_t row) { return 1 + Below1(row, 2, 10); }),
      Make<arrow::TimestampBuilder>(
          "times, ascending", time, {ShapeKind::kSorted},
          [](int64_t row) { return row * 1'000'000 + Below1(row, 3, 1'000'000); }),
      Make<arrow::Decimal64Builder>("money", money, {ShapeKind::kUnknown}, cents),
      Make<arrow::Decimal64Builder>("money, a quarter null", money,
                                    {ShapeKind::kUnknown, true}, cents),
      Make<arrow::DoubleBuilder>("real", arrow::float64(), {ShapeKind::kReal},
                                 [](int64_t row) {
                                   return Unit(Cell({9, 9}, row));
                                 }),
      Make<arrow::BooleanBuilder>("flag", arrow::boolean(), {ShapeKind::kBoolean},
                                  [](int64_t row) { return Below1(row, 6, 10) == 0; }),
      Category(),
      Make<arrow::StringBuilder>("e-mail", arrow::utf8(), {ShapeKind::kText},
                                 [](int64_t row) {
                                   return fmt::format("user{}.{}@example.com",
                                                      Below1(row, 7, 1'000'000), row);
                                 }),
      Make<arrow::StringBuilder>("address, repeated", arrow::utf8(), {ShapeKind::kText},
                                 [](int64_t row) {
                                   const int64_t who = Below1(row, 8, 100'000);
                                   return fmt::format(
                                       "{} Station Road, Town {}, NY {:05}", who % 9'999,
                                       who % 77, who);
                                 }),
  };
}

void WriteColumn(benchmark::State& state, const Sample& sample, ParquetEncoder encoder) {
  const auto folder =
      std::filesystem::temp_directory_path() / "lakeseed-column-benchmark";
  const auto storage = Storage::Open(folder.string()).ValueOrDie();
  FileRequest request;
  request.path = "x.parquet";
  request.columns = {sample.layout};
  request.options.parquet_encoder = encoder;
  const auto batch = arrow::RecordBatch::Make(
      arrow::schema({arrow::field(sample.layout.name, sample.layout.type,
                                  sample.layout.shape.nullable)}),
      kRows, {sample.values});
  const FileFormatDef& parquet = *FindFileFormat("parquet").ValueOrDie();
  int64_t bytes = 0;
  for (auto _ : state) {
    auto writer = OpenFileWriter(parquet, storage.get(), request).ValueOrDie();
    if (!writer->Write(*batch).ok()) std::abort();
    bytes = writer->Close().ValueOrDie().size_bytes;
  }
  std::filesystem::remove_all(folder);
  state.SetItemsProcessed(state.iterations() * kRows);
  state.counters["bytes/cell"] = static_cast<double>(bytes) / kRows;
}

const bool kRegistered = [] {
  static const std::vector<Sample> samples = Samples();
  for (const Sample& sample : samples) {
    for (const auto encoder : {ParquetEncoder::kNative, ParquetEncoder::kLibrary}) {
      const char* who = encoder == ParquetEncoder::kNative ? "native" : "libparquet";
      benchmark::RegisterBenchmark(fmt::format("{}/{}", sample.layout.name, who).c_str(),
                                   [&sample, encoder](benchmark::State& state) {
                                     WriteColumn(state, sample, encoder);
                                   });
    }
  }
  return true;
}();

}  // namespace
}  // namespace lakeseed
