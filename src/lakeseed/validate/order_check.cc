// order: events in order of time and inside the window; children in the order of
// their parents. row_count: as many rows, and children of each parent, as declared.

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lakeseed/base/date.h"
#include "lakeseed/base/time_zone.h"
#include "lakeseed/spec/frequency.h"
#include "lakeseed/validate/cells.h"
#include "lakeseed/validate/count_law.h"
#include "lakeseed/validate/late_rows.h"
#include "lakeseed/validate/law_fit.h"
#include "lakeseed/validate/relations.h"
#include "lakeseed/validate/table_check.h"

namespace lakeseed {
namespace {

// No value is below the one before it, or before it on the same day.
class AscendingCheck final : public TableCheck {
 public:
  AscendingCheck(Check check, int64_t max_examples, std::string column, int slot,
                 bool is_of_day)
      : TableCheck(std::move(check), max_examples),
        column_(std::move(column)),
        slot_(slot),
        is_of_day_(is_of_day) {}

  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    const auto& cells = *block.slots[static_cast<size_t>(slot_)];
    ReadIntegers(cells, &values_);
    if (is_of_day_ && block.file->day != day_) last_ = INT64_MIN;
    day_ = block.file->day;
    for (int64_t i = 0; i < block.length; ++i) {
      if (cells.IsNull(i)) continue;
      const int64_t value = values_[static_cast<size_t>(i)];
      if (value < last_) {
        Found(block, i, column_,
              HasRoom() ? "at least " + IntegerText(last_, *cells.type()) : "",
              HasRoom() ? IntegerText(value, *cells.type()) : "");
      }
      last_ = value;
    }
    return arrow::Status::OK();
  }

 private:
  const std::string column_;
  const int slot_;
  const bool is_of_day_;
  std::optional<int32_t> day_;
  int64_t last_ = INT64_MIN;
  std::vector<int64_t> values_;
};

class WindowCheck final : public TableCheck {
 public:
  WindowCheck(Check check, int64_t max_examples, std::string column, int slot,
              int64_t from, int64_t end)
      : TableCheck(std::move(check), max_examples),
        column_(std::move(column)),
        slot_(slot),
        from_(from),
        end_(end) {}

  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    const auto& cells = *block.slots[static_cast<size_t>(slot_)];
    ReadIntegers(cells, &values_);
    for (int64_t i = 0; i < block.length; ++i) {
      const int64_t value = values_[static_cast<size_t>(i)];
      if (cells.IsValid(i) && value >= from_ && value < end_) continue;
      Found(block, i, column_,
            fmt::format("{} to {}", FormatTimestamp(from_), FormatTimestamp(end_ - 1)),
            CellText(cells, i));
    }
    return arrow::Status::OK();
  }

 private:
  const std::string column_;
  const int slot_;
  const int64_t from_, end_;
  std::vector<int64_t> values_;
};

