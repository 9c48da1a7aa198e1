// stock and the totals of days that it follows: the laws of the levels against a walk
// from day to day, and totals against a count of the rows.

#include <arrow/api.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "lakeseed/generate/test_context.h"
#include "lakeseed/generate/test_dataset.h"

namespace lakeseed {
namespace {

using testing::HasSubstr;

/// Fields of `stock` for the first things, on days [from, to].
class Levels {
 public:
  Levels(int64_t base, int64_t pack, int32_t from, int32_t to, int64_t things = 64) {
    TestContext context;
    const auto day = [&](const char* name, int32_t value) {
      context.AddInt64(
          name, [value](int64_t) { return TestRowSpace::kEpoch + value; },
          arrow::date32());
    };
    day("first", from);
    day("last", to);
    context.AddInt64("base", [base](int64_t) { return base; });
    context.AddInt64("pack", [pack](int64_t) { return pack; });
    auto bound = context.Bind(
        "{stock: {of: sales, units: n, match: {$row: thing}, base: base, pack: pack, "
        "from: first, to: last, review: 5d}}");
    auto made = context.Generate(**bound, Rows(RowRange{0, things}));
    status = made.status();
    if (made.ok()) {
      levels_ = std::static_pointer_cast<arrow::StructArray>(*made);
    }
  }

  int64_t At(const char* field, int64_t thing) const {
    const auto values = levels_->GetFieldByName(field);
    return static_cast<const arrow::Int64Array&>(*values).Value(thing);
  }

  arrow::Status status;

