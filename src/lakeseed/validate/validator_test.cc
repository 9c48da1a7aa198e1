// Small datasets made by hand: sound ones pass, and each corruption breaks exactly
// the rules that speak of it.

#include "lakeseed/validate/validator.h"

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <gtest/gtest.h>
#include <parquet/arrow/writer.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <set>

#include "lakeseed/base/date.h"
#include "lakeseed/spec/load.h"
#include "lakeseed/validate/cells.h"

namespace lakeseed {
namespace {

namespace fs = std::filesystem;
using Rules = std::set<std::string>;

constexpr char kSpec[] = R"yaml(
dataset: shop
window: {from: 2024-01-01, to: 2024-01-31}
main: orders
variants: {small: {target_rows: 240}}
tables:
  goods:
    rows: 24
    columns:
      good_id: {key: {}}
      code: {unique_code: {format: "G%04d"}}
      price: {uniform: [1.00, 9.99], type: "decimal(6,2)"}
  orders:
    events: {per_day: main}
    let:
      fee: {choice: {0.50: 0.5, 1.50: 0.5}}
    columns:
      order_id: {key: {}}
      channel: {choice: {shop: 0.5, web: 0.5}}
      ordered_at: $time
      voucher: {uniform: [10, 13], when: channel = 'web'}
      total: {expr: sum(lines.amount), type: "decimal(12,2)"}
      charged: {expr: total + fee, type: "decimal(12,2)"}
      note: {choice: [gift, call], null_fraction: 0.5}
    rules:
      positive: total > 0.00
  lines:
    per: {parent: orders, count: {const: 2}}
    let:
      rate: {uniform: [0.1, 0.2]}
    columns:
      line_id: {key: {}}
      order_id: parent.order_id
      good_id: {foreign_key: {to: goods, distinct_in_parent: true}}
      quantity: {uniform: [1, 4]}
      price: goods.price
      amount: {expr: quantity * price, type: "decimal(12,2)"}
      off: {expr: "round(amount * rate, 2)", type: "decimal(12,2)"}
    rules:
      once: {unique: [order_id, good_id]}
      small: off < amount
)yaml";

struct Cells {
  std::string name;
  std::shared_ptr<arrow::DataType> type;
  std::vector<std::optional<int64_t>> numbers;
  std::vector<std::optional<std::string>> texts;

  bool is_text() const { return type->id() == arrow::Type::STRING; }
  size_t size() const { return is_text() ? texts.size() : numbers.size(); }
};
using Columns = std::vector<Cells>;

std::shared_ptr<arrow::DataType> Money(int precision) {
  return arrow::decimal64(precision, 2);
}
std::shared_ptr<arrow::DataType> Instant() {
  return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
}

std::shared_ptr<arrow::Array> ArrayOf(const Cells& cells) {
  if (cells.is_text()) {
    arrow::StringBuilder builder;
    for (const auto& text : cells.texts) {
      EXPECT_TRUE((text ? builder.Append(*text) : builder.AppendNull()).ok());
    }
    return *builder.Finish();
  }
  arrow::Int64Builder builder;
  for (const auto& number : cells.numbers) {
    EXPECT_TRUE((number ? builder.Append(*number) : builder.AppendNull()).ok());
  }
  auto data = (*builder.Finish())->data()->Copy();
  data->type = cells.type;
  return arrow::MakeArray(data);
}

class ValidatorTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() /
            (std::string("lakeseed_validator_") +
             testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(root_);
    fs::create_directories(root_ / "_lakeseed");
    spec_ = *ParseDataset(kSpec, "shop.yaml", "small", {});
    Fill();
  }
  void TearDown() override { fs::remove_all(root_); }

  void Fill() {
    const int64_t start = 19723 * kMicrosecondsPerDay;  // 2024-01-01
    Columns& goods = tables_["goods"];
    goods = {{"good_id", arrow::int64()}, {"code", arrow::utf8()}, {"price", Money(6)}};
    for (int64_t i = 0; i < 24; ++i) {
      goods[0].numbers.push_back(i + 1);
      goods[1].texts.push_back("G" + std::to_string(1000 + 7 * i));
      goods[2].numbers.push_back(105 + 37 * i);
    }
    Columns& orders = tables_["orders"];
    orders = {{"order_id", arrow::int64()}, {"channel", arrow::utf8()},
              {"ordered_at", Instant()},    {"voucher", arrow::int64()},
              {"total", Money(12)},         {"charged", Money(12)},
              {"note", arrow::utf8()}};
    Columns& lines = tables_["lines"];
    lines = {{"line_id", arrow::int64()}, {"order_id", arrow::int64()},
             {"good_id", arrow::int64()}, {"quantity", arrow::int64()},
             {"price", Money(6)},         {"amount", Money(12)},
             {"off", Money(12)}};
    for (int64_t i = 0; i < 240; ++i)
      AddOrder(i, start + i * 31 * kMicrosecondsPerDay / 240);
  }

