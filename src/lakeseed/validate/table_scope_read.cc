// TableScope: reading, joining and folding.

#include <arrow/api.h>
#include <arrow/compute/api_vector.h>

#include <algorithm>
#include <utility>

#include "lakeseed/spec/frequency.h"
#include "lakeseed/validate/cells.h"
#include "lakeseed/validate/fold.h"
#include "lakeseed/validate/relations.h"
#include "lakeseed/validate/table_scope.h"
#include "lakeseed/validate/table_scope_fold.h"
#include "lakeseed/validate/table_scope_late.h"

namespace lakeseed {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

arrow::Result<ArrayPtr> TakeRows(const ArrayPtr& values, const ArrayPtr& rows) {
  ARROW_ASSIGN_OR_RAISE(
      const arrow::Datum taken,
      arrow::compute::Take(values, rows, arrow::compute::TakeOptions::NoBoundsCheck()));
  return taken.make_array();
}

}  // namespace

const TableScope::Reference& TableScope::ReferenceTo(const std::string& table) const {
  return references_.at(table);
}

arrow::Status TableScope::Load(const std::string& table, Reference* reference) {
  std::vector<std::string> columns = reference->columns;
  const TableSpec* spec = dataset().FindTable(table);
  const TableFiles* files = files_->Find(table);
  const std::string key = spec == nullptr ? "" : ReferredColumn(*spec);
  const bool has_key = !key.empty() && files->schema != nullptr &&
                       files->schema->GetFieldByName(key) != nullptr &&
                       HoldsIntegers(*files->schema->GetFieldByName(key)->type());
  // Each column is read once: some formats refuse a second time.
  const auto at = std::find(columns.begin(), columns.end(), key);
  const auto key_slot = static_cast<size_t>(at - columns.begin());
  if (has_key) {
    if (at == columns.end()) columns.push_back(key);
  } else if (columns.empty() && files->schema != nullptr &&
             files->schema->num_fields() > 0) {
    columns.push_back(files->schema->field(0)->name());
  }
  reference->chunks.assign(reference->columns.size(), {});
  reference->values.clear();
  reference->keys = KeyIndex();
  reference->dirty.clear();
  reference->last_key.reset();
  const int32_t first_day =
      reference->days && !reference->days->empty() ? reference->days->front() : 0;
  TableReader reader =
      files_->Read(table, columns, reference->days ? &*reference->days : nullptr);
  const auto dirt = spec == nullptr ? nullptr : TableDirt::Make(*files_, *spec);
  RowBlock block;
  std::vector<int64_t> keys;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const bool more, reader.Next(&block));
    if (!more) break;
    if (dirt != nullptr) {
      dirt->Mark(has_key ? block.slots[key_slot].get() : nullptr, &block);
      reference->dirty.insert(reference->dirty.end(), block.dirty.begin(),
                              block.dirty.end());
    }
    if (has_key) ReadIntegers(*block.slots[key_slot], &keys);
    const bool is_first = block.file->day == first_day;
    for (int64_t i = 0; i < block.length; ++i) {
      const int64_t key =
          has_key ? keys[static_cast<size_t>(i)] : block.table_row + i + 1;
      reference->keys.Add(key);
      if (is_first)
        reference->last_key = std::max(reference->last_key.value_or(key), key);
    }
    for (size_t c = 0; c < reference->columns.size(); ++c) {
      reference->chunks[c].push_back(block.slots[c]);
    }
  }
  for (size_t c = 0; c < reference->columns.size(); ++c) {
    if (reference->chunks[c].empty()) {
      const auto type = files->schema->GetFieldByName(reference->columns[c])->type();
      ARROW_ASSIGN_OR_RAISE(auto empty, arrow::MakeEmptyArray(type));
      reference->chunks[c].push_back(std::move(empty));
    }
    ARROW_ASSIGN_OR_RAISE(auto whole, arrow::Concatenate(reference->chunks[c]));
    reference->values.push_back(std::move(whole));
    reference->chunks[c].clear();
  }
  return arrow::Status::OK();
}

arrow::Status TableScope::Run(Fold* fold) {
  ARROW_RETURN_NOT_OK(fold->child->Prepare());
  fold->state.Start(fold->child->ReferenceTo(table_->name).keys.size());
  RowBlock block;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const bool more, fold->child->Next(&block));
    if (!more) break;
    ArrayPtr values;
    if (fold->value != nullptr) {
      ARROW_ASSIGN_OR_RAISE(values, fold->value->Evaluate(block.slots, block.length,
                                                          arrow::default_memory_pool()));
    }
    const ArrayPtr& parents = block.slots[static_cast<size_t>(fold->link)];
    const auto& places = static_cast<const arrow::Int64Array&>(*parents);
    for (int64_t i = 0; i < block.length; ++i) {
      if (!block.IsDirty(i) || places.IsNull(i)) continue;
      fold->dirty.resize(
          static_cast<size_t>(fold->child->ReferenceTo(table_->name).keys.size()));
      fold->dirty[static_cast<size_t>(places.Value(i))] = true;
    }
    ARROW_RETURN_NOT_OK(fold->state.Add(places, values.get()));
  }
  ARROW_ASSIGN_OR_RAISE(fold->result, fold->state.Finish());
  fold->child.reset();
  return arrow::Status::OK();
}

