#include "lakeseed/generate/kept_values.h"

#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_generate.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeseed/base/large_pages.h"
#include "lakeseed/generate/flat_width.h"

namespace lakeseed {
namespace {

/// Texts are copied by this width, where so much is there: most end inside.
constexpr int64_t kCopied = 48;
/// Texts may be longer than those of the sample by one in so many bytes.
constexpr int64_t kMargin = 16;
/// Of the number of a text, and of an offset.
constexpr int64_t kNumberBytes = sizeof(int32_t);
/// Values that are fetched ahead of their turn; narrow ones, which are many.
constexpr int64_t kAhead = 32, kFarAhead = 200;

const int32_t* OffsetsOf(const arrow::Array& texts) {
  return static_cast<const arrow::StringArray&>(texts).raw_value_offsets();
}

int64_t TextBytes(const arrow::Array& texts) {
  return OffsetsOf(texts)[texts.length()] - OffsetsOf(texts)[0];
}

int64_t TextRoom(int64_t capacity, const arrow::Array& sample) {
  const int64_t length = std::max<int64_t>(1, sample.length());
  const int64_t bytes = TextBytes(sample) * capacity / length;
  return bytes + bytes / kMargin + TextBytes(sample) + kCopied;
}

// Of each code of an array; machines whose lowest byte comes first.
void CopyLowBytes(const arrow::ArrayData& codes, int width, uint8_t* to) {
  static_assert(std::endian::native == std::endian::little);
  const uint8_t* const from = codes.buffers[1]->data() + codes.offset * width;
  for (int64_t i = 0; i < codes.length; ++i) to[i] = from[i * width];
}

// to[i] = from[places[i]], where all of `from` is more than a cache holds.
template <typename From, typename To>
void TakeAt(const From* from, const int32_t* places, int64_t size, To* to) {
  int64_t i = 0;
  for (; i + kFarAhead < size; ++i) {
    __builtin_prefetch(from + places[i + kFarAhead]);
    to[i] = from[places[i]];
  }
  for (; i < size; ++i) to[i] = from[places[i]];
}

}  // namespace

bool KeptValues::CanKeep(const arrow::DataType& type) {
  const int width = FlatWidth(type);
  return type.id() == arrow::Type::STRING ||
         (std::has_single_bit(static_cast<unsigned>(width)) && width <= 8);
}

int64_t KeptValues::LeastBytesFor(int64_t capacity, const arrow::DataType& type) {
  const int width = FlatWidth(type);
  if (width > 0) return capacity * (width + 1);
  return capacity * (2 * kNumberBytes + 1) + TextIndex::BytesFor(capacity);
}

int64_t KeptValues::BytesFor(int64_t capacity, const arrow::Array& sample) {
  const bool is_text = sample.type_id() == arrow::Type::STRING;
  return LeastBytesFor(capacity, *sample.type()) +
         (is_text ? TextRoom(capacity, sample) : 0);
}

bool KeptValues::has_bytes() const {
  return dictionary_ != nullptr && dictionary_->length <= int64_t{1} << 8;
}

arrow::Result<KeptValues> KeptValues::Make(int64_t capacity, bool nullable,
                                           const arrow::Array& sample) {
  KeptValues kept;
  kept.nullable_ = nullable;
  kept.type_ = sample.type();
  kept.dictionary_ = sample.data()->dictionary;
  kept.capacity_ = capacity;
  // Of the system: room that is not written to yet costs nothing, and stands in no
  // figure.
  arrow::MemoryPool* const pool = arrow::system_memory_pool();
  int64_t width = kept.is_text() ? kNumberBytes : FlatWidth(*kept.type_);
  if (kept.has_bytes()) width = 1;
  ARROW_ASSIGN_OR_RAISE(kept.values_, arrow::AllocateBuffer(capacity * width, pool));
  if (nullable) {
    ARROW_ASSIGN_OR_RAISE(kept.is_null_, arrow::AllocateBuffer(capacity, pool));
  }
  if (!kept.is_text()) return kept;
  const int64_t bytes = TextRoom(capacity, sample);
  if (bytes > std::numeric_limits<int32_t>::max()) {
    return arrow::Status::CapacityError("more than 2 GiB to keep");
  }
  ARROW_ASSIGN_OR_RAISE(kept.bytes_, arrow::AllocateBuffer(bytes, pool));
  ARROW_ASSIGN_OR_RAISE(kept.offsets_,
                        arrow::AllocateBuffer((capacity + 1) * kNumberBytes, pool));
  // Texts are looked up here and there.
  for (const auto& room : {kept.values_, kept.offsets_, kept.bytes_}) {
    PreferLargePages(room->mutable_data(), static_cast<size_t>(room->size()));
  }
  kept.offsets_->mutable_data_as<int32_t>()[0] = 0;
  kept.index_.Reserve(capacity);
  return kept;
}

bool KeptValues::Add(const arrow::Array& values) {
  const int64_t length = values.length();
  const arrow::ArrayData& data = *values.data();
  if (size_ + length > capacity_ || !values.type()->Equals(*type_)) return false;
  if (!nullable_ && values.null_count() > 0) return false;
  if (data.dictionary != dictionary_ &&
      !arrow::MakeArray(data.dictionary)->Equals(arrow::MakeArray(dictionary_))) {
    return false;
  }
  if (is_text()) {
    if (!AddTexts(static_cast<const arrow::StringArray&>(values))) return false;
  } else if (has_bytes()) {
    CopyLowBytes(data, FlatWidth(*type_), values_->mutable_data() + size_);
  } else if (length > 0) {
    const int width = FlatWidth(*type_);
    std::memcpy(values_->mutable_data() + size_ * width,
                data.buffers[1]->data() + data.offset * width,
                static_cast<size_t>(length * width));
  }
  for (int64_t i = 0; i < length && nullable_; ++i) {
    is_null_->mutable_data()[size_ + i] = values.IsNull(i) ? 1 : 0;
  }
  size_ += length;
  return true;
}

bool KeptValues::AddTexts(const arrow::StringArray& texts) {
  auto* const offsets = offsets_->mutable_data_as<int32_t>();
  auto* const bytes = bytes_->mutable_data_as<char>();
  auto* const numbers = values_->mutable_data_as<uint32_t>() + size_;
  std::vector<uint32_t> hashes(static_cast<size_t>(texts.length()));
  for (int64_t i = 0; i < texts.length(); ++i) {
    hashes[static_cast<size_t>(i)] = HashText(texts.GetView(i));  // Of a null: "".
  }
  for (int64_t i = 0; i < texts.length(); ++i) {
    if (i + kAhead < texts.length()) {
      __builtin_prefetch(index_.SlotOf(hashes[static_cast<size_t>(i + kAhead)]), 1);
    }
    const std::string_view text = texts.GetView(i);
    const auto next = static_cast<uint32_t>(index_.size());
    const int32_t begin = offsets[next];
    if (begin + std::ssize(text) + kCopied > bytes_->size()) return false;
    numbers[i] =
        index_.NumberOf(hashes[static_cast<size_t>(i)], next, [&](uint32_t known) {
          return text == std::string_view(
                             bytes + offsets[known],
                             static_cast<size_t>(offsets[known + 1] - offsets[known]));
        });
    if (numbers[i] != next) continue;
    std::copy(text.begin(), text.end(), bytes + begin);
    offsets[next + 1] = begin + static_cast<int32_t>(text.size());
  }
  return true;
}

arrow::Result<std::shared_ptr<arrow::Array>> KeptValues::At(
    const arrow::Int32Array& places, arrow::MemoryPool* pool) const {
  switch (FlatWidth(*type_)) {
    case 1:
      return NumbersAt<uint8_t>(places, pool);
    case 2:
      return NumbersAt<uint16_t>(places, pool);
    case 4:
      return NumbersAt<uint32_t>(places, pool);
    case 8:
      return NumbersAt<uint64_t>(places, pool);
    default:
      return TextsAt(places, pool);
  }
}

arrow::Result<std::shared_ptr<arrow::Buffer>> KeptValues::ValidAt(
    const arrow::Int32Array& places, arrow::MemoryPool* pool) const {
  const int64_t n = places.length();
  if (!nullable_ && places.null_count() == 0) return nullptr;
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> valid,
                        arrow::AllocateBitmap(n, pool));
  const uint8_t* const is_null = nullable_ ? is_null_->data() : nullptr;
  int64_t i = 0;
  arrow::internal::GenerateBitsUnrolled(valid->mutable_data(), 0, n, [&] {
    const bool keeps = places.IsValid(i) && !(nullable_ && is_null[places.Value(i)] != 0);
    ++i;
    return keeps;
  });
  return valid;
}

