#include "lakeseed/generate/day_totals.h"

#include <arrow/api.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <span>

#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/generate/evaluation.h"
#include "lakeseed/generate/memo.h"
#include "lakeseed/generate/program.h"

namespace lakeseed {
namespace {

constexpr int64_t kBudget = 8 << 20;
constexpr int64_t kChunkRows = 1 << 16;

/// A word: the first part of a key, the second, the sum.
constexpr int kSumBits = 18, kSecondBits = 18, kFirstBits = 28;
constexpr uint64_t kFree = ~uint64_t{0};  // No key has all bits.
constexpr int64_t kMostSum = (int64_t{1} << kSumBits) - 1;
constexpr uint64_t kMostFirst = (uint64_t{1} << kFirstBits) - 2;
constexpr uint64_t kMostSecond = (uint64_t{1} << kSecondBits) - 1;

bool HasPacked(const TotalKey& key) {
  return static_cast<uint64_t>(key[0]) <= kMostFirst &&
         static_cast<uint64_t>(key[1]) <= kMostSecond;
}
uint64_t Packed(const TotalKey& key) {
  return static_cast<uint64_t>(key[0]) << kSecondBits | static_cast<uint64_t>(key[1]);
}
TotalKey Unpacked(uint64_t key) {
  return {static_cast<int64_t>(key >> kSecondBits),
          static_cast<int64_t>(key & kMostSecond)};
}
int64_t SumOf(uint64_t slot) { return static_cast<int64_t>(slot) & kMostSum; }

class RowTotals final : public DayTotals {
 public:
  RowTotals(const BoundDataset& dataset, TotalsSource source, int32_t last_day)
      : dataset_(dataset),
        source_(std::move(source)),
        last_day_(last_day),
        kept_(kBudget) {}

  arrow::Result<TotalsPtr> Of(DaySpan days) const override { return Sum(days, false); }
  arrow::Result<TotalsPtr> OfAll(DaySpan days) const override { return Sum(days, true); }

 private:
  using KeysPtr = std::shared_ptr<const TotalKeys>;
  struct Span {
    int32_t first, last;
    bool of_all;
    auto operator<=>(const Span&) const = default;
  };

  arrow::Result<TotalsPtr> Sum(DaySpan days, bool of_all) const;
  TotalsPtr Keep(const Span& days, TotalsByKey totals) const;
  arrow::Result<TotalsPtr> OfDay(const Span& day) const;
  arrow::Status AddRows(RowRange rows, TotalsByKey* totals) const;
  /// Call visit(i, key) for the rows whose keys are not null.
  template <typename Visit>
  static arrow::Status ForEachKey(Evaluation* evaluation, std::span<const int> nodes,
                                  Visit&& visit);
  /// What is needed to add up, and which keys are asked for.
  arrow::Status Prepare() const;
  arrow::Status FindAsked() const;

