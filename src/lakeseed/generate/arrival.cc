#include "lakeseed/generate/arrival.h"

#include <algorithm>
#include <utility>

#include "lakeseed/base/bijection.h"
#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"

namespace lakeseed {
namespace {

constexpr double kShareUnit = 0x1p32;
constexpr int64_t kBlock = 1'024;

}  // namespace

DayArrivals::DayArrivals(int64_t first_place, std::vector<int64_t> late, RowRange own,
                         std::vector<int64_t> held)
    : first_place_(first_place),
      late_(std::move(late)),
      own_(own),
      held_(std::move(held)) {}

int64_t DayArrivals::OwnRow(int64_t q) const {
  // So many of those that are not held back lie before the j-th that is:
  // held_[j] - own_.begin - j.
  int64_t low = 0, high = std::ssize(held_);
  while (low < high) {
    const int64_t j = low + (high - low) / 2;
    if (held_[static_cast<size_t>(j)] - own_.begin - j <= q) {
      low = j + 1;
    } else {
      high = j;
    }
  }
  return std::min(own_.begin + q + low, own_.end);
}

DayArrivals::Part DayArrivals::PartAt(RowRange places) const {
  const int64_t begin = places.begin - first_place_, end = places.end - first_place_;
  const int64_t num_late = std::ssize(late_);
  Part part;
  part.late = std::span(late_).subspan(
      static_cast<size_t>(std::min(begin, num_late)),
      static_cast<size_t>(std::min(end, num_late) - std::min(begin, num_late)));
  const int64_t first = std::max<int64_t>(0, begin - num_late);
  const int64_t last = std::max<int64_t>(0, end - num_late);
  if (first == last) return part;
  part.own = {OwnRow(first), OwnRow(last - 1) + 1};
  const auto from = std::lower_bound(held_.begin(), held_.end(), part.own.begin);
  const auto to = std::lower_bound(from, held_.end(), part.own.end);
  part.held = std::span(from, to);
  return part;
}

Rows DayArrivals::RowsAt(RowRange places) const {
  const Part part = PartAt(places);
  if (part.late.empty() && part.held.empty()) return Rows(part.own);
  std::vector<int64_t> rows(part.late.begin(), part.late.end());
  rows.reserve(static_cast<size_t>(places.length()));
  auto held = part.held.begin();
  for (int64_t row = part.own.begin; row < part.own.end; ++row) {
    if (held != part.held.end() && *held == row) {
      ++held;
    } else {
      rows.push_back(row);
    }
  }
  return Rows(std::move(rows));
}

Arrival::Arrival(const Key& key, const DayIndex& days, std::span<const LateShare> late)
    : key_(key), days_(days), lags_{0} {
  double on_time = 1;
  for (const LateShare& one : late) on_time -= one.share;
  const auto rounded = [](double share) {
    return static_cast<int64_t>(internal::Rint(share * kShareUnit));
  };
  cum_.push_back(rounded(on_time));
  for (const LateShare& one : late) {
    lags_.push_back(one.days);
    cum_.push_back(cum_.back() + rounded(one.share));
  }
}

int64_t Arrival::Cut(int32_t day, size_t i) const {
  const int64_t n = days_.Count(day);
  if (i + 1 == cum_.size()) return n;
  const auto u = static_cast<unsigned __int128>(Cell(key_, day) >> 32);
  const auto share = static_cast<unsigned __int128>(cum_[i]);
  return std::min(
      n, static_cast<int64_t>((static_cast<unsigned __int128>(n) * share + u) >> 32));
}

int64_t Arrival::CutWithin(int32_t day, int32_t lag) const {
  const auto after = std::upper_bound(lags_.begin(), lags_.end(), lag);
  return Cut(day, static_cast<size_t>(after - lags_.begin()) - 1);
}

void Arrival::AppendBetween(int32_t day, int64_t begin, int64_t end,
                            std::vector<int64_t>* rows) const {
  if (begin >= end) return;
  const size_t size = rows->size();
  for (int64_t y = begin; y < end; ++y) rows->push_back(y);
  int64_t* added = rows->data() + size;
  Bijection(key_.Sub(day), days_.Count(day)).InverseOf(added, end - begin, added);
  const int64_t first = days_.Before(day);
  for (int64_t i = 0; i < end - begin; ++i) added[i] += first;
  std::sort(added, added + (end - begin));
}

void Arrival::DaysOf(const Rows& rows, int32_t* days) const {
  int64_t places[kBlock];
  std::vector<int64_t> cuts(lags_.size());
  for (int64_t i = 0; i < rows.length();) {
    const int32_t day = days_.Day(rows[i]);
    const int64_t first = days_.Before(day), end = days_.Before(day + 1);
    const Bijection order(key_.Sub(day), end - first);
    for (size_t c = 0; c < cuts.size(); ++c) cuts[c] = Cut(day, c);
    const auto is_here = [&](int64_t at) {
      return at < rows.length() && rows[at] >= first && rows[at] < end;
    };
    while (is_here(i)) {
      int64_t count = 0;
      while (count < kBlock && is_here(i + count)) {
        places[count] = rows[i + count] - first;
        ++count;
      }
      order.ForwardOf(places, count, places);
      for (int64_t p = 0; p < count; ++p) {
        const auto lag = std::upper_bound(cuts.begin(), cuts.end(), places[p]);
        days[i + p] = day + lags_[static_cast<size_t>(lag - cuts.begin())];
      }
      i += count;
    }
  }
}

int64_t Arrival::Before(int32_t day) const {
  int64_t arrived = days_.Before(day);
  for (int32_t d = std::max(0, day - longest_lag()); d < day; ++d) {
    arrived -= days_.Count(d) - CutWithin(d, day - 1 - d);
  }
  return arrived;
}

DayArrivals Arrival::On(int32_t day) const {
  std::vector<int64_t> late, held;
  for (size_t i = lags_.size(); i-- > 1;) {
    const int32_t d = day - lags_[i];
    if (d >= 0) AppendBetween(d, Cut(d, i - 1), Cut(d, i), &late);
  }
  AppendBetween(day, Cut(day, 0), days_.Count(day), &held);
  return DayArrivals(Before(day), std::move(late),
                     {days_.Before(day), days_.Before(day + 1)}, std::move(held));
}

std::vector<int64_t> Arrival::Outstanding(int32_t day) const {
  std::vector<int64_t> rows;
  for (int32_t d = std::max(0, day - longest_lag()); d < day; ++d) {
    AppendBetween(d, CutWithin(d, day - 1 - d), days_.Count(d), &rows);
  }
  return rows;
}

}  // namespace lakeseed
