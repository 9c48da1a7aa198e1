// Row spaces from specs: exact totals, laws of days and extents, errors with places.

#include "lakeseed/generate/row_spaces.h"

#include <gtest/gtest.h>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/generate/changes.h"
#include "lakeseed/generate/fanout.h"
#include "lakeseed/generate/population.h"

namespace lakeseed {
namespace {

constexpr int32_t kEpoch = 19358;  // 2023-01-01

ExprPtr Number(int64_t value) {
  auto expr = std::make_shared<Expr>();
  expr->kind = Expr::Kind::kInteger;
  expr->text = std::to_string(value);
  return expr;
}

SpecNode Scalar(std::string text) {
  SpecNode node;
  node.kind = SpecNode::Kind::kScalar;
  node.text = std::move(text);
  return node;
}

GeneratorCall Geometric(const char* mean) {
  GeneratorCall call{.name = "geometric"};
  call.params.kind = SpecNode::Kind::kMapping;
  call.params.entries = {{Scalar("mean"), Scalar(mean)}, {Scalar("max"), Scalar("12")}};
  return call;
}

RowSpaceContext Context(int32_t last_day = 0) {
  return {.root = {42, 1, "retail"},
          .epoch = kEpoch,
          .window = {kEpoch + 100, kEpoch + 299},
          .last_day = kEpoch + last_day,
          .target_rows = 10'000,
          .size = [](const ExprPtr& e) -> arrow::Result<int64_t> {
            return std::stoll(e->text);
          }};
}

TableSpec Orders() {
  TableSpec table{.name = "orders"};
  table.events = EventsSpec{.is_main = true, .noise = 0.05};
  table.events->seasons.weekday = {1, 1, 1, 1, 1.3, 1.2, 0};
  table.events->seasons.holidays = {{"black_friday", 3.0}, {"2023-05-05", 5.0}};
  return table;
}

TableSpec Items(ExprPtr rows = nullptr) {
  TableSpec table{.name = "items"};
  table.children =
      ChildrenSpec{.parent = "orders", .count = Geometric("2.5"), .rows = rows};
  return table;
}

TableSpec Customers(int64_t size) {
  TableSpec table{.name = "customers"};
  table.population =
      PopulationSpec{.size = Number(size),
                     .growth_per_day = 0.002,
                     .churn_per_day = 0.001,
                     .changes = ChangesSpec{.per_year = 0.8, .tracks = {"x"}}};
  return table;
}

std::vector<int32_t> Days(const RowSpace& space, const Rows& rows) {
  std::vector<int32_t> days(static_cast<size_t>(rows.length()));
  space.DaysOf(rows, days.data());
  return days;
}

TEST(RowSpacesTest, TheWindowHasTheTarget) {
  auto context = Context();
  const auto orders = *MakeRowSpace(Orders(), context);
  EXPECT_EQ(orders->Extent({100, 299}).length(), 10'000);
  context.scale_factor = 0.25;
  EXPECT_EQ((*MakeRowSpace(Orders(), context))->Extent({100, 299}).length(), 2500);
  // Sundays weigh nothing; the day with a factor of 5 stands out.
  for (int32_t day = 0; day < 300; ++day) {
    if ((kEpoch + day + 3) % 7 == 6) {
      EXPECT_EQ(orders->Extent({day, day}).length(), 0);
    }
  }
  EXPECT_GT(orders->Extent({124, 124}).length(), 3 * orders->Extent({123, 123}).length());
}

TEST(RowSpacesTest, FactorsOfANeutralDayMultiply) {
  TableSpec table{.name = "orders"};
  table.events = EventsSpec{.per_day = Number(8000)};
  table.events->seasons.weekday = {0.8, 0.9, 1.0, 1.1, 1.3, 1.2, 0.7};
  table.events->seasons.weekend = 1.4;
  table.events->seasons.holiday = 2.2;
  table.events->seasons.holidays = {{"christmas", 0.5}};
  const auto orders = *MakeRowSpace(table, Context());
  const auto count = [&](const char* date) {
    const int32_t day = *ParseDate(date) - kEpoch;
    return orders->Extent({day, day}).length();
  };
  for (int32_t day = 5; day < 180; day += 7) {  // 2023-01-06 and every Friday on.
    EXPECT_EQ(orders->Extent({day, day}).length(), 10'400) << day;
    EXPECT_EQ(orders->Extent({day + 1, day + 1}).length(), 13'440) << day;
    EXPECT_EQ(orders->Extent({day + 2, day + 2}).length(), 7840) << day;
  }
  EXPECT_EQ(count("2023-01-01"), 17'248);  // A Sunday: 0.7 x 1.4 x 2.2.
  EXPECT_EQ(count("2023-07-04"), 15'840);
  EXPECT_EQ(count("2023-11-24"), 10'400);  // Black Friday is no public holiday.
  EXPECT_EQ(count("2023-12-25"), 3200);    // It has a factor of its own name.
}

TEST(RowSpacesTest, SomeSizesDoNotScale) {
  auto context = Context();
  context.window.from = kEpoch;
  context.scale_factor = 0.001;
  TableSpec days{.name = "days"};
  days.rows = StaticRowsSpec{.count = Number(366), .is_fixed = true};
  EXPECT_EQ((*MakeRowSpace(days, context))->fixed_count(), 366);
  days.rows->is_fixed = false;
  EXPECT_EQ((*MakeRowSpace(days, context))->fixed_count(), 1);
  TableSpec customers = Customers(20'000);
  customers.population->at_least = 30;
  EXPECT_EQ((*MakeRowSpace(customers, context))->population()->founders(), 30);
  context.scale_factor = 0.5;
  EXPECT_EQ((*MakeRowSpace(customers, context))->population()->founders(), 10'000);
}

TEST(RowSpacesTest, ChildrenHaveTheirExactTotal) {
  auto context = Context();
  const auto orders = *MakeRowSpace(Orders(), context);
  context.parent = orders.get();
  EXPECT_EQ((*MakeRowSpace(Items(), context))->Extent({100, 299}).length(), 25'000);
  EXPECT_EQ((*MakeRowSpace(Items(Number(23'457)), context))->Extent({100, 299}).length(),
            23'457);
  // A mean that is no whole number of 1024ths.
  TableSpec others = Items();
  others.children->count = Geometric("2.6");
  EXPECT_EQ((*MakeRowSpace(others, context))->Extent({100, 299}).length(), 26'000);
  const auto status = MakeRowSpace(Items(Number(9'000)), context).status();
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kRequest);
  EXPECT_NE(status.message().find("items.per.rows"), std::string::npos)
      << status.message();
}

TEST(RowSpacesTest, ExtentAndDaysAgreeForEveryKind) {
  auto context = Context();
  const auto orders = *MakeRowSpace(Orders(), context);
  context.parent = orders.get();
  const auto items = *MakeRowSpace(Items(), context);
  for (const RowSpace* space : {orders.get(), items.get()}) {
    const RowRange all = space->Extent({0, 299});
    const auto days = Days(*space, Rows(all));
    std::vector<int64_t> times(days.size());
    space->TimesOf(Rows(all), times.data());
    EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
    for (int32_t day = 0; day < 300; ++day) {
      const RowRange rows = space->Extent({day, day});
      for (int64_t row = rows.begin; row < rows.end; ++row) {
        ASSERT_EQ(days[static_cast<size_t>(row)], day);
        ASSERT_GE(times[static_cast<size_t>(row)], space->DayStart(day));
        ASSERT_LT(times[static_cast<size_t>(row)], space->DayStart(day + 1));
      }
    }
    // Row numbers in any order, and part of a range: the same.
    std::vector<int64_t> numbers, got(500);
    for (int64_t i = 0; i < 500; ++i) numbers.push_back((i * 7919) % all.end);
    space->TimesOf(Rows(numbers), got.data());
    const auto some = Days(*space, Rows(numbers));
    for (size_t i = 0; i < numbers.size(); ++i) {
      ASSERT_EQ(got[i], times[static_cast<size_t>(numbers[i])]);
      ASSERT_EQ(some[i], days[static_cast<size_t>(numbers[i])]);
    }
    space->TimesOf(Rows(RowRange{4321, 4821}), got.data());
    EXPECT_TRUE(std::equal(got.begin(), got.end(), times.begin() + 4321));
  }
}

TEST(RowSpacesTest, PopulationsHaveTheirSizeAtTheWindowsStart) {
  const auto customers = *MakeRowSpace(Customers(20'000), Context());
  const Population& population = *customers->population();
  EXPECT_NEAR(static_cast<double>(population.Living(100)), 20'000, 300);
  auto context = Context();
  context.window.from = kEpoch;
  EXPECT_EQ((*MakeRowSpace(Customers(20'000), context))->population()->founders(),
            20'000);
  const RowRange extent = customers->Extent({250, 250});
  EXPECT_EQ(extent, (RowRange{0, population.Ever(250)}));
  const auto days = Days(*customers, Rows(extent));
  EXPECT_EQ(days.front(), -1);
  EXPECT_EQ(days.back(), 250);
  // 0.8 changes a year: some 55 % of members within 250 days.
  EXPECT_NEAR(static_cast<double>(customers->changes()->Before(250)) / 20'000,
              0.8 * 250 / 365, 0.06);
}

TEST(RowSpacesTest, ChildrenOfMembersAreAllThatAppeared) {
  auto context = Context();
  const auto customers = *MakeRowSpace(Customers(1000), context);
  context.parent = customers.get();
  const auto cards = *MakeRowSpace(Items(), context);
  EXPECT_FALSE(cards->has_times());
  const RowRange extent = cards->Extent({200, 250});
  EXPECT_EQ(extent.begin, 0);
  EXPECT_EQ(Days(*cards, Rows(extent)).back(), 250);
  TableSpec stores{.name = "stores"};
  stores.rows = StaticRowsSpec{Number(50)};
  const auto fixed = *MakeRowSpace(stores, context);
  EXPECT_EQ(fixed->fixed_count(), 50);
  context.parent = fixed.get();
  EXPECT_EQ((*MakeRowSpace(Items(), context))->fixed_count(), 125);
}

TEST(RowSpacesTest, ALaterLastDayMovesNothing) {
  for (const TableSpec& table : {Orders(), Customers(5000)}) {
    const auto a = *MakeRowSpace(table, Context()),
               b = *MakeRowSpace(table, Context(2000));
    ASSERT_EQ(a->Extent({0, 299}), b->Extent({0, 299}));
    const Rows rows(a->Extent({0, 299}));
    ASSERT_EQ(Days(*a, rows), Days(*b, rows));
    std::vector<int64_t> x(static_cast<size_t>(rows.length())), y(x.size());
    a->TimesOf(rows, x.data());
    b->TimesOf(rows, y.data());
    ASSERT_EQ(x, y);
  }
}

}  // namespace
}  // namespace lakeseed
