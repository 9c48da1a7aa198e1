// Variation: on which days a value of a row can differ from what it was the day
// before. What a change feed compares, and what it need not look at.
//
// It speaks of rows that are there on both days: $alive of a member of a
// population does not vary, because its death takes it out of the table.
//
// Laws:  sound  a value that differs between two days varies on the second of them
//        exact  a value that settles varies up to its last possible day and no longer
//
// Thread safety: VariationFinder is used by one thread; the rest is plain values.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "lakeseed/generate/bound_dataset.h"

namespace lakeseed {

struct Variation {
  enum class Kind {
    kNever,
    kOnChange,      ///< On days when the row's own entity changes.
    kUntilSettled,  ///< While the as-of instant is within `settled` of the row's $time.
    kAnyDay,        ///< It must be compared every day.
  };
  Kind kind = Kind::kNever;
  int64_t settled = 0;  ///< Microseconds.

  bool operator==(const Variation&) const = default;
};

/// What varies when either does.
Variation Either(const Variation& a, const Variation& b);

class VariationFinder {
 public:
  /// `dataset` must live longer.
  explicit VariationFinder(const BoundDataset& dataset) : dataset_(dataset) {}

  /// Of a node of a table's graph.
  Variation Of(int table, int node);

 private:
  Variation Compute(int table, const GraphNode& node);
  Variation OfInputs(int table, const GraphNode& node, int but = -1);
  /// The longest time after the row's $time that the instant lies; nullopt: unknown.
  std::optional<int64_t> Latest(int table, int node);

  const BoundDataset& dataset_;
  std::map<std::pair<int, int>, Variation> known_;
};

}  // namespace lakeseed