// Lines of one parent stand together, in the order of parents, as many as the law
// allows; the table has the declared total.
class FamilyCheck final : public TableCheck {
 public:
  FamilyCheck(Check check, int64_t max_examples, std::string column, int slot,
              StatedCounts counts, int64_t parents, std::optional<int64_t> total,
              bool is_own_total)
      : TableCheck(std::move(check), max_examples),
        column_(std::move(column)),
        slot_(slot),
        counts_(std::move(counts)),
        parents_(parents),
        total_(total),
        is_own_total_(is_own_total),
        histogram_(counts_.law.probabilities.size(), 0) {}

  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    const auto& links = *block.slots[static_cast<size_t>(slot_)];
    ReadIntegers(links, &values_);
    for (int64_t i = 0; i < block.length; ++i) {
      const int64_t parent = values_[static_cast<size_t>(i)];
      if (lines_ > 0 && parent == last_) {
        ++lines_;
        continue;
      }
      Close();
      last_ = parent;
      lines_ = 1;
    }
    return arrow::Status::OK();
  }

  arrow::Status End() override {
    Close();
    for (int64_t i = seen_; i < parents_; ++i) Close(0);
    if (total_ && check_.checked_rows != *total_) {
      FoundAtAll(column_, fmt::format("{} rows for {} parents", *total_, parents_),
                 std::to_string(check_.checked_rows));
    }
    CompareLaw();
    return arrow::Status::OK();
  }

 private:
  void Close() {
    if (lines_ > 0) {
      ++seen_;
      Close(lines_);
    }
  }
  void Close(int64_t lines) {
    if (lines >= counts_.law.lo && lines <= counts_.law.hi()) {
      ++histogram_[static_cast<size_t>(lines - counts_.law.lo)];
    } else {
      FoundAtAll(
          column_,
          fmt::format("{} to {} rows of a parent", counts_.law.lo, counts_.law.hi()),
          lines == 0 ? std::string("a parent without rows")
                     : fmt::format("{} of parent {}", lines, last_));
    }
  }
  void CompareLaw() {
    std::vector<double> law(histogram_.size(), 0);
    for (const int64_t quantile : counts_.quantiles) {
      law[static_cast<size_t>(quantile - counts_.law.lo)] +=
          1.0 / static_cast<double>(counts_.quantiles.size());
    }
    // A short window has a table of its own size, and rounding moves its rare counts:
    // what the law allows is not refused because the long table does not have it.
    for (size_t i = 0; i < law.size(); ++i) {
      if (law[i] == 0) law[i] = counts_.law.probabilities[i];
    }
    for (size_t i = 0; i < law.size(); ++i) {
      check_.comparison.labels.push_back(std::to_string(counts_.law.lo + i));
      check_.comparison.expected.push_back(law[i]);
      check_.comparison.found.push_back(
          static_cast<double>(histogram_[i]) /
          static_cast<double>(std::max<int64_t>(parents_, 1)));
    }
    const LawFit test = FitLaw(law, histogram_);
    // A total of its own moves the law; then only its ends are declared.
    if (test.fits || is_own_total_) return;
    FoundAtAll(column_, fmt::format("chi-square up to {:.1f}", test.bound),
               fmt::format("{:.1f}", test.statistic));
  }

  const std::string column_;
  const int slot_;
  const StatedCounts counts_;
  const int64_t parents_;
  const std::optional<int64_t> total_;
  const bool is_own_total_;
  std::vector<int64_t> histogram_;
  std::vector<int64_t> values_;
  int64_t last_ = 0, lines_ = 0, seen_ = 0;
};

// A foreign key that differs among the rows of a parent.
class DistinctCheck final : public TableCheck {
 public:
  DistinctCheck(Check check, int64_t max_examples, std::string column, int link, int slot)
      : TableCheck(std::move(check), max_examples),
        column_(std::move(column)),
        link_(link),
        slot_(slot) {}

  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    const auto& cells = *block.slots[static_cast<size_t>(slot_)];
    ReadIntegers(*block.slots[static_cast<size_t>(link_)], &parents_);
    ReadIntegers(cells, &values_);
    for (int64_t i = 0; i < block.length; ++i) {
      const auto at = static_cast<size_t>(i);
      if (parents_[at] != last_) taken_.clear();
      last_ = parents_[at];
      if (cells.IsNull(i)) continue;
      if (std::find(taken_.begin(), taken_.end(), values_[at]) != taken_.end()) {
        Found(block, i, column_, fmt::format("another value in parent {}", last_),
              std::to_string(values_[at]));
      }
      taken_.push_back(values_[at]);
    }
    return arrow::Status::OK();
  }

 private:
  const std::string column_;
  const int link_, slot_;
  int64_t last_ = INT64_MIN;
  std::vector<int64_t> taken_, parents_, values_;
};

