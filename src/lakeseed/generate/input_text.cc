#include "lakeseed/generate/input_text.h"

#include <arrow/api.h>

#include <charconv>
#include <vector>

#include "lakeseed/base/date.h"
#include "lakeseed/base/decimal.h"
#include "lakeseed/generate/number_format.h"

namespace lakeseed {
namespace {

using Numbers = std::map<std::string, int32_t, std::less<>>;

int32_t NumberOf(const Numbers& numbers, std::string_view text, int32_t fallback) {
  const auto found = numbers.find(text);
  return found == numbers.end() ? fallback : found->second;
}

arrow::Status NotText(const arrow::DataType& type) {
  return arrow::Status::TypeError("cannot read as text: ", type.ToString());
}

}  // namespace

bool CanMatchText(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::STRING:
    case arrow::Type::BOOL:
    case arrow::Type::INT32:
    case arrow::Type::INT64:
      return true;
    case arrow::Type::DICTIONARY: {
      const auto& dictionary = static_cast<const arrow::DictionaryType&>(type);
      return dictionary.value_type()->id() == arrow::Type::STRING &&
             dictionary.index_type()->id() == arrow::Type::INT32;
    }
    default:
      return false;
  }
}

arrow::Status MatchText(const arrow::Array& values, const Numbers& numbers,
                        int32_t fallback, int32_t null, int32_t* out) {
  if (values.type_id() == arrow::Type::DICTIONARY) {
    const auto& codes = static_cast<const arrow::DictionaryArray&>(values);
    std::vector<int32_t> number_of(static_cast<size_t>(codes.dictionary()->length()));
    ARROW_RETURN_NOT_OK(
        MatchText(*codes.dictionary(), numbers, fallback, null, number_of.data()));
    const auto& indices = static_cast<const arrow::Int32Array&>(*codes.indices());
    if (indices.null_count() == 0) {
      const int32_t* const code = indices.raw_values();
      for (int64_t i = 0; i < values.length(); ++i) {
        out[i] = number_of[static_cast<size_t>(code[i])];
      }
      return arrow::Status::OK();
    }
    for (int64_t i = 0; i < values.length(); ++i) {
      out[i] =
          indices.IsNull(i) ? null : number_of[static_cast<size_t>(indices.Value(i))];
    }
    return arrow::Status::OK();
  }
  std::string text;
  for (int64_t i = 0; i < values.length(); ++i) {
    if (values.IsNull(i)) {
      out[i] = null;
    } else if (values.type_id() == arrow::Type::STRING) {
      const auto& texts = static_cast<const arrow::StringArray&>(values);
      out[i] = NumberOf(numbers, texts.GetView(i), fallback);
    } else {
      text.clear();
      ARROW_RETURN_NOT_OK(AppendText(values, i, 0, &text));
      out[i] = NumberOf(numbers, text, fallback);
    }
  }
  return arrow::Status::OK();
}

bool CanAppendText(const arrow::DataType& type) {
  return CanMatchText(type) || type.id() == arrow::Type::DATE32 ||
         type.id() == arrow::Type::TIMESTAMP || type.id() == arrow::Type::DECIMAL64;
}

arrow::Status AppendText(const arrow::Array& values, int64_t i, int width,
                         std::string* out) {
  switch (values.type_id()) {
    case arrow::Type::STRING:
      out->append(static_cast<const arrow::StringArray&>(values).GetView(i));
      return arrow::Status::OK();
    case arrow::Type::DICTIONARY: {
      const auto& codes = static_cast<const arrow::DictionaryArray&>(values);
      return AppendText(*codes.dictionary(), codes.GetValueIndex(i), width, out);
    }
    case arrow::Type::BOOL:
      out->append(static_cast<const arrow::BooleanArray&>(values).Value(i) ? "true"
                                                                           : "false");
      return arrow::Status::OK();
    case arrow::Type::INT32:
      NumberFormat("", width, "")
          .Append(static_cast<const arrow::Int32Array&>(values).Value(i), out);
      return arrow::Status::OK();
    case arrow::Type::INT64:
      NumberFormat("", width, "")
          .Append(static_cast<const arrow::Int64Array&>(values).Value(i), out);
      return arrow::Status::OK();
    case arrow::Type::DATE32:
      out->append(FormatDate(static_cast<const arrow::Date32Array&>(values).Value(i)));
      return arrow::Status::OK();
    case arrow::Type::TIMESTAMP:
      out->append(
          FormatTimestamp(static_cast<const arrow::TimestampArray&>(values).Value(i)));
      return arrow::Status::OK();
    case arrow::Type::DECIMAL64: {
      const auto* numbers = values.data()->GetValues<int64_t>(1);
      const auto& type = static_cast<const arrow::DecimalType&>(*values.type());
      out->append(FormatDecimal(numbers[i], type.scale()));
      return arrow::Status::OK();
    }
    default:
      return NotText(*values.type());
  }
}

}  // namespace lakeseed
