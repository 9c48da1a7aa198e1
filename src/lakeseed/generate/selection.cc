#include "lakeseed/generate/selection.h"

#include <arrow/api.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_ops.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/flat_width.h"
#include "lakeseed/generate/gather.h"

#if defined(LAKESEED_HAS_LEVELS)
#include <immintrin.h>
#endif

namespace lakeseed {

using ArrayPtr = std::shared_ptr<arrow::Array>;

namespace {

/// An array like `values`, of other numbers or codes.
ArrayPtr Made(const arrow::Array& values, int64_t length,
              std::shared_ptr<arrow::Buffer> valid,
              std::shared_ptr<arrow::Buffer> numbers) {
  auto data = arrow::ArrayData::Make(values.type(), length,
                                     {std::move(valid), std::move(numbers)});
  data->dictionary = values.data()->dictionary;
  return arrow::MakeArray(std::move(data));
}

constexpr int64_t kBits = 64;
/// Vectors of places are written whole.
constexpr size_t kSpare = 16;

/// The places of the set bits, in order. REQUIRES: room for kSpare more.
void PlacesOf(const uint64_t* words, int64_t num_words, int32_t* places) {
  for (int64_t w = 0; w < num_words; ++w) {
    for (uint64_t word = words[w]; word != 0; word &= word - 1) {
      *places++ = static_cast<int32_t>(kBits * w + std::countr_zero(word));
    }
  }
}

/// At the i-th place that is set in[i], elsewhere in[0]. REQUIRES: a bit is set.
template <typename T>
void PutAt(const T* in, const uint64_t* words, int64_t length, T* out) {
  std::fill_n(out, length, in[0]);
  for (int64_t first = 0; first < length; first += kBits) {
    for (uint64_t word = words[first / kBits]; word != 0; word &= word - 1) {
      out[first + std::countr_zero(word)] = *in++;
    }
  }
}

LAKESEED_KERNEL(void, NumbersOf,
                (int64_t first, const int32_t* places, int64_t count, int64_t* numbers),
                (first, places, count, numbers)) {
  for (int64_t i = 0; i < count; ++i) numbers[i] = first + places[i];
}
LAKESEED_KERNEL(void, NumbersOf,
                (const int64_t* all, const int32_t* places, int64_t count,
                 int64_t* numbers),
                (all, places, count, numbers)) {
  for (int64_t i = 0; i < count; ++i) numbers[i] = all[places[i]];
}

#if defined(LAKESEED_HAS_LEVELS)

// By hand: no compiler finds that vectors can be pressed together and drawn apart.

LAKESEED_AVX512 void PlacesOfAvx512(const uint64_t* words, int64_t num_words,
                                    int32_t* places) {
  const __m512i step = _mm512_set1_epi32(16);
  __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  for (int64_t w = 0; w < num_words; ++w) {
    for (uint64_t part = 0, word = words[w]; part < 4; ++part, word >>= 16) {
      const auto set = static_cast<__mmask16>(word);
      _mm512_storeu_si512(places, _mm512_maskz_compress_epi32(set, lanes));
      places += std::popcount(set);
      lanes = _mm512_add_epi32(lanes, step);
    }
  }
}

LAKESEED_AVX512 void PutAtByAvx512(const int32_t* in, const int32_t* end,
                                   const uint64_t* words, int64_t length, int32_t* out) {
  const __m512i elsewhere = _mm512_set1_epi32(in[0]);
  for (int64_t first = 0; first < length; first += 16) {
    const auto set = static_cast<__mmask16>(words[first / kBits] >> (first % kBits));
    // Whole, or no more than there is: the former is faster.
    const __m512i next =
        end - in >= 16
            ? _mm512_loadu_si512(in)
            : _mm512_maskz_loadu_epi32(static_cast<__mmask16>((1 << (end - in)) - 1), in);
    const __m512i put = _mm512_mask_expand_epi32(elsewhere, set, next);
    in += std::popcount(set);
    const int64_t left = length - first;
    if (left >= 16) {
      _mm512_storeu_si512(out + first, put);
    } else {
      _mm512_mask_storeu_epi32(out + first, static_cast<__mmask16>((1 << left) - 1), put);
    }
  }
}

LAKESEED_AVX512 void PutAtByAvx512(const int64_t* in, const int64_t* end,
                                   const uint64_t* words, int64_t length, int64_t* out) {
  const __m512i elsewhere = _mm512_set1_epi64(in[0]);
  for (int64_t first = 0; first < length; first += 8) {
    const auto set = static_cast<__mmask8>(words[first / kBits] >> (first % kBits));
    // Whole, or no more than there is: the former is faster.
    const __m512i next =
        end - in >= 8
            ? _mm512_loadu_si512(in)
            : _mm512_maskz_loadu_epi64(static_cast<__mmask8>((1 << (end - in)) - 1), in);
    const __m512i put = _mm512_mask_expand_epi64(elsewhere, set, next);
    in += std::popcount(set);
    const int64_t left = length - first;
    if (left >= 8) {
      _mm512_storeu_si512(out + first, put);
    } else {
      _mm512_mask_storeu_epi64(out + first, static_cast<__mmask8>((1 << left) - 1), put);
    }
  }
}

bool HasAvx512() { return SimdLevelInUse() == SimdLevel::kAvx512; }

#endif

template <typename T>
void PutValues(const arrow::Array& in, const uint64_t* words, int64_t length,
               arrow::Buffer* out) {
  const T* const values = in.data()->GetValues<T>(1);
#if defined(LAKESEED_HAS_LEVELS)
  if (HasAvx512()) {
    return PutAtByAvx512(values, values + in.length(), words, length,
                         out->mutable_data_as<T>());
  }
#endif
  PutAt(values, words, length, out->mutable_data_as<T>());
}

/// Bit i of `in` becomes that of the i-th place that is set. REQUIRES: a word more in
/// `in` than its bits fill.
void PutBits(const uint64_t* in, const uint64_t* words, int64_t num_words,
             uint64_t* out) {
  for (int64_t w = 0, from = 0; w < num_words; ++w) {
    out[w] = 0;
    for (uint64_t word = words[w]; word != 0; word &= word - 1, ++from) {
      const uint64_t bit = in[from / kBits] >> (from % kBits) & 1;
      out[w] |= bit << std::countr_zero(word);
    }
  }
}

#if defined(LAKESEED_HAS_LEVELS)
LAKESEED_AVX512 void PutBitsByAvx512(const uint64_t* in, const uint64_t* words,
                                     int64_t num_words, uint64_t* out) {
  for (int64_t w = 0, from = 0; w < num_words; ++w) {
    const uint64_t* const at = in + from / kBits;
    const int64_t shift = from % kBits;
    const uint64_t next = at[0] >> shift | (at[1] << 1) << (kBits - 1 - shift);
    out[w] = _pdep_u64(next, words[w]);
    from += std::popcount(words[w]);
  }
}
#endif

/// The validity of `values` at the places that are set.
arrow::Result<std::shared_ptr<arrow::Buffer>> PutValidity(
    const arrow::Array& values, const std::vector<uint64_t>& words,
    arrow::MemoryPool* pool) {
  std::vector<uint64_t> in(static_cast<size_t>(values.length() / kBits) + 2);
  arrow::internal::CopyBitmap(values.null_bitmap_data(), values.offset(), values.length(),
                              reinterpret_cast<uint8_t*>(in.data()), 0);
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> valid,
                        arrow::AllocateBuffer(std::ssize(words) * 8, pool));
  auto* const out = valid->mutable_data_as<uint64_t>();
#if defined(LAKESEED_HAS_LEVELS)
  if (HasAvx512()) {
    PutBitsByAvx512(in.data(), words.data(), std::ssize(words), out);
    return valid;
  }
#endif
  PutBits(in.data(), words.data(), std::ssize(words), out);
  return valid;
}

}  // namespace

