#include "lakeseed/generate/event_rows.h"

#include <algorithm>

namespace lakeseed {

void EventRows::DaysOf(const Rows& rows, int32_t* days) const {
  if (rows.is_range()) return days_.DaysOf(rows.range(), days);
  for (int64_t i = 0; i < rows.length(); ++i) days[i] = days_.Day(rows[i]);
}

void EventRows::ArrivalDaysOf(const Rows& rows, int32_t* days) const {
  if (arrival_ == nullptr) return DaysOf(rows, days);
  arrival_->DaysOf(rows, days);
}

void EventRows::TimesOf(const Rows& rows, int64_t* times) const {
  for (int64_t i = 0; i < rows.length();) {
    const int64_t row = rows[i];
    const int32_t day = days_.Day(row);
    const int64_t first = days_.Before(day);
    // A dense range goes on to the end of the day at once.
    const int64_t end = rows.is_range()
                            ? std::min(days_.Before(day + 1), row + rows.length() - i)
                            : row + 1;
    hours_.TimesOf(epoch_ + day, {row, end}, row - first, days_.Count(day), times + i);
    i += end - row;
  }
}

}  // namespace lakeseed
