#include "lakeseed/run/cell_compare.h"

#include <arrow/compute/api.h>

#include "lakeseed/run/cell_reader.h"
#include "lakeseed/write/data_file.h"
#include "lakeseed/write/json_text.h"
#include "lakeseed/write/nested_text.h"

namespace lakeseed {
namespace {

bool IsDecimal(const arrow::DataType& type) { return arrow::is_decimal(type.id()); }

/// Structs and lists whose values can be compared: the file's has other decimals, and
/// need not say what is never null.
bool IsSameNested(const arrow::DataType& a, const arrow::DataType& b) {
  if (arrow::is_decimal(a.id()) && arrow::is_decimal(b.id())) {
    return static_cast<const arrow::DecimalType&>(a).scale() ==
           static_cast<const arrow::DecimalType&>(b).scale();
  }
  if (!IsNestedType(a)) return a.id() == b.id();
  if (a.id() != b.id() || a.num_fields() != b.num_fields()) return false;
  for (int i = 0; i < a.num_fields(); ++i) {
    const bool same_name =
        a.id() == arrow::Type::LIST || a.field(i)->name() == b.field(i)->name();
    if (!same_name || !IsSameNested(*a.field(i)->type(), *b.field(i)->type())) {
      return false;
    }
  }
  return true;
}

/// The same values in the type that the file gave.
arrow::Result<std::shared_ptr<arrow::Array>> CastTo(
    const std::shared_ptr<arrow::Array>& array,
    const std::shared_ptr<arrow::DataType>& type) {
  if (array->type()->Equals(*type)) return array;
  return arrow::compute::Cast(*array, type);
}

std::string TextAt(const arrow::Array& texts, int64_t i) {
  if (texts.IsNull(i)) return "null";
  return std::string(static_cast<const arrow::StringArray&>(texts).GetView(i));
}

}  // namespace

arrow::Result<std::unique_ptr<CellComparer>> CellComparer::Make(
    const std::shared_ptr<arrow::DataType>& type, const TextDialect* dialect) {
  std::unique_ptr<CellComparer> comparer(new CellComparer);
  comparer->type_ = ValueType(type);
  comparer->is_text_ = dialect != nullptr;
  if (IsNestedType(*type)) {
    comparer->is_nested_ = true;
    comparer->nested_dialect_ =
        JsonDialect(dialect != nullptr && dialect->naive_timestamps);
    dialect = &comparer->nested_dialect_;
  }
  // Text files spell what was made, typed files are read as values without a dictionary.
  const auto& spelled = comparer->is_text_ ? type : comparer->type_;
  ARROW_ASSIGN_OR_RAISE(
      comparer->formatter_,
      ColumnFormatter::Make(spelled, dialect != nullptr ? *dialect : kPlainText));
  return comparer;
}

std::string CellComparer::TypeError(const arrow::DataType& found) const {
  if (is_text_) return "";
  const arrow::DataType& value =
      found.id() == arrow::Type::DICTIONARY
          ? *static_cast<const arrow::DictionaryType&>(found).value_type()
          : found;
  if (value.Equals(*type_)) return "";
  if (is_nested_) return IsSameNested(value, *type_) ? "" : value.ToString();
  if (IsDecimal(value) && IsDecimal(*type_)) {
    const auto& a = static_cast<const arrow::DecimalType&>(value);
    const auto& b = static_cast<const arrow::DecimalType&>(*type_);
    if (a.precision() == b.precision() && a.scale() == b.scale()) return "";
  }
  // The zone is left out on request; its instants are the same.
  if (value.id() == arrow::Type::TIMESTAMP && type_->id() == arrow::Type::TIMESTAMP &&
      static_cast<const arrow::TimestampType&>(value).unit() ==
          static_cast<const arrow::TimestampType&>(*type_).unit()) {
    return "";
  }
  return value.ToString();
}

arrow::Result<std::shared_ptr<arrow::Array>> CellComparer::AsText(
    const arrow::Array& values) {
  ARROW_RETURN_NOT_OK(formatter_->Format(values, &text_));
  arrow::StringBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Reserve(values.length()));
  ARROW_RETURN_NOT_OK(builder.ReserveData(static_cast<int64_t>(text_.extent.num_bytes)));
  for (int64_t i = 0; i < values.length(); ++i) {
    const std::string_view text = text_.at(i);
    if (text == kNullText || (is_nested_ && values.IsNull(i))) {
      builder.UnsafeAppendNull();
    } else {
      builder.UnsafeAppend(text);
    }
  }
  return builder.Finish();
}

arrow::Status CellComparer::Compare(const std::shared_ptr<arrow::Array>& expected,
                                    const std::shared_ptr<arrow::Array>& found,
                                    const Sink& sink) {
  std::shared_ptr<arrow::Array> want, got;
  if (is_nested_ && !is_text_) {
    ARROW_ASSIGN_OR_RAISE(const auto other, Make(found->type(), nullptr));
    ARROW_ASSIGN_OR_RAISE(want, AsText(*expected));
    ARROW_ASSIGN_OR_RAISE(got, other->AsText(*found));
  } else if (is_text_) {
    ARROW_ASSIGN_OR_RAISE(want, AsText(*expected));
    got = found;
  } else {
    ARROW_ASSIGN_OR_RAISE(want, CastTo(expected, type_));
    ARROW_ASSIGN_OR_RAISE(got, CastTo(found, ValueType(found->type())));
    ARROW_ASSIGN_OR_RAISE(got, CastTo(got, type_));
  }
  const auto options =
      arrow::EqualOptions::Defaults().nans_equal(true).signed_zeros_equal(false);
  if (want->Equals(*got, options)) return arrow::Status::OK();
  std::shared_ptr<arrow::Array> want_text = want, got_text = got;
  if (!is_text_ && !is_nested_) {
    ARROW_ASSIGN_OR_RAISE(want_text, AsText(*want));
    ARROW_ASSIGN_OR_RAISE(got_text, AsText(*got));
  }
  for (int64_t i = 0; i < want->length(); ++i) {
    if (want->RangeEquals(*got, i, i + 1, i, options)) continue;
    sink(i, TextAt(*want_text, i), TextAt(*got_text, i));
  }
  return arrow::Status::OK();
}

}  // namespace lakeseed
