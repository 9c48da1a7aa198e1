#include "lakeseed/write/parquet/known_texts.h"

#include <arrow/array.h>
#include <arrow/memory_pool.h>

#include <bit>
#include <utility>

#include "lakeseed/write/parquet/value_run.h"

namespace lakeseed {

size_t KnownTexts::Meaning::SlotOf(int64_t number) const {
  constexpr uint64_t kOdd = 0x9E3779B97F4A7C15;
  const int bits = std::countr_zero(slots_.size());
  return static_cast<size_t>(static_cast<uint64_t>(number) * kOdd >> (64 - bits));
}

uint32_t KnownTexts::Meaning::Find(int64_t number, int64_t place) {
  const size_t mask = slots_.size() - 1;
  size_t at = SlotOf(number);
  for (; slots_[at].id != kFree; at = (at + 1) & mask) {
    if (slots_[at].number == number) return slots_[at].id;
  }
  const uint32_t id = num_ids_++;
  slots_[at] = {number, id};
  new_places_.push_back(place);
  if (2 * size_t{num_ids_} > slots_.size()) Grow();
  return id;
}

void KnownTexts::Meaning::Grow() {
  std::vector<Slot> old(2 * slots_.size());
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.id == kFree) continue;
    size_t at = SlotOf(slot.number);
    while (slots_[at].id != kFree) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }
}

arrow::Result<const uint32_t*> KnownTexts::Meaning::IdsOf(const arrow::Array& rows) {
  const arrow::ArrayData& data = *rows.data();
  const auto* numbers = data.GetValues<int64_t>(1, 0);
  const auto size = static_cast<size_t>(data.buffers[1]->size()) / sizeof(int64_t);
  if (numbers_ != data.buffers[1]) {
    numbers_ = data.buffers[1];
    ids_.assign(size, kFree);
  }
  // The table is larger than a cache: its slots are fetched ahead.
  constexpr int64_t kAhead = 16;
  const int64_t begin = data.offset, last = begin + data.length - 1;
  VisitValues(ValueRun::Of(data, 0, data.length), [&](int64_t i) {
    const int64_t place = begin + i;
    __builtin_prefetch(&slots_[SlotOf(numbers[std::min(place + kAhead, last)])]);
    uint32_t& id = ids_[static_cast<size_t>(place)];
    if (id == kFree) id = Find(numbers[place], place);
  });
  if (new_places_.empty()) return ids_.data();
  const TextSource& source = *SourceOf(*rows.type());
  ARROW_ASSIGN_OR_RAISE(const auto made,
                        source.TextsAt(new_places_, arrow::default_memory_pool()));
  for (int64_t i = 0; i < made->length(); ++i) texts_.push_back(made->GetView(i));
  made_.push_back(made);
  new_places_.clear();
  return ids_.data();
}

}  // namespace lakeseed
