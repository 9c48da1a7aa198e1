// DeltaEncoder: values in any cuts to one page of DELTA_BINARY_PACKED.
//
// Blocks as libparquet makes them: 128 deltas of 32 bits or 256 of 64, in four
// miniblocks, each as wide as its own largest residual.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/status.h>

#include <cstdint>
#include <type_traits>
#include <utility>

#include "lakeseed/write/byte_buffer.h"
#include "lakeseed/write/value_range.h"

namespace lakeseed {

template <typename T>
class DeltaEncoder {
 public:
  /// Room that WriteHeader() needs before the blocks.
  static constexpr int64_t kHeaderRoom = 24;
  /// Room that header and blocks of so many values need.
  static constexpr int64_t RoomFor(int64_t values) {
    return kHeaderRoom + (values / kBlockValues + 1) * kMaxBlockBytes;
  }

  /// Append the blocks that the values fill; the rest waits.
  arrow::Status Add(const T* values, int64_t n, ByteBuffer* out);

  /// The same of n values first, first + step, …, none of which is made but those that
  /// wait. REQUIRES: no value leaves T.
  arrow::Status AddProgression(T first, T step, int64_t n, ByteBuffer* out);

  /// Append the last block.
  arrow::Status End(ByteBuffer* out);

  /// Range of the values since the last call. REQUIRES: End().
  IntegerRange<T> TakeRange() { return std::exchange(range_, {}); }

  /// Write the page's header so that it ends at `end`, and begin anew; returns the
  /// header's begin.
  uint8_t* WriteHeader(uint8_t* end);

 private:
  using Word = std::make_unsigned_t<T>;
  static constexpr int64_t kMiniblocks = 4;
  static constexpr int64_t kMiniblockValues = 8 * sizeof(T);
  static constexpr int64_t kBlockValues = kMiniblocks * kMiniblockValues;
  static constexpr int64_t kMaxBlockBytes = 10 + kMiniblocks + kBlockValues * sizeof(T);

  /// Append one block of n <= kBlockValues deltas. REQUIRES: room; last_ stands before
  /// the values.
  void EncodeBlock(const T* values, int64_t n, ByteBuffer* out);

  T* waiting() { return waiting_ + 1; }
  /// Add values to those that wait. REQUIRES: room.
  void Wait(const T* values, int64_t n);
  /// Append whole blocks of deltas that are all the step. REQUIRES: nothing waits.
  arrow::Status AppendSteps(T step, int64_t blocks, ByteBuffer* out);

  int64_t count_ = 0;  // Values of the page.
  T first_ = 0, last_ = 0;
  IntegerRange<T> range_;
  T waiting_[1 + kBlockValues];  // Behind the value before them.
  int64_t num_waiting_ = 0;
  alignas(64) Word deltas_[kBlockValues];
};

extern template class DeltaEncoder<int32_t>;
extern template class DeltaEncoder<int64_t>;

}  // namespace lakeseed
