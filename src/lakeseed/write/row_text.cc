#include "lakeseed/write/row_text.h"

#include <arrow/array.h>
#include <arrow/type.h>
#include <arrow/util/bit_util.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/write/boolean_formatter.h"
#include "lakeseed/write/date_formatter.h"
#include "lakeseed/write/dictionary_formatter.h"
#include "lakeseed/write/format_rows.h"
#include "lakeseed/write/nested_text.h"
#include "lakeseed/write/number_formatter.h"
#include "lakeseed/write/number_words.h"
#include "lakeseed/write/value_text.h"

namespace lakeseed {
namespace {

/// A formatter of short texts made of a lambda: bind(array) gives write(row, memory).
template <typename Bind>
class ShortFormatter final : public ColumnFormatter {
 public:
  ShortFormatter(const TextDialect& dialect, Bind bind)
      : dialect_(dialect), bind_(std::move(bind)) {}
  arrow::Status Format(const arrow::Array& array, ColumnText* out) override {
    return FormatShortRows(array, dialect_.null, out, bind_(array));
  }

 private:
  const TextDialect dialect_;
  const Bind bind_;
};

using FormatterPtr = std::unique_ptr<ColumnFormatter>;

template <typename Bind>
FormatterPtr Short(const TextDialect& dialect, Bind bind) {
  return std::make_unique<ShortFormatter<Bind>>(dialect, std::move(bind));
}

template <typename T>
FormatterPtr Integers(const TextDialect& dialect) {
  const auto write_one = [](T value, char* out) {
    if constexpr (std::is_signed_v<T>) {
      return WriteInteger(value, out);
    } else {
      return WriteUnsigned(value, out);
    }
  };
  return std::make_unique<
      NumberFormatter<T, kWordNumbers, WriteWords, decltype(write_one)>>(dialect,
                                                                         write_one);
}

/// Decimals of any scale; value_of(array, row) gives the digits.
template <typename ValueOf>
class DecimalFormatter final : public ColumnFormatter {
 public:
  DecimalFormatter(const TextDialect& dialect, int32_t scale, ValueOf value_of)
      : dialect_(dialect), scale_(scale), value_of_(value_of) {}
  arrow::Status Format(const arrow::Array& array, ColumnText* out) override {
    return FormatRows(array, dialect_.null, out, [&](int64_t row, ByteBuffer* memory) {
      std::string text;
      AppendDecimal(value_of_(array, row), scale_, &text);
      return AppendText(text, memory);
    });
  }

