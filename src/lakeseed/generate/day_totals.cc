#include "lakeseed/generate/day_totals.h"

#include <arrow/api.h>

#include <algorithm>
#include <mutex>

#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/generate/evaluation.h"
#include "lakeseed/generate/memo.h"
#include "lakeseed/generate/program.h"

namespace lakeseed {
namespace {

constexpr int64_t kBudget = 32 << 20;
constexpr int64_t kChunkRows = 1 << 16;

class RowTotals final : public DayTotals {
 public:
  RowTotals(const BoundDataset& dataset, TotalsSource source, int32_t last_day)
      : dataset_(dataset),
        source_(std::move(source)),
        last_day_(last_day),
        kept_(kBudget) {}

  arrow::Result<TotalsPtr> Of(DaySpan days) const override;

 private:
  using Span = std::pair<int32_t, int32_t>;

  TotalsPtr Keep(const Span& days, TotalsByKey totals) const;
  arrow::Result<TotalsPtr> OfDay(int32_t day) const;
  arrow::Status AddRows(RowRange rows, TotalsByKey* totals) const;

  const BoundDataset& dataset_;
  const TotalsSource source_;
  const int32_t last_day_;
  mutable std::mutex mutex_;
  mutable std::unique_ptr<const Program> program_;  ///< Made when it is first needed.
  mutable Memo<Span, TotalsByKey> kept_;
};

DayTotals::TotalsPtr RowTotals::Keep(const Span& days, TotalsByKey totals) const {
  totals.Shrink();
  return kept_.Get(days, totals.bytes(), [&] { return std::move(totals); });
}

arrow::Status RowTotals::AddRows(RowRange rows, TotalsByKey* totals) const {
  Evaluation evaluation(*program_, source_.table, Rows(rows), nullptr,
                        dataset_.default_as_of(), arrow::default_memory_pool());
  ARROW_ASSIGN_OR_RAISE(const auto values, evaluation.Get(source_.value));
  std::array<std::shared_ptr<arrow::Array>, 2> keys;
  for (size_t k = 0; k < source_.keys.size(); ++k) {
    ARROW_ASSIGN_OR_RAISE(keys[k], evaluation.Get(source_.keys[k]));
  }
  const auto* value = values->data()->GetValues<int64_t>(1);
  for (int64_t i = 0; i < rows.length(); ++i) {
    TotalKey key{};
    bool is_known = values->IsValid(i);
    for (size_t k = 0; k < source_.keys.size(); ++k) {
      is_known = is_known && keys[k]->IsValid(i);
      key[k] = keys[k]->data()->GetValues<int64_t>(1)[i];
    }
    if (is_known) totals->Add(key, value[i]);
  }
  return arrow::Status::OK();
}

arrow::Result<DayTotals::TotalsPtr> RowTotals::OfDay(int32_t day) const {
  if (TotalsPtr kept = kept_.Find({day, day})) return kept;
  const RowRange rows = dataset_.table(source_.table).rows->Extent({day, day});
  TotalsByKey totals;
  for (int64_t begin = rows.begin; begin < rows.end; begin += kChunkRows) {
    const RowRange chunk{begin, std::min(rows.end, begin + kChunkRows)};
    ARROW_RETURN_NOT_OK(AddRows(chunk, &totals));
  }
  return Keep({day, day}, std::move(totals));
}

arrow::Result<DayTotals::TotalsPtr> RowTotals::Of(DaySpan days) const {
  const Span span{std::max(days.first, 0), std::min(days.last, last_day_)};
  if (span.second < span.first) return std::make_shared<const TotalsByKey>();
  if (TotalsPtr kept = kept_.Find(span)) return kept;
  std::lock_guard lock(mutex_);
  if (TotalsPtr kept = kept_.Find(span)) return kept;
  if (program_ == nullptr) {
    std::vector<Program::Target> wanted{{source_.table, source_.value}};
    for (const int key : source_.keys) wanted.push_back({source_.table, key});
    program_ = std::make_unique<const Program>(dataset_, wanted);
  }
  if (span.first == span.second) return OfDay(span.first);
  // From what is known of the span's begin on.
  TotalsByKey totals;
  int32_t day = span.second;
  for (; day > span.first; --day) {
    const TotalsPtr known = kept_.Find({span.first, day - 1});
    if (known == nullptr) continue;
    totals = *known;
    break;
  }
  for (; day <= span.second; ++day) {
    ARROW_ASSIGN_OR_RAISE(const TotalsPtr one, OfDay(day));
    totals.Add(*one);
  }
  return Keep(span, std::move(totals));
}

}  // namespace

size_t TotalsByKey::SlotOf(const TotalKey& key) const {
  constexpr uint64_t kFirst = 0x9E3779B97F4A7C15, kSecond = 0xBF58476D1CE4E5B9;
  const uint64_t mixed = (static_cast<uint64_t>(key[0]) * kFirst) ^
                         (static_cast<uint64_t>(key[1]) * kSecond);
  const auto is_other = [&](const TotalKey& there) {
    return there[0] != key[0] || there[1] != key[1];
  };
  size_t slot = (mixed ^ (mixed >> 32)) & (slots_.size() - 1);
  while (slots_[slot] >= 0 &&
         is_other(entries_[static_cast<size_t>(slots_[slot])].first)) {
    slot = (slot + 1) & (slots_.size() - 1);
  }
  return slot;
}

void TotalsByKey::Grow() {
  slots_.assign(std::max<size_t>(16, 2 * slots_.size()), -1);
  for (size_t i = 0; i < entries_.size(); ++i) {
    slots_[SlotOf(entries_[i].first)] = static_cast<int32_t>(i);
  }
}

void TotalsByKey::Add(const TotalKey& key, int64_t value) {
  if (2 * entries_.size() >= slots_.size()) Grow();
  int32_t& place = slots_[SlotOf(key)];
  if (place < 0) {
    place = static_cast<int32_t>(entries_.size());
    entries_.emplace_back(key, 0);
  }
  entries_[static_cast<size_t>(place)].second += value;
}

void TotalsByKey::Add(const TotalsByKey& other) {
  for (const auto& [key, value] : other.entries_) Add(key, value);
}

int64_t TotalsByKey::At(const TotalKey& key) const {
  if (entries_.empty()) return 0;
  const int32_t place = slots_[SlotOf(key)];
  return place < 0 ? 0 : entries_[static_cast<size_t>(place)].second;
}

int64_t TotalsByKey::bytes() const {
  return static_cast<int64_t>(entries_.capacity() * sizeof(Entry) +
                              slots_.capacity() * sizeof(int32_t));
}

std::unique_ptr<const DayTotals> MakeDayTotals(const BoundDataset& dataset,
                                               TotalsSource source, int32_t last_day) {
  return std::make_unique<RowTotals>(dataset, std::move(source), last_day);
}

}  // namespace lakeseed
