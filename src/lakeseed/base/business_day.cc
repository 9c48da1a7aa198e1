#include "lakeseed/base/business_day.h"

#include "lakeseed/base/date.h"
#include "lakeseed/base/holiday.h"

namespace lakeseed {
namespace {

constexpr int32_t kSaturday = 5;

}  // namespace

bool IsBusinessDay(int32_t day) {
  const int32_t weekday = Weekday(day);
  if (weekday >= kSaturday || FederalHolidayOn(day) != nullptr) return false;
  return weekday != 0 || FederalHolidayOn(day - 1) == nullptr;
}

int32_t AddBusinessDays(int32_t day, int32_t n) {
  if (n == 0) {
    while (!IsBusinessDay(day)) ++day;
    return day;
  }
  const int32_t step = n < 0 ? -1 : 1;
  for (int32_t left = n; left != 0;) {
    day += step;
    if (IsBusinessDay(day)) left -= step;
  }
  return day;
}

}  // namespace lakeseed
