#include "lakeseed/generate/cell_block.h"

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/lanes.h"

namespace lakeseed {
namespace {

LAKESEED_KERNEL(void, CellsOfRange,
                (Key key, int64_t row, int64_t count, int64_t draw, uint64_t* out),
                (key, row, count, draw, out)) {
  for (int64_t i = 0; i < count; ++i) out[i] = Cell(key, row + i, draw);
}

LAKESEED_KERNEL(void, CellsOfNumbers,
                (Key key, const int64_t* rows, int64_t count, int64_t draw,
                 uint64_t* out),
                (key, rows, count, draw, out)) {
  for (int64_t i = 0; i < count; ++i) out[i] = Cell(key, rows[i], draw);
}

/// Unit() in steps that vectors have.
double ToUnit(uint64_t cell) {
  return (internal::FromInteger(cell >> 12) + 0.5) * 0x1p-52;
}

LAKESEED_KERNEL(void, ToUnits, (const uint64_t* cells, int64_t count, double* out),
                (cells, count, out)) {
  for (int64_t i = 0; i < count; ++i) out[i] = ToUnit(cells[i]);
}

LAKESEED_LANES void UnitLanes(const uint64_t* a, const uint64_t* b, int64_t first,
                              int64_t count, int64_t draw, double* out, size_t lanes) {
  for (int64_t i = first; i < first + count; ++i, out += lanes) {
    LAKESEED_EACH_LANE(k) out[k] = ToUnit(Cell({a[k], b[k]}, i, draw));
  }
}

LAKESEED_KERNEL(void, UnitsOfLanes,
                (const uint64_t* a, const uint64_t* b, int64_t first, int64_t count,
                 int64_t draw, double* out, size_t lanes),
                (a, b, first, count, draw, out, lanes)) {
  LAKESEED_WITH_LANES(UnitLanes, lanes, a, b, first, count, draw, out);
}

LAKESEED_LANES void NumberLanes(const uint64_t* a, const uint64_t* b, const int64_t* rows,
                                size_t count, int64_t draw, double* out, size_t lanes) {
  for (size_t i = 0; i < count; ++i, out += lanes) {
    const int64_t row = rows[i];
    LAKESEED_EACH_LANE(k) out[k] = ToUnit(Cell({a[k], b[k]}, row, draw));
  }
}

LAKESEED_KERNEL(void, UnitsOfNumbers,
                (const uint64_t* a, const uint64_t* b, const int64_t* rows, size_t count,
                 int64_t draw, double* out, size_t lanes),
                (a, b, rows, count, draw, out, lanes)) {
  LAKESEED_WITH_LANES(NumberLanes, lanes, a, b, rows, count, draw, out);
}

}  // namespace

void CellsOf(const Key& key, const Rows& rows, int64_t first, int64_t count, int64_t draw,
             uint64_t* out) {
  if (rows.is_range()) {
    CellsOfRange(key, rows.range().begin + first, count, draw, out);
  } else {
    CellsOfNumbers(key, rows.numbers() + first, count, draw, out);
  }
}

void UnitsOf(const Key& key, const Rows& rows, int64_t first, int64_t count, int64_t draw,
             double* out) {
  uint64_t cells[kBlockRows];
  while (count > 0) {
    const int64_t part = std::min(count, kBlockRows);
    CellsOf(key, rows, first, part, draw, cells);
    ToUnits(cells, part, out);
    first += part, out += part, count -= part;
  }
}

void UnitsOf(std::span<const Key> keys, int64_t first, int64_t count, int64_t draw,
             double* out) {
  uint64_t a[kLanes], b[kLanes];
  for (size_t k = 0; k < keys.size(); ++k) a[k] = keys[k].a, b[k] = keys[k].b;
  UnitsOfLanes(a, b, first, count, draw, out, keys.size());
}

void UnitsOf(std::span<const Key> keys, std::span<const int64_t> rows, int64_t draw,
             double* out) {
  uint64_t a[kLanes], b[kLanes];
  for (size_t k = 0; k < keys.size(); ++k) a[k] = keys[k].a, b[k] = keys[k].b;
  UnitsOfNumbers(a, b, rows.data(), rows.size(), draw, out, keys.size());
}

}  // namespace lakeseed
