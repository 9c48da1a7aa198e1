#include "lakeseed/spec/shown_days.h"

#include "lakeseed/spec/frequency.h"

namespace lakeseed {

DateRange ShownDays(const DatasetSpec& dataset, const TableSpec& table,
                    std::optional<int32_t> file_day, std::optional<int32_t> as_of) {
  if (file_day) return {*file_day, *file_day};
  if (RootOf(dataset, table).has_own_days()) return dataset.window;
  if (as_of) return {*as_of, *as_of};
  return {dataset.epoch, dataset.window.to};
}

}  // namespace lakeseed
