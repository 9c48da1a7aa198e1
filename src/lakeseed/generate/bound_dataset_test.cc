// The laws of a bound dataset: what a batch holds does not depend on how it was
// asked for; families reconcile to the cent; names that are wrong are found.

#include <arrow/api.h>
#include <gtest/gtest.h>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/generate/changes.h"
#include "lakeseed/generate/test_dataset.h"

namespace lakeseed {
namespace {

/// A shop whose customers move, whose products change price, with grandchildren.
constexpr char kShop[] = R"yaml(dataset: shop
epoch: 2022-06-01
window: {from: 2023-01-01, to: 2023-12-31}
main: orders
target_rows: 5000
seasons:
  weekday: {mon: 0.8, sat: 1.4}
  hours: {"09-18": 1.0, default: 0.1}
tables:
  regions:
    rows: 7
    columns:
      region_id: {key: {}}
      rate: {uniform: [1, 9]}
      is_open: {boolean: 0.5, null_fraction: 0.3}
  customers:
    population:
      {size: 10% of main, growth: 0.003 per day, churn: 0.002 per day,
       changes: {rate: 3 per year, tracks: [segment, region_id]}}
    columns:
      customer_id: {key: {}}
      segment: {choice: {a: 0.5, b: 0.3, c: 0.2}}
      region_id: {foreign_key: {to: regions}}
      born: $born
      alive: $alive
      rate: regions.rate
  products:
    population: {size: 80, growth: 0.001 per day}
    columns:
      product_id: {key: {}}
      price: {uniform: [1.00, 90.00], type: "decimal(8,2)"}
      stock: sum(stock.units)
      places: count(stock)
  stock:
    per: {parent: products, count: {uniform: [0, 3]}}
    columns:
      stock_id: {key: {}}
      product_id: parent.product_id
      units: {uniform: [0, 50]}
  orders:
    events: {per_day: main, noise: 0.1, zone: America/Chicago}
    columns:
      order_id: {key: {}}
      customer_id: {foreign_key: {to: customers, activity: {zipf: 0.7}}}
      channel: {choice: {shop: 0.6, web: 0.4}}
      voucher_region_id: {foreign_key: {to: regions}, when: channel = 'web'}
      at: $time
      day: $day
      segment: customers.segment
      region_rate: customers.region_id.rate
      voucher_rate: voucher_region_id.rate
      voucher_is_open: voucher_region_id.is_open
      lines: count(lines)
      subtotal: sum(lines.total)
      units: sum(lines.parcel_units)
      note: {choice: {x: 1, y: 1}, null_fraction: 0.5}
      as_of: date($as_of)
  lines:
    per: {parent: orders, count: {geometric: {mean: 2.5, max: 9}}}
    columns:
      line_id: {key: {}}
      order_id: parent.order_id
      product_id: {foreign_key: {to: products, popularity: {zipf: 0.9}, distinct_in_parent: true}}
      quantity: {uniform: [1, 4]}
      price: products.price
      total: quantity * price
      segment: parent.segment
      parcel_units: sum(parcels.units)
  parcels:
    per: {parent: lines, count: {uniform: [0, 2]}}
    columns:
      parcel_id: {key: {}}
      line_id: parent.line_id
      units: {uniform: [1, 5]}
      day: parent.parent.day
)yaml";

DatasetPtr BindShop(BoundDataset::Options options = {}) {
  options.cache_bytes = 64 << 20;
  return BindText(kShop, options);
}

std::shared_ptr<arrow::Table> Flat(
    std::vector<std::shared_ptr<arrow::RecordBatch>> parts) {
  return arrow::Table::FromRecordBatches(parts)
      .ValueOrDie()
      ->CombineChunks()
      .ValueOrDie();
}

constexpr const char* kTables[] = {"regions", "customers", "products", "stock",
                                   "orders",  "lines",     "parcels"};

TEST(BoundDatasetTest, SplitRandomAndSubset) {
  const DatasetPtr dataset = BindShop();
  ASSERT_NE(dataset, nullptr);
  for (const char* name : kTables) {
    const RowRange all = ExtentOf(*dataset, name);
    const int64_t b = all.begin, e = std::min(all.end, b + 1500);
    const auto whole = MakeRows(*dataset, name, Rows(RowRange{b, e}));
    const int64_t m = b + (e - b) / 3;
    const auto parts = Flat({MakeRows(*dataset, name, Rows(RowRange{b, m})),
                             MakeRows(*dataset, name, Rows(RowRange{m, m})),
                             MakeRows(*dataset, name, Rows(RowRange{m, e}))});
    EXPECT_TRUE(parts->Equals(*Flat({whole}))) << name;

    std::vector<int64_t> numbers;
    for (int64_t r = e - 1; r >= b; r -= 7) numbers.push_back(r);
    numbers.push_back(numbers.front());
    const auto some = MakeRows(*dataset, name, Rows(numbers));
    for (size_t i = 0; i < numbers.size(); ++i) {
      EXPECT_TRUE(some->Slice(i, 1)->Equals(*whole->Slice(numbers[i] - b, 1)))
          << name << " row " << numbers[i];
    }
    for (int c = 0; c < whole->num_columns(); ++c) {
      const auto alone =
          MakeRows(*dataset, name, Rows(RowRange{b, e}), dataset->default_as_of(), {c});
      EXPECT_TRUE(alone->column(0)->Equals(whole->column(c)))
          << name << "." << whole->column_name(c);
    }
  }
}

TEST(BoundDatasetTest, CachesAndHorizonChangeNoValue) {
  const DatasetPtr a = BindShop(), b = BindText(kShop, {.cache_bytes = 0});
  const DatasetPtr c = BindShop({.last_day = a->spec().window.to + 900});
  const DatasetPtr other = BindShop({.seed = 7});
  for (const char* name : kTables) {
    const RowRange rows = ExtentOf(*a, name);
    ASSERT_EQ(rows, ExtentOf(*c, name));
    const Rows some(RowRange{rows.begin, std::min(rows.end, rows.begin + 3000)});
    const auto batch = MakeRows(*a, name, some);
    EXPECT_TRUE(batch->Equals(*MakeRows(*b, name, some))) << name;
    EXPECT_TRUE(batch->Equals(*MakeRows(*c, name, some))) << name;
    EXPECT_FALSE(batch->Equals(*MakeRows(*other, name, some))) << name;
  }
}

TEST(BoundDatasetTest, Day500AloneEqualsThatDayOfTheFullRun) {
  constexpr int32_t kDay = 500;
  const DatasetPtr full = BindShop();
  const DatasetPtr alone =
      BindText(kShop, {.cache_bytes = 0});  // Another process: nothing is shared.
  for (const char* name : {"orders", "lines", "parcels"}) {
    const RowRange all = ExtentOf(*full, name);
    const RowRange day = alone->table(alone->FindTable(name)).rows->Extent({kDay, kDay});
    ASSERT_GT(day.length(), 3) << name;
    const auto whole = MakeRows(*full, name, Rows(all));
    const auto part = whole->Slice(day.begin - all.begin, day.length());
    EXPECT_TRUE(part->Equals(*MakeRows(*alone, name, Rows(day)))) << name;
  }
}

TEST(BoundDatasetTest, FamilyPassEqualsTableAlone) {
  const DatasetPtr dataset = BindShop();
  const BoundTable& orders = dataset->table(dataset->FindTable("orders"));
  const BoundTable& lines = dataset->table(dataset->FindTable("lines"));
  const BoundTable& parcels = dataset->table(dataset->FindTable("parcels"));
  std::vector<Program::Target> wanted;
  for (const BoundTable* table : {&orders, &lines, &parcels}) {
    for (const BoundColumn& column : table->columns) {
      wanted.push_back({table->index, column.node});
    }
  }
  const Program program(*dataset, wanted);
  const RowRange all = orders.rows->Extent(dataset->window());
  EXPECT_EQ(all.length(), 5000);
  const RowRange some{all.begin + 100, all.begin + 900};
  Evaluation parents(program, orders.index, Rows(some), nullptr, dataset->default_as_of(),
                     arrow::default_memory_pool());
  Evaluation* children = parents.Children(lines.index).ValueOrDie();
  Evaluation* grandchildren = children->Children(parcels.index).ValueOrDie();
  const auto line_batch = children->Batch(AllColumns(lines)).ValueOrDie();
  const auto order_batch = parents.Batch(AllColumns(orders)).ValueOrDie();
  const auto parcel_batch = grandchildren->Batch(AllColumns(parcels)).ValueOrDie();
  EXPECT_TRUE(order_batch->Equals(*MakeRows(*dataset, "orders", Rows(some))));
  EXPECT_TRUE(line_batch->Equals(*MakeRows(*dataset, "lines", children->rows())));
  EXPECT_TRUE(
      parcel_batch->Equals(*MakeRows(*dataset, "parcels", grandchildren->rows())));

  // Subtotals are the sums of the lines, to the cent.
  const auto& subtotal = static_cast<const arrow::Decimal64Array&>(
      *order_batch->GetColumnByName("subtotal"));
  const auto& total =
      static_cast<const arrow::Decimal64Array&>(*line_batch->GetColumnByName("total"));
  const auto& order_id =
      static_cast<const arrow::Int64Array&>(*line_batch->GetColumnByName("order_id"));
  std::map<int64_t, int64_t> sums;
  for (int64_t i = 0; i < line_batch->num_rows(); ++i) {
    sums[order_id.Value(i)] += *reinterpret_cast<const int64_t*>(total.GetValue(i));
  }
  for (int64_t i = 0; i < order_batch->num_rows(); ++i) {
    EXPECT_EQ(*reinterpret_cast<const int64_t*>(subtotal.GetValue(i)),
              sums[some.begin + i + 1]);
  }
}

TEST(BoundDatasetTest, ChildrenOfTheWindowAreExact) {
  const DatasetPtr dataset = BindShop();
  EXPECT_EQ(ExtentOf(*dataset, "orders").length(), 5000);
  EXPECT_EQ(ExtentOf(*dataset, "lines").length(), 12'500);
}

TEST(BoundDatasetTest, FactsSeeTheirOwnDay) {
  // A change of segment shows in the orders from its day on, never before: each
  // order's segment equals the customer's, looked at as of the order's day.
  const DatasetPtr dataset = BindShop();
  const RowRange rows = ExtentOf(*dataset, "orders");
  const auto orders = MakeRows(*dataset, "orders", Rows(rows));
  const auto& customer =
      static_cast<const arrow::Int64Array&>(*orders->GetColumnByName("customer_id"));
  const auto& day =
      static_cast<const arrow::Date32Array&>(*orders->GetColumnByName("day"));
  std::vector<int64_t> numbers;
  arrow::Int32Builder views;
  for (int64_t i = 0; i < orders->num_rows(); ++i) {
    numbers.push_back(customer.Value(i) - 1);
    ASSERT_TRUE(views.Append(day.Value(i) - dataset->spec().epoch).ok());
  }
  const auto view_days =
      std::static_pointer_cast<arrow::Int32Array>(views.Finish().ValueOrDie());
  const auto then = MakeRows(*dataset, "customers", Rows(numbers),
                             dataset->default_as_of(), {}, view_days);
  EXPECT_TRUE(
      then->GetColumnByName("segment")->Equals(orders->GetColumnByName("segment")));
  EXPECT_TRUE(
      then->GetColumnByName("rate")->Equals(orders->GetColumnByName("region_rate")));
  const auto& alive =
      static_cast<const arrow::BooleanArray&>(*then->GetColumnByName("alive"));
  EXPECT_EQ(alive.true_count(), orders->num_rows());

  const auto now = MakeRows(*dataset, "customers", Rows(numbers));
  EXPECT_FALSE(
      now->GetColumnByName("segment")->Equals(orders->GetColumnByName("segment")));
}

TEST(BoundDatasetTest, EveryChangeChangesSomething) {
  const DatasetPtr dataset = BindShop();
  const BoundTable& table = dataset->table(dataset->FindTable("customers"));
  const int32_t last = dataset->window().last;
  int changed = 0;
  for (int64_t id = 0; id < 60; ++id) {
    std::vector<int64_t> numbers(static_cast<size_t>(last), id);
    arrow::Int32Builder views;
    for (int32_t d = 1; d <= last; ++d) ASSERT_TRUE(views.Append(d).ok());
    const auto batch = MakeRows(
        *dataset, "customers", Rows(numbers), dataset->default_as_of(),
        {table.FindColumn("segment"), table.FindColumn("region_id")},
        std::static_pointer_cast<arrow::Int32Array>(views.Finish().ValueOrDie()));
    std::vector<int32_t> versions(numbers.size()), days(numbers.size());
    for (int32_t d = 1; d <= last; ++d) days[d - 1] = d;
    table.rows->changes()->VersionsOf(Rows(numbers), days.data(), versions.data());
    for (int32_t d = 1; d < last; ++d) {
      if (versions[d - 1] == 0 || versions[d] == 0) continue;
      const bool same = batch->Slice(d - 1, 1)->Equals(*batch->Slice(d, 1));
      EXPECT_EQ(same, versions[d - 1] == versions[d]) << "member " << id << " day " << d;
      changed += !same;
    }
  }
  EXPECT_GT(changed, 50);
}

TEST(BoundDatasetTest, NullsFollowTheirConditions) {
  const DatasetPtr dataset = BindShop();
  const auto orders = MakeRows(*dataset, "orders", Rows(ExtentOf(*dataset, "orders")));
  const auto& channel =
      static_cast<const arrow::DictionaryArray&>(*orders->GetColumnByName("channel"));
  const auto& names = static_cast<const arrow::StringArray&>(*channel.dictionary());
  const auto voucher = orders->GetColumnByName("voucher_region_id");
  const auto rate = orders->GetColumnByName("voucher_rate");
  for (int64_t i = 0; i < orders->num_rows(); ++i) {
    const bool web = names.GetView(channel.GetValueIndex(i)) == "web";
    EXPECT_EQ(voucher->IsValid(i), web);
    EXPECT_EQ(rate->IsValid(i), web);
  }
  const double nulls = static_cast<double>(orders->GetColumnByName("note")->null_count());
  EXPECT_NEAR(nulls / 5000, 0.5, 0.04);
}

TEST(BoundDatasetTest, AllWrongNamesAtOnce) {
  std::string text = kShop;
  auto replace = [&](const std::string& from, const std::string& to) {
    text.replace(text.find(from), from.size(), to);
  };
  replace("rate: regions.rate", "rate: regions.rte");
  replace("price: products.price", "price: product.price");
  replace("subtotal: sum(lines.total)", "subtotal: sum(stock.units)");
  replace("note: {choice:", "note: {chioce:");
  replace("total: quantity * price", "total: quantity * segment");
  const auto bound = TryBindText(text);
  ASSERT_FALSE(bound.ok());
  EXPECT_EQ(ExitCodeOf(bound.status()), ExitCode::kRequest);
  const std::string message = bound.status().message();
  for (const char* part : {"did you mean `rate`", "did you mean `products`",
                           "not a child table of orders: stock",
                           "unknown generator: chioce", "did you mean `choice`", "f:"}) {
    EXPECT_NE(message.find(part), std::string::npos) << part << "\n" << message;
  }
}

TEST(BoundDatasetTest, ACircleIsFound) {
  std::string text = kShop;
  const std::string from = "quantity: {uniform: [1, 4]}";
  text.replace(text.find(from), from.size(), "quantity: total * 2");
  EXPECT_NE(BindError(text).find("defined by itself"), std::string::npos);
}

}  // namespace
}  // namespace lakeseed
