#include "lakeseed/spec/frequency.h"

#include <gtest/gtest.h>

#include "lakeseed/spec/load.h"

namespace lakeseed {
namespace {

constexpr char kSpec[] = R"yaml(
dataset: frequencies
window: {from: 2024-01-01, to: 2024-01-31}
tables:
  fixed: {rows: 4, columns: {id: {key: {}}}}
  parts: {per: {parent: fixed, count: 2}, columns: {id: {key: {}}}}
  people: {population: 9, columns: {id: {key: {}}}}
  shops: {population: 9, snapshot: monthly, columns: {id: {key: {}}}}
  shelves: {per: {parent: shops, count: 2}, columns: {id: {key: {}}}}
  goods: {per: {parent: shelves, count: 2}, snapshot: weekly, columns: {id: {key: {}}}}
  sales: {events: {per_day: 3}, columns: {id: {key: {}}}}
  lines: {per: {parent: sales, count: 2}, columns: {id: {key: {}}}}
)yaml";

TEST(FrequencyOf, StatedOrInheritedOrByTheKindOfRows) {
  const DatasetSpec spec = *ParseDataset(kSpec, "f.yaml", "", {});
  const auto of = [&](const char* table) {
    return FrequencyOf(spec, *spec.FindTable(table));
  };
  EXPECT_EQ(of("fixed"), Frequency::kOnce);
  EXPECT_EQ(of("parts"), Frequency::kOnce);
  EXPECT_EQ(of("people"), Frequency::kDaily);
  EXPECT_EQ(of("shops"), Frequency::kMonthly);
  EXPECT_EQ(of("shelves"), Frequency::kMonthly);
  EXPECT_EQ(of("goods"), Frequency::kWeekly);
  EXPECT_EQ(of("sales"), std::nullopt);
  EXPECT_EQ(of("lines"), std::nullopt);
  EXPECT_EQ(RootOf(spec, *spec.FindTable("goods")).name, "shops");
  EXPECT_EQ(RootOf(spec, *spec.FindTable("people")).name, "people");
}

}  // namespace
}  // namespace lakeseed