arrow::Status TableScope::Prepare() {
  PrepareLate();
  dirt_ = TableDirt::Make(*files_, *table_);
  if (dirt_ != nullptr && !dirt_->key().empty()) {
    ARROW_RETURN_NOT_OK(Column(dirt_->key()).status());
  }
  for (const auto& fold : folds_) ARROW_RETURN_NOT_OK(Run(fold.get()));
  for (auto& [table, reference] : references_) {
    // Copies are read when the first row of a day comes.
    if (IsByCopies(*files_->Find(table))) continue;
    ARROW_RETURN_NOT_OK(Load(table, &reference));
  }
  // A table without a column to read still has rows to count.
  std::vector<std::string> columns = read_;
  if (columns.empty() && own_->schema != nullptr && own_->schema->num_fields() > 0) {
    columns.push_back(own_->schema->field(0)->name());
  }
  reader_.emplace(files_->Read(table_->name, std::move(columns)));
  return arrow::Status::OK();
}

arrow::Status TableScope::TurnTo(int32_t day) {
  for (auto& [table, reference] : references_) {
    const TableFiles& files = *files_->Find(table);
    if (!IsByCopies(files)) continue;
    const std::vector<int32_t> copies = files.Copies();
    std::vector<int32_t> wanted;
    const auto after = std::upper_bound(copies.begin(), copies.end(), day);
    if (RootOf(dataset(), *dataset().FindTable(table)).rows) {
      // All copies of fixed rows are alike.
      if (!copies.empty()) wanted = {copies.front()};
    } else {
      if (after != copies.begin()) wanted.push_back(*std::prev(after));
      const bool is_exact = !wanted.empty() && wanted[0] == day;
      if (after != copies.end() && !is_exact) wanted.push_back(*after);
    }
    if (reference.days == wanted) continue;
    reference.days = std::move(wanted);
    ARROW_RETURN_NOT_OK(Load(table, &reference));
  }
  return arrow::Status::OK();
}

bool TableScope::MustBeThere(const Slot& slot, int64_t key, int32_t day) const {
  const TableFiles& target = *files_->Find(slot.table);
  const TableSpec& spec = *dataset().FindTable(slot.table);
  const bool is_family = &RootOf(dataset(), spec) == &RootOf(dataset(), *table_);
  if (target.kind == DayKind::kArrivals && !is_family) {
    // It may have happened, and not have arrived.
    return key <= LastArrivedKey(target, KeyColumn(spec), LongestLag(dataset(), spec));
  }
  if (target.kind != DayKind::kCopies) return true;
  const bool is_fixed =
      RootOf(dataset(), *dataset().FindTable(slot.table)).rows.has_value();
  // A member that has left is in no copy, and may still be named.
  if (!is_fixed && !slot.is_living) return false;
  if (target.copy) return true;
  const Reference& reference = ReferenceTo(slot.table);
  if (!reference.days || reference.days->empty()) return false;
  const int32_t first = reference.days->front();
  // Who lives on a day and was born before the copy before it is in that copy.
  return is_fixed || first == day ||
         (first < day && reference.last_key && key <= *reference.last_key);
}

void TableScope::MarkUnknown(RowBlock* block) const {
  const auto& day = block->file->day;
  if (!day) return;
  const bool is_broken =
      own_->broken_days.contains(*day) ||
      std::any_of(needed_.begin(), needed_.end(), [&](const TableFiles* files) {
        return files->is_events_by_day() && files->broken_days.contains(*day);
      });
  const bool is_lost =
      late_ && (!block->day || std::any_of(late_->daily.begin(), late_->daily.end(),
                                           [&](const TableFiles* files) {
                                             return !files->HasCopy(*block->day);
                                           }));
  block->is_unknown = is_broken || is_lost;
}

