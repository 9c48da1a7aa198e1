// MarkedGenerator: a generator that tells many of its values apart without making them.
//
// Law: where two marks differ, so do the values, of a struct generator its first
// fields: also those of the same generator bound with other keys. Equal marks say
// nothing.
//
// Thread safety: as of any generator.

#pragma once

#include <cstdint>

#include "lakeseed/generate/rows.h"

namespace lakeseed {

class MarkedGenerator {
 public:
  virtual ~MarkedGenerator() = default;

  /// marks[i]: the mark of row rows[i].
  virtual void MarksOf(const Rows& rows, int64_t* marks) const = 0;
};

}  // namespace lakeseed
