#include "lakeseed/generate/day_index.h"

#include <algorithm>
#include <utility>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/date.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/status.h"

namespace lakeseed {

namespace {

using Wide = unsigned __int128;

constexpr double kLargestWeight = 0x1p52;
constexpr int64_t kMostRows = int64_t{1} << 60;

// Nearest integer, ties to even. REQUIRES: 0 <= x < 2^52.
double RoundWeight(double x) { return (x + 0x1p52) - 0x1p52; }

// floor(sum of num(i) * w(i) / den + 1/2) for every prefix of the weights.
template <typename Num>
arrow::Result<std::vector<int64_t>> RowsBefore(std::span<const int64_t> weights, Num num,
                                               Wide den) {
  std::vector<int64_t> before;
  before.reserve(weights.size() + 1);
  before.push_back(0);
  Wide weight = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    weight += static_cast<Wide>(num(i)) * static_cast<Wide>(weights[i]);
    const Wide rows = (2 * weight + den) / (2 * den);
    if (rows > static_cast<Wide>(kMostRows)) {
      return RequestError("the table has more than 2^60 rows within its days",
                          "lower the size or the growth");
    }
    before.push_back(static_cast<int64_t>(rows));
  }
  return before;
}

double FactorOf(const std::vector<double>& factors, int32_t index) {
  return factors.empty() ? 1.0 : factors[static_cast<size_t>(index)];
}

}  // namespace

arrow::Result<std::vector<int64_t>> DayWeights(int32_t epoch, int32_t days,
                                               const DayFactors& factors) {
  std::vector<int64_t> weights;
  weights.reserve(static_cast<size_t>(days));
  const double sd = factors.noise;
  double level = 1.0;
  for (int32_t d = 0; d < days; ++d) {
    const int32_t date = epoch + d;
    const auto holiday = factors.holiday.find(date);
    double noise = 1.0;
    if (sd != 0) {
      const double z = InverseNormal(Unit(Cell(factors.noise_key, d)));
      noise = Exp(sd * z - 0.5 * sd * sd);
    }
    const double weight = level * FactorOf(factors.weekday, Weekday(date)) *
                          FactorOf(factors.month, CivilFromDays(date).month - 1) *
                          (holiday == factors.holiday.end() ? 1.0 : holiday->second) *
                          noise * static_cast<double>(kNeutralWeight);
    if (!(weight >= 0.0 && weight < kLargestWeight)) {
      return RequestError(
          "weight of a day is out of range, growth has overflowed: " + FormatDate(date),
          "lower the growth, or end earlier");
    }
    weights.push_back(static_cast<int64_t>(RoundWeight(weight)));
    level *= 1.0 + factors.growth;  // One rounding a day, from the epoch on: no power.
  }
  return weights;
}

arrow::Result<DayIndex> DayIndex::OfTarget(std::span<const int64_t> weights,
                                           int64_t target, int32_t first, int32_t last) {
  Wide window = 0;
  for (int32_t d = first; d <= last; ++d) {
    window += static_cast<Wide>(weights[static_cast<size_t>(d)]);
  }
  if (window == 0) {
    return RequestError("no day of the window may have rows: all its factors are 0");
  }
  ARROW_ASSIGN_OR_RAISE(auto before,
                        RowsBefore(
                            weights, [&](size_t) { return target; }, window));
  return DayIndex(PrefixIndex(std::move(before)));
}

arrow::Result<DayIndex> DayIndex::OfRate(std::span<const int64_t> weights, int64_t num,
                                         int64_t den) {
  ARROW_ASSIGN_OR_RAISE(
      auto before, RowsBefore(
                       weights, [&](size_t) { return num; }, static_cast<Wide>(den)));
  return DayIndex(PrefixIndex(std::move(before)));
}

arrow::Result<DayIndex> DayIndex::OfCounts(std::span<const int64_t> weights,
                                           std::span<const int64_t> counts) {
  ARROW_ASSIGN_OR_RAISE(auto before, RowsBefore(
                                         weights, [&](size_t day) { return counts[day]; },
                                         static_cast<Wide>(kNeutralWeight)));
  return DayIndex(PrefixIndex(std::move(before)));
}

void DayIndex::DaysOf(RowRange rows, int32_t* days) const {
  if (rows.length() == 0) return;
  int32_t day = Day(rows.begin);
  for (int64_t row = rows.begin; row < rows.end;) {
    const int64_t end = std::min(rows.end, Before(day + 1));
    days = std::fill_n(days, std::max<int64_t>(end - row, 0), day);
    row = std::max(row, end);
    ++day;
  }
}

}  // namespace lakeseed
