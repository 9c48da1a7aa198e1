// KnownTexts: the texts of a row group behind the numbers of DeferredText, each made
// once for all columns that show it.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "lakeseed/base/deferred_text.h"

namespace lakeseed {

class KnownTexts {
 public:
  /// The texts of one meaning, by id: 0, 1, … in order of first use by any column.
  class Meaning {
   public:
    /// Find the ids of an array's rows, and make the texts of those not met before.
    /// Returns one for each row of the whole array, also of a slice; those of rows that
    /// are null, or outside of the slice, say nothing. Valid until the next call.
    arrow::Result<const uint32_t*> IdsOf(const arrow::Array& rows);

    size_t size() const { return texts_.size(); }
    std::string_view text(uint32_t id) const { return texts_[id]; }

   private:
    static constexpr uint32_t kFree = ~uint32_t{0};
    struct Slot {
      int64_t number = 0;
      uint32_t id = kFree;
    };

    size_t SlotOf(int64_t number) const;
    uint32_t Find(int64_t number, int64_t place);
    void Grow();

    std::vector<Slot> slots_ = std::vector<Slot>(1'024);
    std::vector<std::string_view> texts_;
    arrow::ArrayVector made_;  ///< Where the texts lie.
    /// Columns of a batch share their numbers, so what one has found serves the others.
    std::shared_ptr<arrow::Buffer> numbers_;
    std::vector<uint32_t> ids_;
    std::vector<int64_t> new_places_;  ///< Of the texts to be made.
    uint32_t num_ids_ = 0;
  };

  Meaning& Of(const TextSource& source) { return meanings_[source.meaning()]; }

  /// The row group has ended.
  void Clear() { meanings_.clear(); }

 private:
  std::map<const void*, Meaning> meanings_;
};

}  // namespace lakeseed
