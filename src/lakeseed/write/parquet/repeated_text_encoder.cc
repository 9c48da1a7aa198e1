#include <algorithm>
#include <bit>
#include <limits>
#include <span>

#include "lakeseed/base/text_index.h"
#include "lakeseed/write/parquet/coded_encoder.h"
#include "lakeseed/write/parquet/dense_values.h"
#include "lakeseed/write/parquet/text_encoder.h"
#include "lakeseed/write/parquet/text_values.h"
#include "lakeseed/write/text_range.h"

namespace lakeseed {
namespace {

/// Texts numbered by first use.
class TextNumbers {
 public:
  uint32_t size() const { return static_cast<uint32_t>(begins_.size()); }
  const ByteBuffer& bytes() const { return bytes_; }

  /// Where the hash is looked for: worth fetching early.
  const void* SlotOf(uint32_t hash) const { return index_.SlotOf(hash); }
  /// Begin of the text that the first slot of the hash stands for, as well.
  const uint8_t* TextOf(uint32_t hash) const {
    return size() == 0 ? nullptr : bytes_.data() + begins_[index_.FirstOf(hash)];
  }

  /// The number of a text; a new text gets the next one.
  [[gnu::always_inline]] inline arrow::Result<uint32_t> Number(std::string_view text,
                                                               uint32_t hash) {
    if (index_.size() < size()) IndexRest();
    const uint32_t number =
        index_.NumberOf(hash, size(), [&](uint32_t known) { return At(known) == text; });
    if (number == size()) ARROW_RETURN_NOT_OK(Append(text));
    return number;
  }

  /// The number of a text that is known to be new.
  arrow::Result<uint32_t> NumberNew(std::string_view text) {
    const uint32_t number = size();
    ARROW_RETURN_NOT_OK(Append(text));
    return number;
  }

  /// Forget the texts, keep the memory.
  void Clear() {
    if (index_.size() > 0) index_.Clear();
    begins_.clear();
    bytes_.Clear();
  }

 private:
  std::string_view At(uint32_t number) const {
    const uint8_t* const begin = bytes_.data() + begins_[number];
    uint32_t length;
    std::memcpy(&length, begin, sizeof(length));
    return {reinterpret_cast<const char*>(begin) + sizeof(length), length};
  }

  /// Those that were known to be new.
  void IndexRest() {
    for (auto i = static_cast<uint32_t>(index_.size()); i < size(); ++i) {
      index_.NumberOf(HashText(At(i)), i, [](uint32_t) { return false; });
    }
  }

  arrow::Status Append(std::string_view text) {
    begins_.push_back(bytes_.size());
    const auto length = static_cast<uint32_t>(text.size());
    ARROW_RETURN_NOT_OK(bytes_.Reserve(length + int64_t{sizeof(length)}));
    bytes_.Append(&length, sizeof(length));
    bytes_.Append(text.data(), length);
    return arrow::Status::OK();
  }

  TextIndex index_;  // Of all, or of those before some that were known to be new.
  std::vector<int64_t> begins_;  // By number, of length and text in bytes_.
  ByteBuffer bytes_;
};

/// Where the dictionary is smaller than this part of the texts, it is smaller than
/// they would be compressed, and compressing it costs more than all else.
constexpr int64_t kCodecPercent = 60;

class RepeatedTextEncoder final : public CodedEncoder {
 public:
  using CodedEncoder::CodedEncoder;

  arrow::Result<ColumnStatistics> Statistics(std::string name) const override {
    return StatisticsOf(std::move(name), column().type, null_count(), file_range_);
  }

 protected:
  arrow::Status Stage(const ValueRun& run, uint32_t* codes) override {
    if (std::exchange(is_taken_, false)) {
      texts_.Clear();
      numbered_.clear();
      has_only_numbered_ = true;
    }
    if (run.data->type->id() == arrow::Type::DICTIONARY) return StageNumbered(run, codes);
    has_only_numbered_ = false;
    // Table and texts are larger than a cache: fetch some texts ahead.
    constexpr int64_t kAhead = 16;
    int64_t n = 0;
    VisitTexts(run, [&](std::string_view text) {
      views_[n] = text;
      hashes_[n++] = HashText(text);
    });
    for (int64_t i = 0; i < n; ++i) {
      if (i + 2 * kAhead < n) {
        __builtin_prefetch(texts_.SlotOf(hashes_[i + 2 * kAhead]));
      }
      if (i + kAhead < n) {
        const uint8_t* text = texts_.TextOf(hashes_[i + kAhead]);
        __builtin_prefetch(text);
        __builtin_prefetch(text + 64);
      }
      ARROW_ASSIGN_OR_RAISE(codes[i], texts_.Number(views_[i], hashes_[i]));
      page_range_.Add(views_[i]);
      plain_bytes_ += 4 + static_cast<int64_t>(views_[i].size());
    }
    return arrow::Status::OK();
  }

  EncodedBounds TakePageBounds() override {
    chunk_range_.Merge(page_range_);
    return BoundsOf(std::exchange(page_range_, TextRange{}));
  }

