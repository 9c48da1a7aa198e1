#include "lakeseed/write/partition_keys.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include "lakeseed/base/status.h"
#include "lakeseed/write/data_file.h"

namespace lakeseed {
namespace {

template <typename Builder, typename Value>
std::shared_ptr<arrow::Array> ArrayOf(std::shared_ptr<arrow::DataType> type,
                                      const std::vector<Value>& values) {
  Builder builder(std::move(type), arrow::default_memory_pool());
  EXPECT_TRUE(builder.AppendNull().ok());
  for (const Value& value : values) EXPECT_TRUE(builder.Append(value).ok());
  return builder.Finish().ValueOrDie();
}

std::vector<std::optional<std::string>> ValuesOf(
    const std::shared_ptr<arrow::Array>& array, PartitionField field) {
  field.source = "x";
  const auto schema = arrow::schema({arrow::field("x", array->type())});
  const auto batch = arrow::RecordBatch::Make(schema, array->length(), {array});
  const auto keys = PartitionKeys::Make({field}, *schema).ValueOrDie();
  std::vector<std::optional<std::string>> texts;
  for (const PartitionKeys::Key& key : keys->Of(*batch).ValueOrDie()) {
    texts.push_back(keys->ValuesOf(key)[0].second);
  }
  return texts;
}

using Texts = std::vector<std::optional<std::string>>;

TEST(PartitionKeys, ValuesAsDeltaWritesThem) {
  const PartitionField own{.name = "x"};
  EXPECT_EQ(ValuesOf(ArrayOf<arrow::Int8Builder, int8_t>(arrow::int8(), {-5}), own),
            (Texts{std::nullopt, "-5"}));
  EXPECT_EQ(
      ValuesOf(ArrayOf<arrow::BooleanBuilder, bool>(arrow::boolean(), {true, false}),
               own),
      (Texts{std::nullopt, "true", "false"}));
  EXPECT_EQ(
      ValuesOf(ArrayOf<arrow::Date32Builder, int32_t>(arrow::date32(), {-1, 19'782}),
               own),
      (Texts{std::nullopt, "1969-12-31", "2024-02-29"}));
  EXPECT_EQ(ValuesOf(ArrayOf<arrow::Decimal64Builder, arrow::Decimal64>(
                         arrow::decimal64(8, 2), {arrow::Decimal64(-150)}),
                     own),
            (Texts{std::nullopt, "-1.50"}));
  EXPECT_EQ(ValuesOf(ArrayOf<arrow::TimestampBuilder, int64_t>(
                         arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), {-1}),
                     own),
            (Texts{std::nullopt, "1969-12-31T23:59:59.999999Z"}));
  // An empty text is null to readers of logs and folders.
  EXPECT_EQ(ValuesOf(ArrayOf<arrow::StringBuilder, std::string>(arrow::utf8(),
                                                                {"", "é/=%", "b"}),
                     own),
            (Texts{std::nullopt, std::nullopt, "é/=%", "b"}));
}

TEST(PartitionKeys, PartsOfTimesAreThoseOfTheZone) {
  const auto times = ArrayOf<arrow::TimestampBuilder, int64_t>(
      arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"),
      {-1, 1'709'208'000'000'000});  // 2024-02-29T12:00:00Z
  const auto part = [&](PartitionTransform transform) {
    return ValuesOf(times, {.name = "p", .transform = transform});
  };
  EXPECT_EQ(part(PartitionTransform::kYear), (Texts{std::nullopt, "1969", "2024"}));
  EXPECT_EQ(part(PartitionTransform::kMonth), (Texts{std::nullopt, "12", "2"}));
  EXPECT_EQ(part(PartitionTransform::kDay), (Texts{std::nullopt, "31", "29"}));
  EXPECT_EQ(part(PartitionTransform::kHour), (Texts{std::nullopt, "23", "12"}));
  EXPECT_EQ(part(PartitionTransform::kYearMonth),
            (Texts{std::nullopt, "1969-12", "2024-02"}));
  const auto days = ArrayOf<arrow::Date32Builder, int32_t>(arrow::date32(), {19'782});
  EXPECT_EQ(ValuesOf(days, {.name = "p", .transform = PartitionTransform::kDay}),
            (Texts{std::nullopt, "29"}));
}

TEST(PartitionKeys, FoldersAreEscapedAndLeadBack) {
  const std::vector<PartitionField> fields{
      {.name = "a b", .source = "a b"},
      {.name = "month", .source = "t", .transform = PartitionTransform::kMonth},
      {.name = "none", .source = "none"}};
  const PartitionValues values{{"a b", "x/y=z%\x01 é"}, {"month", "3"}, {"none", {}}};
  const std::string folders = PartitionFolders(fields, values);
  EXPECT_EQ(folders,
            "a%20b=x%2Fy%3Dz%25%01%20%C3%A9/month=03/none=__HIVE_DEFAULT_PARTITION__");
  DataFile file;
  file.partition_values = values;
  for (const char* path : {"Tables/d/t/part-1.parquet", "part-1.parquet"}) {
    file.path = InPartition(path, folders);
    EXPECT_EQ(PlannedPath(file), path);
  }
}

TEST(PartitionKeys, TypesWithoutPartitionsAreRefused) {
  const auto refused = [](PartitionTransform transform, const auto& type) {
    return CheckPartition({.name = "p", .source = "x", .transform = transform}, *type);
  };
  EXPECT_EQ(ExitCodeOf(refused(PartitionTransform::kIdentity, arrow::float64())),
            ExitCode::kRequest);
  EXPECT_FALSE(refused(PartitionTransform::kHour, arrow::date32()).ok());
  EXPECT_FALSE(refused(PartitionTransform::kYear, arrow::utf8()).ok());
  EXPECT_TRUE(refused(PartitionTransform::kYear, arrow::date32()).ok());
}

}  // namespace
}  // namespace lakeseed
