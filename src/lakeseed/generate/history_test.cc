// Histories in a dataset: columns as of each version, keys of versions in facts.

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <map>

#include "lakeseed/base/status.h"
#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/generate/evaluation.h"
#include "lakeseed/generate/history_rows.h"
#include "lakeseed/spec/load.h"

namespace lakeseed {
namespace {

using DatasetPtr = std::shared_ptr<const BoundDataset>;
using BatchPtr = std::shared_ptr<arrow::RecordBatch>;

constexpr char kShop[] = R"yaml(dataset: shop
epoch: 2023-01-01
window: {from: 2023-06-01, to: 2023-12-31}
main: orders
target_rows: 3000
tables:
  regions:
    rows: 7
    columns: {region_id: {key: {}}, rate: {uniform: [1, 9]}}
  dim_customer:
    history_of: customers
    columns:
      customer_key: {key: {}}
      "*": {of: customers, except: [alive]}
      letter: upper(segment)
      rate: regions.rate
      city: home.city
      effective_date: $valid_from
      expiry_date: $valid_to
      is_current: $current
      version: $version
      tag: {uniform: [1, 1000000]}
  customers:
    population:
      {size: 200, growth: 0.003 per day, churn: 0.002 per day,
       changes: {rate: 3 per year, tracks: [segment, region_id, home]}}
    let: {home: {address: {country: US}}}
    columns:
      customer_id: {key: {}}
      segment: {choice: {a: 0.5, b: 0.3, c: 0.2}}
      region_id: {foreign_key: {to: regions}}
      alive: $alive
  orders:
    events: {per_day: main}
    columns:
      order_id: {key: {}}
      customer_id: {foreign_key: {to: customers}, null_fraction: 0.1}
      customer_key: dim_customer.customer_key
      at: $time
      day: $day
      segment: customers.segment
      same_segment: dim_customer.segment
      third_segment: customer_key.segment
      since: dim_customer.effective_date
)yaml";

DatasetPtr Bind(int32_t extra_days = 0, const std::string& text = kShop) {
  auto spec = ParseDataset(text, "shop.yaml", "", {});
  EXPECT_TRUE(spec.ok()) << spec.status().ToString();
  BoundDataset::Options options;
  options.last_day = spec->window.to + extra_days;
  auto bound = BoundDataset::Bind(*std::move(spec), options);
  EXPECT_TRUE(bound.ok()) << bound.status().ToString();
  return bound.ok() ? *bound : nullptr;
}

const BoundTable& TableOf(const BoundDataset& dataset, const char* name) {
  return dataset.table(dataset.FindTable(name));
}

BatchPtr Make(const BoundDataset& dataset, const char* name, Rows rows, AsOf as_of,
              std::vector<int> columns = {}) {
  const BoundTable& table = TableOf(dataset, name);
  for (size_t c = 0; c < table.columns.size() && columns.size() <= c; ++c) {
    columns.push_back(static_cast<int>(c));
  }
  std::vector<Program::Target> wanted;
  for (int c : columns) wanted.push_back({table.index, table.columns[c].node});
  const Program program(dataset, wanted);
  Evaluation evaluation(program, table.index, std::move(rows), nullptr, as_of,
                        arrow::default_memory_pool());
  auto batch = evaluation.Batch(columns);
  EXPECT_TRUE(batch.ok()) << name << ": " << batch.status().ToString();
  return batch.ok() ? *batch : nullptr;
}

RowRange Extent(const BoundDataset& dataset, const char* name) {
  return TableOf(dataset, name).rows->Extent(dataset.window());
}

std::string Cell(const BatchPtr& batch, const char* column, int64_t row) {
  auto cell = *batch->GetColumnByName(column)->GetScalar(row);
  if (cell->type->id() == arrow::Type::DICTIONARY) {
    cell = *static_cast<const arrow::DictionaryScalar&>(*cell).GetEncodedValue();
  }
  return cell->ToString();
}

TEST(HistoryTest, SplitRandomAndSubset) {
  const DatasetPtr dataset = Bind();
  ASSERT_NE(dataset, nullptr);
  const AsOf as_of = dataset->default_as_of();
  for (const char* name : {"dim_customer", "orders"}) {
    const RowRange all = Extent(*dataset, name);
    const int64_t b = all.begin, e = std::min(all.end, b + 900), m = b + 333;
    const BatchPtr whole = Make(*dataset, name, Rows(RowRange{b, e}), as_of);
    ASSERT_NE(whole, nullptr);
    for (const RowRange part : {RowRange{b, m}, RowRange{m, m}, RowRange{m, e}}) {
      const BatchPtr made = Make(*dataset, name, Rows(part), as_of);
      for (int c = 0; c < whole->num_columns(); ++c) {
        const auto expected = whole->column(c)->Slice(part.begin - b, part.length());
        for (int64_t i = 0; i < part.length(); ++i) {
          ASSERT_TRUE((*made->column(c)->GetScalar(i))
                          ->Equals(*expected->GetScalar(i).ValueOrDie()))
              << name << "." << whole->column_name(c) << " row " << part.begin + i;
        }
      }
    }
    std::vector<int64_t> numbers;
    for (int64_t r = e - 1; r >= b; r -= 7) numbers.push_back(r);
    const BatchPtr some = Make(*dataset, name, Rows(numbers), as_of);
    for (int c = 0; c < whole->num_columns(); ++c) {
      const BatchPtr alone = Make(*dataset, name, Rows(RowRange{b, e}), as_of, {c});
      EXPECT_TRUE(alone->column(0)->Equals(whole->column(c)));
      for (size_t i = 0; i < numbers.size(); ++i) {
        ASSERT_EQ((*some->column(c)->GetScalar(static_cast<int64_t>(i)))->ToString(),
                  (*whole->column(c)->GetScalar(numbers[i] - b))->ToString());
      }
    }
  }
}

TEST(HistoryTest, ALongerRequestAppends) {
  const DatasetPtr dataset = Bind(), longer = Bind(400);
  const RowRange all = Extent(*dataset, "dim_customer");
  EXPECT_EQ(all, Extent(*longer, "dim_customer"));
  const AsOf as_of = dataset->default_as_of();
  EXPECT_TRUE(Make(*dataset, "dim_customer", Rows(all), as_of)
                  ->Equals(*Make(*longer, "dim_customer", Rows(all), as_of)));
  // A copy of an earlier day is a prefix, but for what was not known then.
  const RowRange early = TableOf(*dataset, "dim_customer").rows->Extent({0, 200});
  const BatchPtr then = Make(*dataset, "dim_customer", Rows(early), {.day = 200});
  const BatchPtr now = Make(*dataset, "dim_customer", Rows(early), as_of);
  for (int c = 0; c < then->num_columns(); ++c) {
    const std::string name = then->column_name(c);
    const bool depends = name == "expiry_date" || name == "is_current";
    EXPECT_EQ(then->column(c)->Equals(now->column(c)), !depends) << name;
  }
}

TEST(HistoryTest, OpenVersionsEqualTheLiving) {
  const DatasetPtr dataset = Bind();
  for (const int32_t day : {0, 151, 260, 364}) {
    const AsOf as_of{.day = day};
    const BatchPtr versions =
        Make(*dataset, "dim_customer",
             Rows(TableOf(*dataset, "dim_customer").rows->Extent({0, day})), as_of);
    const BatchPtr members =
        Make(*dataset, "customers",
             Rows(TableOf(*dataset, "customers").rows->Extent({0, day})), as_of);
    std::map<std::string, std::string> open, living;
    for (int64_t i = 0; i < versions->num_rows(); ++i) {
      if (Cell(versions, "is_current", i) != "true") continue;
      EXPECT_EQ(Cell(versions, "expiry_date", i), "9999-12-31");
      open[Cell(versions, "customer_id", i)] =
          Cell(versions, "segment", i) + Cell(versions, "region_id", i);
    }
    for (int64_t i = 0; i < members->num_rows(); ++i) {
      if (Cell(members, "alive", i) != "true") continue;
      living[Cell(members, "customer_id", i)] =
          Cell(members, "segment", i) + Cell(members, "region_id", i);
    }
    EXPECT_EQ(open, living) << day;
  }
}

TEST(HistoryTest, VersionsDifferAndSeeOneAnother) {
  const DatasetPtr dataset = Bind();
  const BatchPtr versions =
      Make(*dataset, "dim_customer", Rows(Extent(*dataset, "dim_customer")),
           dataset->default_as_of());
  const BatchPtr regions = Make(*dataset, "regions", Rows(RowRange{0, 7}), {});
  std::map<std::string, std::string> last;
  int64_t pairs = 0, same = 0;
  for (int64_t i = 0; i < versions->num_rows(); ++i) {
    EXPECT_EQ(Cell(versions, "customer_key", i), std::to_string(i + 1));
    const std::string segment = Cell(versions, "segment", i);
    EXPECT_EQ(Cell(versions, "letter", i),
              std::string(1, static_cast<char>(segment[0] - 'a' + 'A')));
    const int64_t region = std::stoll(Cell(versions, "region_id", i));
    EXPECT_EQ(Cell(versions, "rate", i), Cell(regions, "rate", region - 1));
    const std::string state =
        segment + Cell(versions, "region_id", i) + Cell(versions, "city", i);
    const auto [at, is_first] = last.emplace(Cell(versions, "customer_id", i), state);
    EXPECT_EQ(is_first, Cell(versions, "version", i) == "1");
    if (!is_first) {
      ++pairs;
      same += at->second == state;
      at->second = state;
    }
  }
  EXPECT_GT(pairs, 300);
  // A new street in the same city does not show.
  EXPECT_LT(same, pairs / 20);
}

TEST(HistoryTest, FactsNameTheVersionOfTheirDay) {
  const DatasetPtr dataset = Bind();
  const AsOf as_of = dataset->default_as_of();
  const BatchPtr versions =
      Make(*dataset, "dim_customer", Rows(Extent(*dataset, "dim_customer")), as_of);
  const BatchPtr orders =
      Make(*dataset, "orders", Rows(Extent(*dataset, "orders")), as_of);
  ASSERT_EQ(orders->num_rows(), 3000);
  int64_t nulls = 0, later = 0;
  for (int64_t i = 0; i < orders->num_rows(); ++i) {
    if (Cell(orders, "customer_id", i) == "null") {
      EXPECT_EQ(Cell(orders, "customer_key", i), "null");
      ++nulls;
      continue;
    }
    const int64_t row = std::stoll(Cell(orders, "customer_key", i)) - 1;
    ASSERT_LT(row, versions->num_rows());
    EXPECT_EQ(Cell(versions, "customer_id", row), Cell(orders, "customer_id", i));
    EXPECT_LE(Cell(versions, "effective_date", row), Cell(orders, "day", i));
    EXPECT_GT(Cell(versions, "expiry_date", row), Cell(orders, "day", i));
    EXPECT_EQ(Cell(versions, "segment", row), Cell(orders, "segment", i));
    EXPECT_EQ(Cell(orders, "same_segment", i), Cell(orders, "segment", i));
    EXPECT_EQ(Cell(orders, "third_segment", i), Cell(orders, "segment", i));
    EXPECT_EQ(Cell(orders, "since", i), Cell(versions, "effective_date", row));
    later += Cell(versions, "version", row) != "1";
  }
  EXPECT_GT(nulls, 200);
  EXPECT_GT(later, 1000);
  // Known for ever: the run's as-of day does not matter.
  EXPECT_TRUE(orders->Equals(
      *Make(*dataset, "orders", Rows(Extent(*dataset, "orders")), {.day = 500})));
}

TEST(HistoryTest, ReferencesAreKnown) {
  const DatasetPtr dataset = Bind();
  const auto references = [&](const char* table, const char* column) {
    const BoundTable& bound = TableOf(*dataset, table);
    return bound.columns[static_cast<size_t>(bound.FindColumn(column))].references;
  };
  EXPECT_EQ(references("orders", "customer_key"), "dim_customer");
  EXPECT_EQ(references("dim_customer", "customer_id"), "customers");
  EXPECT_EQ(references("dim_customer", "region_id"), "regions");
  EXPECT_EQ(references("dim_customer", "segment"), "");
}

std::string ErrorOf(const std::string& from, const std::string& to) {
  std::string text = kShop;
  text.replace(text.find(from), from.size(), to);
  auto spec = ParseDataset(text, "shop.yaml", "", {});
  if (!spec.ok()) return spec.status().message();
  const auto bound = BoundDataset::Bind(*std::move(spec), {});
  return bound.ok() ? "" : bound.status().message();
}

TEST(HistoryTest, MistakesAreReported) {
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  EXPECT_PRED2(has, ErrorOf("      day: $day\n", "      day: $valid_from\n"),
               "only rows of a `history_of:` table are versions");
  EXPECT_PRED2(has,
               ErrorOf("{foreign_key: {to: customers}, null_fraction: 0.1}",
                       "{foreign_key: {to: dim_customer}}"),
               "a row refers to a version by its day, not by a draw");
  EXPECT_PRED2(has,
               ErrorOf("      customer_id: {foreign_key: {to: customers}, null_fraction: "
                       "0.1}\n",
                       "      customer_id: {uniform: [1, 9]}\n"),
               "does not refer to the members of history: dim_customer");
  EXPECT_PRED2(has, ErrorOf("letter: upper(segment)", "letter: upper(segmnt)"),
               "did you mean `segment`?");
}

}  // namespace
}  // namespace lakeseed
