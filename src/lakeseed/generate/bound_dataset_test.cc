// The laws of a bound dataset: what a batch holds does not depend on how it was
// asked for; families reconcile to the cent; names that are wrong are found.

#include "lakeseed/generate/bound_dataset.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/generate/changes.h"
#include "lakeseed/generate/evaluation.h"
#include "lakeseed/spec/load.h"

namespace lakeseed {
namespace {

using DatasetPtr = std::shared_ptr<const BoundDataset>;

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

DatasetPtr BindShop(int64_t cache_bytes = 64 << 20, int32_t extra_days = 0,
                    int64_t seed = 42) {
  auto spec = ParseDataset(kShop, "shop.yaml", "", {});
  EXPECT_TRUE(spec.ok()) << spec.status().ToString();
  BoundDataset::Options options;
  options.seed = seed;
  options.cache_bytes = cache_bytes;
  options.last_day = spec->window.to + extra_days;
  auto bound = BoundDataset::Bind(*std::move(spec), options);
  EXPECT_TRUE(bound.ok()) << bound.status().ToString();
  return bound.ok() ? *bound : nullptr;
}

std::vector<int> AllColumns(const BoundTable& table) {
  std::vector<int> all(table.columns.size());
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<int>(i);
  return all;
}

std::shared_ptr<arrow::RecordBatch> Make(
    const BoundDataset& dataset, const char* name, Rows rows,
    std::vector<int> columns = {}, std::shared_ptr<arrow::Int32Array> views = nullptr) {
  const BoundTable& table = dataset.table(dataset.FindTable(name));
  if (columns.empty()) columns = AllColumns(table);
  std::vector<Program::Target> wanted;
  for (int c : columns) wanted.push_back({table.index, table.columns[c].node});
  const Program program(dataset, wanted);
  Evaluation evaluation(program, table.index, std::move(rows), std::move(views),
                        dataset.default_as_of(), arrow::default_memory_pool());
  auto batch = evaluation.Batch(columns);
  EXPECT_TRUE(batch.ok()) << name << ": " << batch.status().ToString();
  return batch.ok() ? *batch : nullptr;
}

std::shared_ptr<arrow::Table> Flat(
    std::vector<std::shared_ptr<arrow::RecordBatch>> parts) {
  return arrow::Table::FromRecordBatches(parts)
      .ValueOrDie()
      ->CombineChunks()
      .ValueOrDie();
}

RowRange Extent(const BoundDataset& dataset, const char* name) {
  return dataset.table(dataset.FindTable(name)).rows->Extent(dataset.window());
}

constexpr const char* kTables[] = {"regions", "customers", "products", "stock",
                                   "orders",  "lines",     "parcels"};

TEST(BoundDatasetTest, SplitRandomAndSubset) {
  const DatasetPtr dataset = BindShop();
  ASSERT_NE(dataset, nullptr);
  for (const char* name : kTables) {
    const RowRange all = Extent(*dataset, name);
    const int64_t b = all.begin, e = std::min(all.end, b + 1500);
    const auto whole = Make(*dataset, name, Rows(RowRange{b, e}));
    ASSERT_NE(whole, nullptr);
    const int64_t m = b + (e - b) / 3;
    const auto parts = Flat({Make(*dataset, name, Rows(RowRange{b, m})),
                             Make(*dataset, name, Rows(RowRange{m, m})),
                             Make(*dataset, name, Rows(RowRange{m, e}))});
    EXPECT_TRUE(parts->Equals(*Flat({whole}))) << name;

    std::vector<int64_t> numbers;
    for (int64_t r = e - 1; r >= b; r -= 7) numbers.push_back(r);
    numbers.push_back(numbers.front());
    const auto some = Make(*dataset, name, Rows(numbers));
    for (size_t i = 0; i < numbers.size(); ++i) {
      EXPECT_TRUE(some->Slice(i, 1)->Equals(*whole->Slice(numbers[i] - b, 1)))
          << name << " row " << numbers[i];
    }
    for (int c = 0; c < whole->num_columns(); ++c) {
      const auto alone = Make(*dataset, name, Rows(RowRange{b, e}), {c});
      EXPECT_TRUE(alone->column(0)->Equals(whole->column(c)))
          << name << "." << whole->column_name(c);
    }
  }
}

TEST(BoundDatasetTest, CachesAndHorizonChangeNoValue) {
  const DatasetPtr a = BindShop(), b = BindShop(0), c = BindShop(64 << 20, 900);
  const DatasetPtr other = BindShop(64 << 20, 0, 7);
  for (const char* name : kTables) {
    const RowRange rows = Extent(*a, name);
    ASSERT_EQ(rows, Extent(*c, name));
    const Rows some(RowRange{rows.begin, std::min(rows.end, rows.begin + 3000)});
    const auto batch = Make(*a, name, some);
    EXPECT_TRUE(batch->Equals(*Make(*b, name, some))) << name;
    EXPECT_TRUE(batch->Equals(*Make(*c, name, some))) << name;
    EXPECT_FALSE(batch->Equals(*Make(*other, name, some))) << name;
  }
}

TEST(BoundDatasetTest, Day500AloneEqualsThatDayOfTheFullRun) {
  constexpr int32_t kDay = 500;
  const DatasetPtr full = BindShop();
  const DatasetPtr alone = BindShop(0);  // Another process: nothing is shared.
  for (const char* name : {"orders", "lines", "parcels"}) {
    const RowRange all = Extent(*full, name);
    const RowRange day = alone->table(alone->FindTable(name)).rows->Extent({kDay, kDay});
    ASSERT_GT(day.length(), 3) << name;
    const auto whole = Make(*full, name, Rows(all));
    const auto part = whole->Slice(day.begin - all.begin, day.length());
    EXPECT_TRUE(part->Equals(*Make(*alone, name, Rows(day)))) << name;
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
  EXPECT_TRUE(order_batch->Equals(*Make(*dataset, "orders", Rows(some))));
  EXPECT_TRUE(line_batch->Equals(*Make(*dataset, "lines", children->rows())));
  EXPECT_TRUE(parcel_batch->Equals(*Make(*dataset, "parcels", grandchildren->rows())));

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
  EXPECT_EQ(Extent(*dataset, "orders").length(), 5000);
  EXPECT_EQ(Extent(*dataset, "lines").length(), 12'500);
}

TEST(BoundDatasetTest, FactsSeeTheirOwnDay) {
  // A change of segment shows in the orders from its day on, never before: each
  // order's segment equals the customer's, looked at as of the order's day.
  const DatasetPtr dataset = BindShop();
  const RowRange rows = Extent(*dataset, "orders");
  const auto orders = Make(*dataset, "orders", Rows(rows));
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
  const auto then = Make(*dataset, "customers", Rows(numbers), {}, view_days);
  EXPECT_TRUE(
      then->GetColumnByName("segment")->Equals(orders->GetColumnByName("segment")));
  EXPECT_TRUE(
      then->GetColumnByName("rate")->Equals(orders->GetColumnByName("region_rate")));
  const auto& alive =
      static_cast<const arrow::BooleanArray&>(*then->GetColumnByName("alive"));
  EXPECT_EQ(alive.true_count(), orders->num_rows());

  const auto now = Make(*dataset, "customers", Rows(numbers));
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
    const auto batch =
        Make(*dataset, "customers", Rows(numbers),
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
  const auto orders = Make(*dataset, "orders", Rows(Extent(*dataset, "orders")));
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
  auto spec = ParseDataset(text, "shop.yaml", "", {});
  ASSERT_TRUE(spec.ok()) << spec.status().ToString();
  auto bound = BoundDataset::Bind(*std::move(spec), {});
  ASSERT_FALSE(bound.ok());
  EXPECT_EQ(ExitCodeOf(bound.status()), ExitCode::kRequest);
  const std::string message = bound.status().message();
  for (const char* part :
       {"did you mean `rate`", "did you mean `products`",
        "not a child table of orders: stock", "unknown generator: chioce",
        "did you mean `choice`", "shop.yaml:"}) {
    EXPECT_NE(message.find(part), std::string::npos) << part << "\n" << message;
  }
}

TEST(BoundDatasetTest, ACircleIsFound) {
  std::string text = kShop;
  const std::string from = "quantity: {uniform: [1, 4]}";
  text.replace(text.find(from), from.size(), "quantity: total * 2");
  auto spec = ParseDataset(text, "shop.yaml", "", {});
  ASSERT_TRUE(spec.ok());
  auto bound = BoundDataset::Bind(*std::move(spec), {});
  ASSERT_FALSE(bound.ok());
  EXPECT_NE(bound.status().message().find("defined by itself"), std::string::npos)
      << bound.status().message();
}

}  // namespace
}  // namespace lakeseed
