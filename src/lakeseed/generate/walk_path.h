// WalkPath: what happens in a visit: its events in order, and how long each lasts.
//
// A visit goes through stages 1 to `depth`; a stage begins with an event of its `first`
// and goes on with events of its `then`. A visit of n events has one first event for
// each of its stages; the others fall to the stages by their shares.
//
// Law: a visit is a function of its parent row, its first child row, n and the depth.
// Law: lengths are whole seconds, at least 1; log-normal with the event's median.
//
// Thread safety: immutable after Read().

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <vector>

#include "lakeseed/base/alias_table.h"
#include "lakeseed/base/key.h"
#include "lakeseed/generate/category_pool.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {

class WalkPath {
 public:
  struct Event {
    int32_t code = 0;     ///< In events().
    int32_t stage = 1;    ///< From 1.
    int32_t seconds = 0;  ///< From the first event to this one.
    bool opens = false;   ///< Whether it is the first of its stage.
  };

  /// One visit's events, and working space: kept from one visit to the next.
  struct Visit {
    std::vector<Event> events;
    std::vector<int32_t> counts;
  };

  /// Read `stages`, `seconds` and `log_sigma`.
  /// \retval Invalid  a mistake in them (SpecErrors with the place)
  static arrow::Result<WalkPath> Read(Params& params, const Key& key);

  const CategoryPool& events() const { return events_; }
  int64_t stages() const { return static_cast<int64_t>(stages_.size()); }

  /// The `size` events of one visit. REQUIRES: 1 <= depth <= min(stages(), size).
  void Fill(int64_t parent, int64_t first_child, int64_t size, int64_t depth,
            Visit* visit) const;

 private:
  struct Law {
    std::vector<int32_t> codes;
    AliasTable table;
    int32_t Pick(uint64_t cell) const {
      return codes[static_cast<size_t>(table.Pick(cell))];
    }
  };
  struct Stage {
    Law first, then;
    double share = 1;
  };

  arrow::Result<Law> ReadLaw(Params& params, std::string_view key);
  arrow::Status ReadStage(const SpecNode& node, const std::string& path);
  arrow::Status ReadLengths(Params& params);

  Key event_key_, stage_key_, length_key_;
  std::vector<Stage> stages_;
  std::vector<AliasTable> shares_;  ///< Of the events beyond the first ones, by depth.
  CategoryPool events_;
  std::vector<double> medians_;  ///< Of the lengths in seconds, by code.
  std::vector<double> spreads_;  ///< Quantiles of the law whose median is 1.
};

}  // namespace lakeseed