  void AddOrder(int64_t i, int64_t at) {
    Columns &orders = tables_["orders"], &lines = tables_["lines"];
    int64_t total = 0;
    for (int64_t line = 2 * i; line < 2 * i + 2; ++line) {
      const int64_t good = 5 * line % 24, quantity = 1 + line % 4,
                    price = 105 + 37 * good;
      lines[0].numbers.push_back(line + 1);
      lines[1].numbers.push_back(i + 1);
      lines[2].numbers.push_back(good + 1);
      lines[3].numbers.push_back(quantity);
      lines[4].numbers.push_back(price);
      lines[5].numbers.push_back(quantity * price);
      lines[6].numbers.push_back(quantity * price * 15 / 100);
      total += quantity * price;
    }
    const bool web = i % 2 == 1;
    orders[0].numbers.push_back(i + 1);
    orders[1].texts.push_back(web ? "web" : "shop");
    orders[2].numbers.push_back(at);
    orders[3].numbers.push_back(web ? std::optional<int64_t>(10 + i / 2 % 4)
                                    : std::nullopt);
    orders[4].numbers.push_back(total);
    orders[5].numbers.push_back(total + (i % 3 == 0 ? 50 : 150));
    orders[6].texts.push_back(
        i % 4 < 2 ? std::optional<std::string>(i % 4 ? "gift" : "call") : std::nullopt);
  }

  Cells& At(const std::string& table, const std::string& column) {
    for (Cells& cells : tables_[table]) {
      if (cells.name == column) return cells;
    }
    std::abort();
  }

  nlohmann::json StatisticsOf(const Cells& cells) const {
    nlohmann::json json{{"name", cells.name}, {"type", cells.type->ToString()}};
    int64_t nulls = 0;
    std::optional<int64_t> min, max;
    std::optional<std::string> first, last;
    for (size_t i = 0; i < cells.size(); ++i) {
      if (cells.is_text() ? !cells.texts[i] : !cells.numbers[i]) {
        ++nulls;
      } else if (cells.is_text()) {
        first = std::min(first.value_or(*cells.texts[i]), *cells.texts[i]);
        last = std::max(last.value_or(*cells.texts[i]), *cells.texts[i]);
      } else {
        min = std::min(min.value_or(*cells.numbers[i]), *cells.numbers[i]);
        max = std::max(max.value_or(*cells.numbers[i]), *cells.numbers[i]);
      }
    }
    json["null_count"] = nulls;
    const bool plain = cells.type->id() == arrow::Type::INT64;
    if (first) json["min"] = *first;
    if (last) json["max"] = *last;
    if (min)
      json["min"] =
          plain ? nlohmann::json(*min) : nlohmann::json(IntegerText(*min, *cells.type));
    if (max)
      json["max"] =
          plain ? nlohmann::json(*max) : nlohmann::json(IntegerText(*max, *cells.type));
    return json;
  }

  void WriteTable(const std::string& name, const Columns& columns) {
    arrow::FieldVector fields;
    arrow::ArrayVector arrays;
    nlohmann::json statistics = nlohmann::json::array();
    for (const Cells& cells : columns) {
      fields.push_back(arrow::field(cells.name, cells.type));
      arrays.push_back(ArrayOf(cells));
      statistics.push_back(StatisticsOf(cells));
    }
    const auto table = arrow::Table::Make(arrow::schema(fields), arrays);
    const std::string path = name + ".parquet";
    auto out = *arrow::io::FileOutputStream::Open((root_ / path).string());
    ASSERT_TRUE(
        parquet::arrow::WriteTable(*table, arrow::default_memory_pool(), out, 100).ok());
    ASSERT_TRUE(out->Close().ok());
    const auto rows = static_cast<int64_t>(columns[0].size());
    const auto bytes = static_cast<int64_t>(fs::file_size(root_ / path));
    manifest_["tables"]["shop_small." + name] = {{"table", name},
                                                 {"num_rows", rows},
                                                 {"size_bytes", bytes},
                                                 {"files",
                                                  {{{"path", path},
                                                    {"format", "parquet"},
                                                    {"num_rows", rows},
                                                    {"size_bytes", bytes},
                                                    {"rows", {0, rows}},
                                                    {"columns", statistics}}}}};
  }

  void Write() {
    for (const auto& [name, columns] : tables_) WriteTable(name, columns);
  }

  ValidationReport Validate() {
    ValidateRequest request{
        .spec = &spec_, .root = root_.string(), .manifest = manifest_};
    auto report = ValidateFiles(request);
    EXPECT_TRUE(report.ok()) << report.status();
    return *report;
  }
  /// "table rule" of all that is broken.
  Rules Broken() {
    Rules broken;
    for (const Check& check : Validate().checks) {
      if (check.violations > 0) broken.insert(check.table + " " + check.rule);
      EXPECT_EQ(check.passed, check.violations == 0 && check.skipped_reason.empty());
    }
    return broken;
  }

