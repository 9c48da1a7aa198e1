#include "lakeseed/validate/report.h"

#include <gtest/gtest.h>

#include <string>

namespace lakeseed {
namespace {

ValidationReport ReportOf(int64_t violations, Violation example) {
  Check check;
  check.table = "orders";
  check.rule = "unique:order_id";
  check.violations = violations;
  check.examples = {std::move(example)};
  ValidationReport report;
  report.checks = {std::move(check)};
  return report;
}

std::string TextOf(const ValidationReport& report) { return ReportText(report, {}); }

TEST(ReportText, SaysWhereIfThatIsKnown) {
  EXPECT_NE(
      TextOf(ReportOf(2, {.file = "a.csv", .row = 3, .expected = "1", .found = "2"}))
          .find("\n        a.csv row 3: expected 1, found 2"),
      std::string::npos);
  EXPECT_NE(TextOf(ReportOf(2, {.expected = "2000 rows", .found = "1999"}))
                .find("\n        expected 2000 rows, found 1999"),
            std::string::npos);
}

TEST(ReportText, OneIsNotMany) {
  const std::string one = TextOf(ReportOf(1, {}));
  EXPECT_NE(one.find("order_id  1 violation\n"), std::string::npos) << one;
  EXPECT_TRUE(one.ends_with(" skipped, 1 violation\n")) << one;
  EXPECT_TRUE(TextOf(ReportOf(2, {})).ends_with(" skipped, 2 violations\n"));
}

TEST(ReportText, ShowsBytesThatAreNoText) {
  const auto shown = [](const std::string& found) {
    const std::string text = TextOf(ReportOf(1, {.found = found}));
    const size_t begin = text.find("found ") + 6;
    return text.substr(begin, text.find('\n', begin) - begin);
  };
  EXPECT_EQ(shown("'Zoë'"), "'Zoë'");
  EXPECT_EQ(shown("a\nb\x1B[31m"), "a\\x0Ab\\x1B[31m");
  EXPECT_EQ(shown("Zo\xEB"), "Zo\\xEB");
}

}  // namespace
}  // namespace lakeseed
