// The laws of structs and lists: a value does not depend on how it was asked for, paths
// and folds agree with what is inside, and what is inside a null is null.

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <set>

#include "lakeseed/generate/test_dataset.h"

namespace lakeseed {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

constexpr char kShop[] = R"yaml(dataset: shop
window: {from: 2024-01-01, to: 2024-03-31}
tables:
  products:
    rows: 40
    columns:
      product_id: {key: {}}
      price: {uniform: [1.00, 90.00], type: "decimal(8,2)"}
  customers:
    population:
      {size: 150, growth: 0.01 per day, changes: {rate: 9 per year, tracks: [place]}}
    let:
      place: {address: {country: US}}
    columns:
      customer_id: {key: {}}
      home:
        struct:
          city: place.city
          zip: place.postal_code
          label: city || ' ' || zip
          geo: {struct: {lat: place.latitude, of: city}, null_fraction: 0.5}
        null_fraction: 0.3
      mails: {list: {length: {uniform: [0, 3]}, of: {pattern: "??##"}}, null_fraction: 0.2}
      city: home.city
      geo_of: home.geo.of
      num_mails: count(mails)
      joined: {list: {length: 1, of: $born}}
  versions:
    history_of: customers
    columns: {version_id: {key: {}}, "*": {of: customers, except: [joined]}}
  orders:
    events: {per_day: 20}
    columns:
      order_id: {key: {}}
      customer_id: {foreign_key: {to: customers}}
      currency: {choice: {USD: 1, EUR: 1}}
      lines:
        list:
          length: {geometric: {mean: 2.5, max: 9}}
          let: {found: products.price}
          of:
            struct:
              product_id: {foreign_key: {to: products, distinct_in_parent: true}}
              quantity: {uniform: [1, 5]}
              price: found
              total: quantity * price
              at: $time
              currency: parent.currency
              buyer: customer_id
              note: {choice: {gift: 1, none: 3}, null_fraction: 0.4}
              codes: {list: {length: {uniform: [0, 2]}, of: {uniform: [1, 9]}}}
            null_fraction: 0.1
      scores: {list: {length: {uniform: [0, 4]}, of: {uniform: [0, 9]}}}
      matrix: {list: {length: 2, of: {list: {length: 3, of: {uniform: [0, 9]}}}}}
      total: sum(lines.total)
      size: count(lines)
      best: max(scores * 2)
      home: customers.home
      home_city: home.city
      mails: customers.mails
)yaml";

const arrow::StructArray& StructOf(const BatchPtr& batch, const char* name) {
  return static_cast<const arrow::StructArray&>(*batch->GetColumnByName(name));
}

const arrow::ListArray& ListOf(const BatchPtr& batch, const char* name) {
  return static_cast<const arrow::ListArray&>(*batch->GetColumnByName(name));
}

int64_t DecimalAt(const arrow::Array& array, int64_t i) {
  return *reinterpret_cast<const int64_t*>(
      static_cast<const arrow::Decimal64Array&>(array).GetValue(i));
}

std::string TextAt(const arrow::Array& array, int64_t i) {
  return array.GetScalar(i).ValueOrDie()->ToString();
}

constexpr const char* kTables[] = {"customers", "versions", "orders"};

TEST(NestedTest, SplitRandomAndSubset) {
  const DatasetPtr dataset = BindText(kShop);
  for (const char* name : kTables) {
    const BatchPtr whole = MakeRows(*dataset, name);
    const int64_t n = whole->num_rows(), cut = n / 3;
    EXPECT_TRUE(
        MakeRows(*dataset, name, Rows(RowRange{0, cut}))->Equals(*whole->Slice(0, cut)))
        << name;
    EXPECT_TRUE(
        MakeRows(*dataset, name, Rows(RowRange{cut, n}))->Equals(*whole->Slice(cut)))
        << name;
    std::vector<int64_t> numbers;
    for (int64_t r = n - 1; r >= 0; r -= 11) numbers.push_back(r);
    numbers.push_back(numbers.front());
    const BatchPtr some = MakeRows(*dataset, name, Rows(numbers));
    for (size_t i = 0; i < numbers.size(); ++i) {
      EXPECT_TRUE(
          some->Slice(static_cast<int64_t>(i), 1)->Equals(*whole->Slice(numbers[i], 1)))
          << name << " row " << numbers[i];
    }
    for (int c = 0; c < whole->num_columns(); ++c) {
      const BatchPtr alone =
          MakeRows(*dataset, name, Rows(RowRange{0, n}), dataset->default_as_of(), {c});
      EXPECT_TRUE(alone->column(0)->Equals(whole->column(c)))
          << name << "." << whole->column_name(c);
    }
    EXPECT_FALSE(MakeRows(*BindText(kShop, {.seed = 7}), name)->Equals(*whole)) << name;
  }
}