 private:
  const TextDialect dialect_;
  const int32_t scale_;
  const ValueOf value_of_;
};

template <typename ValueOf>
FormatterPtr AnyDecimals(const TextDialect& dialect, int32_t scale, ValueOf value_of) {
  return std::make_unique<DecimalFormatter<ValueOf>>(dialect, scale, value_of);
}

template <typename T>
FormatterPtr SmallDecimals(const TextDialect& dialect, int32_t scale) {
  if (scale < 0 || scale > 9) {
    return AnyDecimals(dialect, scale, [](const arrow::Array& array, int64_t row) {
      return static_cast<int64_t>(array.data()->GetValues<T>(1)[row]);
    });
  }
  if (scale == 2) {  // Money.
    const auto write_one = [](T value, char* out) {
      return WriteDecimal(int64_t{value}, 2, out);
    };
    return std::make_unique<
        NumberFormatter<T, kWordHundredths, WriteHundredthsWords, decltype(write_one)>>(
        dialect, write_one);
  }
  return Short(dialect, [scale](const arrow::Array& array) {
    const T* values = array.data()->GetValues<T>(1);
    return [values, scale](int64_t row, char* out) {
      return WriteDecimal(int64_t{values[row]}, scale, out);
    };
  });
}

template <typename T>
FormatterPtr Reals(const TextDialect& dialect) {
  return Short(dialect, [dialect](const arrow::Array& array) {
    const T* values = array.data()->GetValues<T>(1);
    return [values, dialect](int64_t row, char* out) {
      const T value = values[row];
      if (std::isfinite(value)) return WriteReal(value, out);
      return WriteAsItStands(std::isnan(value) ? dialect.nan
                             : value < 0       ? dialect.minus_infinity
                                               : dialect.infinity,
                             out);
    };
  });
}

template <typename T, typename Write>
FormatterPtr Times(const TextDialect& dialect, Write write) {
  return Short(dialect, [quoted = dialect.quote_times, write](const arrow::Array& array) {
    const T* values = array.data()->GetValues<T>(1);
    return [values, quoted, write](int64_t row, char* out) {
      if (quoted) *out++ = '"';
      out = write(static_cast<int64_t>(values[row]), out);
      if (quoted) *out++ = '"';
      return out;
    };
  });
}

FormatterPtr Timestamps(const TextDialect& dialect, const arrow::TimestampType& type) {
  const int digits = 3 * static_cast<int>(type.unit());
  const bool zoned = !dialect.naive_timestamps && !type.timezone().empty();
  return Times<int64_t>(
      dialect, [digits, zoned, separator = dialect.time_separator,
                days = std::make_shared<DayTexts>()](int64_t ticks, char* out) {
        return WriteTimestamp(ticks, digits, separator, zoned, days.get(), out);
      });
}

template <typename ArrayType>
class TextFormatter final : public ColumnFormatter {
 public:
  explicit TextFormatter(const TextDialect& dialect) : dialect_(dialect) {}

  arrow::Status Format(const arrow::Array& array, ColumnText* out) override {
    const auto& texts = static_cast<const ArrayType&>(array);
    if (TakeAsTheyStand(texts, out)) return arrow::Status::OK();
    return FormatRows(array, dialect_.null, out, [&](int64_t row, ByteBuffer* memory) {
      const std::string_view text = texts.GetView(row);
      return AppendWritten(TextDialect::MostTextBytes(text), memory,
                           [&](char* end) { return dialect_.write_text(text, end); });
    });
  }

 private:
  /// Let `out` be the array's own bytes, if all its texts are written as they stand.
  bool TakeAsTheyStand(const ArrayType& texts, ColumnText* out) const {
    const int64_t rows = texts.length();
    if (dialect_.stand_as_they_are == nullptr || !dialect_.null.empty() || rows == 0) {
      return false;
    }
    const auto* offsets = texts.raw_value_offsets();
    const int64_t first = offsets[0], size = offsets[rows] - first;
    if (size == 0 || size > std::numeric_limits<uint32_t>::max()) return false;
    const char* const bytes =
        reinterpret_cast<const char*>(texts.value_data()->data()) + first;
    if (!dialect_.stand_as_they_are({bytes, static_cast<size_t>(size)})) return false;
    out->places.resize(static_cast<size_t>(rows));
    if (PlaceTexts(texts, out->places.data())) return false;
    out->bytes = bytes;
    out->readable = static_cast<size_t>(texts.value_data()->size() - first);
    out->owner = texts.data();
    out->MeasurePlaces();
    return true;
  }

  /// Write where the texts lie; nulls have no bytes. Returns whether one is empty.
  static bool PlaceTexts(const ArrayType& texts, ColumnText::Place* places) {
    const auto* const offsets = texts.raw_value_offsets();
    const auto write = [&](auto is_valid) {
      uint32_t num_empty = 0;
      for (int64_t row = 0; row < texts.length(); ++row) {
        const uint32_t valid = is_valid(row);
        const auto length = static_cast<uint32_t>(offsets[row + 1] - offsets[row]);
        places[row] = {static_cast<uint32_t>(offsets[row] - offsets[0]), length * valid};
        num_empty += valid & (length == 0 ? 1 : 0);
      }
      return num_empty > 0;
    };
    if (texts.null_count() == 0) return write([](int64_t) { return uint32_t{1}; });
    return write([bits = texts.null_bitmap_data(), first = texts.offset()](int64_t row) {
      return uint32_t{arrow::bit_util::GetBit(bits, first + row)};
    });
  }

