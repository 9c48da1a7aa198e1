#include "lakeseed/generate/ledger_rows.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "lakeseed/base/cell.h"

namespace lakeseed {
namespace {

/// Bytes that are kept: of slices, as many as a thread asks for at a time; of days.
constexpr int64_t kKeptBytes = 3 << 20, kKeptPlans = 1 << 20, kKeptPlaces = 4 << 20;
/// Balances go on from day to day while there are at most so many members for each
/// posting of a day.
constexpr int64_t kMostPerPosting = 16;

size_t NumThreads() { return std::clamp(std::thread::hardware_concurrency(), 1U, 16U); }

}  // namespace

LedgerRows::LedgerRows(Ledger ledger, Hours hours, Options options)
    : ledger_(std::move(ledger)),
      hours_(std::move(hours)),
      options_(std::move(options)),
      plans_(kKeptPlans, 1 + NumThreads()),
      kept_(kKeptBytes * (1 + static_cast<int64_t>(NumThreads()))),
      places_(kKeptPlaces) {
  std::vector<int64_t> starts;
  for (int32_t day = 0; day <= options_.days; ++day) {
    starts.push_back(ledger_.PostingsBefore(day));
  }
  days_ = DayIndex::OfStarts(std::move(starts));
}

int32_t LedgerRows::GroupOf(int64_t place) const {
  int32_t group = 0;
  for (const Group& one : options_.groups) {
    if (place < one.first + one.count) break;
    ++group;
  }
  return group;
}

LedgerRows::DayPtr LedgerRows::DayOf(int32_t number) const {
  if (DayPtr kept = plans_.Find(number)) return kept;
  LedgerDay made(ledger_, number);
  const int64_t bytes = made.bytes();
  return plans_.Get(number, bytes, [&] { return std::move(made); });
}

bool LedgerRows::KeepsBalances(int32_t day) const {
  return num_accounts() <= kMostPerPosting * days_.Count(day);
}

LedgerRows::SlicePtr LedgerRows::SliceWith(int64_t row) const {
  const int32_t number = days_.Day(row);
  const SliceKey key{number, DayOf(number)->SliceOf(row - days_.Before(number))};
  if (SlicePtr kept = kept_.Find(key)) return kept;
  while (true) {
    const WalkPtr walk = WalkTo(key);
    std::lock_guard lock(walk->mutex);
    // Another thread may have taken the walk there meanwhile, and further on.
    if (SlicePtr kept = kept_.Find(key)) return kept;
    if (walk->next > key) continue;
    while (walk->next < key) Step(walk.get());
    return Step(walk.get());
  }
}

LedgerRows::WalkPtr LedgerRows::WalkTo(const SliceKey& slice) const {
  const int32_t day = slice.first;
  const int32_t earliest = KeepsBalances(day) ? day - 1 : day;
  std::lock_guard lock(mutex_);
  WalkPtr best;
  for (const WalkPtr& walk : walks_) {
    if (walk->next > slice || walk->next.first < earliest) continue;
    if (best == nullptr || walk->next > best->next) best = walk;
  }
  if (best == nullptr) {
    best = std::make_shared<Walk>(SliceKey{day, 0}, FreshBalances(day));
  } else {
    std::erase(walks_, best);
  }
  walks_.push_back(best);
  if (walks_.size() > NumThreads()) walks_.erase(walks_.begin());
  return best;
}

LedgerBalances LedgerRows::FreshBalances(int32_t day) const {
  return LedgerBalances(KeepsBalances(day) ? num_accounts() : 0);
}

LedgerRows::SlicePtr LedgerRows::Step(Walk* walk) const {
  const auto [number, slice] = walk->next;
  const bool goes_on =
      slice > 0 || (number > 0 && KeepsBalances(number) && KeepsBalances(number - 1));
  if (!goes_on) walk->balances = FreshBalances(number);
  const DayPtr day = DayOf(number);
  Slice made{.first = days_.Before(number) + day->Before(slice).postings};
  made.postings = day->PostingsOf(slice, &walk->balances);
  made.times = TimesOf(*day, slice, made.postings);
  const auto size = std::ssize(made.postings);
  SlicePtr kept =
      kept_.Get(walk->next, size * static_cast<int64_t>(sizeof(Ledger::Posting) + 8),
                [&] { return std::move(made); });
  const bool is_last = slice + 1 >= day->num_slices();
  std::lock_guard lock(mutex_);
  walk->next = is_last ? SliceKey{number + 1, 0} : SliceKey{number, slice + 1};
  return kept;
}

std::vector<int64_t> LedgerRows::TimesOf(const LedgerDay& day, int64_t slice,
                                         const Ledger::Postings& postings) const {
  const int64_t before = ledger_.MomentsBefore(day.day());
  const int64_t count = ledger_.MomentsBefore(day.day() + 1) - before;
  const LedgerPlaces::Count first = day.Before(slice);
  const RowRange moments{first.moments, day.Before(slice + 1).moments};
  std::vector<int64_t> instants(static_cast<size_t>(moments.length()));
  hours_.TimesOf(options_.epoch + day.day(),
                 {before + moments.begin, before + moments.end}, moments.begin, count,
                 instants.data());
  std::vector<int64_t> times;
  times.reserve(postings.size());
  size_t passed = 0;  // Moments of the postings so far.
  for (const Ledger::Posting& posting : postings) {
    if (!posting.is_second) ++passed;
    int64_t time = instants[passed - 1];
    if (posting.step > 0) {
      // Each posting after the first has a part of the burst's time to itself.
      const auto& stream = ledger_.streams()[static_cast<size_t>(posting.stream)];
      const int64_t part = stream.burst_within / (posting.steps - 1);
      const int64_t row = first.postings + std::ssize(times);
      const int64_t moment = Below(Cell(stream.own.Sub(day.day()), row), part);
      const int64_t begin = instants[passed - 1 - static_cast<size_t>(posting.step)];
      time = std::min(time, begin + (posting.step - 1) * part + moment);
    }
    times.push_back(time);
  }
  return times;
}

int64_t LedgerRows::OriginOf(const Ledger::Posting& posting) const {
  const auto& stream = ledger_.streams()[static_cast<size_t>(posting.stream)];
  std::shared_ptr<const LedgerPlaces> places = places_.Find(posting.day);
  if (places == nullptr) {
    LedgerPlaces made(ledger_, posting.day);
    const int64_t bytes = made.bytes();
    places = places_.Get(posting.day, bytes, [&] { return std::move(made); });
  }
  return days_.Before(posting.day) + places->Of(stream.gives_back, posting.event) +
         posting.step;
}

void LedgerRows::DaysOf(const Rows& rows, int32_t* days) const {
  if (rows.is_range()) return days_.DaysOf(rows.range(), days);
  for (int64_t i = 0; i < rows.length(); ++i) days[i] = days_.Day(rows[i]);
}

void LedgerRows::TimesOf(const Rows& rows, int64_t* times) const {
  ForEachSlice(rows, [&](const SlicePtr& slice, int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      times[i] = slice->times[static_cast<size_t>(rows[i] - slice->first)];
    }
  });
}

}  // namespace lakeseed