TEST(NestedTest, OtherColumnsAndFieldsChangeNothing) {
  std::string text = kShop;
  const auto replace = [&](const std::string& from, const std::string& to) {
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
  };
  replace("      currency: {choice",
          "      more: {list: {length: 3, of: $row}}\n"
          "      currency: {choice");
  replace("              quantity: {uniform",
          "              weight: {uniform: [1, 99]}\n              quantity: {uniform");
  const BatchPtr before = MakeRows(*BindText(kShop), "orders");
  const BatchPtr after = MakeRows(*BindText(text), "orders");
  for (const char* name : {"scores", "matrix", "total", "size", "best", "mails"}) {
    EXPECT_TRUE(before->GetColumnByName(name)->Equals(after->GetColumnByName(name)))
        << name;
  }
  const auto field = [](const BatchPtr& batch, const char* name) {
    return static_cast<const arrow::StructArray&>(*ListOf(batch, "lines").values())
        .GetFieldByName(name);
  };
  for (const char* name : {"product_id", "quantity", "note", "codes"}) {
    EXPECT_TRUE(field(before, name)->Equals(field(after, name))) << name;
  }
}

TEST(NestedTest, FoldsAgreeWithTheLists) {
  const BatchPtr orders = MakeRows(*BindText(kShop), "orders");
  const arrow::ListArray& lines = ListOf(orders, "lines");
  const auto& line = static_cast<const arrow::StructArray&>(*lines.values());
  const ArrayPtr totals = line.GetFieldByName("total");
  const auto& quantity =
      static_cast<const arrow::Int64Array&>(*line.GetFieldByName("quantity"));
  const ArrayPtr prices = line.GetFieldByName("price");
  const auto& size =
      static_cast<const arrow::Int64Array&>(*orders->GetColumnByName("size"));
  const auto& best =
      static_cast<const arrow::Int64Array&>(*orders->GetColumnByName("best"));
  const ArrayPtr total = orders->GetColumnByName("total");
  const arrow::ListArray& scores = ListOf(orders, "scores");
  const auto& score = static_cast<const arrow::Int64Array&>(*scores.values());
  int64_t null_lines = 0;
  for (int64_t row = 0; row < orders->num_rows(); ++row) {
    EXPECT_EQ(size.Value(row), lines.value_length(row));
    int64_t sum = 0;
    for (int64_t i = lines.value_offset(row); i < lines.value_offset(row + 1); ++i) {
      null_lines += line.IsNull(i);
      if (line.IsNull(i)) continue;
      EXPECT_EQ(DecimalAt(*totals, i), quantity.Value(i) * DecimalAt(*prices, i));
      sum += DecimalAt(*totals, i);
    }
    EXPECT_EQ(DecimalAt(*total, row), sum);
    int64_t most = -1;
    for (int64_t i = scores.value_offset(row); i < scores.value_offset(row + 1); ++i) {
      most = std::max(most, 2 * score.Value(i));
    }
    EXPECT_EQ(best.IsNull(row), most < 0);
    if (most >= 0) {
      EXPECT_EQ(best.Value(row), most);
    }
  }
  const double num_lines = static_cast<double>(line.length());
  EXPECT_NEAR(num_lines / static_cast<double>(orders->num_rows()), 2.5, 0.02);
  EXPECT_NEAR(static_cast<double>(null_lines) / num_lines, 0.1, 0.02);
}

