// The page of a report: what its plots show can be read.

#include <gtest/gtest.h>

#include <regex>

#include "lakeseed/validate/report.h"

namespace lakeseed {
namespace {

Check Law(std::vector<std::string> labels, std::vector<double> expected,
          std::vector<double> found) {
  Check check{.table = "orders", .rule = "distribution:channel", .kind = "distribution"};
  check.comparison = {std::move(labels), std::move(expected), std::move(found)};
  return check;
}

std::string PageOf(ValidationReport report) { return ReportHtml(report, "orders"); }

/// All numbers that the pattern's group finds in the page.
std::vector<double> Numbers(const std::string& page, const std::string& pattern) {
  std::vector<double> numbers;
  const std::regex regex(pattern);
  for (std::sregex_iterator it(page.begin(), page.end(), regex), end; it != end; ++it) {
    numbers.push_back(std::stod((*it)[1]));
  }
  return numbers;
}

TEST(ReportHtmlTest, NumbersBesideTheLongestBarFit) {
  const std::string page = PageOf({.checks = {Law({"all"}, {1}, {1})}});
  const auto at = Numbers(page, "x=\"([0-9.]+)\" y=\"15\" font-size=\"9\"");
  ASSERT_EQ(at.size(), 1u);
  // A character of 9 takes 5.5 at most: "100.00 % / 100.00 %".
  EXPECT_LE(at[0] + 19 * 5.5, 340);
}

TEST(ReportHtmlTest, LongLabelsAreCutBetweenCharacters) {
  const std::string label = "ääääääääääääääääääääääää";
  const std::string page = PageOf({.checks = {Law({label}, {1}, {1})}});
  EXPECT_NE(page.find(label + "</title>ääääääääääääääääääää…</text>"), std::string::npos);
  const std::string whole =
      PageOf({.checks = {Law({"In-Store: Credit Card"}, {1}, {1})}});
  EXPECT_NE(whole.find("</title>In-Store: Credit Card</text>"), std::string::npos);
}

TEST(ReportHtmlTest, SaysHowManyLabelsAreNotShown) {
  const std::vector<double> shares(30, 1.0 / 30);
  const std::string page =
      PageOf({.checks = {Law(std::vector<std::string>(30, "x"), shares, shares)}});
  EXPECT_NE(page.find("and 6 more"), std::string::npos);
}

TEST(ReportHtmlTest, HasNoEmptySections) {
  const std::string page =
      PageOf({.checks = {Check{.table = "orders", .rule = "cells"}}});
  EXPECT_EQ(page.find("Distributions"), std::string::npos);
  EXPECT_EQ(page.find("Rows per day"), std::string::npos);
}

TEST(ReportHtmlTest, DaysOfAllTablesLieOnOneAxis) {
  const std::string page =
      PageOf({.days = {{"stores", "monthly", {{19000, 5}}},
                       {"orders", "events", {{19000, 9}, {19009, 3}}}}});
  // The bar of a day takes nine tenths of a tenth of the axis, in both tables.
  EXPECT_EQ(Numbers(page, "<rect x=\"[0-9.]+\" y=\"[0-9.]+\" width=\"([0-9.]+)\""),
            (std::vector<double>{90, 90, 90}));
}

}  // namespace
}  // namespace lakeseed