  arrow::Result<Dictionary> TakeDictionary() override {
    Dictionary dictionary;
    dictionary.page =
        std::make_shared<arrow::Buffer>(texts_.bytes().data(), texts_.bytes().size());
    dictionary.num_values = texts_.size();
    dictionary.bounds = BoundsOf(chunk_range_);
    file_range_.Merge(std::exchange(chunk_range_, TextRange{}));
    const int64_t bytes = std::exchange(plain_bytes_, 0);
    if (std::exchange(is_first_, false) && !options().codec_is_wanted &&
        100 * texts_.bytes().size() < kCodecPercent * bytes) {
      DropCodec();
    }
    is_taken_ = true;  // The page is a view: the texts go when new ones come.
    return dictionary;
  }

 private:
  /// What is known of a number in this chunk; small, as there are many.
  struct Numbered {
    uint32_t code = kNoCode;
    uint16_t length = 0;  ///< Of its text; kLong: look there.
    uint16_t prefix = 0;  ///< The first two bytes of it, for the page's range.
  };
  static constexpr uint32_t kNoCode = ~uint32_t{0};  ///< Not seen in this chunk.
  static constexpr uint16_t kLong = std::numeric_limits<uint16_t>::max();
  /// What is read out of its turn stays this far ahead.
  static constexpr int64_t kNumbersAhead = 96, kTextsAhead = 24;

  /// Numbers stand for their texts: each text of a chunk is looked at once.
  arrow::Status StageNumbered(const ValueRun& run, uint32_t* codes) {
    const NumberedTexts texts(run);
    const arrow::ArrayData& dictionary = *run.data->dictionary;
    if (std::exchange(numbered_texts_, texts.begin()) != texts.begin()) {
      numbered_.clear();
      has_only_numbered_ = has_only_numbered_ && texts_.size() == 0;
    }
    numbered_.resize(std::max(numbered_.size(), static_cast<size_t>(dictionary.length)));
    int32_t scratch[kDenseRoom];
    const int32_t* const numbers = DenseValues<int32_t>(run, scratch);
    // Tables and texts are larger than a cache: each is fetched before its turn.
    int64_t fresh[kRunRows + 1], num_fresh = 0;
    for (int64_t i = 0; i < run.num_values; ++i) {
      if (i + kNumbersAhead < run.num_values) {
        __builtin_prefetch(&numbered_[static_cast<size_t>(numbers[i + kNumbersAhead])],
                           1);
      }
      const Numbered known = numbered_[static_cast<size_t>(numbers[i])];
      const bool is_known = known.code != kNoCode;
      fresh[num_fresh] = i;
      num_fresh += is_known ? 0 : 1;
      codes[i] = known.code;
      plain_bytes_ += known.length;
      if ((is_known & !(page_range_.Covers(known.prefix) & (known.length != kLong))) != 0)
          [[unlikely]] {
        NoteText(texts[numbers[i]], known);
      }
    }
    plain_bytes_ += 4 * run.num_values;
    return NumberTexts(texts, numbers, {fresh, static_cast<size_t>(num_fresh)}, codes);
  }

  /// What a number's length and prefix do not say.
  void NoteText(std::string_view text, const Numbered& known) {
    plain_bytes_ += std::ssize(text) - known.length;
    page_range_.Add(text);
  }

  /// Give codes to the texts at places that were not known, in their order.
  arrow::Status NumberTexts(const NumberedTexts& texts, const int32_t* numbers,
                            std::span<const int64_t> places, uint32_t* codes) {
    const int64_t size = std::ssize(places);
    const auto number_at = [&](int64_t k) {
      return numbers[places[static_cast<size_t>(k)]];
    };
    for (int64_t k = 0; k < size; ++k) {
      if (k + 2 * kTextsAhead < size) {
        __builtin_prefetch(texts.OffsetOf(number_at(k + 2 * kTextsAhead)));
      }
      if (k + kTextsAhead < size) {
        const char* const text = texts[number_at(k + kTextsAhead)].data();
        __builtin_prefetch(text);
        __builtin_prefetch(text + 64);
      }
      const std::string_view text = texts[number_at(k)];
      Numbered& known = numbered_[static_cast<size_t>(number_at(k))];
      if (known.code == kNoCode) {  // Else it came in this run.
        // No text has two numbers; but what came as text may have one as well.
        ARROW_ASSIGN_OR_RAISE(known.code, has_only_numbered_
                                              ? texts_.NumberNew(text)
                                              : texts_.Number(text, HashText(text)));
        known.length = static_cast<uint16_t>(std::min<size_t>(text.size(), kLong));
        known.prefix = TextRange::ShortPrefix(text);
      }
      codes[places[static_cast<size_t>(k)]] = known.code;
      plain_bytes_ += std::ssize(text);
      page_range_.Add(text);
    }
    return arrow::Status::OK();
  }

  static EncodedBounds BoundsOf(const TextRange& range) {
    if (!range.any()) return {};
    return {true, range.min(), range.max()};
  }

  TextNumbers texts_;
  std::vector<Numbered> numbered_;
  const char* numbered_texts_ = nullptr;  // Where the texts of the numbers stand.
  bool has_only_numbered_ = true;         // All texts of the chunk are of these numbers.
  bool is_taken_ = false, is_first_ = true;
  int64_t plain_bytes_ = 0;  // Of the chunk, had it no dictionary.
  TextRange page_range_, chunk_range_, file_range_;
  std::string_view views_[kRunRows];
  uint32_t hashes_[kRunRows];
};

}  // namespace

std::unique_ptr<ColumnEncoder> MakeRepeatedTextEncoder(
    const ColumnLayout& column, const ColumnEncoder::Options& options) {
  return std::make_unique<RepeatedTextEncoder>(column, options);
}

}  // namespace lakeseed
