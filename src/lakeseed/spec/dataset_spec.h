// DatasetSpec: what a dataset file says, checked in form, not yet bound.
// Data only: no behaviour, no generator knowledge. `load.h` makes it from YAML.
// Thread safety: plain values.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/spec/column_spec.h"
#include "lakeseed/spec/late_share.h"
#include "lakeseed/spec/parameter_spec.h"
#include "lakeseed/spec/seasons_spec.h"

namespace lakeseed {

/// `changes:` of a population: how often tracked lets and columns get a new value.
struct ChangesSpec {
  double per_year = 0;              ///< Changes per member and year.
  std::vector<std::string> tracks;  ///< Names of lets or columns, at least one.
  Place place;
};

/// Rows made once: `rows: 50`, or `rows: {fixed: 366}`.
struct StaticRowsSpec {
  ExprPtr count;
  bool is_fixed = false;  ///< The scale factor leaves it alone.
};

/// Entities that are born and leave: `population: {size, growth, churn, …}`.
struct PopulationSpec {
  ExprPtr size;                        ///< Living at window.from.
  ExprPtr total;                       ///< Instead of size: all born up to window.to.
  int64_t at_least = 0;                ///< Living then however small the scale factor is.
  double growth_per_day = 0;           ///< Births per living member and day.
  double churn_per_day = 0;            ///< Deaths per living member and day.
  int64_t founders_since_days = 1825;  ///< Founders were born so long before the epoch.
  std::optional<ChangesSpec> changes;
};

/// So many rows a day: `events: {per_day: main, noise: 0.05, zone: …, seasons: {…}}`.
struct EventsSpec {
  bool is_main = false;      ///< `per_day: main`: the target's rows over the window.
  ExprPtr per_day;           ///< Else rows on a neutral day of the epoch,
  ExprPtr total;             ///< or over the window.
  double noise = 0;          ///< sd of the day's log factor, mean 1.
  std::string zone = "UTC";  ///< IANA zone of the table's days and hours.
  SeasonsSpec seasons;       ///< The dataset's, with the table's own on top.
};

/// Children of a parent's rows: `per: {parent: orders, count: {geometric: …}}`; or facts,
/// one for each row of a table: `rows_of: order_items`.
struct ChildrenSpec {
  std::string parent;
  /// So many more for each stage of its `match` that the parent reaches beyond the first.
  int64_t per_stage = 0;
  GeneratorCall count;   ///< A law of counts: geometric, poisson, uniform, choice, const.
  ExprPtr rows;          ///< Exact total over the window, or unset: the law's mean rules.
  bool is_fact = false;  ///< `rows_of`: `parent` is the table whose rows these are.
  bool is_list = false;  ///< Elements of a list that each row of `parent` has.
};

/// A row for every version of the members of a population: `history_of: customers`.
struct HistorySpec {
  std::string of;  ///< The population, whose columns and lets the rows see.
  Place place;
};

struct CalendarSpec;
struct DirtSpec;
struct LedgerSpec;
struct MatchSpec;
struct SeriesSpec;

/// Which days hold a copy of a table; `once`: if there is none yet.
enum class Frequency { kDaily, kWeekly, kMonthly, kQuarterly, kOnce };

struct TableSpec {
  std::string name, doc;
  /// Exactly one of these is set.
  std::optional<StaticRowsSpec> rows;
  std::optional<PopulationSpec> population;
  std::optional<EventsSpec> events;
  std::optional<ChildrenSpec> children;
  std::optional<HistorySpec> history;
  std::shared_ptr<const SeriesSpec> series;
  std::shared_ptr<const LedgerSpec> ledger;
  std::shared_ptr<const CalendarSpec> calendar;  ///< Its rows are static: with `rows`.
  std::string domain;      ///< Of its keys, if another dataset's (`uses:`); else empty.
  bool is_hidden = false;  ///< A list, or another's and not listed: never written.
  std::shared_ptr<const MatchSpec> match;  ///< Of events; may be unset.
  std::vector<LateShare> late;  ///< Of events: ascending in days; the sum is below 1.
  std::shared_ptr<const DirtSpec> dirt;  ///< Cells wrong on purpose; may be unset.
  /// As stated; unset: daily for populations and histories, once for static tables, the
  /// root's for children. Selects files only, so it is no part of the identity.
  std::optional<Frequency> snapshot;
  std::vector<std::string> partition_by;  ///< As `--partition-by`, where none is stated.
  std::vector<ColumnSpec> lets;
  std::vector<ColumnSpec> columns;  ///< In file order, groups expanded in place.
  std::vector<RuleSpec> rules;
  Place place;

  /// Whether each day has rows of its own: no run by day copies this table whole.
  bool has_own_days() const { return events || series || ledger; }
  /// Whether the rows are elements of a list, which no file has as a table.
  bool is_list() const { return children && children->is_list; }
};

/// Closed: both days belong to it.
struct DateRange {
  int32_t from = 0;  ///< Days since 1970-01-01.
  int32_t to = 0;
  bool operator==(const DateRange&) const = default;
};

struct DatasetSpec {
  std::string name;     ///< "retail_oltp"
  std::string variant;  ///< "small", or empty
  std::string doc;
  std::string domain;   ///< Part of every key; the dataset's name if not stated.
  std::string pattern;  ///< "oltp", "star", or empty
  int law_version = 1;
  int32_t epoch = 0;  ///< Day 0 of the history; days since 1970-01-01.
  DateRange window;
  std::string main;  ///< The table that target_rows counts; empty: no target.
  std::optional<int64_t> target_rows;  ///< The variant's or the request's.
  double scale_factor = 1.0;
  std::vector<ParameterSpec> parameters;
  std::vector<SettingSpec> settings;
  std::vector<TableSpec> tables;      ///< In file order.
  std::vector<std::string> variants;  ///< All variant names that the file offers.
  std::string file;                   ///< Where it came from.
  std::string canonical_text;         ///< All that makes values; see CanonicalText().

  /// "retail_oltp_small", or the name without a variant.
  std::string id() const { return variant.empty() ? name : name + "_" + variant; }
  const TableSpec* FindTable(std::string_view name) const;
};

}  // namespace lakeseed
