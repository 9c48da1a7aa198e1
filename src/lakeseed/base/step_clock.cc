#include "lakeseed/base/step_clock.h"

#include <algorithm>

#include "lakeseed/base/trading_day.h"

namespace lakeseed {
namespace {

constexpr int64_t kMinute = 60 * kMicrosecondsPerSecond;

}  // namespace

bool StepClock::IsOpen(int32_t day) const {
  switch (options_.on) {
    case OpenDays::kEvery:
      return true;
    case OpenDays::kMonthEnds:
      return CivilFromDays(day + 1).day == 1;
    case OpenDays::kTrading:
      break;
  }
  const TradingDay kind = TradingDayOf(day);
  return kind == TradingDay::kFull ||
         (kind == TradingDay::kHalf && options_.open < kEarlyClose);
}

int64_t StepClock::Open(int32_t day) const {
  return options_.zone.ToUtc(day * kMicrosecondsPerDay + options_.open * kMinute);
}

int64_t StepClock::Close(int32_t day) const {
  int32_t close = options_.close;
  if (options_.on == OpenDays::kTrading && TradingDayOf(day) == TradingDay::kHalf) {
    close = std::min(close, kEarlyClose);
  }
  return options_.zone.ToUtc(day * kMicrosecondsPerDay + close * kMinute);
}

int32_t StepClock::Steps(int32_t day) const {
  if (!IsOpen(day)) return 0;
  if (is_daily()) return 1;
  const int64_t span = Close(day) - Open(day);
  return static_cast<int32_t>((span + options_.every - 1) / options_.every);
}

}  // namespace lakeseed
