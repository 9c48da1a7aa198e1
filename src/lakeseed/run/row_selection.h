// RowSelection: which rows of the root of a family the numbers of a task mean.
//
// Thread safety: immutable; copies share the arrivals.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "lakeseed/generate/arrival.h"
#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/plan/plan.h"

namespace lakeseed {

struct RowSelection {
  /// From the epoch: of these rows those that live on the day, all seen as of it.
  std::optional<int32_t> copy_day;
  /// The numbers are places among the rows that arrive on a day.
  std::shared_ptr<const DayArrivals> arrivals;

  /// What a task of a plan selects.
  static RowSelection OfTask(const BoundDataset& dataset, const Task& task) {
    const BoundTable& root = dataset.table(dataset.FindTable(task.root));
    if (!task.is_snapshot && !task.is_arrival) return {};
    return OfDay(root, *task.day - dataset.spec().epoch);
  }

  /// What the files of a day (from the epoch) hold of a family that is copied, or
  /// whose rows arrive late.
  static RowSelection OfDay(const BoundTable& root, int32_t day) {
    const Arrival* arrival = root.rows->arrival();
    if (arrival == nullptr) return {.copy_day = day, .arrivals = nullptr};
    return {.copy_day = std::nullopt,
            .arrivals = std::make_shared<const DayArrivals>(arrival->On(day))};
  }
};

}  // namespace lakeseed
