#include "lakeseed/write/parquet/page_codec.h"

#include <arrow/type.h>

#include <cstring>
#include <vector>

#include "lakeseed/write/parquet/phrase_snappy.h"
#include "lakeseed/write/parquet/word_compressor.h"

namespace lakeseed {
namespace {

/// The library compresses so many bytes for comparison; shorter pages decide nothing.
constexpr int64_t kSample = int64_t{1} << 17;
/// Ours may be so much larger.
constexpr int64_t kMaxPercent = 104;
/// Where the library leaves less of the sample, copies are long and it is as fast.
constexpr int64_t kMinLeftPercent = 40;

/// What ours made of pages that are long enough to decide.
enum class Choice { kOpen, kOurs, kOther };

/// Whether a stream is small, and made faster than the library makes its own.
arrow::Result<Choice> Choose(PageCodec library, const uint8_t* page, int64_t size,
                             int64_t compressed) {
  ByteBuffer sample;
  // From the middle: the first rows may be of another kind.
  ARROW_RETURN_NOT_OK(library.Append(page + (size - kSample) / 2, kSample, &sample));
  const bool is_small = 100 * compressed * kSample <= kMaxPercent * sample.size() * size;
  const bool is_faster = 100 * sample.size() >= kMinLeftPercent * kSample;
  return is_small && is_faster ? Choice::kOurs : Choice::kOther;
}

template <class Elements>
class TextCodec : public PageCodec {
 public:
  using PageCodec::PageCodec;

  arrow::Status Append(const uint8_t* page, int64_t size, ByteBuffer* out) override {
    if (choice_ == Choice::kOther || (choice_ == Choice::kOpen && size < kSample)) {
      return PageCodec::Append(page, size, out);
    }
    if (words_ == nullptr) words_ = std::make_unique<WordCompressor>();
    ARROW_RETURN_NOT_OK(out->Reserve(WordCompressor::MaxSize(size)));
    const int64_t compressed = words_->Compress<Elements>(page, size, out->end());
    if (choice_ == Choice::kOpen) {
      ARROW_ASSIGN_OR_RAISE(choice_, Choose(PageCodec(codec()), page, size, compressed));
      if (choice_ == Choice::kOther) {
        words_ = nullptr;
        return PageCodec::Append(page, size, out);
      }
    }
    out->Advance(compressed);
    return arrow::Status::OK();
  }

 private:
  Choice choice_ = Choice::kOpen;
  std::unique_ptr<WordCompressor> words_;
};

/// Texts of a PLAIN dictionary under Snappy: by phrases, else as other texts.
class DictionaryTextCodec final : public TextCodec<SnappyElements> {
 public:
  using TextCodec::TextCodec;

  arrow::Status Append(const uint8_t* page, int64_t size, ByteBuffer* out) override {
    if (choice_ == Choice::kOther || (choice_ == Choice::kOpen && size < kSample)) {
      return TextCodec::Append(page, size, out);
    }
    if (phrases_ == nullptr) phrases_ = std::make_unique<PhraseSnappy>();
    ReadLengths(page, size);
    ARROW_RETURN_NOT_OK(out->Reserve(PhraseSnappy::MaxSize(size, std::ssize(lengths_))));
    const int64_t compressed =
        phrases_->Compress(page, size, lengths_, sizeof(uint32_t), out->end());
    if (choice_ == Choice::kOpen) {
      ARROW_ASSIGN_OR_RAISE(choice_, Choose(PageCodec(codec()), page, size, compressed));
      if (choice_ == Choice::kOther) {
        phrases_ = nullptr;
        lengths_ = {};
        return TextCodec::Append(page, size, out);
      }
    }
    out->Advance(compressed);
    return arrow::Status::OK();
  }

 private:
  void ReadLengths(const uint8_t* page, int64_t size) {
    lengths_.clear();
    for (int64_t at = 0; at < size;) {
      int32_t length;
      std::memcpy(&length, page + at, sizeof(length));
      lengths_.push_back(length);
      at += length + static_cast<int64_t>(sizeof(length));
    }
  }

  Choice choice_ = Choice::kOpen;
  std::unique_ptr<PhraseSnappy> phrases_;
  std::vector<int32_t> lengths_;
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

std::unique_ptr<PageCodec> PageCodec::MakeDictionary(arrow::util::Codec* codec,
                                                     const arrow::DataType& type) {
  const bool is_snappy_text = codec != nullptr && arrow::is_base_binary_like(type.id()) &&
                              codec->compression_type() == arrow::Compression::SNAPPY;
  return is_snappy_text ? std::make_unique<DictionaryTextCodec>(codec)
                        : MakePlain(codec, type);
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
