#include "lakeseed/generate/row_space.h"

#include <vector>

namespace lakeseed {

void RowSpace::BornOf(const Rows& rows, int32_t* days) const { DaysOf(rows, days); }

// Rows without an instant of their own begin with their day.
void RowSpace::TimesOf(const Rows& rows, int64_t* times) const {
  std::vector<int32_t> days(static_cast<size_t>(rows.length()));
  DaysOf(rows, days.data());
  for (size_t i = 0; i < days.size(); ++i) times[i] = DayStart(days[i]);
}

}  // namespace lakeseed
