// arrival: late rows lie in the files of the day on which they arrive, as many days
// after their event as the table says; and of each day as many as it says.

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "lakeseed/base/date.h"
#include "lakeseed/validate/cells.h"
#include "lakeseed/validate/late_rows.h"
#include "lakeseed/validate/relations.h"
#include "lakeseed/validate/table_check.h"

namespace lakeseed {
namespace {

/// Where the days of a row are.
struct DaySlots {
  int arrival = -1;  ///< -1: no column tells; the file's day has to.
  std::string arrival_column;
  int event = -1;  ///< -1: no column tells.
  EventColumn event_column;
};

/// Days between event and arrival that a row may have, 0 first.
std::vector<int32_t> LagsOf(const std::vector<LateShare>& late) {
  std::vector<int32_t> lags{0};
  for (const LateShare& one : late) lags.push_back(one.days);
  return lags;
}

class ArrivalCheck : public TableCheck {
 public:
  ArrivalCheck(Check check, int64_t max_examples, DaySlots slots,
               const std::vector<LateShare>& late)
      : TableCheck(std::move(check), max_examples),
        slots_(std::move(slots)),
        lags_(LagsOf(late)) {}

 protected:
  /// Fill `arrivals_` and `events_`.
  void ReadDays(const RowBlock& block) {
    const auto length = static_cast<size_t>(block.length);
    arrivals_.assign(length, block.file->day.value_or(EventColumn::kNoDay));
    if (slots_.arrival >= 0) {
      const auto& cells = *block.slots[static_cast<size_t>(slots_.arrival)];
      arrivals_ = EventColumn{}.DaysOf(cells);
    }
    events_.assign(length, EventColumn::kNoDay);
    if (slots_.event < 0) return;
    events_ = slots_.event_column.DaysOf(*block.slots[static_cast<size_t>(slots_.event)]);
  }
  /// Place of the row's lag among the lags; -1: it is none of them.
  int LagOf(size_t i) const {
    const auto at = std::find(lags_.begin(), lags_.end(), arrivals_[i] - events_[i]);
    return at == lags_.end() ? -1 : static_cast<int>(at - lags_.begin());
  }

  const DaySlots slots_;
  const std::vector<int32_t> lags_;
  std::vector<int32_t> arrivals_, events_;
};

class ArrivalDayCheck final : public ArrivalCheck {
 public:
  using ArrivalCheck::ArrivalCheck;

  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    ReadDays(block);
    for (int64_t i = 0; i < block.length; ++i) {
      const auto at = static_cast<size_t>(i);
      if (arrivals_[at] == EventColumn::kNoDay) continue;  // `nulls` tells.
      if (block.file->day && arrivals_[at] != *block.file->day) {
        Found(block, i, slots_.arrival_column,
              "a row that arrives on " + FormatDate(*block.file->day),
              "one that arrives on " + FormatDate(arrivals_[at]));
      } else if (events_[at] != EventColumn::kNoDay && LagOf(at) < 0) {
        Found(block, i, slots_.event_column.name,
              fmt::format("{} days before it arrives on {}", fmt::join(lags_, ", "),
                          FormatDate(arrivals_[at])),
              FormatDate(events_[at]));
      }
    }
    return arrow::Status::OK();
  }
};

class ArrivalSharesCheck final : public ArrivalCheck {
 public:
  /// `own`: the files of the table.
  ArrivalSharesCheck(Check check, int64_t max_examples, DaySlots slots,
                     const std::vector<LateShare>& late, const TableFiles& own)
      : ArrivalCheck(std::move(check), max_examples, std::move(slots), late),
        own_(own),
        shares_{1} {
    for (const LateShare& one : late) {
      shares_.push_back(one.share);
      shares_[0] -= one.share;
    }
  }

  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    ReadDays(block);
    for (size_t i = 0; i < arrivals_.size(); ++i) {
      const int lag = LagOf(i);
      if (lag < 0) continue;  // The other check tells.
      std::vector<int64_t>& counts = days_[events_[i]];
      counts.resize(lags_.size());
      ++counts[static_cast<size_t>(lag)];
    }
    return arrow::Status::OK();
  }

  arrow::Status End() override {
    std::vector<double> sums(lags_.size(), 0);
    double total = 0;
    for (const auto& [day, counts] : days_) {
      if (!IsComplete(day)) continue;
      CompareDay(day, counts);
      for (size_t i = 0; i < counts.size(); ++i) {
        sums[i] += static_cast<double>(counts[i]);
        total += static_cast<double>(counts[i]);
      }
    }
    for (size_t i = 0; i < lags_.size(); ++i) {
      check_.comparison.labels.push_back(fmt::format("{} days", lags_[i]));
      check_.comparison.expected.push_back(shares_[i]);
      check_.comparison.found.push_back(sums[i] / std::max(total, 1.0));
    }
    return arrow::Status::OK();
  }

