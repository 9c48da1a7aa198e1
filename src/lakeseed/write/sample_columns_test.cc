// Compiled into the tests only: the name ends in _test.cc.

#include "lakeseed/write/sample_columns.h"

#include <arrow/api.h>
#include <arrow/util/decimal.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <sstream>

#include "lakeseed/base/cell.h"

namespace lakeseed::sample {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;
using Make = std::function<ArrayPtr(RowRange)>;

uint64_t Bits(int64_t row, uint64_t column) { return Cell({column, 7}, row); }

std::string Text(int64_t row) {
  static const std::vector<std::string> kOdd = {
      "",        "a,b",  "say \"no\"", "two\nlines", "Zo\xC3\xAB", "back\\slash",
      " space ", "NULL", "x\ty",       "\x01"};
  if (row % 11 == 3) return kOdd[static_cast<size_t>(row / 11) % kOdd.size()];
  return "customer-" + std::to_string(Bits(row, 1) % 1'000'003) + "@example.com";
}

double Real(int64_t row) {
  constexpr double kOdd[] = {-0.0, 0.0, NAN, INFINITY, -INFINITY, 1e300, 5e-324, -1.5};
  return row % 97 < 8 ? kOdd[row % 97] : Unit(Bits(row, 2)) * 1e6 - 5e5;
}

int64_t Wide(int64_t row) {
  if (row == 5) return std::numeric_limits<int64_t>::min();
  if (row == 70'001) return std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(Bits(row, 3));
}

template <typename Builder, typename Value>
Make Values(std::shared_ptr<arrow::DataType> type, Value value, int64_t null_every = 0) {
  return [=](RowRange rows) -> ArrayPtr {
    Builder builder(type, arrow::default_memory_pool());
    for (int64_t row = rows.begin; row < rows.end; ++row) {
      // Every row is null for -1.
      const bool null = null_every == -1 || (null_every > 0 && row % null_every == 1);
      if (!(null ? builder.AppendNull() : builder.Append(value(row))).ok()) std::abort();
    }
    return builder.Finish().ValueOrDie();
  };
}

template <typename Builder>
Make Codes(std::shared_ptr<arrow::DataType> type, int64_t size, int64_t null_every) {
  arrow::StringBuilder values;
  for (int64_t i = 0; i < size; ++i) {
    if (!values.Append(i == 1 ? "" : "value " + std::to_string(size - i)).ok())
      std::abort();
  }
  const ArrayPtr dictionary = values.Finish().ValueOrDie();
  const auto index = static_cast<const arrow::DictionaryType&>(*type).index_type();
  // The last value stays unused: statistics must not count it.
  const Make codes = Values<Builder>(
      index,
      [size](int64_t row) {
        return static_cast<typename Builder::value_type>(Bits(row, 4) % (size - 1));
      },
      null_every);
  return [=](RowRange rows) -> ArrayPtr {
    return arrow::DictionaryArray::FromArrays(type, codes(rows), dictionary).ValueOrDie();
  };
}

struct Column {
  ColumnLayout layout;
  Make make;
};

const std::vector<Column>& All() {
  static const auto* all = [] {
    auto* list = new std::vector<Column>;
    const auto add = [list](std::string name, std::shared_ptr<arrow::DataType> type,
                            ColumnShape shape, auto make) {
      list->push_back({{std::move(name), std::move(type), shape}, std::move(make)});
    };
    const auto id = [](int64_t row) { return row + 1; };
    const auto cents = [](int64_t row) {
      return static_cast<int64_t>(Bits(row, 5) % 2'000'000) - 1'000'000;
    };
    const auto flag = [](int64_t row) { return Bits(row, 6) % 3 == 0; };
    const auto d42 = arrow::decimal64(12, 2), d8 = arrow::decimal64(8, 2);
    const auto d128 = arrow::decimal128(30, 5), d128s = arrow::decimal128(15, 3);
    const auto time = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    const auto small = arrow::dictionary(arrow::int8(), arrow::utf8());
    const auto large = arrow::dictionary(arrow::int16(), arrow::utf8());
    add("id", arrow::int64(), {ShapeKind::kSequence},
        Values<arrow::Int64Builder>(arrow::int64(), id));
    add("order_id", arrow::int64(), {ShapeKind::kSorted},
        Values<arrow::Int64Builder>(arrow::int64(), [](int64_t row) { return row / 3; }));
    add("quantity", arrow::int32(), {ShapeKind::kBounded, false, 1, 10},
        Values<arrow::Int32Builder>(arrow::int32(), [](int64_t row) {
          return static_cast<int32_t>(1 + Bits(row, 7) % 10);
        }));
    add("wide", arrow::int64(), {ShapeKind::kUnknown, true},
        Values<arrow::Int64Builder>(arrow::int64(), Wide, 17));
    add("tiny", arrow::int8(), {ShapeKind::kBounded, true, -128, 127},
        Values<arrow::Int8Builder>(
            arrow::int8(), [](int64_t row) { return static_cast<int8_t>(Bits(row, 8)); },
            5));
    add("money", d42, {ShapeKind::kBounded, true, -1'000'000, 1'000'000},
        Values<arrow::Decimal64Builder>(
            d42, [=](int64_t row) { return arrow::Decimal64(cents(row)); }, 19));
    add("rate", d8, {ShapeKind::kBounded, false, -1'000'000, 1'000'000},
        Values<arrow::Decimal64Builder>(
            d8, [=](int64_t row) { return arrow::Decimal64(cents(row)); }));
    add("huge", d128, {ShapeKind::kUnknown, true},
        Values<arrow::Decimal128Builder>(
            d128,
            [=](int64_t row) {
              return arrow::Decimal128(cents(row)) * arrow::Decimal128(1'000'000'007'000);
            },
            23));
    add("narrow", d128s, {ShapeKind::kUnknown, true},
        Values<arrow::Decimal128Builder>(
            d128s, [=](int64_t row) { return arrow::Decimal128(cents(row)); }, 23));
    add("day", arrow::date32(), {ShapeKind::kBounded, true, -30'000, 40'000},
        Values<arrow::Date32Builder>(
            arrow::date32(),
            [](int64_t row) {
              return static_cast<int32_t>(Bits(row, 9) % 70'000) - 30'000;
            },
            29));
    add("at", time, {ShapeKind::kSorted, false},
        Values<arrow::TimestampBuilder>(
            time, [](int64_t row) { return row * 1'234'567 - 3'600'000'000; }));
    add("shipped", time, {ShapeKind::kUnknown, true},
        Values<arrow::TimestampBuilder>(
            time, [](int64_t row) { return row * 7'654'321 + 1; }, 3));
    add("real", arrow::float64(), {ShapeKind::kReal, true},
        Values<arrow::DoubleBuilder>(arrow::float64(), Real, 31));
    add("zero", arrow::float64(), {ShapeKind::kReal, false},
        Values<arrow::DoubleBuilder>(arrow::float64(),
                                     [](int64_t row) { return row % 2 ? 0.0 : -0.0; }));
    add("flag", arrow::boolean(), {ShapeKind::kBoolean, true},
        Values<arrow::BooleanBuilder>(arrow::boolean(), flag, 7));
    add("always", arrow::boolean(), {ShapeKind::kBoolean, false},
        Values<arrow::BooleanBuilder>(arrow::boolean(), [](int64_t) { return true; }));
    add("status", small, {ShapeKind::kCategory, true, {}, {}, 6},
        Codes<arrow::Int8Builder>(small, 6, 13));
    add("city", large, {ShapeKind::kCategory, false, {}, {}, 3'000},
        Codes<arrow::Int16Builder>(large, 3'000, 0));
    add("email", arrow::utf8(), {ShapeKind::kText, true},
        Values<arrow::StringBuilder>(arrow::utf8(), Text, 37));
    add("nothing", arrow::utf8(), {ShapeKind::kText, true},
        Values<arrow::StringBuilder>(
            arrow::utf8(), [](int64_t) { return std::string(); }, -1));
    add("currency", arrow::utf8(), {ShapeKind::kConstant, false},
        Values<arrow::StringBuilder>(arrow::utf8(),
                                     [](int64_t) { return std::string("EUR"); }));
    return list;
  }();
  return *all;
}

}  // namespace

std::vector<ColumnLayout> Columns() {
  std::vector<ColumnLayout> layouts;
  for (const Column& column : All()) layouts.push_back(column.layout);
  return layouts;
}

std::shared_ptr<arrow::RecordBatch> Rows(RowRange rows) {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const Column& column : All()) {
    fields.push_back(arrow::field(column.layout.name, column.layout.type,
                                  column.layout.shape.nullable));
    arrays.push_back(column.make(rows));
  }
  return arrow::RecordBatch::Make(arrow::schema(fields), rows.length(), arrays);
}

Folder::Folder() {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "lakeseed-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) std::abort();
  path_ = pattern;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::vector<std::string> Folder::Files() const {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path_)) {
    if (entry.is_regular_file()) {
      files.push_back(std::filesystem::relative(entry.path(), path_).string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string Folder::Read(const std::string& file) const {
  std::ostringstream text;
  text << std::ifstream(path_ + "/" + file, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace lakeseed::sample