arrow::Result<ArrayPtr> TableScope::Rows(const Slot& slot, RowBlock* block) const {
  ArrayPtr links;
  if (slot.via.empty()) {
    links = block->slots[static_cast<size_t>(slot.link)];
  } else {
    const Reference& via = ReferenceTo(slot.via);
    ARROW_ASSIGN_OR_RAISE(links, TakeRows(via.values[static_cast<size_t>(slot.link)],
                                          block->slots[static_cast<size_t>(slot.from)]));
  }
  const KeyIndex& keys = ReferenceTo(slot.table).keys;
  std::vector<int64_t> numbers;
  if (HoldsIntegers(*links->type())) ReadIntegers(*links, &numbers);
  arrow::Int64Builder places;
  ARROW_RETURN_NOT_OK(places.Reserve(block->length));
  for (int64_t i = 0; i < block->length; ++i) {
    const int64_t place = numbers.empty() || links->IsNull(i)
                              ? -1
                              : keys.Find(numbers[static_cast<size_t>(i)]);
    if (place < 0) {
      places.UnsafeAppendNull();
      const int64_t key = numbers.empty() ? 0 : numbers[static_cast<size_t>(i)];
      if (links->IsValid(i) && block->day && !MustBeThere(slot, key, *block->day)) {
        std::vector<bool>& unknown =
            block->unknown_links[static_cast<int>(&slot - slots_.data())];
        unknown.resize(static_cast<size_t>(block->length), false);
        unknown[static_cast<size_t>(i)] = true;
      }
    } else {
      places.UnsafeAppend(place);
    }
  }
  return places.Finish();
}

arrow::Status TableScope::Fill(size_t s, const std::vector<ArrayPtr>& own,
                               RowBlock* block) const {
  const Slot& slot = slots_[s];
  ArrayPtr& out = block->slots[s];
  switch (slot.kind) {
    case SlotKind::kColumn:
      out = own[static_cast<size_t>(slot.column)];
      break;
    case SlotKind::kInside: {
      const auto& whole = static_cast<const arrow::StructArray&>(
          *block->slots[static_cast<size_t>(slot.link)]);
      ARROW_ASSIGN_OR_RAISE(out, whole.GetFlattenedField(slot.column));
      break;
    }
    case SlotKind::kRow: {
      ARROW_ASSIGN_OR_RAISE(out, Rows(slot, block));
      break;
    }
    case SlotKind::kJoined: {
      const Reference& reference = ReferenceTo(slot.table);
      ARROW_ASSIGN_OR_RAISE(out,
                            TakeRows(reference.values[static_cast<size_t>(slot.column)],
                                     block->slots[static_cast<size_t>(slot.link)]));
      break;
    }
    case SlotKind::kFold: {
      const auto& fold = folds_[static_cast<size_t>(slot.fold)];
      out = fold->result->Slice(block->position, block->length);
      break;
    }
    case SlotKind::kListFold: {
      ListFold& fold = *list_folds_[static_cast<size_t>(slot.fold)];
      ARROW_ASSIGN_OR_RAISE(out, fold.Of(*block->slots[static_cast<size_t>(slot.link)]));
      break;
    }
  }
  return arrow::Status::OK();
}

void TableScope::MarkDirty(RowBlock* block) const {
  block->dirty.clear();
  if (dirt_ != nullptr) {
    const int key = dirt_->key().empty() ? -1 : FindSlot(dirt_->key());
    dirt_->Mark(key < 0 ? nullptr : block->slots[static_cast<size_t>(key)].get(), block);
  }
  const auto mark = [&](int64_t i) {
    block->dirty.resize(static_cast<size_t>(block->length), false);
    block->dirty[static_cast<size_t>(i)] = true;
  };
  for (size_t s = 0; s < slots_.size(); ++s) {
    const Slot& slot = slots_[s];
    if (slot.kind == SlotKind::kFold) {
      const auto& dirty = folds_[static_cast<size_t>(slot.fold)]->dirty;
      for (int64_t i = 0; !dirty.empty() && i < block->length; ++i) {
        if (dirty[static_cast<size_t>(block->position + i)]) mark(i);
      }
    } else if (slot.kind == SlotKind::kRow) {
      const auto& dirty = ReferenceTo(slot.table).dirty;
      const auto& places = static_cast<const arrow::Int64Array&>(*block->slots[s]);
      for (int64_t i = 0; !dirty.empty() && i < block->length; ++i) {
        if (places.IsValid(i) && dirty[static_cast<size_t>(places.Value(i))]) mark(i);
      }
    }
  }
}

arrow::Result<bool> TableScope::Next(RowBlock* block) {
  ARROW_ASSIGN_OR_RAISE(const bool more,
                        late_ ? NextOfOneDay(block) : reader_->Next(block));
  if (!more) return false;
  block->is_unknown = false;
  block->unknown_links.clear();
  if (!late_) block->day = block->file->day;
  const std::optional<int32_t> day = block->day ? block->day : block->file->day;
  if (day) ARROW_RETURN_NOT_OK(TurnTo(*day));
  MarkUnknown(block);
  const std::vector<ArrayPtr> own = std::move(block->slots);
  block->slots.assign(slots_.size(), nullptr);
  for (size_t s = 0; s < slots_.size(); ++s) {
    ARROW_RETURN_NOT_OK(Fill(s, own, block));
  }
  MarkDirty(block);
  return true;
}

}  // namespace lakeseed
