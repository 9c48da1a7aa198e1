// What a validation found: one Check for each rule of each table, and how to show
// it to people (text, a self-contained HTML page) and programs (JSON).
//
// Thread safety: plain values and pure functions.

#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace lakeseed {

/// One place at which a rule does not hold.
struct Violation {
  std::string file;    ///< Relative to the root; may be empty.
  int64_t row = -1;    ///< In the file, from 0; -1: not one row.
  std::string column;  ///< May be empty.
  std::string expected;
  std::string found;
};

/// A declared law beside what was counted; shares that sum to 1.
struct Comparison {
  std::vector<std::string> labels;
  std::vector<double> expected, found;
};

struct Check {
  std::string table;
  std::string rule;  ///< "references:customer_id"; stable, what comes first is the kind.
  std::string kind;  ///< "references"
  int64_t checked_rows = 0;
  int64_t violations = 0;
  std::vector<Violation> examples;  ///< The first ones.
  bool passed = true;               ///< Checked, and nothing found.
  std::string skipped_reason;       ///< Not empty: was not checked.
  std::string note;                 ///< What of it was left out; may be empty.
  Comparison comparison;            ///< Distributions only.

  nlohmann::ordered_json ToJson() const;
};

/// What is there of one day of a table.
enum class DayState {
  kPresent,
  kMissing,
  kDoubled,
  kMisplaced,
  kMiscounted,
  kUnreadable
};
std::string_view ToString(DayState state);

struct DayRows {
  int32_t day = 0;  ///< Since 1970-01-01.
  int64_t rows = 0;
  DayState state = DayState::kPresent;
};

/// The days of a table that was made by day.
struct TableDays {
  std::string table;
  std::string kind;  ///< "events", "arrivals", or how often it is copied: "weekly".
  std::vector<DayRows> days;  ///< Ascending; those that are missing too.

  int64_t CountOf(DayState state) const;
  nlohmann::ordered_json ToJson() const;
};

struct ValidationReport {
  std::vector<Check> checks;
  std::vector<TableDays> days;

  int64_t violations() const;
  int64_t rules_checked() const;
  int64_t rules_broken() const;
  int64_t rules_skipped() const;
  nlohmann::ordered_json ToJson() const;
};

struct ReportTextOptions {
  bool all = false;      ///< Show each rule, not only tables and what is broken.
  int64_t examples = 3;  ///< Shown of each broken rule.
};

/// A table for a terminal, the days of what was made by day, and the places of what
/// is broken.
std::string ReportText(const ValidationReport& report, const ReportTextOptions& options);

/// One HTML page without any other file: summary, table of checks, rows per day of
/// what was made by day, a small bar plot for each distribution.
std::string ReportHtml(const ValidationReport& report, const std::string& title);

}  // namespace lakeseed
