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
  using Entries = std::vector<TotalsByKey::Entry>;

  TotalsPtr Keep(const Span& days, Entries entries) const;
  arrow::Result<TotalsPtr> OfDay(int32_t day) const;
  arrow::Status AddRows(RowRange rows, Entries* entries) const;

  const BoundDataset& dataset_;
  const TotalsSource source_;
  const int32_t last_day_;
  mutable std::mutex mutex_;
  mutable std::unique_ptr<const Program> program_;  ///< Made when it is first needed.
  mutable Memo<Span, TotalsByKey> kept_;
};

DayTotals::TotalsPtr RowTotals::Keep(const Span& days, Entries entries) const {
  TotalsByKey totals(std::move(entries));
  const auto bytes =
      static_cast<int64_t>(totals.entries().size() * sizeof(TotalsByKey::Entry));
  return kept_.Get(days, bytes, [&] { return std::move(totals); });
}

arrow::Status RowTotals::AddRows(RowRange rows, Entries* entries) const {
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
    if (is_known) entries->emplace_back(key, value[i]);
  }
  return arrow::Status::OK();
}

arrow::Result<DayTotals::TotalsPtr> RowTotals::OfDay(int32_t day) const {
  if (TotalsPtr kept = kept_.Find({day, day})) return kept;
  const RowRange rows = dataset_.table(source_.table).rows->Extent({day, day});
  Entries entries;
  for (int64_t begin = rows.begin; begin < rows.end; begin += kChunkRows) {
    const RowRange chunk{begin, std::min(rows.end, begin + kChunkRows)};
    ARROW_RETURN_NOT_OK(AddRows(chunk, &entries));
  }
  return Keep({day, day}, std::move(entries));
}

arrow::Result<DayTotals::TotalsPtr> RowTotals::Of(DaySpan days) const {
  const Span span{std::max(days.first, 0), std::min(days.last, last_day_)};
  if (span.second < span.first) return std::make_shared<const TotalsByKey>(Entries{});
  if (TotalsPtr kept = kept_.Find(span)) return kept;
  std::lock_guard lock(mutex_);
  if (TotalsPtr kept = kept_.Find(span)) return kept;
  if (program_ == nullptr) {
    std::vector<Program::Target> wanted{{source_.table, source_.value}};
    for (const int key : source_.keys) wanted.push_back({source_.table, key});
    program_ = std::make_unique<const Program>(dataset_, wanted);
  }
  if (span.first == span.second) return OfDay(span.first);
  Entries entries;
  for (int32_t day = span.first; day <= span.second; ++day) {
    ARROW_ASSIGN_OR_RAISE(const TotalsPtr one, OfDay(day));
    entries.insert(entries.end(), one->entries().begin(), one->entries().end());
  }
  return Keep(span, std::move(entries));
}

}  // namespace

TotalsByKey::TotalsByKey(std::vector<Entry> entries) : entries_(std::move(entries)) {
  std::sort(entries_.begin(), entries_.end());
  size_t kept = 0;
  for (const Entry& entry : entries_) {
    if (kept > 0 && entries_[kept - 1].first == entry.first) {
      entries_[kept - 1].second += entry.second;
    } else {
      entries_[kept++] = entry;
    }
  }
  entries_.resize(kept);
  entries_.shrink_to_fit();
}

int64_t TotalsByKey::At(const TotalKey& key) const {
  const auto at = std::lower_bound(
      entries_.begin(), entries_.end(), key,
      [](const Entry& entry, const TotalKey& wanted) { return entry.first < wanted; });
  return at == entries_.end() || at->first != key ? 0 : at->second;
}

std::unique_ptr<const DayTotals> MakeDayTotals(const BoundDataset& dataset,
                                               TotalsSource source, int32_t last_day) {
  return std::make_unique<RowTotals>(dataset, std::move(source), last_day);
}

}  // namespace lakeseed
