#include "lakeseed/base/dirty_rows.h"

#include <cmath>

#include "lakeseed/base/bijection.h"
#include "lakeseed/base/cell.h"

namespace lakeseed {

DirtyRows::DirtyRows(const Key& key, double share)
    : key_(key), share_(static_cast<uint64_t>(std::rint(share * 0x1p32))) {}

int64_t DirtyRows::PlannedIn(int64_t block) const {
  const uint64_t own = Cell(key_, block) >> 32;
  return static_cast<int64_t>((kBlock * share_ + own) >> 32);
}

void DirtyRows::Of(const int64_t* rows, int64_t count, uint8_t* hit) const {
  int64_t places[kBlock];
  for (int64_t first = 0; first < count;) {
    const int64_t block = rows[first] / kBlock;
    int64_t length = 0;
    while (first + length < count && length < kBlock &&
           rows[first + length] / kBlock == block) {
      places[length] = rows[first + length] % kBlock;
      ++length;
    }
    Bijection(key_.Sub(block), kBlock)
        .BelowOf(places, length, PlannedIn(block), hit + first);
    first += length;
  }
}

}  // namespace lakeseed