TEST(NestedTest, ElementsSeeTheirRow) {
  const BatchPtr orders = MakeRows(*BindText(kShop), "orders");
  const arrow::ListArray& lines = ListOf(orders, "lines");
  const auto& line = static_cast<const arrow::StructArray&>(*lines.values());
  const auto& buyer =
      static_cast<const arrow::Int64Array&>(*line.GetFieldByName("buyer"));
  const auto& customer =
      static_cast<const arrow::Int64Array&>(*orders->GetColumnByName("customer_id"));
  const auto& product =
      static_cast<const arrow::Int64Array&>(*line.GetFieldByName("product_id"));
  for (int64_t row = 0; row < orders->num_rows(); ++row) {
    std::set<int64_t> products;
    for (int64_t i = lines.value_offset(row); i < lines.value_offset(row + 1); ++i) {
      EXPECT_EQ(buyer.Value(i), customer.Value(row));
      EXPECT_TRUE(products.insert(product.Value(i)).second) << "twice in one order";
    }
  }
  const DatasetPtr dataset = BindText(kShop);
  const BatchPtr customers = MakeRows(*dataset, "customers");
  EXPECT_EQ(ListOf(customers, "joined").values()->type_id(), arrow::Type::DATE32);
}

TEST(NestedTest, InsideANullIsNull) {
  const BatchPtr customers = MakeRows(*BindText(kShop), "customers");
  const arrow::StructArray& home = StructOf(customers, "home");
  const ArrayPtr city = customers->GetColumnByName("city");
  const ArrayPtr geo_of = customers->GetColumnByName("geo_of");
  const ArrayPtr num_mails = customers->GetColumnByName("num_mails");
  const arrow::ListArray& mails = ListOf(customers, "mails");
  const ArrayPtr inner = home.GetFieldByName("geo");
  for (int64_t row = 0; row < customers->num_rows(); ++row) {
    EXPECT_EQ(city->IsNull(row), home.IsNull(row));
    EXPECT_EQ(geo_of->IsNull(row), home.IsNull(row) || inner->IsNull(row));
    if (geo_of->IsValid(row)) {
      EXPECT_EQ(TextAt(*geo_of, row), TextAt(*city, row));
    }
    EXPECT_EQ(num_mails->IsNull(row), mails.IsNull(row));
    if (mails.IsNull(row)) {
      EXPECT_EQ(mails.value_length(row), 0);
    }
  }
  const auto share = [&](const arrow::Array& array) {
    return static_cast<double>(array.null_count()) / static_cast<double>(array.length());
  };
  EXPECT_NEAR(share(home), 0.3, 0.1);
  EXPECT_NEAR(share(mails), 0.2, 0.1);
  const BatchPtr orders = MakeRows(*BindText(kShop), "orders");
  EXPECT_TRUE(orders->GetColumnByName("home_city")
                  ->Equals(StructOf(orders, "home").GetFlattenedField(0).ValueOrDie()));
}

std::string Errors(const std::string& column) {
  return BindError(
      "dataset: x\nwindow: {from: 2024-01-01, to: 2024-01-31}\ntables:\n  t:\n    rows: "
      "5\n"
      "    columns:\n      k: {key: {}}\n" +
      column);
}

TEST(NestedTest, MistakesAreTold) {
  EXPECT_EQ(
      Errors("      a: {struct: {x: {uniformm: [1, 2]}}}\n"),
      "f:8:24: t.a.x: unknown generator: uniformm\n\nhint: did you mean `uniform`?");
  EXPECT_EQ(Errors("      a: {struct: {xx: $row}}\n      b: a.x\n"),
            "f:9:10: t.a: has no such field: x\n\nhint: did you mean `xx`?");
  EXPECT_EQ(Errors("      a: {struct: {x: y, y: x}}\n"),
            "f:8:20: t.a.x: is defined by itself, through the names it reads\n\nhint: "
            "break the circle: let one of them be drawn by a generator");
  EXPECT_EQ(
      Errors("      a: {list: {length: 2, of: {struct: {x: $row}}}}\n      b: a.x\n"),
      "f:9:10: t: is a list, whose elements are only folded: a.x\n\nhint: write "
      "sum(), min(), max() or count() around it");
  EXPECT_EQ(Errors("      a: {list: {length: {uniform: [3, 1]}, of: $row}}\n"),
            "f:8:27: t.a.length.max: must be at least min: 1");
  EXPECT_EQ(Errors("      a: {struct: {x: $row}}\n      b: a + 1\n"),
            "f:9:10: t.b: column has a type that expressions cannot read: a is "
            "struct<x: int64 not null>");
}

}  // namespace
}  // namespace lakeseed
