#include "lakeseed/write/parquet/delta_encoder.h"

#include <algorithm>
#include <cstring>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/write/parquet/bit_pack.h"
#include "lakeseed/write/prefetch.h"

namespace lakeseed {
namespace {

/// deltas[i] = v[i] - v[i-1], modulo the width; returns the smallest, and widens the
/// range by the values. One loop: each value is read once.
template <typename T, typename Word>
[[gnu::always_inline]] inline T DifferencesOf(const T* v, T before, int64_t n,
                                              Word* deltas, IntegerRange<T>* range) {
  const auto* u = reinterpret_cast<const Word*>(v);
  PrefetchBehind(v, n);
  deltas[0] = u[0] - static_cast<Word>(before);
  auto low_delta = static_cast<T>(deltas[0]);
  T low = std::min(range->min, v[0]), high = std::max(range->max, v[0]);
  for (int64_t i = 1; i < n; ++i) {
    deltas[i] = u[i] - u[i - 1];
    const auto delta = static_cast<T>(deltas[i]);
    low_delta = delta < low_delta ? delta : low_delta;
    low = v[i] < low ? v[i] : low;
    high = v[i] > high ? v[i] : high;
  }
  range->min = low;
  range->max = high;
  return low_delta;
}
// A template is not compiled for levels.
LAKESEED_KERNEL(int64_t, Differences,
                (const int64_t* v, int64_t before, int64_t n, uint64_t* deltas,
                 IntegerRange<int64_t>* range),
                (v, before, n, deltas, range)) {
  return DifferencesOf(v, before, n, deltas, range);
}
LAKESEED_KERNEL(int32_t, Differences,
                (const int32_t* v, int32_t before, int64_t n, uint32_t* deltas,
                 IntegerRange<int32_t>* range),
                (v, before, n, deltas, range)) {
  return DifferencesOf(v, before, n, deltas, range);
}

/// Subtract and return all bits in use.
LAKESEED_KERNEL(uint64_t, Subtract, (uint64_t low, int64_t n, uint64_t* deltas),
                (low, n, deltas)) {
  uint64_t bits = 0;
  for (int64_t i = 0; i < n; ++i) bits |= (deltas[i] -= low);
  return bits;
}
LAKESEED_KERNEL(uint32_t, Subtract, (uint32_t low, int64_t n, uint32_t* deltas),
                (low, n, deltas)) {
  uint32_t bits = 0;
  for (int64_t i = 0; i < n; ++i) bits |= (deltas[i] -= low);
  return bits;
}

}  // namespace

template <typename T>
arrow::Status DeltaEncoder<T>::Add(const T* values, int64_t n, ByteBuffer* out) {
  if (n == 0) return arrow::Status::OK();
  const T* const end = values + n;
  if (count_ == 0) {
    first_ = last_ = *values++;
    range_.Add(&first_, 1);
  }
  count_ += n;
  const int64_t blocks = (num_waiting_ + (end - values)) / kBlockValues;
  ARROW_RETURN_NOT_OK(out->Reserve(blocks * kMaxBlockBytes));
  if (num_waiting_ > 0) {
    const int64_t take = std::min<int64_t>(kBlockValues - num_waiting_, end - values);
    std::copy_n(values, take, waiting_ + num_waiting_);
    values += take;
    num_waiting_ += take;
    if (num_waiting_ < kBlockValues) return arrow::Status::OK();
    EncodeBlock(waiting_, kBlockValues, out);
    num_waiting_ = 0;
  }
  for (; end - values >= kBlockValues; values += kBlockValues) {
    EncodeBlock(values, kBlockValues, out);
  }
  num_waiting_ = end - values;
  std::copy_n(values, num_waiting_, waiting_);
  return arrow::Status::OK();
}

template <typename T>
arrow::Status DeltaEncoder<T>::End(ByteBuffer* out) {
  if (num_waiting_ == 0) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(out->Reserve(kMaxBlockBytes));
  EncodeBlock(waiting_, num_waiting_, out);
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
void DeltaEncoder<T>::EncodeBlock(const T* values, int64_t n, ByteBuffer* out) {
  const T low = Differences(values, last_, n, deltas_, &range_);
  range_.num_values += n;
  last_ = values[n - 1];
  uint8_t* at = WriteZigZag(low, out->end());
  uint8_t* const widths = at;
  std::memset(widths, 0, kMiniblocks);
  at += kMiniblocks;
  for (int64_t m = 0; m * kMiniblockValues < n; ++m) {
    Word* const deltas = deltas_ + m * kMiniblockValues;
    const int64_t size = std::min(kMiniblockValues, n - m * kMiniblockValues);
    const int width = WidthOf(Subtract(static_cast<Word>(low), size, deltas));
    std::fill(deltas + size, deltas + kMiniblockValues, Word{0});
    widths[m] = static_cast<uint8_t>(width);
    PackWords(deltas, width, at);
    at += width * static_cast<int64_t>(sizeof(Word));
  }
  out->Advance(at - out->end());
}

template class DeltaEncoder<int32_t>;
template class DeltaEncoder<int64_t>;

}  // namespace lakeseed
