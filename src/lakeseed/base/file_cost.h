// File cost: what files of a format cost, as far as plans estimate it.
//
// Thread safety: plain values.

#pragma once

namespace lakeseed {

/// How a file holds values, by which their bytes are estimated.
enum class ValueLayout {
  kPacked,    ///< As few bits as the range of a column needs.
  kMemory,    ///< As arrays lie in memory.
  kText,      ///< As text, with a separator.
  kKeyedText  ///< As text, each with the name of its column.
};

struct FileCost {
  ValueLayout values = ValueLayout::kPacked;
  /// Of one thread, made and encoded; see `lakeseed bench`.
  double cells_per_second = 25e6;
  /// At most about this is held by an open writer: a row group, or a block.
  double open_bytes = 2e6;
};

}  // namespace lakeseed