template <typename T>
arrow::Result<std::shared_ptr<arrow::Array>> KeptValues::NumbersAt(
    const arrow::Int32Array& places, arrow::MemoryPool* pool) const {
  const int64_t n = places.length();
  ARROW_ASSIGN_OR_RAISE(auto valid, ValidAt(places, pool));
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> values,
                        arrow::AllocateBuffer(n * sizeof(T), pool));
  const int32_t* const place = places.raw_values();  // Of a null place 0.
  T* const to = values->mutable_data_as<T>();
  if (has_bytes()) {
    TakeAt(values_->data(), place, n, to);
  } else {
    TakeAt(values_->data_as<T>(), place, n, to);
  }
  auto data = arrow::ArrayData::Make(type_, n, {std::move(valid), std::move(values)});
  data->dictionary = dictionary_;
  return arrow::MakeArray(std::move(data));
}

arrow::Result<std::shared_ptr<arrow::Array>> KeptValues::TextsAt(
    const arrow::Int32Array& places, arrow::MemoryPool* pool) const {
  const int64_t n = places.length();
  ARROW_ASSIGN_OR_RAISE(auto valid, ValidAt(places, pool));
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> offsets,
                        arrow::AllocateBuffer((n + 1) * sizeof(int32_t), pool));
  const int32_t* const begins = offsets_->data_as<int32_t>();
  const int32_t* const place = places.raw_values();
  const auto* const kept = values_->data_as<int32_t>();
  std::vector<int32_t> numbers(static_cast<size_t>(n));
  auto* const to = offsets->mutable_data_as<int32_t>();
  int64_t size = 0;
  for (int64_t i = 0; i < n; ++i) {
    to[i] = static_cast<int32_t>(size);
    const int32_t number = numbers[static_cast<size_t>(i)] = kept[place[i]];
    const bool keeps = valid == nullptr || arrow::bit_util::GetBit(valid->data(), i);
    size += keeps ? begins[number + 1] - begins[number] : 0;
    if (size > std::numeric_limits<int32_t>::max()) {
      return arrow::Status::CapacityError("more than 2 GiB of text in one batch");
    }
  }
  to[n] = static_cast<int32_t>(size);
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> whole,
                        arrow::AllocateBuffer(size + kCopied, pool));
  uint8_t* const out = whole->mutable_data();
  const uint8_t* const texts = bytes_->data();
  const auto text_of = [&](int64_t i) {
    return texts + begins[numbers[static_cast<size_t>(i)]];
  };
  for (int64_t i = 0; i < n; ++i) {
    if (i + kAhead < n) __builtin_prefetch(text_of(i + kAhead));
    const int64_t length = to[i + 1] - to[i];
    // Short texts are copied by a known width: the next one overwrites the rest.
    if (length <= kCopied) {
      std::memcpy(out + to[i], text_of(i), kCopied);
    } else {
      std::memcpy(out + to[i], text_of(i), static_cast<size_t>(length));
    }
  }
  return std::make_shared<arrow::StringArray>(
      n, std::move(offsets), arrow::SliceBuffer(std::move(whole), 0, size),
      std::move(valid));
}

arrow::Result<std::shared_ptr<arrow::Array>> KeptValues::AsDictionary(
    int64_t num_texts, const arrow::Int32Array& places, arrow::MemoryPool* pool) const {
  const int64_t n = places.length();
  ARROW_ASSIGN_OR_RAISE(auto valid, ValidAt(places, pool));
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> numbers,
                        arrow::AllocateBuffer(n * kNumberBytes, pool));
  TakeAt(values_->data_as<int32_t>(), places.raw_values(), n,
         numbers->mutable_data_as<int32_t>());
  return std::make_shared<arrow::DictionaryArray>(
      arrow::dictionary(arrow::int32(), type_),
      std::make_shared<arrow::Int32Array>(n, std::move(numbers), std::move(valid)),
      std::make_shared<arrow::StringArray>(num_texts, offsets_, bytes_));
}

}  // namespace lakeseed
