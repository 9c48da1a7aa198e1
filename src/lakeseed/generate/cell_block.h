// Cells and uniform numbers of a block of wanted rows.
//
// Law: out[i] is the cell of row rows[first + i]: a range and row numbers give
// the same values.
// Law: streams side by side: out[i * keys + k] belongs to keys[k], whatever the others
// are.
//
// Thread safety: pure functions.

#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "lakeseed/base/key.h"
#include "lakeseed/generate/rows.h"

namespace lakeseed {

/// Rows that kernels work on at a time: their cells stay in the first cache.
inline constexpr int64_t kBlockRows = 1024;

/// out[i] = Cell(key, rows[first + i], draw).
void CellsOf(const Key& key, const Rows& rows, int64_t first, int64_t count, int64_t draw,
             uint64_t* out);

/// out[i] = Unit(Cell(key, rows[first + i], draw)).
void UnitsOf(const Key& key, const Rows& rows, int64_t first, int64_t count, int64_t draw,
             double* out);

/// Uniform numbers of the rows from `first` on, of several streams side by side
/// (lanes.h). REQUIRES: at most kLanes keys.
void UnitsOf(std::span<const Key> keys, int64_t first, int64_t count, int64_t draw,
             double* out);

/// The same of row numbers: out[i * keys + k] is that of rows[i].
void UnitsOf(std::span<const Key> keys, std::span<const int64_t> rows, int64_t draw,
             double* out);

/// Call visit(first, count, cells) for blocks of all rows in order.
template <typename Visit>
void ForEachCellBlock(const Key& key, const Rows& rows, int64_t draw, Visit&& visit) {
  uint64_t cells[kBlockRows];
  for (int64_t first = 0; first < rows.length(); first += kBlockRows) {
    const int64_t count = std::min(kBlockRows, rows.length() - first);
    CellsOf(key, rows, first, count, draw, cells);
    visit(first, count, static_cast<const uint64_t*>(cells));
  }
}

}  // namespace lakeseed
