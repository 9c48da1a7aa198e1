// ChoiceSteps: codes picked from a law of a few values.
//
// Law: the code of a cell is codes[table.Pick(cell)].
//
// Method: over all cells a law of m values is a staircase of at most 2 m steps.
// A code is that of cell 0 and the sum of the steps up to its cell, which vectors
// add without a look-up. The widest vectors hold a table of 32 parts of all cells
// instead, in each of which the code changes twice at most.
//
// Thread safety: immutable.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "lakeseed/base/alias_table.h"

namespace lakeseed {

/// What the cells of each part have: the code of the first one, and the steps after it.
/// Of numbers only the upper halves are there.
struct ChoiceParts {
  static constexpr size_t kParts = 32, kSteps = 2;
  alignas(64) std::array<int32_t, kParts> first{};
  alignas(64) std::array<std::array<uint32_t, kParts>, kSteps> from;
  alignas(64) std::array<std::array<int32_t, kParts>, kSteps> by{};
};

class ChoiceSteps {
 public:
  ChoiceSteps(AliasTable table, std::vector<int32_t> codes);

  int32_t CodeOf(uint64_t cell) const {
    return codes_[static_cast<size_t>(table_.Pick(cell))];
  }

  /// codes[i] = CodeOf(cells[i]).
  void CodesOf(const uint64_t* cells, int64_t count, int32_t* codes) const;

 private:
  static constexpr size_t kMost = 16;

  void AddStep(uint64_t from);
  void MakeParts();

  AliasTable table_;
  std::vector<int32_t> codes_;
  /// Steps in order; those beyond the last one add nothing.
  std::array<uint64_t, kMost> from_;
  std::array<int64_t, kMost> by_{};
  size_t num_steps_ = 0;
  bool has_steps_ = false;  ///< Else there are too many.
  ChoiceParts parts_;
  bool has_parts_ = false;  ///< Else one of them has too many steps.
};

}  // namespace lakeseed