class TotalCheck final : public TableCheck {
 public:
  TotalCheck(Check check, int64_t max_examples, int64_t expected)
      : TableCheck(std::move(check), max_examples), expected_(expected) {}
  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    return arrow::Status::OK();
  }
  arrow::Status End() override {
    if (check_.checked_rows != expected_) {
      FoundAtAll("", fmt::format("{} rows", expected_),
                 std::to_string(check_.checked_rows));
    }
    return arrow::Status::OK();
  }

 private:
  const int64_t expected_;
};

void AddWindow(CheckBuilder& builder, const std::string& column, int slot) {
  const auto zone = TimeZone::Load(ZoneOf(builder.table()));
  if (!zone.ok()) return builder.Skip("order", column + "_window", zone.status());
  const TableFiles& own = builder.scope().own();
  DateRange window = own.is_events_by_day() ? own.days() : builder.dataset().window;
  if (own.kind == DayKind::kArrivals) {
    window.from -= LongestLag(builder.dataset(), builder.table());
  }
  builder.Add(std::make_unique<WindowCheck>(
      builder.Start("order", column + "_window"), builder.max_examples(), column, slot,
      zone->DayStart(window.from), zone->DayStart(window.to + 1)));
}

// True if the manifest holds all rows of the table's window, not some days of it.
bool IsWhole(const DatasetFiles& files, const std::string& name) {
  const TableSpec* table = files.spec().FindTable(name);
  const TableFiles* own = files.Find(name);
  if (table == nullptr || own == nullptr) return false;
  if (own->kind == DayKind::kArrivals) return false;
  if (own->kind == DayKind::kEvents && !own->Covers(files.spec().window)) return false;
  if (table->children) return IsWhole(files, table->children->parent);
  // The living of a population are not whole blocks of its members.
  if (table->population && own->kind == DayKind::kCopies) return false;
  if (!table->events) return true;
  const auto target = StatedTarget(files.spec());
  return table->events->is_main && target && own->facts->num_rows == *target;
}

// Children of whole blocks of parents are floor(mean * parents); the window's ends
// are ends of blocks.
std::optional<int64_t> TotalOf(const DatasetFiles& files, const std::string& parent,
                               const StatedCounts& counts) {
  if (!IsWhole(files, parent)) return std::nullopt;
  const TableFacts& facts = *files.Find(parent)->facts;
  const int64_t begin = facts.files.empty() ? 0 : facts.files[0].first_row;
  return counts.mean.Of(begin + facts.num_rows) - counts.mean.Of(begin);
}

void AddFamilies(CheckBuilder& builder) {
  const std::string link = ParentLink(builder.dataset(), builder.table());
  const ChildrenSpec& children = *builder.table().children;
  if (link.empty()) {
    return builder.Skip(
        "row_count", "per_parent",
        arrow::Status::NotImplemented("no column holds the parent's key"));
  }
  if (builder.table().children->per_stage > 0) {
    return builder.Skip("row_count", "per_parent",
                        arrow::Status::NotImplemented(
                            "families grow with the stages that parents reach"));
  }
  const auto slot = builder.scope().Column(link);
  auto counts = CountsOf(builder.dataset(), children.count);
  const TableFiles* parent = builder.scope().files().Find(children.parent);
  if (!slot.ok()) return builder.Skip("row_count", "per_parent", slot.status());
  if (!HoldsIntegers(*slot->type)) {
    return builder.Skip("row_count", "per_parent",
                        arrow::Status::NotImplemented(link, " is not an integer"));
  }
  if (!counts.ok()) return builder.Skip("row_count", "per_parent", counts.status());
  if (parent == nullptr || !parent->incomplete.empty()) {
    return builder.Skip(
        "row_count", "per_parent",
        arrow::Status::NotImplemented(children.parent, " is not complete"));
  }
  const TableFiles& own = builder.scope().own();
  const bool has_gaps = !own.broken_days.empty() || !parent->broken_days.empty();
  if (has_gaps || own.copy != parent->copy) {
    return builder.Skip(
        "row_count", "per_parent",
        arrow::Status::NotImplemented("not all days of ", children.parent, " and of ",
                                      builder.table().name, " are there"));
  }
  std::optional<int64_t> total;
  // Rows that are made once are all there, in every copy.
  const bool is_once = RootOf(builder.dataset(), builder.table()).rows.has_value();
  if (children.rows != nullptr && (is_once || own.kind == DayKind::kAllAtOnce)) {
    const auto size = StatedSize(builder.dataset(), *children.rows);
    if (!size.ok()) return builder.Skip("row_count", "per_parent", size.status());
    total = *size;
  } else {
    total = TotalOf(builder.scope().files(), children.parent, *counts);
  }
  builder.Add(std::make_unique<FamilyCheck>(
      builder.Start("row_count", "per_parent"), builder.max_examples(), link, slot->index,
      *std::move(counts), parent->facts->num_rows, total, children.rows != nullptr));
}

}  // namespace