Selection::Selection(const Rows& rows, const uint8_t* bits, int64_t count)
    : length_(rows.length()),
      words_(static_cast<size_t>((length_ + kBits - 1) / kBits)),
      places_(static_cast<size_t>(count) + kSpare) {
  if (length_ > 0) std::memcpy(words_.data(), bits, static_cast<size_t>(length_ + 7) / 8);
  // Nobody says what the bits after the last row are.
  if (length_ % kBits != 0) words_.back() &= (uint64_t{1} << length_ % kBits) - 1;
#if defined(LAKESEED_HAS_LEVELS)
  HasAvx512() ? PlacesOfAvx512(words_.data(), std::ssize(words_), places_.data())
              : PlacesOf(words_.data(), std::ssize(words_), places_.data());
#else
  PlacesOf(words_.data(), std::ssize(words_), places_.data());
#endif
  places_.resize(static_cast<size_t>(count));
  std::vector<int64_t> numbers(places_.size());
  if (rows.is_range()) {
    NumbersOf(rows.range().begin, places_.data(), count, numbers.data());
  } else {
    NumbersOf(rows.numbers(), places_.data(), count, numbers.data());
  }
  selected_ = Rows(std::move(numbers));
}

arrow::Result<ArrayPtr> Selection::Take(const ArrayPtr& all,
                                        arrow::MemoryPool* pool) const {
  const arrow::Int32Array places(std::ssize(places_), arrow::Buffer::Wrap(places_));
  return Gather(all, places, pool);
}

arrow::Result<ArrayPtr> Selection::Spread(const ArrayPtr& values,
                                          arrow::MemoryPool* pool) const {
  const int64_t width = WordWidth(*values->type());
  if (width == 0 || places_.empty()) return SpreadWithNulls(values, pool);
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> spread,
                        arrow::AllocateBuffer(length_ * width, pool));
  if (width == 4) {
    PutValues<int32_t>(*values, words_.data(), length_, spread.get());
  } else {
    PutValues<int64_t>(*values, words_.data(), length_, spread.get());
  }
  std::shared_ptr<arrow::Buffer> valid;
  if (values->null_count() != 0) {
    ARROW_ASSIGN_OR_RAISE(valid, PutValidity(*values, words_, pool));
  }
  return Made(*values, length_, std::move(valid), std::move(spread));
}

arrow::Result<ArrayPtr> Selection::SpreadWithNulls(const ArrayPtr& values,
                                                   arrow::MemoryPool* pool) const {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> valid,
                        arrow::AllocateEmptyBitmap(length_, pool));
  std::vector<int32_t> from(static_cast<size_t>(length_));
  for (size_t i = 0; i < places_.size(); ++i) {
    arrow::bit_util::SetBit(valid->mutable_data(), places_[i]);
    from[static_cast<size_t>(places_[i])] = static_cast<int32_t>(i);
  }
  const arrow::Int32Array whole(length_, arrow::Buffer::Wrap(from), std::move(valid));
  return Gather(values, whole, pool);
}

}  // namespace lakeseed
