// DictionaryFormatter: columns of codes as text. A dictionary is formatted once; a row is
// its code's text.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/array.h>

#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "lakeseed/write/format_rows.h"

namespace lakeseed {

class DictionaryFormatter final : public ColumnFormatter {
 public:
  DictionaryFormatter(const TextDialect& dialect, std::unique_ptr<ColumnFormatter> values)
      : null_(dialect.null), values_(std::move(values)) {}

  arrow::Status Format(const arrow::Array& array, ColumnText* out) override {
    const auto& codes = static_cast<const arrow::DictionaryArray&>(array);
    if (dictionary_ != array.data()->dictionary) {
      ARROW_RETURN_NOT_OK(Read(*codes.dictionary()));
      dictionary_ = array.data()->dictionary;
    }
    const bool as_generated = codes.indices()->type_id() == arrow::Type::INT32;
    const auto* const values = codes.indices()->data()->GetValues<int32_t>(1);
    out->codes = nullptr;
    if (as_generated && array.null_count() == 0 && slots_ != nullptr) {
      TakeSlots(values, array.length(), out);
      return arrow::Status::OK();
    }
    if (as_generated) {
      FindPlaces(
          array, [values](int64_t row) { return values[row]; }, out);
    } else {
      FindPlaces(
          array, [&](int64_t row) { return codes.GetValueIndex(row); }, out);
    }
    out->bytes = texts_->bytes;
    out->readable = texts_->readable;
    out->owner = texts_;
    return arrow::Status::OK();
  }

 private:
  using Slots = std::vector<char>;

  static constexpr int kMostSlotBits = 5;
  /// Larger dictionaries stay as they are.
  static constexpr size_t kMostSlots = size_t{1} << 16;
  /// Slots of larger ones are not in the nearest caches: they are sent for.
  static constexpr size_t kNearBytes = 16'384;

  template <typename CodeOf>
  void FindPlaces(const arrow::Array& array, CodeOf code_of, ColumnText* out) const {
    const ColumnText::Place* const places = texts_->places.data();
    const bool has_nulls = array.null_count() > 0;
    out->places.resize(static_cast<size_t>(array.length()));
    for (int64_t row = 0; row < array.length(); ++row) {
      out->places[static_cast<size_t>(row)] =
          has_nulls && array.IsNull(row) ? null_place_ : places[code_of(row)];
    }
    out->MeasurePlaces();
  }

  void TakeSlots(const int32_t* codes, int64_t rows, ColumnText* out) const {
    const char* const slots = slots_->data();
    if (slots_->size() > kNearBytes) {
      for (int64_t row = 0; row < rows; ++row) {
        __builtin_prefetch(slots + (static_cast<size_t>(codes[row]) << slot_bits_));
      }
    }
    out->codes = codes;
    out->slot_bits = slot_bits_;
    out->bytes = slots;
    out->readable = slots_->size();
    out->owner = slots_;
    out->extent.max_size = texts_->extent.max_size;
    out->extent.num_bytes = static_cast<size_t>(rows) * texts_->extent.max_size;
  }

  arrow::Status Read(const arrow::Array& dictionary) {
    // Not into those that went before: somebody may hold them.
    auto texts = std::make_shared<ColumnText>();
    ARROW_RETURN_NOT_OK(values_->Format(dictionary, texts.get()));
    slots_ = nullptr;
    if (texts->places.size() == static_cast<size_t>(dictionary.length()) &&
        texts->places.size() <= kMostSlots &&
        texts->extent.max_size < 1 << kMostSlotBits) {
      FillSlots(*texts);
    }
    null_place_ = {};
    if (!null_.empty()) {  // Then the texts were made, none stands where it was.
      null_place_ = {static_cast<uint32_t>(texts->memory.size()),
                     static_cast<uint32_t>(null_.size())};
      ARROW_RETURN_NOT_OK(AppendText(null_, &texts->memory));
      ARROW_RETURN_NOT_OK(TakeMade(texts.get()));
    }
    texts_ = std::move(texts);
    return arrow::Status::OK();
  }

  void FillSlots(const ColumnText& texts) {
    slot_bits_ = kMostSlotBits;
    while (slot_bits_ > 0 && texts.extent.max_size < uint32_t{1} << (slot_bits_ - 1)) {
      --slot_bits_;
    }
    const size_t size = size_t{1} << slot_bits_;
    auto slots = std::make_shared<Slots>(texts.places.size() * size + ByteBuffer::kSlack);
    for (size_t code = 0; code < texts.places.size(); ++code) {
      const std::string_view text = texts.at(static_cast<int64_t>(code));
      char* const slot = slots->data() + code * size;
      if (!text.empty()) std::memcpy(slot, text.data(), text.size());
      slot[size - 1] = static_cast<char>(text.size());
    }
    slots_ = std::move(slots);
  }

  const std::string_view null_;
  const std::unique_ptr<ColumnFormatter> values_;
  std::shared_ptr<arrow::ArrayData> dictionary_;
  std::shared_ptr<const ColumnText> texts_;
  std::shared_ptr<const Slots> slots_;  ///< Null: texts are too long, or too many.
  int slot_bits_ = 0;
  ColumnText::Place null_place_{};
};

}  // namespace lakeseed