 private:
  /// Of a run by day: whether the files of all days on which its rows arrive are there.
  bool IsComplete(int32_t day) const {
    if (own_.kind == DayKind::kAllAtOnce) return true;
    const DateRange there = own_.days();
    const auto broken = own_.broken_days.lower_bound(day);
    return there.from <= day && day + lags_.back() <= there.to &&
           (broken == own_.broken_days.end() || *broken > day + lags_.back());
  }

  /// Those of the first lags are the share of the day's rows, to less than one row.
  void CompareDay(int32_t day, const std::vector<int64_t>& counts) {
    double rows = 0, arrived = 0, share = 0;
    for (const int64_t count : counts) rows += static_cast<double>(count);
    for (size_t i = 0; i + 1 < counts.size(); ++i) {
      arrived += static_cast<double>(counts[i]);
      share += shares_[i];
      if (std::abs(arrived - rows * share) < 1 + 1e-6) continue;
      return FoundAtAll(slots_.event_column.name,
                        fmt::format("{:.1f} of {:.0f} rows of {} within {} days",
                                    rows * share, rows, FormatDate(day), lags_[i]),
                        fmt::format("{:.0f}", arrived));
    }
  }

  const TableFiles& own_;
  std::vector<double> shares_;
  std::map<int32_t, std::vector<int64_t>> days_;  ///< Rows by lag, of each event day.
};

arrow::Result<int> DaySlot(const NameResolver::Input& input) {
  if (HoldsIntegers(*input.type)) return input.index;
  return arrow::Status::NotImplemented("the day has a type of another kind");
}

/// Slot of the arrival day: the table's column, or that of the parent's row.
arrow::Status FindArrival(CheckBuilder& builder, DaySlots* slots) {
  TableScope& scope = builder.scope();
  slots->arrival_column = ColumnOfFact(builder.table(), "$arrival_day");
  if (!slots->arrival_column.empty()) {
    ARROW_ASSIGN_OR_RAISE(const auto own, scope.Column(slots->arrival_column));
    ARROW_ASSIGN_OR_RAISE(slots->arrival, DaySlot(own));
    return arrow::Status::OK();
  }
  if (!builder.table().children) return arrow::Status::OK();
  const std::string link = ParentLink(builder.dataset(), builder.table());
  const TableSpec& parent =
      *builder.dataset().FindTable(builder.table().children->parent);
  const std::string column = ColumnOfFact(parent, "$arrival_day");
  if (link.empty() || column.empty()) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const auto of_parent,
                        scope.ColumnOfRow(link, parent.name, column));
  ARROW_ASSIGN_OR_RAISE(slots->arrival, DaySlot(of_parent));
  slots->arrival_column = link;
  return arrow::Status::OK();
}

arrow::Status AddArrival(CheckBuilder& builder) {
  const std::vector<LateShare>& late = LateOf(builder.dataset(), builder.table());
  TableScope& scope = builder.scope();
  DaySlots slots;
  ARROW_RETURN_NOT_OK(FindArrival(builder, &slots));
  if (auto event = EventColumnOf(builder.dataset(), builder.table())) {
    ARROW_ASSIGN_OR_RAISE(const auto own, scope.Column(event->name));
    ARROW_ASSIGN_OR_RAISE(slots.event, DaySlot(own));
    slots.event_column = *std::move(event);
  }
  const bool is_by_day = scope.own().kind == DayKind::kArrivals;
  if (slots.arrival < 0 && (!is_by_day || slots.event < 0)) {
    return arrow::Status::NotImplemented("no column holds the day of arrival");
  }
  builder.Add(std::make_unique<ArrivalDayCheck>(builder.Start("arrival", "day"),
                                                builder.max_examples(), slots, late));
  if (builder.table().events && slots.event >= 0) {
    builder.Add(std::make_unique<ArrivalSharesCheck>(builder.Start("arrival", "shares"),
                                                     builder.max_examples(), slots, late,
                                                     scope.own()));
  }
  return arrow::Status::OK();
}

}  // namespace

void MakeArrivalChecks(CheckBuilder& builder) {
  if (LateOf(builder.dataset(), builder.table()).empty()) return;
  const arrow::Status status = AddArrival(builder);
  if (!status.ok()) builder.Skip("arrival", "day", status);
}

}  // namespace lakeseed
