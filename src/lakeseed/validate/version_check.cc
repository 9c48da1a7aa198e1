// version: rows of facts refer to the version that their member has on their day. Where
// they do not name the member itself, the version has to be one of that day.

#include <arrow/api.h>
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "lakeseed/base/date.h"
#include "lakeseed/base/time_zone.h"
#include "lakeseed/spec/calendar_spec.h"
#include "lakeseed/spec/frequency.h"
#include "lakeseed/validate/cells.h"
#include "lakeseed/validate/relations.h"
#include "lakeseed/validate/table_check.h"

namespace lakeseed {
namespace {

// Column with the day of the row as the key of a calendar, or empty.
std::string OwnDateKey(const DatasetSpec& dataset, const TableSpec& table) {
  for (const ColumnSpec& column : table.columns) {
    const TableSpec* calendar =
        dataset.FindTable(TableReferredTo(dataset, table, column));
    if (calendar == nullptr || calendar->calendar == nullptr) continue;
    if (calendar->calendar->of == CalendarSpec::Of::kDays) return column.name;
  }
  return "";
}

// The version that a fact refers to is one of the fact's own member, valid on its day.
class VersionOfDayCheck final : public TableCheck {
 public:
  struct Slots {
    int from, to;
    int member = -1;  ///< -1: the fact does not name it.
    int version_member = -1;
    enum class Day { kOfBlock, kDate, kTime, kDateKey };
    Day day_kind = Day::kOfBlock;
    int day = -1;
    TimeZone zone;
  };

  VersionOfDayCheck(Check check, int64_t max_examples, std::string column, Slots slots)
      : TableCheck(std::move(check), max_examples),
        column_(std::move(column)),
        slots_(std::move(slots)) {}

  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    const auto read = [&](int slot, std::vector<int64_t>* values) {
      ReadIntegers(*block.slots[static_cast<size_t>(slot)], values);
    };
    if (slots_.member >= 0) {
      read(slots_.member, &members_);
      read(slots_.version_member, &version_members_);
    }
    read(slots_.from, &from_);
    read(slots_.to, &to_);
    if (slots_.day >= 0) read(slots_.day, &days_);
    const auto& found = *block.slots[static_cast<size_t>(slots_.from)];
    for (int64_t i = 0; i < block.length; ++i) {
      if (found.IsNull(i) || block.IsUnknown(i)) continue;  // `reference` tells.
      const auto at = static_cast<size_t>(i);
      const int64_t day = DayOf(block, at);
      if (slots_.member >= 0 && members_[at] != version_members_[at]) {
        Found(block, i, column_, fmt::format("a version of {}", members_[at]),
              fmt::format("one of {}", version_members_[at]));
      } else if (day < from_[at] || day >= to_[at]) {
        Found(
            block, i, column_,
            "a version valid on " + FormatDate(static_cast<int32_t>(day)),
            fmt::format("one from {} to {}", FormatDate(static_cast<int32_t>(from_[at])),
                        FormatDate(static_cast<int32_t>(to_[at]))));
      }
    }
    return arrow::Status::OK();
  }

 private:
  int64_t DayOf(const RowBlock& block, size_t i) const {
    switch (slots_.day_kind) {
      case Slots::Day::kOfBlock:
        return *block.day;
      case Slots::Day::kDate:
        return days_[i];
      case Slots::Day::kTime:
        return DayOfTimestamp(slots_.zone.ToLocal(days_[i]));
      case Slots::Day::kDateKey:
        break;
    }
    const int64_t key = days_[i];
    return DaysFromCivil(static_cast<int32_t>(key / 10'000),
                         static_cast<int32_t>(key / 100 % 100),
                         static_cast<int32_t>(key % 100));
  }

  const std::string column_;
  const Slots slots_;
  std::vector<int64_t> members_, version_members_, from_, to_, days_;
};

// The column that tells the day of a row which is in no file of its day.
arrow::Status FindDay(CheckBuilder& builder, VersionOfDayCheck::Slots* slots) {
  using Day = VersionOfDayCheck::Slots::Day;
  const TableSpec& table = builder.table();
  std::string column = ColumnOfFact(table, "$day");
  slots->day_kind = Day::kDate;
  if (column.empty() && table.events) {
    column = ColumnOfFact(table, "$time");
    slots->day_kind = Day::kTime;
    ARROW_ASSIGN_OR_RAISE(slots->zone, TimeZone::Load(table.events->zone));
  }
  if (column.empty()) {
    column = OwnDateKey(builder.dataset(), table);
    slots->day_kind = Day::kDateKey;
  }
  if (column.empty()) {
    return arrow::Status::NotImplemented("no column holds the day of a row");
  }
  ARROW_ASSIGN_OR_RAISE(const auto slot, builder.scope().Column(column));
  if (!HoldsIntegers(*slot.type)) {
    return arrow::Status::NotImplemented("the day has a type of another kind");
  }
  slots->day = slot.index;
  return arrow::Status::OK();
}

// A column with the key of a version, in a table of events.
arrow::Status AddVersionOfDay(CheckBuilder& builder, const ColumnSpec& column,
                              const TableSpec& history) {
  const TableSpec& table = builder.table();
  TableScope& scope = builder.scope();
  const auto links = ReferencesTo(builder.dataset(), table, history.history->of);
  const std::string member = MemberColumn(builder.dataset(), history);
  const std::string from = ColumnOfFact(history, "$valid_from");
  const std::string to = ColumnOfFact(history, "$valid_to");
  if (links.size() > 1 || member.empty() || from.empty() || to.empty()) {
    return arrow::Status::NotImplemented("the members, or the first and last days of ",
                                         history.name, " are not in the files");
  }
  VersionOfDayCheck::Slots slots;
  std::vector<NameResolver::Input> inputs;
  if (!links.empty()) {
    ARROW_ASSIGN_OR_RAISE(inputs.emplace_back(), scope.Column(links[0]));
    ARROW_ASSIGN_OR_RAISE(inputs.emplace_back(),
                          scope.ColumnOfRow(column.name, history.name, member));
    slots.member = inputs[0].index;
    slots.version_member = inputs[1].index;
  }
  ARROW_ASSIGN_OR_RAISE(const auto first,
                        scope.ColumnOfRow(column.name, history.name, from));
  ARROW_ASSIGN_OR_RAISE(const auto end, scope.ColumnOfRow(column.name, history.name, to));
  inputs.push_back(first);
  inputs.push_back(end);
  for (const auto& slot : inputs) {
    if (HoldsIntegers(*slot.type)) continue;
    return arrow::Status::NotImplemented("a column has a type of another kind");
  }
  slots.from = first.index;
  slots.to = end.index;
  if (!scope.own().is_events_by_day()) {
    ARROW_RETURN_NOT_OK(FindDay(builder, &slots));
  }
  builder.Add(std::make_unique<VersionOfDayCheck>(builder.Start("version", column.name),
                                                  builder.max_examples(), column.name,
                                                  std::move(slots)));
  return arrow::Status::OK();
}

}  // namespace

void MakeVersionChecks(CheckBuilder& builder) {
  const DatasetSpec& dataset = builder.dataset();
  const TableSpec& root = RootOf(dataset, builder.table());
  if (!root.events && root.ledger == nullptr) return;
  for (const ColumnSpec& column : builder.table().columns) {
    const TableSpec* target =
        dataset.FindTable(TableReferredTo(dataset, builder.table(), column));
    if (target == nullptr || !target->history) continue;
    const arrow::Status status = AddVersionOfDay(builder, column, *target);
    if (!status.ok()) builder.Skip("version", column.name, status);
  }
}

}  // namespace lakeseed