  const BoundDataset& dataset_;
  const TotalsSource source_;
  const int32_t last_day_;
  mutable std::mutex mutex_;
  mutable std::unique_ptr<const Program> program_;  ///< Made when it is first needed.
  mutable KeysPtr asked_;
  mutable Memo<Span, TotalsByKey> kept_;
};

DayTotals::TotalsPtr RowTotals::Keep(const Span& days, TotalsByKey totals) const {
  totals.Shrink();
  return kept_.Get(days, totals.bytes(), [&] { return std::move(totals); });
}

template <typename Visit>
arrow::Status RowTotals::ForEachKey(Evaluation* evaluation, std::span<const int> nodes,
                                    Visit&& visit) {
  std::array<std::shared_ptr<arrow::Array>, TotalKey{}.size()> keys;
  for (size_t k = 0; k < nodes.size(); ++k) {
    ARROW_ASSIGN_OR_RAISE(keys[k], evaluation->Get(nodes[k]));
  }
  for (int64_t i = 0; i < evaluation->num_rows(); ++i) {
    TotalKey key{};
    bool is_known = true;
    for (size_t k = 0; k < nodes.size(); ++k) {
      is_known = is_known && keys[k]->IsValid(i);
      key[k] = keys[k]->data()->GetValues<int64_t>(1)[i];
    }
    if (is_known) visit(i, key);
  }
  return arrow::Status::OK();
}

arrow::Status RowTotals::AddRows(RowRange rows, TotalsByKey* totals) const {
  Evaluation evaluation(*program_, source_.table, Rows(rows), nullptr,
                        dataset_.default_as_of(), arrow::default_memory_pool());
  ARROW_ASSIGN_OR_RAISE(const auto values, evaluation.Get(source_.value));
  const auto* value = values->data()->GetValues<int64_t>(1);
  return ForEachKey(&evaluation, source_.keys, [&](int64_t i, const TotalKey& key) {
    if (values->IsValid(i)) totals->Add(key, value[i]);
  });
}

arrow::Status RowTotals::FindAsked() const {
  const RowSpace& rows = *dataset_.table(source_.asking).rows;
  RowRange asked{0, 0};
  for (int32_t day = last_day_; day >= 0 && asked.length() == 0; --day) {
    asked = rows.Extent({day, day});
  }
  std::vector<Program::Target> wanted;
  for (const int key : source_.asked) wanted.push_back({source_.asking, key});
  const Program program(dataset_, wanted);
  auto keys = std::make_shared<TotalKeys>(asked.length());
  for (int64_t begin = asked.begin; begin < asked.end; begin += kChunkRows) {
    Evaluation evaluation(program, source_.asking,
                          Rows(RowRange{begin, std::min(asked.end, begin + kChunkRows)}),
                          nullptr, dataset_.default_as_of(),
                          arrow::default_memory_pool());
    ARROW_RETURN_NOT_OK(
        ForEachKey(&evaluation, source_.asked,
                   [&](int64_t, const TotalKey& key) { keys->Add(key); }));
  }
  asked_ = std::move(keys);
  return arrow::Status::OK();
}

arrow::Status RowTotals::Prepare() const {
  if (program_ != nullptr) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(FindAsked());
  std::vector<Program::Target> wanted{{source_.table, source_.value}};
  for (const int key : source_.keys) wanted.push_back({source_.table, key});
  program_ = std::make_unique<const Program>(dataset_, wanted);
  return arrow::Status::OK();
}

arrow::Result<DayTotals::TotalsPtr> RowTotals::OfDay(const Span& day) const {
  if (TotalsPtr kept = kept_.Find(day)) return kept;
  const RowRange rows = dataset_.table(source_.table).rows->Extent({day.first, day.last});
  TotalsByKey totals(day.of_all ? nullptr : asked_);
  for (int64_t begin = rows.begin; begin < rows.end; begin += kChunkRows) {
    const RowRange chunk{begin, std::min(rows.end, begin + kChunkRows)};
    ARROW_RETURN_NOT_OK(AddRows(chunk, &totals));
  }
  return Keep(day, std::move(totals));
}

arrow::Result<DayTotals::TotalsPtr> RowTotals::Sum(DaySpan days, bool of_all) const {
  const Span span{std::max(days.first, 0), std::min(days.last, last_day_), of_all};
  if (span.last < span.first) return std::make_shared<const TotalsByKey>();
  if (TotalsPtr kept = kept_.Find(span)) return kept;
  std::lock_guard lock(mutex_);
  if (TotalsPtr kept = kept_.Find(span)) return kept;
  ARROW_RETURN_NOT_OK(Prepare());
  if (span.first == span.last) return OfDay(span);
  // From what is known of the span's begin on.
  TotalsByKey totals(of_all ? nullptr : asked_);
  int32_t day = span.last;
  for (; day > span.first; --day) {
    const TotalsPtr known = kept_.Find({span.first, day - 1, of_all});
    if (known == nullptr) continue;
    totals = *known;
    break;
  }
  for (; day <= span.last; ++day) {
    ARROW_ASSIGN_OR_RAISE(const TotalsPtr one, OfDay({day, day, of_all}));
    totals.Add(*one);
  }
  return Keep(span, std::move(totals));
}

}  // namespace

size_t TotalsByKey::SlotOf(uint64_t key) const {
  constexpr uint64_t kFirst = 0x9E3779B97F4A7C15, kSecond = 0xBF58476D1CE4E5B9;
  // Tables of other sizes have other orders: else one that is filled in the order of
  // another would fill up from one end.
  const uint64_t salted = (key ^ (slots_.size() * kSecond)) * kFirst;
  const uint64_t mixed = (salted ^ (salted >> 32)) * kSecond;
  auto slot =
      static_cast<size_t>((static_cast<unsigned __int128>(mixed) * slots_.size()) >> 64);
  while (slots_[slot] != kFree && slots_[slot] >> kSumBits != key) {
    slot = slot + 1 == slots_.size() ? 0 : slot + 1;
  }
  return slot;
}

void TotalsByKey::Resize(size_t keys) {
  std::vector<uint64_t> old(keys + keys / 4 + 4, kFree);
  old.swap(slots_);
  for (const uint64_t slot : old) {
    if (slot != kFree) slots_[SlotOf(slot >> kSumBits)] = slot;
  }
}

void TotalsByKey::AddPacked(uint64_t key, int64_t value) {
  if (5 * (used_ + 1) > 4 * slots_.size()) Resize(used_ + used_ / 2 + 4);
  uint64_t& slot = slots_[SlotOf(key)];
  const int64_t sum = value + (slot == kFree ? 0 : SumOf(slot));
  if (sum < 0 || sum > kMostSum) {
    wide_[Unpacked(key)] += value;
    return;
  }
  used_ += slot == kFree ? 1 : 0;
  slot = key << kSumBits | static_cast<uint64_t>(sum);
}

void TotalsByKey::Add(const TotalKey& key, int64_t value) {
  if (!Knows(key)) return;
  if (HasPacked(key)) return AddPacked(Packed(key), value);
  wide_[key] += value;
}

void TotalsByKey::Add(const TotalsByKey& other) {
  if (slots_.size() < other.slots_.size()) Resize(std::max(used_, other.used_));
  for (const uint64_t slot : other.slots_) {
    if (slot != kFree) AddPacked(slot >> kSumBits, SumOf(slot));
  }
  for (const auto& [key, value] : other.wide_) Add(key, value);
}

int64_t TotalsByKey::At(const TotalKey& key) const {
  int64_t sum = 0;
  if (used_ > 0 && HasPacked(key)) {
    const uint64_t slot = slots_[SlotOf(Packed(key))];
    if (slot != kFree) sum = SumOf(slot);
  }
  if (wide_.empty()) return sum;
  const auto at = wide_.find(key);
  return at == wide_.end() ? sum : sum + at->second;
}

int64_t TotalsByKey::bytes() const {
  constexpr size_t kNode = sizeof(TotalKey) + sizeof(int64_t) + 4 * sizeof(void*);
  return static_cast<int64_t>(slots_.capacity() * sizeof(uint64_t) +
                              wide_.size() * kNode);
}

std::unique_ptr<const DayTotals> MakeDayTotals(const BoundDataset& dataset,
                                               TotalsSource source, int32_t last_day) {
  return std::make_unique<RowTotals>(dataset, std::move(source), last_day);
}

}  // namespace lakeseed
