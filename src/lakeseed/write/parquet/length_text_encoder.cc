#include <arrow/array.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/write/parquet/delta_encoder.h"
#include "lakeseed/write/parquet/paged_encoder.h"
#include "lakeseed/write/parquet/text_encoder.h"
#include "lakeseed/write/parquet/text_snappy.h"
#include "lakeseed/write/parquet/text_values.h"
#include "lakeseed/write/text_range.h"

namespace lakeseed {
namespace {

template <typename Offset>
[[gnu::always_inline]] inline void Differences(const Offset* offsets, int64_t n,
                                               int32_t* lengths) {
  for (int64_t i = 0; i < n; ++i) {
    lengths[i] = static_cast<int32_t>(offsets[i + 1] - offsets[i]);
  }
}
LAKESEED_KERNEL(void, LengthsOf, (const int32_t* offsets, int64_t n, int32_t* lengths),
                (offsets, n, lengths)) {
  Differences(offsets, n, lengths);
}
LAKESEED_KERNEL(void, LengthsOf, (const int64_t* offsets, int64_t n, int32_t* lengths),
                (offsets, n, lengths)) {
  Differences(offsets, n, lengths);
}

class LengthTextEncoder final : public RangedEncoder<TextRange> {
 public:
  LengthTextEncoder(const ColumnLayout& column, const Options& options, TextSearch search)
      : RangedEncoder(column, options), snappy_(search) {}

 protected:
  arrow::Result<int64_t> Encode(const ValueRun& run) override {
    if (run.data->type->id() == arrow::Type::DICTIONARY) {
      const int32_t* const numbers = run.values<int32_t>();
      return EncodeEach(run, *run.data->dictionary,
                        run.data->dictionary->GetValues<int32_t>(1),
                        [&](int64_t row) { return int64_t{numbers[row]}; });
    }
    return run.data->type->id() == arrow::Type::LARGE_STRING ? EncodeTexts<int64_t>(run)
                                                             : EncodeTexts<int32_t>(run);
  }

  arrow::Status EndBody() override {
    coded_lengths_.Clear();
    ARROW_RETURN_NOT_OK(
        delta_.Add(lengths_.data(), std::ssize(lengths_), &coded_lengths_));
    return delta_.End(&coded_lengths_);
  }
  uint8_t* WriteHeader(uint8_t* end) override {
    end -= coded_lengths_.size();
    std::memcpy(end, coded_lengths_.data(), static_cast<size_t>(coded_lengths_.size()));
    return delta_.WriteHeader(end);
  }
  int64_t header_room() const override {
    return DeltaEncoder<int32_t>::RoomFor(kBlockRows);
  }
  parquet::Encoding::type encoding() const override {
    return parquet::Encoding::DELTA_LENGTH_BYTE_ARRAY;
  }
  arrow::Status Compress(const uint8_t* page, int64_t size, ByteBuffer* out) override {
    ARROW_RETURN_NOT_OK(out->Reserve(TextSnappy::MaxSize(size, std::ssize(lengths_))));
    out->Advance(snappy_.Compress(page, size, lengths_, out->end()));
    lengths_.clear();
    return arrow::Status::OK();
  }

  EncodedBounds BoundsOf(const TextRange& range) const override {
    if (!range.any()) return {};
    return {true, range.min(), range.max()};
  }

 private:
  /// Bytes that still fit into the page; any number do if it is empty.
  int64_t BytesLeft() {
    return lengths_.empty() ? std::numeric_limits<int64_t>::max()
                            : kTextPageBytes - (body()->size() - values_begin());
  }
  static arrow::Status CheckSize(int64_t size) {
    if (size <= kMaxTextBytes) return arrow::Status::OK();
    return arrow::Status::CapacityError("text of ", size, " bytes");
  }

  template <typename Offset>
  arrow::Result<int64_t> EncodeTexts(const ValueRun& run) {
    const Offset* const offsets = run.values<Offset>();
    const int64_t bytes = offsets[run.num_rows] - offsets[0];
    if (run.validity != nullptr || bytes > std::min(BytesLeft(), kTextPageBytes)) {
      return EncodeEach(run, *run.data, offsets, [](int64_t row) { return row; });
    }
    // They stand one behind the other, and all fit: one copy.
    const size_t before = lengths_.size();
    lengths_.resize(before + static_cast<size_t>(run.num_rows));
    LengthsOf(offsets, run.num_rows, lengths_.data() + before);
    VisitTexts<Offset>(run, [&](std::string_view text) { page_range()->Add(text); });
    const int64_t used = body()->size() - values_begin();
    ARROW_RETURN_NOT_OK(body()->Reserve(std::max(bytes, kTextPageBytes - used)));
    if (bytes > 0) body()->Append(run.data->buffers[2]->data() + offsets[0], bytes);
    return run.num_rows;
  }

  /// The text of each row stands at its place among the texts.
  template <typename Offset, typename PlaceOf>
  arrow::Result<int64_t> EncodeEach(const ValueRun& run, const arrow::ArrayData& texts,
                                    const Offset* offsets, PlaceOf place_of) {
    const char* const bytes = texts.GetValues<char>(2, 0);
    for (int64_t row = 0; row < run.num_rows; ++row) {
      if (run.validity != nullptr &&
          !arrow::bit_util::GetBit(run.validity, run.offset + row)) {
        continue;
      }
      const int64_t place = place_of(row);
      const int64_t size = offsets[place + 1] - offsets[place];
      if (size > BytesLeft()) return row;
      ARROW_RETURN_NOT_OK(CheckSize(size));
      ARROW_RETURN_NOT_OK(body()->Reserve(size));
      const std::string_view text(bytes + offsets[place], static_cast<size_t>(size));
      body()->Append(text.data(), size);
      lengths_.push_back(static_cast<int32_t>(size));
      page_range()->Add(text);
    }
    return run.num_rows;
  }

  std::vector<int32_t> lengths_;  // Of the page.
  DeltaEncoder<int32_t> delta_;
  ByteBuffer coded_lengths_;
  TextSnappy snappy_;
};

}  // namespace

std::unique_ptr<ColumnEncoder> MakeLengthTextEncoder(
    const ColumnLayout& column, const ColumnEncoder::Options& options,
    TextSearch search) {
  return std::make_unique<LengthTextEncoder>(column, options, search);
}

}  // namespace lakeseed