void MakeOrderChecks(CheckBuilder& builder) {
  if (!builder.HasOrder()) return;
  const TableSpec& table = builder.table();
  const bool is_of_day = builder.scope().own().kind == DayKind::kArrivals;
  for (const ColumnSpec& column : table.columns) {
    const Expr* expression = column.expression.get();
    const bool is_time = table.has_own_days() && expression != nullptr &&
                         expression->kind == Expr::Kind::kPath &&
                         expression->path == std::vector<std::string>{"$time"};
    if (!is_time) continue;
    const auto slot = builder.scope().Column(column.name);
    if (!slot.ok()) {
      builder.Skip("order", column.name, slot.status());
      continue;
    }
    if (slot->type->id() != arrow::Type::TIMESTAMP) continue;
    builder.Add(std::make_unique<AscendingCheck>(builder.Start("order", column.name),
                                                 builder.max_examples(), column.name,
                                                 slot->index, is_of_day));
    AddWindow(builder, column.name, slot->index);
  }
  const std::string link = ParentLink(builder.dataset(), table);
  if (link.empty()) return;
  const auto slot = builder.scope().Column(link);
  if (!slot.ok() || !HoldsIntegers(*slot->type)) return;
  builder.Add(std::make_unique<AscendingCheck>(builder.Start("order", link),
                                               builder.max_examples(), link, slot->index,
                                               is_of_day));
  for (const ColumnSpec& column : table.columns) {
    if (!IsDistinctInParent(column)) continue;
    const auto own = builder.scope().Column(column.name);
    if (!own.ok() || !HoldsIntegers(*own->type)) continue;
    builder.Add(std::make_unique<DistinctCheck>(
        builder.Start("unique", column.name + "_in_parent"), builder.max_examples(),
        column.name, slot->index, own->index));
  }
}

void MakeRowCountChecks(CheckBuilder& builder) {
  const TableSpec& table = builder.table();
  if (table.children) return AddFamilies(builder);
  std::optional<int64_t> expected;
  const TableFiles& own = builder.scope().own();
  const bool is_window =
      own.kind == DayKind::kAllAtOnce ||
      (own.kind != DayKind::kArrivals && own.Covers(builder.dataset().window));
  if (is_window && CountsTarget(table)) expected = StatedTarget(builder.dataset());
  if (table.rows) {
    const auto size = StatedRows(builder.dataset(), *table.rows);
    if (size.ok()) expected = *size;
  }
  if (table.series != nullptr && (is_window || own.Covers(own.days()))) {
    const auto rows = StatedSteps(builder.dataset(), *table.series,
                                  is_window ? builder.dataset().window : own.days());
    if (!rows.ok()) return builder.Skip("row_count", "", rows.status());
    expected = *rows;
  }
  if (!expected) return;
  builder.Add(std::make_unique<TotalCheck>(builder.Start("row_count", ""),
                                           builder.max_examples(), *expected));
}

}  // namespace lakeseed