 private:
  std::shared_ptr<arrow::StructArray> levels_;
};

TEST(Stock, FlowsFromDayToDay) {
  constexpr int64_t kBase = 18, kPack = 7;
  std::map<int64_t, int64_t> before;
  int64_t between_reviews = 0;
  for (int32_t day = 0; day < 60; ++day) {
    const Levels levels(kBase, kPack, day, day);
    ASSERT_TRUE(levels.status.ok()) << levels.status.ToString();
    for (int64_t thing = 0; thing < 64; ++thing) {
      const int64_t opening = levels.At("opening", thing);
      const int64_t received = levels.At("received", thing);
      const int64_t closing = levels.At("closing", thing);
      EXPECT_EQ(levels.At("sold", thing), EvenTotals::UnitsOf(thing, day));
      EXPECT_EQ(opening, day == 0 ? kBase : before[thing]);
      EXPECT_EQ(closing, opening + received - levels.At("sold", thing));
      EXPECT_GE(closing, 0);
      EXPECT_GE(received, 0);
      const int64_t packs = day % 5 == 0 ? 0 : received;
      EXPECT_EQ(packs % kPack, 0) << "between reviews whole packs come";
      between_reviews += packs;
      before[thing] = closing;
    }
  }
  EXPECT_GT(between_reviews, 0);
}

TEST(Stock, ASpanIsTheSumOfItsDays) {
  const Levels whole(18, 7, 3, 33);
  int64_t sold = 0, received = 0;
  for (int32_t day = 3; day <= 33; ++day) {
    const Levels one(18, 7, day, day);
    sold += one.At("sold", 5);
    received += one.At("received", 5);
  }
  EXPECT_EQ(whole.At("sold", 5), sold);
  EXPECT_EQ(whole.At("received", 5), received);
  EXPECT_EQ(whole.At("opening", 5), Levels(18, 7, 3, 3).At("opening", 5));
  EXPECT_EQ(whole.At("closing", 5), Levels(18, 7, 33, 33).At("closing", 5));
}

TEST(Stock, NothingIsKeptOfWhatHasNoBase) {
  const Levels levels(0, 1, 8, 8);
  for (int64_t thing = 0; thing < 64; ++thing) {
    EXPECT_EQ(levels.At("closing", thing), 0);
    EXPECT_EQ(levels.At("received", thing), levels.At("sold", thing));
  }
}

TEST(Stock, RefusesPacksThatOverfill) {
  EXPECT_TRUE(Levels(6, 7, 1, 1).status.ok());
  EXPECT_THAT(Levels(6, 8, 1, 1).status.message(), HasSubstr("base is 6, pack is 8"));
  EXPECT_FALSE(Levels(6, 0, 1, 1).status.ok());
  EXPECT_FALSE(Levels(-1, 1, 1, 1).status.ok());
}

constexpr char kShop[] = R"(
dataset: shop
window: {{from: 2024-01-01, to: 2024-02-29}}
tables:
  products:
    population: {{size: 12, growth: 0.02 per day, churn: 0.01 per day}}
    columns: {{product_id: {{key: {{}}}}}}
  shelves:
    per: {{parent: products, count: {{const: 2}}}}
    columns:
      shelf_id: {{key: {{}}}}
      product_id: parent.product_id
      shop: mod($row, 2)
  orders:
    events: {{per_day: 40}}
    columns:
      order_id: {{key: {{}}}}
      shop: {{uniform: [0, 1], null_fraction: 0.3}}
  lines:
    per: {{parent: orders, count: {{uniform: [1, 3]}}}}
    columns:
      line_id: {{key: {{}}}}
      order_id: parent.order_id
      shop: parent.shop
      day: $day
      product_id: {{foreign_key: {{to: products}}}}
      units: {{uniform: [1, 4]}}
  stock:
    series: {{of: shelves, every: 1d{}}}
    let:
      level: {{stock: {{of: lines, units: {}, match: {{product_id: product_id, shelves.shop: parent.shop}}, base: 9, pack: 4}}}}
    columns:
      day: $day
      shelf_id: shelves.shelf_id
      product_id: shelves.product_id
      shop: shelves.shop
      opening: level.opening
      sold: level.sold
      received: level.received
      closing: level.closing
)";

std::string Shop(std::string_view on = "", std::string_view units = "units") {
  return fmt::format(kShop, on, units);
}

int64_t Cell(const arrow::RecordBatch& batch, const char* column, int64_t row) {
  const arrow::Array& values = *batch.GetColumnByName(column);
  if (values.IsNull(row)) return -1;
  return values.type_id() == arrow::Type::DATE32
             ? static_cast<const arrow::Date32Array&>(values).Value(row)
             : static_cast<const arrow::Int64Array&>(values).Value(row);
}

TEST(Stock, SoldIsWhatTheOtherTableSays) {
  const DatasetPtr shop = BindText(Shop());
  const BatchPtr lines = MakeRows(*shop, "lines"), stock = MakeRows(*shop, "stock");
  std::map<std::array<int64_t, 3>, int64_t> sold;
  for (int64_t i = 0; i < lines->num_rows(); ++i) {
    sold[{Cell(*lines, "day", i), Cell(*lines, "product_id", i),
          Cell(*lines, "shop", i)}] += Cell(*lines, "units", i);
  }
  int64_t total = 0, wanted = 0;
  std::map<int64_t, int64_t> last;  // Of a shelf.
  for (int64_t i = 0; i < stock->num_rows(); ++i) {
    const auto at = [&](const char* column) { return Cell(*stock, column, i); };
    EXPECT_EQ(at("sold"), (sold[{at("day"), at("product_id"), at("shop")}]));
    EXPECT_EQ(at("closing"), at("opening") + at("received") - at("sold"));
    const auto [before, is_first] = last.try_emplace(at("shelf_id"), 9);
    EXPECT_EQ(at("opening"), before->second);
    before->second = at("closing");
    total += at("sold");
  }
  for (const auto& [key, units] : sold) wanted += key[2] < 0 ? 0 : units;
  EXPECT_EQ(total, wanted) << "each product has a shelf in each shop";
  EXPECT_GT(last.size(), 24u) << "products come in the course of time";
}

TEST(Stock, RowsAloneAreThoseOfAll) {
  const DatasetPtr shop = BindText(Shop());
  const RowRange all = ExtentOf(*shop, "stock");
  const BatchPtr whole = MakeRows(*shop, "stock");
  for (const int64_t begin : {all.begin, all.begin + 700, all.end - 50}) {
    const RowRange part{begin, begin + 50};
    EXPECT_TRUE(MakeRows(*BindText(Shop()), "stock", Rows(part))
                    ->Equals(*whole->Slice(begin - all.begin, 50)));
  }
}

TEST(Stock, KeysThatTheLastDayDoesNotHaveAreKnownToo) {
  std::string text = Shop();
  const std::string key = "{product_id: product_id,";
  text.replace(text.find(key), key.size(),
               "{\"if(day($day) = 29, 1, product_id)\": product_id,");
  const BatchPtr other = MakeRows(*BindText(text), "stock");
  const BatchPtr stock = MakeRows(*BindText(Shop()), "stock");
  ASSERT_EQ(other->num_rows(), stock->num_rows());
  int64_t compared = 0, sold = 0;
  for (int64_t i = 0; i < stock->num_rows(); ++i) {
    if (CellText(*stock, "day", i).ends_with("-29")) continue;
    for (const char* column : {"opening", "sold", "received", "closing"}) {
      EXPECT_EQ(Cell(*other, column, i), Cell(*stock, column, i)) << column << " " << i;
    }
    sold += Cell(*stock, "product_id", i) == 1 ? 0 : Cell(*stock, "sold", i);
    ++compared;
  }
  EXPECT_GT(compared, 1000);
  EXPECT_GT(sold, 1000);
}

TEST(Stock, MonthsEndWithTheirLastDay) {
  const DatasetPtr shop = BindText(Shop(", on: month_ends"));
  const BatchPtr stock = MakeRows(*shop, "stock");
  EXPECT_EQ(CellText(*stock, "day", 0), "2024-01-31");
  EXPECT_EQ(CellText(*stock, "day", stock->num_rows() - 1), "2024-02-29");
  EXPECT_EQ(stock->num_rows(), ExtentOf(*shop, "stock").length());
}

TEST(Stock, TellsWhatItCannotFollow) {
  EXPECT_THAT(BindError(Shop("", "units * 1.5")), HasSubstr("is no integer"));
  EXPECT_THAT(BindError(Shop("", "unit")), HasSubstr("unknown name"));
  std::string text = Shop();
  text.replace(text.find("of: lines"), 9, "of: lanes");
  EXPECT_THAT(BindError(text), HasSubstr("unknown table: lanes"));
  text = Shop();
  text.replace(text.find("of: lines"), 9, "of: products");
  EXPECT_THAT(BindError(text), HasSubstr("has no rows with days"));
}

}  // namespace
}  // namespace lakeseed