  fs::path root_;
  DatasetSpec spec_;
  std::map<std::string, Columns> tables_;
  nlohmann::json manifest_;
};

TEST_F(ValidatorTest, SoundDataPass) {
  Write();
  EXPECT_EQ(Broken(), Rules());
}

TEST_F(ValidatorTest, EachDeclaredRuleIsChecked) {
  Write();
  Rules checked;
  for (const Check& check : Validate().checks) {
    if (check.passed) checked.insert(check.table + " " + check.rule);
  }
  for (const char* rule : {"goods row_count",
                           "goods unique:code",
                           "goods format:code",
                           "goods distribution:price",
                           "orders expression:total",
                           "orders bounds:charged",
                           "orders nulls:voucher",
                           "orders distribution:voucher",
                           "orders order:ordered_at",
                           "orders order:ordered_at_window",
                           "orders rule:positive",
                           "orders row_count",
                           "orders nulls:note",
                           "lines expression:price",
                           "lines expression:amount",
                           "lines expression:order_id",
                           "lines bounds:off",
                           "lines unique:once",
                           "lines unique:good_id_in_parent",
                           "lines row_count:per_parent",
                           "lines reference:good_id",
                           "lines reference:order_id",
                           "lines order:order_id"}) {
    EXPECT_TRUE(checked.contains(rule)) << rule;
  }
}

TEST_F(ValidatorTest, DuplicatedKey) {
  At("goods", "good_id").numbers[9] = 9;
  Write();
  const Rules broken = Broken();
  EXPECT_TRUE(broken.contains("goods key:good_id"));
  EXPECT_TRUE(broken.contains("goods unique:good_id"));
  EXPECT_TRUE(broken.contains("lines reference:good_id"));
}

TEST_F(ValidatorTest, Orphan) {
  At("lines", "good_id").numbers[7] = 900;
  Write();
  EXPECT_EQ(Broken(), Rules({"lines expression:price", "lines reference:good_id"}));
}

TEST_F(ValidatorTest, WrongTotal) {
  *At("orders", "total").numbers[3] += 1;
  Write();
  const Rules broken = Broken();
  EXPECT_TRUE(broken.contains("orders expression:total"));
  EXPECT_TRUE(broken.contains("orders bounds:charged"));
  EXPECT_FALSE(broken.contains("lines expression:amount"));
}

TEST_F(ValidatorTest, WrongAmountBreaksItsExpressionAndTheTotal) {
  *At("lines", "amount").numbers[0] += 1;
  Write();
  EXPECT_EQ(Broken(), Rules({"lines expression:amount", "orders expression:total"}));
}

TEST_F(ValidatorTest, PriceOfAnotherGood) {
  At("lines", "price").numbers[11] = 105 + 37;
  Write();
  EXPECT_TRUE(Broken().contains("lines expression:price"));
}

TEST_F(ValidatorTest, HiddenOperandsAreBounded) {
  Write();
  EXPECT_EQ(Broken(), Rules());
  *At("orders", "charged").numbers[8] += 1;
  *At("lines", "off").numbers[8] = *At("lines", "amount").numbers[8] / 4;
  Write();
  EXPECT_EQ(Broken(), Rules({"orders bounds:charged", "lines bounds:off"}));
}

TEST_F(ValidatorTest, NullsStandWhereTheConditionSays) {
  At("orders", "voucher").numbers[1] = std::nullopt;
  Write();
  EXPECT_EQ(Broken(), Rules({"orders nulls:voucher"}));
}

TEST_F(ValidatorTest, TooManyNulls) {
  for (size_t i = 0; i < 240; i += 1) {
    if (i % 8 != 0) At("orders", "note").texts[i] = std::nullopt;
  }
  for (size_t i = 0; i < 240; i += 16) At("orders", "note").texts[i] = "gift";
  Write();
  EXPECT_EQ(Broken(), Rules({"orders nulls:note"}));
}

TEST_F(ValidatorTest, TimesOutOfOrderAndOutOfTheWindow) {
  auto& times = At("orders", "ordered_at").numbers;
  std::swap(times[20], times[21]);
  Write();
  EXPECT_EQ(Broken(), Rules({"orders order:ordered_at"}));
  std::swap(times[20], times[21]);
  times[239] = *times[239] + 5 * kMicrosecondsPerDay;
  Write();
  EXPECT_EQ(Broken(), Rules({"orders order:ordered_at_window"}));
}

