// Progress: times are those of a table, and lines fit the terminal with all they say.

#include "lakeseed/cli/progress_bar.h"

#include <gtest/gtest.h>

namespace lakeseed {
namespace {

TEST(TablePaceTest, CountsFromTheFirstRowsToTheLast) {
  TablePace pace;
  const auto see = [&pace](int64_t rows, double now) {
    pace.See({.table = "orders", .rows_done = rows, .rows_total = 200}, now);
    return pace.Seconds();
  };
  EXPECT_EQ(see(0, 1), 0);
  EXPECT_EQ(see(0, 5), 0);
  EXPECT_EQ(see(100, 6), 1);
  EXPECT_EQ(see(200, 7), 2);
  EXPECT_EQ(see(200, 50), 2);
}

TEST(BarLinesTest, FitTheTerminalWithTheTimeThatIsLeft) {
  const std::vector<TableProgress> tables = {
      {.table = "customers", .rows_done = 500'000, .rows_total = 1'000'000, .bytes = 0},
      {.table = "order_items",
       .rows_done = 999'999'999,
       .rows_total = 2'500'000'000,
       .bytes = int64_t{999} << 30}};
  std::vector<TablePace> paces(2);
  for (size_t i = 0; i < 2; ++i) {
    paces[i].See({.table = "", .rows_done = 0, .rows_total = 9}, 0);
    paces[i].See(tables[i], 2399);
  }
  for (const int width : {80, 100, 140}) {
    const auto lines = BarLines(tables, paces, width);
    ASSERT_EQ(lines.size(), 2u);
    for (const std::string& line : lines) {
      EXPECT_LT(line.size(), static_cast<size_t>(width)) << line;
      EXPECT_TRUE(line.ends_with(" left")) << line;
      EXPECT_EQ(line.find('[') != std::string::npos, width > 80) << line;
    }
    EXPECT_NE(lines[1].find("417 k/s"), std::string::npos) << lines[1];
  }
  // Fewer rows leave room for a bar.
  const std::vector<TableProgress> few = {
      {.table = "order_items", .rows_done = 50'000, .rows_total = 500'000}};
  EXPECT_NE(BarLines(few, std::span(paces).first(1), 80)[0].find('['), std::string::npos);
}

}  // namespace
}  // namespace lakeseed
