#include "lakeseed/write/row_text.h"

#include <arrow/array.h>
#include <arrow/type.h>

#include <cmath>

#include "lakeseed/write/format_rows.h"
#include "lakeseed/write/nested_text.h"
#include "lakeseed/write/value_text.h"

namespace lakeseed {
namespace {

/// A formatter made of a lambda: bind(array) gives append(row, out).
template <typename Bind>
class BoundFormatter final : public ColumnFormatter {
 public:
  BoundFormatter(const TextDialect& dialect, Bind bind)
      : dialect_(dialect), bind_(std::move(bind)) {}
  arrow::Status Format(const arrow::Array& array, ColumnText* out) override {
    return FormatRows(array, dialect_.null, out, bind_(array));
  }

 private:
  const TextDialect dialect_;
  const Bind bind_;
};

/// The same for short texts: bind(array) gives write(row, memory).
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
FormatterPtr Bound(const TextDialect& dialect, Bind bind) {
  return std::make_unique<BoundFormatter<Bind>>(dialect, std::move(bind));
}

template <typename Bind>
FormatterPtr Short(const TextDialect& dialect, Bind bind) {
  return std::make_unique<ShortFormatter<Bind>>(dialect, std::move(bind));
}

template <typename T>
FormatterPtr Integers(const TextDialect& dialect) {
  return Short(dialect, [](const arrow::Array& array) {
    const T* values = array.data()->GetValues<T>(1);
    return [values](int64_t row, char* out) {
      if constexpr (std::is_signed_v<T>) {
        return WriteInteger(values[row], out);
      } else {
        return WriteUnsigned(values[row], out);
      }
    };
  });
}

template <typename T>
FormatterPtr SmallDecimals(const TextDialect& dialect, int32_t scale) {
  if (0 <= scale && scale <= 9) {
    return Short(dialect, [scale](const arrow::Array& array) {
      const T* values = array.data()->GetValues<T>(1);
      return [values, scale](int64_t row, char* out) {
        return WriteDecimal(static_cast<int64_t>(values[row]), scale, out);
      };
    });
  }
  return Bound(dialect, [scale](const arrow::Array& array) {
    const T* values = array.data()->GetValues<T>(1);
    return [values, scale](int64_t row, std::string* out) {
      AppendDecimal(static_cast<int64_t>(values[row]), scale, out);
    };
  });
}

template <typename T>
FormatterPtr Reals(const TextDialect& dialect) {
  return Bound(dialect, [dialect](const arrow::Array& array) {
    const T* values = array.data()->GetValues<T>(1);
    return [values, dialect](int64_t row, std::string* out) {
      const T value = values[row];
      if (std::isfinite(value)) {
        AppendReal(value, out);
      } else {
        out->append(std::isnan(value) ? dialect.nan
                    : value < 0       ? dialect.minus_infinity
                                      : dialect.infinity);
      }
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
  return Times<int64_t>(dialect, [digits, zoned, separator = dialect.time_separator](
                                     int64_t ticks, char* out) {
    return WriteTimestamp(ticks, digits, separator, zoned, out);
  });
}

template <typename ArrayType>
FormatterPtr Texts(const TextDialect& dialect) {
  return Bound(dialect, [append = dialect.append_text](const arrow::Array& array) {
    const auto* texts = static_cast<const ArrayType*>(&array);
    return [texts, append](int64_t row, std::string* out) {
      append(texts->GetView(row), out);
    };
  });
}

/// Formats the dictionary once; a row then copies its code's text.
class DictionaryFormatter final : public ColumnFormatter {
 public:
  DictionaryFormatter(const TextDialect& dialect, FormatterPtr values)
      : dialect_(dialect), values_(std::move(values)) {}

  arrow::Status Format(const arrow::Array& array, ColumnText* out) override {
    const auto& codes = static_cast<const arrow::DictionaryArray&>(array);
    if (dictionary_ != array.data()->dictionary) {
      ARROW_RETURN_NOT_OK(values_->Format(*codes.dictionary(), &texts_));
      dictionary_ = array.data()->dictionary;
    }
    return FormatRows(array, dialect_.null, out, [&](int64_t row, std::string* text) {
      text->append(texts_.at(codes.GetValueIndex(row)));
    });
  }

 private:
  const TextDialect dialect_;
  const FormatterPtr values_;
  std::shared_ptr<arrow::ArrayData> dictionary_;
  ColumnText texts_;
};

}  // namespace

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
      return Texts<arrow::StringArray>(dialect);
    case arrow::Type::LARGE_STRING:
      return Texts<arrow::LargeStringArray>(dialect);
    case arrow::Type::DATE32:
      return Times<int32_t>(dialect, WriteDate);
    case arrow::Type::TIME64:
      return Times<int64_t>(
          dialect, [](int64_t ticks, char* out) { return WriteTime(ticks, 6, out); });
    case arrow::Type::TIMESTAMP:
      return Timestamps(dialect, static_cast<const arrow::TimestampType&>(*type));
    case arrow::Type::BOOL:
      return Bound(dialect, [](const arrow::Array& array) {
        const auto* booleans = static_cast<const arrow::BooleanArray*>(&array);
        return [booleans](int64_t row, std::string* out) {
          out->append(booleans->Value(row) ? "true" : "false");
        };
      });
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64: {
      const int32_t scale = static_cast<const arrow::DecimalType&>(*type).scale();
      if (type->id() == arrow::Type::DECIMAL64)
        return SmallDecimals<int64_t>(dialect, scale);
      return SmallDecimals<int32_t>(dialect, scale);
    }
    case arrow::Type::DECIMAL128: {
      const int32_t scale = static_cast<const arrow::DecimalType&>(*type).scale();
      return Bound(dialect, [scale](const arrow::Array& array) {
        const auto* decimals = static_cast<const arrow::Decimal128Array*>(&array);
        return [decimals, scale](int64_t row, std::string* out) {
          AppendDecimal(arrow::Decimal128(decimals->GetValue(row)), scale, out);
        };
      });
    }
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
