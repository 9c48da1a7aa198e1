// TableScope: rows that arrive late see what they refer to as of the day on which they
// happened, so they are joined day by day.

#include "lakeseed/validate/table_scope_late.h"

#include <arrow/api.h>

#include <algorithm>
#include <utility>

#include "lakeseed/spec/frequency.h"
#include "lakeseed/validate/relations.h"
#include "lakeseed/validate/table_scope.h"
#include "lakeseed/validate/table_scope_fold.h"

namespace lakeseed {

void TableScope::PrepareLate() {
  if (own_->kind != DayKind::kArrivals) return;
  std::vector<const TableFiles*> daily;
  bool has_copies = false;
  for (const auto& [table, reference] : references_) {
    const TableFiles& target = *files_->Find(table);
    const bool is_fixed = RootOf(dataset(), *dataset().FindTable(table)).rows.has_value();
    if (!IsByCopies(target) || is_fixed) continue;
    has_copies = true;
    if (HasDaily(target)) daily.push_back(&target);
  }
  if (!has_copies) return;
  late_ = std::make_unique<Late>();
  late_->daily = std::move(daily);
  // Without it what is joined stays unknown.
  if (!FindEventDay().ok()) late_->column.reset();
}

arrow::Status TableScope::FindEventDay() {
  int rows = -1;
  for (const TableSpec* at = table_;;) {
    if (auto column = EventColumnOf(dataset(), *at)) {
      ARROW_ASSIGN_OR_RAISE(const Input slot, rows < 0
                                                  ? Column(column->name)
                                                  : Joined(at->name, rows, column->name));
      late_->slots.push_back(slot.index);
      late_->column = std::move(column);
      return arrow::Status::OK();
    }
    const std::string link = ParentLink(dataset(), *at);
    if (link.empty()) return arrow::Status::NotImplemented("no column tells the day");
    ARROW_ASSIGN_OR_RAISE(rows, RowSlot(*at, rows, link, at->children->parent));
    const Slot& slot = slots_[static_cast<size_t>(rows)];
    if (slot.from < 0) late_->slots.push_back(slot.link);
    late_->slots.push_back(rows);
    at = dataset().FindTable(at->children->parent);
  }
}

arrow::Status TableScope::ReadEventDays() {
  Late& late = *late_;
  late.days.assign(static_cast<size_t>(late.block.length), EventColumn::kNoDay);
  if (!late.column) return arrow::Status::OK();
  RowBlock seen = late.block;
  seen.day.reset();
  seen.slots.assign(slots_.size(), nullptr);
  for (const int slot : late.slots) {
    ARROW_RETURN_NOT_OK(Fill(static_cast<size_t>(slot), late.block.slots, &seen));
  }
  late.days = late.column->DaysOf(*seen.slots[static_cast<size_t>(late.slots.back())]);
  return arrow::Status::OK();
}

arrow::Result<bool> TableScope::NextOfOneDay(RowBlock* block) {
  Late& late = *late_;
  if (late.next == late.block.length) {
    ARROW_ASSIGN_OR_RAISE(const bool more, reader_->Next(&late.block));
    if (!more) return false;
    late.next = 0;
    ARROW_RETURN_NOT_OK(ReadEventDays());
  }
  const int64_t begin = late.next;
  const int32_t day = late.days[static_cast<size_t>(begin)];
  while (late.next < late.block.length &&
         late.days[static_cast<size_t>(late.next)] == day) {
    ++late.next;
  }
  *block = late.block;
  block->row_in_file += begin;
  block->table_row += begin;
  block->position += begin;
  block->length = late.next - begin;
  for (auto& column : block->slots) column = column->Slice(begin, block->length);
  block->day.reset();
  if (day != EventColumn::kNoDay) block->day = day;
  return true;
}

}  // namespace lakeseed
