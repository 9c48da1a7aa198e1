#include "lakeseed/write/parquet/page_codec.h"

#include <arrow/type.h>

#include "lakeseed/write/parquet/word_compressor.h"

namespace lakeseed {
namespace {

/// The library compresses so many bytes for comparison; shorter pages decide nothing.
constexpr int64_t kSample = int64_t{1} << 17;
/// Ours may be so much larger.
constexpr int64_t kMaxPercent = 104;
/// Where the library leaves less of the sample, copies are long and it is as fast.
constexpr int64_t kMinLeftPercent = 40;

template <class Elements>
class TextCodec final : public PageCodec {
 public:
  using PageCodec::PageCodec;

  arrow::Status Append(const uint8_t* page, int64_t size, ByteBuffer* out) override {
    if (choice_ == Choice::kLibrary || (choice_ == Choice::kOpen && size < kSample)) {
      return PageCodec::Append(page, size, out);
    }
    if (words_ == nullptr) words_ = std::make_unique<WordCompressor>();
    ARROW_RETURN_NOT_OK(out->Reserve(WordCompressor::MaxSize(size)));
    const int64_t compressed = words_->Compress<Elements>(page, size, out->end());
    if (choice_ == Choice::kOpen) {
      ARROW_RETURN_NOT_OK(Choose(page, size, compressed));
      if (choice_ == Choice::kLibrary) return PageCodec::Append(page, size, out);
    }
    out->Advance(compressed);
    return arrow::Status::OK();
  }

 private:
  enum class Choice { kOpen, kWords, kLibrary };

  /// \param compressed  size of the page, by words.
  arrow::Status Choose(const uint8_t* page, int64_t size, int64_t compressed) {
    ByteBuffer sample;
    // From the middle: the first rows may be of another kind.
    ARROW_RETURN_NOT_OK(PageCodec::Append(page + (size - kSample) / 2, kSample, &sample));
    const bool is_small =
        100 * compressed * kSample <= kMaxPercent * sample.size() * size;
    const bool is_faster = 100 * sample.size() >= kMinLeftPercent * kSample;
    choice_ = is_small && is_faster ? Choice::kWords : Choice::kLibrary;
    if (choice_ == Choice::kLibrary) words_ = nullptr;
    return arrow::Status::OK();
  }

  Choice choice_ = Choice::kOpen;
  std::unique_ptr<WordCompressor> words_;
};

}  // namespace

std::unique_ptr<PageCodec> PageCodec::Make(arrow::util::Codec* codec) {
  return codec == nullptr ? nullptr : std::make_unique<PageCodec>(codec);
}

std::unique_ptr<PageCodec> PageCodec::MakePlain(arrow::util::Codec* codec,
                                                const arrow::DataType& type) {
  if (codec == nullptr || !arrow::is_base_binary_like(type.id())) return Make(codec);
  switch (codec->compression_type()) {
    case arrow::Compression::SNAPPY:
      return std::make_unique<TextCodec<SnappyElements>>(codec);
    case arrow::Compression::LZ4:
      return std::make_unique<TextCodec<Lz4Elements>>(codec);
    default:
      return Make(codec);
  }
}

arrow::Status PageCodec::Append(const uint8_t* page, int64_t size, ByteBuffer* out) {
  const int64_t room = codec_->MaxCompressedLen(size, page);
  ARROW_RETURN_NOT_OK(out->Reserve(room));
  ARROW_ASSIGN_OR_RAISE(const int64_t compressed,
                        codec_->Compress(size, page, room, out->end()));
  out->Advance(compressed);
  return arrow::Status::OK();
}

}  // namespace lakeseed
