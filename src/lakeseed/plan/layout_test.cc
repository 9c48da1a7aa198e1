#include "lakeseed/plan/layout.h"

#include <gmock/gmock.h>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

using ::testing::HasSubstr;

const PathFacts kFacts{.dataset = "shop",
                       .table = "orders",
                       .extension = "csv",
                       .part = 12,
                       .day = DaysFromCivil(2024, 12, 30)};

TEST(ExpandPath, FillsEveryPlaceholder) {
  EXPECT_EQ(
      ExpandPath("{dataset}/{table}-{table_name}/part-{part}.{ext}", kFacts).ValueOrDie(),
      "shop/orders-orders/part-00012.csv");
  EXPECT_EQ(
      ExpandPath("{yyyy}/{mm}/{dd}/{yyyymmdd}/{yyyy_mm_dd}/Q{q}", kFacts).ValueOrDie(),
      "2024/12/30/20241230/2024_12_30/Q4");
  // 30 December 2024 is a Monday of the first ISO week of 2025.
  EXPECT_EQ(ExpandPath("{iso_yyyy}/week_{iso_ww}", kFacts).ValueOrDie(), "2025/week_01");
}

TEST(ExpandPath, DefaultsAreThePathsOfGenerate) {
  const PathLayout layout;
  EXPECT_EQ(ExpandPath(layout.single, kFacts).ValueOrDie(),
            "Files/synthetic_data/shop/orders.csv");
  EXPECT_EQ(ExpandPath(layout.parts, kFacts).ValueOrDie(),
            "Files/synthetic_data/shop/orders/part-00012.csv");
}

std::string ErrorOf(std::string_view pattern, const PathFacts& facts = kFacts) {
  const auto path = ExpandPath(pattern, facts);
  if (path.ok()) return "no error: " + *path;
  EXPECT_EQ(ExitCodeOf(path.status()), ExitCode::kRequest);
  return path.status().message();
}

TEST(ExpandPath, RefusesWhatWouldSurprise) {
  EXPECT_THAT(ErrorOf("{tabel}.csv"), HasSubstr("did you mean `table`?"));
  EXPECT_THAT(ErrorOf("{table.csv"), HasSubstr("open {"));
  EXPECT_THAT(ErrorOf("table}.csv"), HasSubstr("stray }"));
  EXPECT_THAT(ErrorOf("/{table}"), HasSubstr("not below the output"));
  EXPECT_THAT(ErrorOf("a/../../{table}"), HasSubstr("leaves the output"));
  EXPECT_THAT(ErrorOf("a//{table}"), HasSubstr("empty name"));
  EXPECT_THAT(ErrorOf("a?{table}"), HasSubstr("character"));
  EXPECT_THAT(ErrorOf(""), HasSubstr("not below the output"));
  PathFacts undated = kFacts;
  undated.day.reset();
  EXPECT_THAT(ErrorOf("{yyyy}/{table}", undated), HasSubstr("needs a date"));
}

}  // namespace
}  // namespace lakeseed
