// Compiled into the tests only: the name ends in _test.cc.

#include "lakeseed/write/parquet/random_columns.h"

#include <arrow/api.h>
#include <arrow/compute/cast.h>
#include <arrow/util/decimal.h>
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>

#include "lakeseed/base/cell.h"

namespace lakeseed::sample {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;
using TypePtr = std::shared_ptr<arrow::DataType>;

/// Patterns of integers: constant, sequence, steps, few values, so many bits, extremes.
struct Pattern {
  uint64_t key;

  uint64_t Bits(int64_t row, uint64_t part) const { return Cell({key, part}, row); }
  int kind() const { return static_cast<int>(Bits(0, 100) % 7); }

  int64_t Integer(int64_t row) const {
    switch (kind()) {
      case 0:
        return static_cast<int64_t>(Bits(0, 1)) >> 40;
      case 1:
        return row + 1;
      case 2:
        return row / 3 * 2;
      case 3:
        return 1 + static_cast<int64_t>(Bits(row, 2) % 10);
      case 4: {
        const auto width = Bits(0, 3) % 65;
        return width == 0 ? 0 : static_cast<int64_t>(Bits(row, 4) >> (64 - width));
      }
      case 5:
        return row % 50 < 2 ? (row % 2 == 0 ? std::numeric_limits<int64_t>::min()
                                            : std::numeric_limits<int64_t>::max())
                            : -row;
      default:  // Long runs of one value.
        return static_cast<int64_t>(Bits(row / 200, 5) % 5);
    }
  }

  bool IsNull(int64_t row) const {
    switch (Bits(0, 101) % 6) {
      case 0:
        return false;
      case 1:
        return row % 17 == 3;
      case 2:
        return Bits(row, 6) % 2 == 0;
      case 3:
        return true;
      case 4:  // Whole pages.
        return row / kBlockRows % 2 == 0;
      default:
        return Bits(row, 6) % 10 != 0;
    }
  }

