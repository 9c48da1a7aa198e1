#include "lakeseed/generate/ledger_rows.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "lakeseed/base/cell.h"

namespace lakeseed {
namespace {

/// Bytes of days that are kept.
constexpr int64_t kKeptBytes = 8 << 20, kKeptPlaces = 4 << 20;
/// Balances are kept while there are at most so many members for each posting of a day.
constexpr int64_t kMostPerPosting = 16;

/// Days that are kept however large they are: one that each thread works on, and the one
/// before, whose balances go on.
size_t DaysAtATime() {
  return 1 + std::clamp(std::thread::hardware_concurrency(), 1U, 16U);
}

}  // namespace

LedgerRows::LedgerRows(Ledger ledger, Hours hours, Options options)
    : ledger_(std::move(ledger)),
      hours_(std::move(hours)),
      options_(std::move(options)),
      kept_(kKeptBytes, DaysAtATime()),
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

LedgerRows::DayPtr LedgerRows::DayWith(int64_t row) const {
  const int32_t number = days_.Day(row);
  int64_t bytes = days_.Count(number) * static_cast<int64_t>(sizeof(Ledger::Posting) + 8);
  if (KeepsBalances(number)) bytes += num_accounts() * 8;
  return kept_.Get(number, bytes, [&] { return MakeDay(number); });
}

bool LedgerRows::KeepsBalances(int32_t day) const {
  return num_accounts() <= kMostPerPosting * days_.Count(day);
}

LedgerRows::Day LedgerRows::MakeDay(int32_t number) const {
  Day day{.first = days_.Before(number)};
  if (KeepsBalances(number)) {
    const DayPtr before = number == 0 ? nullptr : kept_.Find(number - 1);
    if (before != nullptr) day.balances = before->balances;
    day.balances.resize(static_cast<size_t>(num_accounts()), Ledger::kUnknown);
    day.postings = ledger_.PostingsOn(number, &day.balances);
  } else {
    day.postings = ledger_.PostingsOn(number);
  }
  SetTimes(number, &day);
  return day;
}

void LedgerRows::SetTimes(int32_t number, Day* day) const {
  const int64_t before = ledger_.MomentsBefore(number);
  const int64_t count = ledger_.MomentsBefore(number + 1) - before;
  std::vector<int64_t> times(static_cast<size_t>(count));
  hours_.TimesOf(options_.epoch + number, {before, before + count}, 0, count,
                 times.data());
  day->times.reserve(day->postings.size());
  size_t moments = 0;  // Of the postings so far.
  for (const Ledger::Posting& posting : day->postings) {
    if (!posting.is_second) ++moments;
    int64_t time = times[moments - 1];
    if (posting.step > 0) {
      // Each posting after the first has a part of the burst's time to itself.
      const auto& stream = ledger_.streams()[static_cast<size_t>(posting.stream)];
      const int64_t part = stream.burst_within / (posting.steps - 1);
      const auto row = static_cast<int64_t>(day->times.size());
      const int64_t moment = Below(Cell(stream.own.Sub(number), row), part);
      const int64_t begin = times[moments - 1 - static_cast<size_t>(posting.step)];
      time = std::min(time, begin + (posting.step - 1) * part + moment);
    }
    day->times.push_back(time);
  }
}

int64_t LedgerRows::OriginOf(const Ledger::Posting& posting) const {
  const auto& stream = ledger_.streams()[static_cast<size_t>(posting.stream)];
  std::shared_ptr<const Ledger::Places> places = places_.Find(posting.day);
  if (places == nullptr) {
    Ledger::Places made(ledger_, posting.day);
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
  ForEachDay(rows, [&](const DayPtr& day, int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      times[i] = day->times[static_cast<size_t>(rows[i] - day->first)];
    }
  });
}

}  // namespace lakeseed
