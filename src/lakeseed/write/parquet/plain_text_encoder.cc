#include "lakeseed/write/parquet/paged_encoder.h"
#include "lakeseed/write/parquet/text_encoder.h"
#include "lakeseed/write/text_range.h"

namespace lakeseed {
namespace {

constexpr int64_t kLengthBytes = sizeof(uint32_t);
/// Copied at once where it may be: most texts end inside.
constexpr int64_t kCopyBytes = 48;

template <typename Offset>
class PlainTextEncoder final : public RangedEncoder<TextRange> {
 public:
  using RangedEncoder::RangedEncoder;

 protected:
  arrow::Result<int64_t> Encode(const ValueRun& run) override {
    if (run.data->type->id() == arrow::Type::DICTIONARY) {
      const arrow::ArrayData& texts = *run.data->dictionary;
      const int32_t* const numbers = run.values<int32_t>();
      return EncodeTexts(run, texts.GetValues<int32_t>(1), texts.buffers[2],
                         kTextPageBytes,
                         [&](int64_t row) { return int64_t{numbers[row]}; });
    }
    const Offset* const offsets = run.values<Offset>();
    const int64_t most = offsets[run.num_rows] - offsets[0] + run.num_rows * kLengthBytes;
    return EncodeTexts(run, offsets, run.data->buffers[2], std::min(most, kTextPageBytes),
                       [](int64_t row) { return row; });
  }

  EncodedBounds BoundsOf(const TextRange& range) const override {
    if (!range.any()) return {};
    return {true, range.min(), range.max()};
  }

 private:
  /// The text of each row stands at its place among the offsets.
  template <typename AnyOffset, typename PlaceOf>
  arrow::Result<int64_t> EncodeTexts(const ValueRun& run, const AnyOffset* offsets,
                                     const std::shared_ptr<arrow::Buffer>& buffer,
                                     int64_t most, PlaceOf place_of) {
    const char* bytes =
        buffer == nullptr ? nullptr : reinterpret_cast<const char*>(buffer->data());
    const char* const bytes_end = buffer == nullptr ? nullptr : bytes + buffer->size();
    ARROW_RETURN_NOT_OK(body()->Reserve(most + kCopyBytes));
    uint8_t* page = body()->data() + values_begin();
    uint8_t* out = body()->end();
    for (int64_t row = 0; row < run.num_rows; ++row) {
      if (run.validity != nullptr &&
          !arrow::bit_util::GetBit(run.validity, run.offset + row)) {
        continue;
      }
      const int64_t place = place_of(row);
      const char* from = bytes + offsets[place];
      const auto size = static_cast<int64_t>(offsets[place + 1] - offsets[place]);
      if (out != page && out - page + kLengthBytes + size > kTextPageBytes) {
        body()->Advance(out - body()->end());
        return row;
      }
      if (size > kTextPageBytes) {  // A page of its own.
        if (size > kMaxTextBytes)
          return arrow::Status::CapacityError("text of ", size, " bytes");
        ARROW_RETURN_NOT_OK(body()->Reserve(kLengthBytes + size));
        page = out = body()->end();
      }
      const auto length = static_cast<uint32_t>(size);
      std::memcpy(out, &length, kLengthBytes);
      out += kLengthBytes;
      if (size <= kCopyBytes && bytes_end - from >= kCopyBytes) {
        std::memcpy(out, from, kCopyBytes);
      } else {
        std::memcpy(out, from, static_cast<size_t>(size));
      }
      page_range()->Add({from, static_cast<size_t>(size)});
      out += size;
    }
    body()->Advance(out - body()->end());
    return run.num_rows;
  }
};

}  // namespace

std::unique_ptr<ColumnEncoder> MakePlainTextEncoder(
    const ColumnLayout& column, const ColumnEncoder::Options& options) {
  if (column.type->id() == arrow::Type::LARGE_STRING) {
    return std::make_unique<PlainTextEncoder<int64_t>>(column, options);
  }
  return std::make_unique<PlainTextEncoder<int32_t>>(column, options);
}

}  // namespace lakeseed