  const TextDialect dialect_;
};

}  // namespace

namespace internal {

LAKESEED_KERNEL(ColumnText::Extent, ExtentOf, (const ColumnText::Place* places, size_t n),
                (places, n)) {
  ColumnText::Extent all;
  for (size_t i = 0; i < n; ++i) {
    all.num_bytes += places[i].size;
    all.max_size = std::max(all.max_size, places[i].size);
    all.last_begin = std::max(all.last_begin, places[i].begin);
  }
  return all;
}

}  // namespace internal

void ColumnText::MeasurePlaces() {
  extent = internal::ExtentOf(places.data(), places.size());
}

void TextDialect::Append(std::string_view text, std::string* out) const {
  const size_t size = out->size();
  out->resize(size + static_cast<size_t>(MostTextBytes(text)));
  const char* const end = write_text(text, out->data() + size);
  out->resize(static_cast<size_t>(end - out->data()));
}

char* WriteAsItStands(std::string_view text, char* out) {
  if (!text.empty()) std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

arrow::Result<FormatterPtr> ColumnFormatter::Make(
    const std::shared_ptr<arrow::DataType>& type, const TextDialect& dialect) {
  switch (type->id()) {
    case arrow::Type::INT8:
      return Integers<int8_t>(dialect);
    case arrow::Type::INT16:
      return Integers<int16_t>(dialect);
    case arrow::Type::INT32:
      return Integers<int32_t>(dialect);
    case arrow::Type::INT64:
      return Integers<int64_t>(dialect);
    case arrow::Type::UINT8:
      return Integers<uint8_t>(dialect);
    case arrow::Type::UINT16:
      return Integers<uint16_t>(dialect);
    case arrow::Type::UINT32:
      return Integers<uint32_t>(dialect);
    case arrow::Type::UINT64:
      return Integers<uint64_t>(dialect);
    case arrow::Type::FLOAT:
      return Reals<float>(dialect);
    case arrow::Type::DOUBLE:
      return Reals<double>(dialect);
    case arrow::Type::STRING:
      return std::make_unique<TextFormatter<arrow::StringArray>>(dialect);
    case arrow::Type::LARGE_STRING:
      return std::make_unique<TextFormatter<arrow::LargeStringArray>>(dialect);
    case arrow::Type::DATE32:
      return std::make_unique<DateFormatter>(dialect);
    case arrow::Type::TIME64:
      return Times<int64_t>(
          dialect, [](int64_t ticks, char* out) { return WriteTime(ticks, 6, out); });
    case arrow::Type::TIMESTAMP:
      return Timestamps(dialect, static_cast<const arrow::TimestampType&>(*type));
    case arrow::Type::BOOL:
      return std::make_unique<BooleanFormatter>(dialect);
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64: {
      const int32_t scale = static_cast<const arrow::DecimalType&>(*type).scale();
      if (type->id() == arrow::Type::DECIMAL64)
        return SmallDecimals<int64_t>(dialect, scale);
      return SmallDecimals<int32_t>(dialect, scale);
    }
    case arrow::Type::DECIMAL128:
      return AnyDecimals(
          dialect, static_cast<const arrow::DecimalType&>(*type).scale(),
          [](const arrow::Array& array, int64_t row) {
            return arrow::Decimal128(
                static_cast<const arrow::Decimal128Array&>(array).GetValue(row));
          });
    case arrow::Type::DICTIONARY: {
      const auto& dictionary = static_cast<const arrow::DictionaryType&>(*type);
      ARROW_ASSIGN_OR_RAISE(auto values, Make(dictionary.value_type(), dialect));
      return std::make_unique<DictionaryFormatter>(dialect, std::move(values));
    }
    default:
      return MakeNestedFormatter(type, dialect);
  }
}

}  // namespace lakeseed
