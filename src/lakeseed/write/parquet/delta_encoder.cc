#include "lakeseed/write/parquet/delta_encoder.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/write/parquet/bit_pack.h"
#include "lakeseed/write/prefetch.h"

namespace lakeseed {
namespace {

/// Deltas of one miniblock.
template <typename T>
constexpr int64_t kMiniblock = 8 * sizeof(T);

/// deltas[i] = v[i] - v[i-1] - the smallest of these, modulo the width. Returns the
/// smallest, sets the bits in use by miniblock and widens the range by the values.
template <typename T, typename Word>
[[gnu::always_inline]] inline T DeltasOf(const T* v, int64_t n, Word* deltas, Word* bits,
                                         IntegerRange<T>* range) {
  const auto* u = reinterpret_cast<const Word*>(v);
  PrefetchBehind(v, n);
  T low_delta = std::numeric_limits<T>::max(), low = range->min, high = range->max;
  for (int64_t i = 0; i < n; ++i) {
    // Read once: for all the compiler knows, the deltas are written over the values.
    const T value = v[i];
    const auto delta = static_cast<T>(static_cast<Word>(value) - u[i - 1]);
    deltas[i] = static_cast<Word>(delta);
    low_delta = delta < low_delta ? delta : low_delta;
    low = value < low ? value : low;
    high = value > high ? value : high;
  }
  range->min = low;
  range->max = high;
  for (int64_t begin = 0; begin < n; begin += kMiniblock<T>) {
    const int64_t end = std::min(begin + kMiniblock<T>, n);
    Word used = 0;
    for (int64_t i = begin; i < end; ++i)
      used |= deltas[i] -= static_cast<Word>(low_delta);
    *bits++ = used;
  }
  return low_delta;
}
/// The same; most blocks are whole, and compiled for that.
template <typename T, typename Word>
[[gnu::always_inline]] inline T BlockDeltasOf(const T* v, int64_t n, Word* deltas,
                                              Word* bits, IntegerRange<T>* range) {
  constexpr int64_t kWhole = 4 * kMiniblock<T>;
  return n == kWhole ? DeltasOf(v, kWhole, deltas, bits, range)
                     : DeltasOf(v, n, deltas, bits, range);
}

// A template is not compiled for levels.
LAKESEED_KERNEL(int64_t, BlockDeltas,
                (const int64_t* v, int64_t n, uint64_t* deltas, uint64_t* bits,
                 IntegerRange<int64_t>* range),
                (v, n, deltas, bits, range)) {
  return BlockDeltasOf(v, n, deltas, bits, range);
}
LAKESEED_KERNEL(int32_t, BlockDeltas,
                (const int32_t* v, int64_t n, uint32_t* deltas, uint32_t* bits,
                 IntegerRange<int32_t>* range),
                (v, n, deltas, bits, range)) {
  return BlockDeltasOf(v, n, deltas, bits, range);
}

}  // namespace

template <typename T>
arrow::Status DeltaEncoder<T>::Add(const T* values, int64_t n, ByteBuffer* out) {
  if (n == 0) return arrow::Status::OK();
  const T* const end = values + n;
  const bool is_first_of_array = count_ > 0;
  if (count_ == 0) {
    first_ = last_ = *values++;
    range_.Add(&first_, 1);
  }
  count_ += n;
  const int64_t blocks = (num_waiting_ + (end - values)) / kBlockValues;
  ARROW_RETURN_NOT_OK(out->Reserve(blocks * kMaxBlockBytes));
  // A block is encoded where the value before it stands before it in memory.
  if (num_waiting_ > 0 || is_first_of_array) {
    const int64_t take = std::min<int64_t>(kBlockValues - num_waiting_, end - values);
    Wait(values, take);
    values += take;
    if (num_waiting_ < kBlockValues) return arrow::Status::OK();
    EncodeBlock(waiting(), kBlockValues, out);
    num_waiting_ = 0;
  }
  for (; end - values >= kBlockValues; values += kBlockValues) {
    EncodeBlock(values, kBlockValues, out);
  }
  Wait(values, end - values);
  return arrow::Status::OK();
}

template <typename T>
arrow::Status DeltaEncoder<T>::AddProgression(T first, T step, int64_t n,
                                              ByteBuffer* out) {
  const auto value_at = [&](int64_t i) {
    return static_cast<T>(static_cast<Word>(first) +
                          static_cast<Word>(step) * static_cast<Word>(i));
  };
  for (int64_t done = 0; done < n;) {
    const auto delta = static_cast<Word>(value_at(done)) - static_cast<Word>(last_);
    const bool is_next = delta == static_cast<Word>(step);
    const int64_t blocks = (n - done) / kBlockValues;
    if (count_ > 0 && num_waiting_ == 0 && is_next && blocks > 0) {
      ARROW_RETURN_NOT_OK(AppendSteps(step, blocks, out));
      const int64_t some = blocks * kBlockValues;
      const T ends[] = {value_at(done), value_at(done + some - 1)};
      range_.Add(ends, 2);
      range_.num_values += some - 2;
      last_ = ends[1];
      count_ += some;
      done += some;
      continue;
    }
    // Those of the blocks that hold other values too.
    T made[kBlockValues];
    const int64_t room = count_ == 0 ? 1 : kBlockValues - num_waiting_;
    const int64_t some = std::min(room, n - done);
    for (int64_t i = 0; i < some; ++i) made[i] = value_at(done + i);
    ARROW_RETURN_NOT_OK(Add(made, some, out));
    done += some;
  }
  return arrow::Status::OK();
}

template <typename T>
arrow::Status DeltaEncoder<T>::AppendSteps(T step, int64_t blocks, ByteBuffer* out) {
  // The smallest delta, and miniblocks that have no bits.
  uint8_t block[10 + kMiniblocks];
  uint8_t* const widths = WriteZigZag(step, block);
  std::memset(widths, 0, kMiniblocks);
  const int64_t size = widths + kMiniblocks - block;
  ARROW_RETURN_NOT_OK(out->Reserve(blocks * size));
  for (int64_t i = 0; i < blocks; ++i) out->Append(block, size);
  return arrow::Status::OK();
}

template <typename T>
arrow::Status DeltaEncoder<T>::End(ByteBuffer* out) {
  if (num_waiting_ == 0) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(out->Reserve(kMaxBlockBytes));
  EncodeBlock(waiting(), num_waiting_, out);
  num_waiting_ = 0;
  return arrow::Status::OK();
}

template <typename T>
uint8_t* DeltaEncoder<T>::WriteHeader(uint8_t* end) {
  uint8_t header[kHeaderRoom];
  uint8_t* at = WriteVarint(kBlockValues, header);
  at = WriteVarint(kMiniblocks, at);
  at = WriteVarint(static_cast<uint64_t>(count_), at);
  at = WriteZigZag(first_, at);
  const auto size = at - header;
  std::memcpy(end - size, header, static_cast<size_t>(size));
  count_ = 0;
  first_ = last_ = 0;
  return end - size;
}

template <typename T>
void DeltaEncoder<T>::Wait(const T* values, int64_t n) {
  if (num_waiting_ == 0) waiting_[0] = last_;
  std::copy_n(values, n, waiting() + num_waiting_);
  num_waiting_ += n;
}

template <typename T>
void DeltaEncoder<T>::EncodeBlock(const T* values, int64_t n, ByteBuffer* out) {
  Word bits[kMiniblocks];
  const T low = BlockDeltas(values, n, deltas_, bits, &range_);
  range_.num_values += n;
  last_ = values[n - 1];
  std::fill(deltas_ + n, deltas_ + kBlockValues, Word{0});
  uint8_t* at = WriteZigZag(low, out->end());
  uint8_t* const widths = at;
  std::memset(widths, 0, kMiniblocks);
  at += kMiniblocks;
  for (int64_t m = 0; m * kMiniblockValues < n; ++m) {
    const int width = WidthOf(bits[m]);
    widths[m] = static_cast<uint8_t>(width);
    PackWords(deltas_ + m * kMiniblockValues, width, at);
    at += width * static_cast<int64_t>(sizeof(Word));
  }
  out->Advance(at - out->end());
}

template class DeltaEncoder<int32_t>;
template class DeltaEncoder<int64_t>;

}  // namespace lakeseed
