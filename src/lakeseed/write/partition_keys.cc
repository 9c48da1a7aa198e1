#include "lakeseed/write/partition_keys.h"

#include <arrow/api.h>
#include <fmt/format.h>

#include "lakeseed/base/date.h"
#include "lakeseed/base/floor_divide.h"
#include "lakeseed/write/bucket_hash.h"
#include "lakeseed/write/data_file.h"
#include "lakeseed/write/integer_values.h"
#include "lakeseed/write/value_text.h"

namespace lakeseed {
namespace {

int64_t MicrosOf(int64_t ticks, arrow::TimeUnit::type unit) {
  switch (unit) {
    case arrow::TimeUnit::SECOND:
      return ticks * 1'000'000;
    case arrow::TimeUnit::MILLI:
      return ticks * 1'000;
    case arrow::TimeUnit::MICRO:
      return ticks;
    case arrow::TimeUnit::NANO:
      return FloorDivide(ticks, 1'000);
  }
  return ticks;
}

/// A part of a local time in microseconds.
int64_t PartOf(PartitionTransform transform, int64_t local) {
  const int64_t day = FloorDivide(local, kMicrosecondsPerDay);
  const CivilDate date = CivilFromDays(static_cast<int32_t>(day));
  switch (transform) {
    case PartitionTransform::kYear:
      return date.year;
    case PartitionTransform::kMonth:
      return date.month;
    case PartitionTransform::kDay:
      return date.day;
    case PartitionTransform::kHour:
      return (local - day * kMicrosecondsPerDay) / kMicrosecondsPerHour;
    case PartitionTransform::kYearMonth:
      return int64_t{date.year} * 100 + date.month;
    case PartitionTransform::kDate:
      return day;
    case PartitionTransform::kDateHour:
      return FloorDivide(local, kMicrosecondsPerHour);
    case PartitionTransform::kIdentity:
    case PartitionTransform::kBucket:
    case PartitionTransform::kTruncate:
      break;
  }
  return local;
}

/// What the buckets of a type's values go by.
uint32_t HashOf(const arrow::DataType& type, PartitionStyle style, int64_t value) {
  switch (type.id()) {
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64:
      // DuckDB takes the number that it keeps a decimal as.
      return style == PartitionStyle::kDucklake ? BucketHash(value)
                                                : DecimalBucketHash(value);
    case arrow::Type::TIMESTAMP:
      return BucketHash(
          MicrosOf(value, static_cast<const arrow::TimestampType&>(type).unit()));
    default:
      return BucketHash(value);
  }
}

}  // namespace

arrow::Result<std::unique_ptr<PartitionKeys>> PartitionKeys::Make(
    std::vector<PartitionField> fields, const arrow::Schema& schema) {
  std::unique_ptr<PartitionKeys> keys(new PartitionKeys(std::move(fields)));
  for (const PartitionField& field : keys->fields_) {
    const int column = schema.GetFieldIndex(field.source);
    if (column < 0) return arrow::Status::Invalid("no such column: ", field.source);
    const auto type = ValueType(schema.field(column)->type());
    ARROW_RETURN_NOT_OK(CheckPartition(field, *type));
    Source source{column, type, {}, {}, {}};
    if (IsPartOfTime(field.transform)) {
      ARROW_ASSIGN_OR_RAISE(source.zone, TimeZone::Load(field.zone));
    }
    keys->sources_.push_back(std::move(source));
  }
  return keys;
}

arrow::Result<std::vector<PartitionKeys::Key>> PartitionKeys::Of(
    const arrow::RecordBatch& batch) {
  std::vector<Key> keys(static_cast<size_t>(batch.num_rows()), Key(fields_.size()));
  for (size_t i = 0; i < fields_.size(); ++i) {
    ARROW_RETURN_NOT_OK(Add(i, *batch.column(sources_[i].column), &keys));
  }
  return keys;
}

arrow::Status PartitionKeys::Add(size_t field, const arrow::Array& array,
                                 std::vector<Key>* keys) {
  Source& source = sources_[field];
  if (array.type_id() == arrow::Type::DICTIONARY) {
    const auto& coded = static_cast<const arrow::DictionaryArray&>(array);
    std::vector<Key> values(static_cast<size_t>(coded.dictionary()->length()),
                            Key(fields_.size()));
    ARROW_RETURN_NOT_OK(Add(field, *coded.dictionary(), &values));
    for (int64_t i = 0; i < array.length(); ++i) {
      if (coded.IsNull(i)) continue;
      (*keys)[static_cast<size_t>(i)][field] =
          values[static_cast<size_t>(coded.GetValueIndex(i))][field];
    }
    return arrow::Status::OK();
  }
  if (array.type_id() == arrow::Type::STRING) {
    const auto& texts = static_cast<const arrow::StringArray&>(array);
    for (int64_t i = 0; i < array.length(); ++i) {
      if (texts.IsNull(i)) continue;
      const std::string_view text = texts.GetView(i);
      if (text.empty() && fields_[field].is_empty_null()) continue;
      (*keys)[static_cast<size_t>(i)][field] = CodeOf(fields_[field], text, &source);
    }
    return arrow::Status::OK();
  }
  const PartitionTransform transform = fields_[field].transform;
  const int32_t width = fields_[field].width;
  const PartitionStyle style = fields_[field].style;
  return VisitIntegers(array, [&](int64_t row, int64_t value) {
    std::optional<int64_t>& code = (*keys)[static_cast<size_t>(row)][field];
    if (transform == PartitionTransform::kIdentity) {
      code = value;
    } else if (transform == PartitionTransform::kBucket) {
      code = BucketOf(HashOf(*array.type(), style, value), width);
    } else if (transform == PartitionTransform::kTruncate) {
      code = FloorDivide(value, width) * width;
    } else if (array.type_id() == arrow::Type::DATE32) {
      code = PartOf(transform, value * kMicrosecondsPerDay);
    } else {
      const auto& type = static_cast<const arrow::TimestampType&>(*array.type());
      const int64_t micros = MicrosOf(value, type.unit());
      code = PartOf(transform, source.zone.ToLocal(micros));
    }
  });
}

int64_t PartitionKeys::CodeOf(const PartitionField& field, std::string_view text,
                              Source* source) {
  if (field.transform == PartitionTransform::kBucket) {
    return BucketOf(BucketHash(text), field.width);
  }
  if (field.transform == PartitionTransform::kTruncate) {
    text = FirstLetters(text, static_cast<size_t>(field.width));
  }
  const auto [at, is_new] = source->codes.try_emplace(
      std::string(text), static_cast<int64_t>(source->texts.size()));
  if (is_new) source->texts.emplace_back(text);
  return at->second;
}

PartitionValues PartitionKeys::ValuesOf(const Key& key) const {
  PartitionValues values;
  for (size_t i = 0; i < fields_.size(); ++i) {
    values.emplace_back(fields_[i].name, key[i] ? std::optional(TextOf(i, *key[i]))
                                                : std::optional<std::string>());
  }
  return values;
}

std::string PartitionKeys::TextOf(size_t field, int64_t code) const {
  const Source& source = sources_[field];
  std::string text;
  switch (fields_[field].transform) {
    case PartitionTransform::kYearMonth:
      return fmt::format("{:04}-{:02}", code / 100, code % 100);
    case PartitionTransform::kDate:
      return FormatDate(static_cast<int32_t>(code));
    case PartitionTransform::kDateHour: {
      const int64_t day = FloorDivide(code, 24);
      return fmt::format("{}-{:02}", FormatDate(static_cast<int32_t>(day)),
                         code - 24 * day);
    }
    case PartitionTransform::kIdentity:
    case PartitionTransform::kTruncate:
      break;
    default:
      return std::to_string(code);
  }
  switch (source.type->id()) {
    case arrow::Type::STRING:
      return source.texts[static_cast<size_t>(code)];
    case arrow::Type::BOOL:
      return code != 0 ? "true" : "false";
    case arrow::Type::DATE32:
      AppendDate(code, &text);
      break;
    case arrow::Type::TIMESTAMP: {
      const auto& type = static_cast<const arrow::TimestampType&>(*source.type);
      const bool is_zoned = !type.timezone().empty();
      if (fields_[field].style == PartitionStyle::kDucklake) {
        AppendTimestamp(MicrosOf(code, type.unit()), 6, ' ', false, &text);
        TrimFraction(&text);
        if (is_zoned) text += "+00";
        break;
      }
      AppendTimestamp(MicrosOf(code, type.unit()), 6, is_zoned ? 'T' : ' ', is_zoned,
                      &text);
      break;
    }
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64:
      AppendDecimal(code, static_cast<const arrow::DecimalType&>(*source.type).scale(),
                    &text);
      break;
    default:
      AppendInteger(code, &text);
  }
  return text;
}

}  // namespace lakeseed
