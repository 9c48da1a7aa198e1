#include "lakeseed/generate/selection.h"

#include <arrow/api.h>
#include <arrow/util/bit_util.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "lakeseed/generate/gather.h"

namespace lakeseed {

using ArrayPtr = std::shared_ptr<arrow::Array>;

namespace {

/// Bytes of a value of a type of numbers or codes; 0: of another type.
int64_t WidthOf(const arrow::Array& values) {
  const auto* fixed = dynamic_cast<const arrow::FixedWidthType*>(values.type().get());
  const int64_t bits = fixed == nullptr ? 0 : fixed->bit_width();
  return bits == 32 || bits == 64 ? bits / 8 : 0;
}

/// An array like `values`, of other numbers or codes.
ArrayPtr Made(const arrow::Array& values, int64_t length,
              std::shared_ptr<arrow::Buffer> valid,
              std::shared_ptr<arrow::Buffer> numbers) {
  auto data = arrow::ArrayData::Make(values.type(), length,
                                     {std::move(valid), std::move(numbers)});
  data->dictionary = values.data()->dictionary;
  return arrow::MakeArray(std::move(data));
}

/// out[places[i]] = in[i]; elsewhere in[0].
template <typename T>
void PutAt(const arrow::Array& in, const std::vector<int32_t>& places, int64_t length,
           T* out) {
  const T* value = in.data()->GetValues<T>(1);
  std::fill_n(out, length, value[0]);
  for (const int32_t place : places) out[place] = *value++;
}

}  // namespace

Selection::Selection(const Rows& rows, const uint8_t* bits, int64_t count)
    : length_(rows.length()), places_(static_cast<size_t>(count)) {
  std::vector<int64_t> numbers(places_.size());
  int32_t* place = places_.data();
  for (int64_t first = 0; first < length_; first += 64) {
    const int64_t left = length_ - first;
    uint64_t word = 0;
    std::memcpy(&word, bits + first / 8,
                static_cast<size_t>(std::min<int64_t>((left + 7) / 8, 8)));
    // Nobody says what the bits after the last row are.
    if (left < 64) word &= (uint64_t{1} << left) - 1;
    for (; word != 0; word &= word - 1) {
      *place++ = static_cast<int32_t>(first + std::countr_zero(word));
    }
  }
  for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = rows[places_[i]];
  selected_ = Rows(std::move(numbers));
}

arrow::Result<ArrayPtr> Selection::Take(const ArrayPtr& all,
                                        arrow::MemoryPool* pool) const {
  const arrow::Int32Array places(std::ssize(places_), arrow::Buffer::Wrap(places_));
  return Gather(all, places, pool);
}

arrow::Result<ArrayPtr> Selection::Spread(const ArrayPtr& values,
                                          arrow::MemoryPool* pool) const {
  const int64_t width = WidthOf(*values);
  if (width == 0 || places_.empty()) return SpreadWithNulls(values, pool);
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> spread,
                        arrow::AllocateBuffer(length_ * width, pool));
  if (width == 4) {
    PutAt(*values, places_, length_, spread->mutable_data_as<int32_t>());
  } else {
    PutAt(*values, places_, length_, spread->mutable_data_as<int64_t>());
  }
  std::shared_ptr<arrow::Buffer> valid;
  if (values->null_count() != 0) {
    ARROW_ASSIGN_OR_RAISE(valid, arrow::AllocateEmptyBitmap(length_, pool));
    for (size_t i = 0; i < places_.size(); ++i) {
      if (values->IsValid(static_cast<int64_t>(i))) {
        arrow::bit_util::SetBit(valid->mutable_data(), places_[i]);
      }
    }
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
