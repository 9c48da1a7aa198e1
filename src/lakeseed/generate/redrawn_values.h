// RedrawnValues: values of a root whose entities change, while they are redrawn.
//
// Law: a redraw that would not change the value is not taken, but the last try's.
//
// Thread safety: none; belongs to one call of TrackedGenerator::Generate().

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace lakeseed {

/// What one draw gave. `compared` tells two values apart: all of a scalar, the first
/// field of a struct.
struct Draw {
  std::shared_ptr<arrow::Array> values;
  std::shared_ptr<arrow::Array> compared;
};

class RedrawnValues {
 public:
  /// `order`: the rows of the first draw that change.
  static std::unique_ptr<RedrawnValues> Make(Draw first, std::vector<int64_t> order);

  virtual ~RedrawnValues() = default;

  /// The row of a change.
  int64_t Row(int64_t k) const { return order_[static_cast<size_t>(k)]; }

  /// Give the changes `open` the values of a draw, one after the other, but those that
  /// would stay the same: these stay in `open`, unless it is the last try.
  virtual void Take(Draw draw, bool last_try, std::vector<int64_t>* open) = 0;

  /// The values of all rows of the first draw by now.
  virtual arrow::Result<std::shared_ptr<arrow::Array>> Current(
      arrow::MemoryPool* pool) const = 0;

 protected:
  explicit RedrawnValues(std::vector<int64_t> order) : order_(std::move(order)) {}

  const std::vector<int64_t> order_;
};

}  // namespace lakeseed
