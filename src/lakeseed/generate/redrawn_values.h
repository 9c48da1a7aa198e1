// RedrawnValues: values of a root whose entities change, while they are redrawn.
//
// Law: a redraw that would not change the value is not taken, but the last try's. Of a
// struct its first field tells two values apart.
//
// Thread safety: none; belongs to one call of TrackedGenerator::Generate().

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "lakeseed/generate/generator.h"

namespace lakeseed {

class RedrawnValues {
 public:
  using GeneratorPtr = std::shared_ptr<const ColumnGenerator>;

  /// `order`: the places of the rows that change.
  static arrow::Result<std::unique_ptr<RedrawnValues>> Make(
      const GeneratorPtr& first, const GenerateRequest& request,
      std::vector<int64_t> order);

  virtual ~RedrawnValues() = default;

  /// The place of a change's row in the request.
  int64_t Place(int64_t k) const { return order_[static_cast<size_t>(k)]; }

  /// Give the changes `open` the values that `generator` draws for their rows, the ones
  /// of `again`, but those that would stay the same: these stay in `open`, unless it is
  /// the last try.
  virtual arrow::Status Take(const GeneratorPtr& generator, const GenerateRequest& again,
                             bool last_try, std::vector<int64_t>* open) = 0;

  /// The values of all rows by now. To be called once, in the end.
  virtual arrow::Result<std::shared_ptr<arrow::Array>> Current() = 0;

 protected:
  /// `request` must live longer.
  RedrawnValues(const GenerateRequest& request, std::vector<int64_t> order)
      : request_(request), order_(std::move(order)) {}

  const GenerateRequest& request_;
  const std::vector<int64_t> order_;
};

}  // namespace lakeseed