TEST_F(ValidatorTest, SameGoodTwiceInAnOrder) {
  for (const char* column : {"good_id", "price"}) {
    At("lines", column).numbers[5] = At("lines", column).numbers[4];
  }
  Write();
  const Rules broken = Broken();
  EXPECT_TRUE(broken.contains("lines unique:once"));
  EXPECT_TRUE(broken.contains("lines unique:good_id_in_parent"));
}

TEST_F(ValidatorTest, MissingRowOfAFamily) {
  for (Cells& cells : tables_["lines"]) cells.numbers.pop_back();
  Write();
  EXPECT_EQ(Broken(), Rules({"lines row_count:per_parent", "orders expression:total"}));
}

TEST_F(ValidatorTest, RuleOfTheDataset) {
  for (const char* column : {"total", "charged"}) At("orders", column).numbers[5] = -100;
  Write();
  EXPECT_TRUE(Broken().contains("orders rule:positive"));
}

TEST_F(ValidatorTest, WeightsAndUnknownValues) {
  for (size_t i = 0; i < 240; ++i) {
    if (i % 2 == 1 && i % 20 != 1) {
      At("orders", "channel").texts[i] = "shop";
      At("orders", "voucher").numbers[i] = std::nullopt;
    }
  }
  Write();
  EXPECT_EQ(Broken(), Rules({"orders distribution:channel"}));
  Fill();
  At("orders", "note").texts[0] = "ring twice";
  Write();
  EXPECT_EQ(Broken(), Rules({"orders distribution:note"}));
  Fill();
  At("lines", "quantity").numbers[0] = 5;
  Write();
  EXPECT_TRUE(Broken().contains("lines distribution:quantity"));
}

TEST_F(ValidatorTest, FormOfCodes) {
  At("goods", "code").texts[2] = "X1014";
  At("goods", "code").texts[3] = At("goods", "code").texts[4];
  Write();
  EXPECT_EQ(Broken(), Rules({"goods format:code", "goods unique:code"}));
}

TEST_F(ValidatorTest, FilesThatAreNotWhatTheManifestSays) {
  Write();
  std::ofstream(root_ / "orders_extra.parquet") << "x";
  EXPECT_EQ(Broken(), Rules({"orders layout:foreign_files"}));
  fs::remove(root_ / "orders_extra.parquet");
  fs::resize_file(root_ / "lines.parquet", 500);
  const Rules truncated = Broken();
  EXPECT_TRUE(truncated.contains("lines layout:file_size"));
  EXPECT_TRUE(truncated.contains("lines layout:readable"));
  fs::remove(root_ / "lines.parquet");
  EXPECT_EQ(Broken(), Rules({"lines layout:files_exist"}));
}

TEST_F(ValidatorTest, PartsThatDoNotMeet) {
  Write();
  manifest_["tables"]["shop_small.orders"]["files"][0]["rows"] = {0, 239};
  EXPECT_EQ(Broken(), Rules({"orders layout:row_ranges"}));
}

TEST_F(ValidatorTest, StatisticsOfTheManifest) {
  Write();
  nlohmann::json& columns =
      manifest_["tables"]["shop_small.orders"]["files"][0]["columns"];
  columns[4]["max"] = "999.00";
  EXPECT_EQ(Broken(), Rules({"orders statistics:manifest"}));
  columns[4]["max"] = StatisticsOf(At("orders", "total"))["max"];
  columns[6]["null_count"] = 3;
  EXPECT_EQ(Broken(), Rules({"orders statistics:manifest"}));
}

TEST_F(ValidatorTest, SwappedColumnsAndTypes) {
  std::swap(tables_["goods"][1], tables_["goods"][2]);
  Write();
  EXPECT_EQ(Broken(), Rules({"goods schema:columns"}));
  std::swap(tables_["goods"][1], tables_["goods"][2]);
  At("goods", "price").type = arrow::int64();
  Write();
  EXPECT_TRUE(Broken().contains("goods schema:types"));
}

TEST_F(ValidatorTest, ReportsNameThePlace) {
  At("lines", "good_id").numbers[7] = 900;
  Write();
  const ValidationReport report = Validate();
  for (const Check& check : report.checks) {
    if (check.rule != "reference:good_id") continue;
    ASSERT_EQ(check.examples.size(), 1u);
    EXPECT_EQ(check.examples[0].file, "lines.parquet");
    EXPECT_EQ(check.examples[0].row, 7);
    EXPECT_EQ(check.examples[0].column, "good_id");
    EXPECT_EQ(check.examples[0].found, "900");
  }
  EXPECT_NE(ReportText(report, {}).find("reference:good_id"), std::string::npos);
  const std::string html = ReportHtml(report, "shop <1>");
  EXPECT_NE(html.find("shop &lt;1&gt;"), std::string::npos);
  EXPECT_NE(html.find("<svg"), std::string::npos);
  EXPECT_EQ(html.find("http"), std::string::npos);
}

}  // namespace
}  // namespace lakeseed
