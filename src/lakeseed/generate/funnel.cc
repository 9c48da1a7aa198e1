#include "lakeseed/generate/funnel.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "lakeseed/generate/row_space.h"

namespace lakeseed {

namespace {

/// Shares are in billionths.
constexpr double kShareUnit = 1e9;

// floor(share * rows + 1/2) for a share in billionths.
int64_t SharedRows(int64_t share, int64_t rows) {
  constexpr auto kUnit = static_cast<int64_t>(kShareUnit);
  return static_cast<int64_t>((2 * static_cast<__int128>(share) * rows + kUnit) /
                              (2 * kUnit));
}

}  // namespace

std::unique_ptr<const Funnel> Funnel::Make(const Key& key, const DayIndex& own,
                                           const RowSpace& other,
                                           std::optional<Strata> where,
                                           const std::vector<double>& shares,
                                           bool is_within) {
  std::unique_ptr<Funnel> funnel(new Funnel(key, other, where));
  const int32_t days = own.days();
  std::vector<int64_t> all = {0}, matches;
  for (int32_t day = 0; day < days; ++day) {
    const RowRange theirs = other.Extent({day, day});
    const int64_t matched =
        funnel->ChosenBefore(theirs.end) - funnel->ChosenBefore(theirs.begin);
    const int64_t rows =
        is_within ? std::max(own.Count(day), matched) : own.Count(day) + matched;
    all.push_back(all.back() + rows);
    matches.push_back(matched);
  }
  funnel->levels_.assign(shares.size() + 1, {0});
  for (int32_t day = 0; day < days; ++day) {
    const auto d = static_cast<size_t>(day);
    const int64_t matched = matches[d];
    int64_t most = all[d + 1] - all[d];
    for (size_t k = 0; k < shares.size(); ++k) {
      const auto share = static_cast<int64_t>(shares[k] * kShareUnit + 0.5);
      std::vector<int64_t>& level = funnel->levels_[k];
      // What a day has too few or too many of, the next days make up for.
      most = std::clamp(SharedRows(share, all[d + 1]) - level.back(), matched, most);
      level.push_back(level.back() + most);
    }
    funnel->levels_.back().push_back(funnel->levels_.back().back() + matched);
  }
  funnel->days_ = DayIndex::OfStarts(std::move(all));
  return funnel;
}

int64_t Funnel::Reached(int32_t day, int64_t stage) const {
  if (stage == 1) return days_.Count(day);
  const std::vector<int64_t>& level = levels_[static_cast<size_t>(stage) - 2];
  const auto d = static_cast<size_t>(day);
  return level[d + 1] - level[d];
}

Strata Funnel::LevelOn(int32_t day, size_t level) const {
  const auto stage = static_cast<int64_t>(level) + 1;
  return {key_.Sub(day).Sub(stage), Reached(day, stage), Reached(day, stage + 1)};
}

int64_t Funnel::FirstOf(int32_t day) const {
  return ChosenBefore(other_.Extent({day, day}).begin);
}

int64_t Funnel::StageOf(int64_t row) const {
  const int32_t day = days_.Day(row);
  int64_t place = row - days_.Before(day);
  for (size_t level = 0; level < levels_.size(); ++level) {
    place = LevelOn(day, level).MatchOf(place);
    if (place < 0) return static_cast<int64_t>(level) + 1;
  }
  return stages();
}

Funnel::Day Funnel::On(int32_t day) const {
  Day on{.rows = {days_.Before(day), days_.Before(day + 1)}, .first = FirstOf(day)};
  for (size_t level = 0; level < levels_.size(); ++level) {
    on.levels.emplace_back(LevelOn(day, level));
  }
  return on;
}

int64_t Funnel::MatchOf(Day* day, int64_t row) const {
  int64_t place = row - day->rows.begin;
  for (StrataCursor& level : day->levels) {
    place = level.MatchOf(place);
    if (place < 0) return -1;
  }
  const int64_t chosen = day->first + place;
  return where_.has_value() ? where_->RowOf(chosen) : chosen;
}

int64_t Funnel::RowOfMatch(int64_t other_row) const {
  if (where_.has_value() && where_->MatchOf(other_row) < 0) return -1;
  int32_t day = 0;
  other_.DaysOf(Rows(RowRange{other_row, other_row + 1}), &day);
  int64_t place = ChosenBefore(other_row) - FirstOf(day);
  for (size_t level = levels_.size(); level-- > 0;) {
    place = LevelOn(day, level).RowOf(place);
  }
  return days_.Before(day) + place;
}

int64_t Funnel::StagesBefore(int64_t row) const {
  int64_t before = 0;
  StagesBefore({row, row}, &before);
  return before;
}

void Funnel::StagesBefore(RowRange rows, int64_t* before) const {
  for (int64_t row = rows.begin; row <= rows.end;) {
    const int32_t day = row < days_.total() ? days_.Day(row) : days_.days();
    int64_t sum = 0;
    for (const std::vector<int64_t>& level : levels_) {
      sum += level[static_cast<size_t>(day)];
    }
    if (day == days_.days()) {  // The end of all rows.
      *before = sum;
      return;
    }
    const int64_t first = days_.Before(day);
    const int64_t end = std::min(rows.end + 1, days_.Before(day + 1));
    // How often each row goes on, from those that each level lets through.
    std::vector<int64_t> wanted(static_cast<size_t>(end - row));
    std::iota(wanted.begin(), wanted.end(), int64_t{0});
    std::fill_n(before, end - row, int64_t{0});
    RowRange places{row - first, end - first};
    for (size_t level = 0; level < levels_.size(); ++level) {
      const Strata strata = LevelOn(day, level);
      const RowRange chosen{strata.Before(places.begin), strata.Before(places.end)};
      sum += chosen.begin;
      for (int64_t j = chosen.begin; j < chosen.end; ++j) {
        const auto place = static_cast<size_t>(strata.RowOf(j) - places.begin);
        int64_t& next = wanted[static_cast<size_t>(j - chosen.begin)];
        next = wanted[place];
        ++before[next];
      }
      places = chosen;
    }
    for (; row < end; ++row) {
      const int64_t stages = *before;
      *before++ = sum;
      sum += stages;
    }
  }
}

}  // namespace lakeseed