  double Real(int64_t row) const {
    constexpr double kOdd[] = {-0.0, 0.0, NAN, INFINITY, -INFINITY, 5e-324, -1e300};
    if (kind() == 0) return -0.0;
    if (kind() == 1) return NAN;
    // Steps; behind the first page of one kind there is more.
    if (kind() == 3) return static_cast<double>(Bits(row, 12) % 3'000) / 10 - 150;
    const double step = (static_cast<double>(Bits(row, 13) % 1'000) - 500) / 100;
    if (kind() == 4 && (row < 70'000 || row % 5 != 0)) return step;
    return Bits(row, 7) % 11 == 0 ? kOdd[Bits(row, 8) % 7] : Unit(Bits(row, 9)) - 0.5;
  }

  std::string Text(int64_t row) const {
    switch (kind()) {
      case 0:
        return "EUR";
      case 1:  // Behind the first page of one kind some are as large as a page.
        return row > kBlockRows && row % 30'011 == 7
                   ? std::string(1'048'500 + static_cast<size_t>(row % 200), 'y')
                   : fmt::format("user{}@example.com", row);
      case 2:
        return "";
      case 3:
        return fmt::format("value {}", Bits(row, 10) % 300);
      case 4:
        return std::string(Bits(row, 11) % 300, static_cast<char>('a' + row % 26));
      case 5:  // Some as large as a page, and larger.
        return row % 997 == 5 && row < 3'000
                   ? std::string(1'048'500 + static_cast<size_t>(row % 200), 'x')
                   : std::string(1, static_cast<char>(row % 128));
      default:
        return fmt::format("run {}", row / 500);
    }
  }
};

using Make = std::function<ArrayPtr(const Pattern&, bool nullable, int64_t rows)>;
struct Kind {
  TypePtr type;
  Make make;
};

template <typename Builder, typename Value>
Make Values(TypePtr type, Value value) {
  return [=](const Pattern& pattern, bool nullable, int64_t rows) {
    Builder builder(type, arrow::default_memory_pool());
    for (int64_t row = 0; row < rows; ++row) {
      const bool null = nullable && pattern.IsNull(row);
      if (!(null ? builder.AppendNull() : builder.Append(value(pattern, row))).ok())
        std::abort();
    }
    return builder.Finish().ValueOrDie();
  };
}

template <typename Builder>
Kind Integers(TypePtr type) {
  using T = typename Builder::value_type;
  return {type, Values<Builder>(type, [](const Pattern& pattern, int64_t row) {
            return static_cast<T>(pattern.Integer(row));
          })};
}

template <typename Builder, typename Decimal, typename Word>
Kind Decimals(TypePtr type) {
  const int precision = static_cast<const arrow::DecimalType&>(*type).precision();
  int64_t bound = 1;
  for (int i = 0; i < std::min(precision, 18); ++i) bound *= 10;
  return {type, Values<Builder>(type, [=](const Pattern& pattern, int64_t row) {
            return Decimal(static_cast<Word>(pattern.Integer(row) % bound));
          })};
}

/// Codes of a dictionary with `size` values of another kind; not all are used.
Kind Codes(TypePtr index, const Kind& values, int64_t size) {
  const TypePtr type = arrow::dictionary(index, values.type);
  return {
      type, [=](const Pattern& pattern, bool nullable, int64_t rows) {
        const ArrayPtr dictionary = values.make({7}, false, size);
        const Make codes = Values<arrow::Int32Builder>(
            arrow::int32(), [=](const Pattern& p, int64_t row) {
              const auto some = static_cast<uint64_t>(std::max<int64_t>(1, size - 1));
              const auto code = static_cast<uint64_t>(p.Integer(row)) % some;
              return static_cast<int32_t>(code);
            });
        const auto indices =
            arrow::compute::Cast(*codes(pattern, nullable, rows), index).ValueOrDie();
        return arrow::DictionaryArray::FromArrays(type, indices, dictionary).ValueOrDie();
      }};
}

Kind Texts(TypePtr type) {
  const auto value = [](const Pattern& pattern, int64_t row) {
    return pattern.Text(row);
  };
  if (type->id() == arrow::Type::LARGE_STRING) {
    return {type, Values<arrow::LargeStringBuilder>(type, value)};
  }
  return {type, Values<arrow::StringBuilder>(type, value)};
}

/// Lists of none to four elements of another kind; elements may be null.
Kind Lists(const Kind& element) {
  const TypePtr type = arrow::list(arrow::field("element", element.type));
  return {type, [=](const Pattern& pattern, bool nullable, int64_t rows) {
            arrow::Int32Builder offsets;
            int32_t end = 0;
            for (int64_t row = 0; row < rows; ++row) {
              const bool null = nullable && pattern.IsNull(row);
              if (!(null ? offsets.AppendNull() : offsets.Append(end)).ok()) std::abort();
              if (!null) end += static_cast<int32_t>(pattern.Bits(row, 12) % 5);
            }
            if (!offsets.Append(end).ok()) std::abort();
            const ArrayPtr values = element.make({pattern.key + 1}, true, end);
            return arrow::ListArray::FromArrays(type, *offsets.Finish().ValueOrDie(),
                                                *values)
                .ValueOrDie();
          }};
}

/// Structs of other kinds; every second field may be null.
Kind Structs(const std::vector<Kind>& kinds) {
  arrow::FieldVector fields;
  for (size_t i = 0; i < kinds.size(); ++i) {
    fields.push_back(arrow::field(fmt::format("field.{}", i), kinds[i].type, i % 2 == 1));
  }
  return {arrow::struct_(fields),
          [=](const Pattern& pattern, bool nullable, int64_t rows) {
            arrow::ArrayVector children;
            for (size_t i = 0; i < kinds.size(); ++i) {
              children.push_back(kinds[i].make({pattern.key + 1 + i}, i % 2 == 1, rows));
            }
            arrow::TypedBufferBuilder<bool> valid;
            for (int64_t row = 0; row < rows; ++row) {
              if (!valid.Append(!nullable || !pattern.IsNull(row)).ok()) std::abort();
            }
            return arrow::StructArray::Make(children, fields, valid.Finish().ValueOrDie())
                .ValueOrDie();
          }};
}

const std::vector<Kind>& Kinds() {
  static const auto* all = [] {
    auto* kinds = new std::vector<Kind>;
    const auto real = [](const Pattern& pattern, int64_t row) {
      return pattern.Real(row);
    };
    const auto flag = [](const Pattern& pattern, int64_t row) {
      return pattern.Integer(row) % 2 != 0;
    };
    using D32 = arrow::Decimal32;
    using D64 = arrow::Decimal64;
    using D128 = arrow::Decimal128;
    const Kind wide = Integers<arrow::Int64Builder>(arrow::int64());
    const Kind real64{arrow::float64(),
                      Values<arrow::DoubleBuilder>(arrow::float64(), real)};
    const Kind text = Texts(arrow::utf8());
    const Kind money =
        Decimals<arrow::Decimal64Builder, D64, int64_t>(arrow::decimal64(8, 2));
    for (Kind kind :
         {Integers<arrow::Int8Builder>(arrow::int8()),
          Integers<arrow::Int16Builder>(arrow::int16()),
          Integers<arrow::Int32Builder>(arrow::int32()),
          wide,
          Integers<arrow::UInt8Builder>(arrow::uint8()),
          Integers<arrow::UInt16Builder>(arrow::uint16()),
          Integers<arrow::UInt32Builder>(arrow::uint32()),
          Integers<arrow::UInt64Builder>(arrow::uint64()),
          Integers<arrow::Date32Builder>(arrow::date32()),
          Integers<arrow::Time64Builder>(arrow::time64(arrow::TimeUnit::MICRO)),
          Integers<arrow::TimestampBuilder>(
              arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")),
          Integers<arrow::TimestampBuilder>(arrow::timestamp(arrow::TimeUnit::MILLI)),
          Integers<arrow::TimestampBuilder>(arrow::timestamp(arrow::TimeUnit::NANO)),
          Decimals<arrow::Decimal32Builder, D32, int32_t>(arrow::decimal32(9, 2)),
          Decimals<arrow::Decimal64Builder, D64, int64_t>(arrow::decimal64(8, 2)),
          Decimals<arrow::Decimal64Builder, D64, int64_t>(arrow::decimal64(18, 4)),
          Decimals<arrow::Decimal128Builder, D128, int64_t>(arrow::decimal128(7, 2)),
          Decimals<arrow::Decimal128Builder, D128, int64_t>(arrow::decimal128(16, 2)),
          Decimals<arrow::Decimal128Builder, D128, int64_t>(arrow::decimal128(30, 6)),
          real64,
          Kind{arrow::float32(),
               Values<arrow::FloatBuilder>(arrow::float32(),
                                           [=](const Pattern&pattern, int64_t row) {
                                             return static_cast<float>(
                                                 real(pattern, row));
                                           })},
          Kind{arrow::boolean(), Values<arrow::BooleanBuilder>(arrow::boolean(), flag)},
          text,
          Texts(arrow::large_utf8()),
          Codes(arrow::int8(), text, 5),
          Codes(arrow::int32(), text, 1),
          Codes(arrow::int16(), text, 3'000),
          Codes(arrow::int32(), wide, 70'000),
          Codes(arrow::int8(), real64, 50),
          Structs({wide, text, money, real64}),
          Lists(text),
          Lists(Structs({wide, Lists(money), text, Structs({wide, text})})),
          Structs({Lists(Lists(wide)), Lists(real64)})}) {
      kinds->push_back(std::move(kind));
    }
    return kinds;
  }();
  return *all;
}

/// What a generator could promise of the column, or nothing.
ColumnShape ShapeOf(const Pattern& pattern, const Kind& kind) {
  ColumnShape shape;
  shape.nullable = pattern.Bits(0, 102) % 3 != 0;
  if (kind.type->id() == arrow::Type::DICTIONARY) {
    shape.kind = ShapeKind::kCategory;
  } else if (pattern.kind() == 0) {
    shape.kind = ShapeKind::kConstant;
  } else if (arrow::is_integer(kind.type->id()) || arrow::is_decimal(kind.type->id())) {
    if (pattern.kind() == 3) {
      shape.kind = ShapeKind::kBounded;
      shape.min = 1;
      // At times a promise that the values break: they must come back all the same.
      shape.max = pattern.Bits(0, 103) % 2 == 0 ? 10 : 7;
    } else if (pattern.kind() == 2) {
      shape.kind = ShapeKind::kSorted;
    }
  }
  return shape;
}

}  // namespace

int NumColumnKinds() { return static_cast<int>(Kinds().size()); }

RandomColumn MakeRandomColumn(uint64_t number, int64_t num_rows) {
  const Kind& kind = Kinds()[number % Kinds().size()];
  const Pattern pattern{number};
  const ColumnShape shape = ShapeOf(pattern, kind);
  return {{fmt::format("c{}", number), kind.type, shape},
          kind.make(pattern, shape.nullable, num_rows)};
}

}  // namespace lakeseed::sample
