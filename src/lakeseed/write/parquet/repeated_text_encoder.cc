#include <algorithm>
#include <cstring>
#include <span>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/base/text_index.h"
#include "lakeseed/write/parquet/coded_encoder.h"
#include "lakeseed/write/parquet/dense_values.h"
#include "lakeseed/write/parquet/text_encoder.h"
#include "lakeseed/write/parquet/text_values.h"
#include "lakeseed/write/text_range.h"

namespace lakeseed {
namespace {

/// PLAIN texts stand behind their lengths.
constexpr int64_t kLengthBytes = sizeof(uint32_t);

/// Copy `n` bytes; most texts are shorter than a call for it is long.
inline void CopyBytes(uint8_t* to, const char* from, size_t n) {
  constexpr size_t kStep = 32;
  if (n < kStep) {
    std::memcpy(to, from, n);
    return;
  }
  for (size_t at = 0; at + kStep < n; at += kStep) std::memcpy(to + at, from + at, kStep);
  std::memcpy(to + n - kStep, from + n - kStep, kStep);  // Overlaps what was copied.
}

/// Texts numbered by first use.
class TextNumbers {
 public:
  uint32_t size() const { return size_; }
  const ByteBuffer& bytes() const { return bytes_; }

  /// What is read to find the text of a hash, worth fetching early: the slot, where the
  /// text begins that it stands for, and that text. REQUIRES: each was fetched before.
  const void* SlotOf(uint32_t hash) const { return index_.SlotOf(hash); }
  const void* BeginOf(uint32_t hash) const {
    return begins_.data() + index_.FirstOf(hash);
  }
  const uint8_t* TextOf(uint32_t hash) const {
    return bytes_.data() + begins_[index_.FirstOf(hash)];
  }
  /// The number of the text that the first slot of the hash stands for. REQUIRES: there
  /// are texts.
  uint32_t FirstOf(uint32_t hash) const { return index_.FirstOf(hash); }
  /// Texts of one to two words are compared here, without a branch: a call is dearer.
  bool IsText(uint32_t number, std::string_view text) const {
    constexpr size_t kWord = sizeof(uint64_t);
    const std::string_view known = At(number);
    if (text.size() - kWord > kWord) return known == text;
    // Behind the known texts there is room that may be read.
    const auto word_of = [](std::string_view one, size_t at) {
      uint64_t word;
      std::memcpy(&word, one.data() + at, kWord);
      return word;
    };
    const uint64_t differs =
        (word_of(known, 0) ^ word_of(text, 0)) |
        (word_of(known, text.size() - kWord) ^ word_of(text, text.size() - kWord)) |
        (known.size() ^ text.size());
    return differs == 0;
  }
  /// The number of a text; a new text gets the next one.
  [[gnu::always_inline]] inline arrow::Status Number(std::string_view text, uint32_t hash,
                                                     uint32_t* number) {
    IndexAll();
    *number = index_.NumberOf(hash, size(),
                              [&](uint32_t known) { return IsText(known, text); });
    if (*number < size()) return arrow::Status::OK();
    // Half of the slots stay free: most texts are found in the first, which was fetched.
    index_.Reserve(int64_t{size()} * 3 / 2);
    begins_.push_back(bytes_.size());
    return Append(text);
  }

  /// Add a text that is known to be new.
  arrow::Status Append(std::string_view text) {
    const auto length = static_cast<uint32_t>(text.size());
    ARROW_RETURN_NOT_OK(bytes_.Reserve(length + kLengthBytes));
    std::memcpy(bytes_.end(), &length, kLengthBytes);
    CopyBytes(bytes_.end() + kLengthBytes, text.data(), text.size());
    bytes_.Advance(length + kLengthBytes);
    ++size_;
    return arrow::Status::OK();
  }

  /// Index those that were known to be new, too.
  void IndexAll() {
    for (auto i = static_cast<uint32_t>(index_.size()); i < size(); ++i) {
      begins_.push_back(i == 0 ? 0
                               : begins_[i - 1] + kLengthBytes + std::ssize(At(i - 1)));
      index_.NumberOf(HashText(At(i)), i, [](uint32_t) { return false; });
    }
  }

  /// Make room for so many times as many bytes as there are.
  arrow::Status Reserve(int64_t times) { return bytes_.Reserve(times * bytes_.size()); }

  /// Forget the texts, keep the memory.
  void Clear() {
    if (index_.size() > 0) index_.Clear();
    begins_.clear();
    bytes_.Clear();
    size_ = 0;
  }

 private:
  std::string_view At(uint32_t number) const {
    const uint8_t* const begin = bytes_.data() + begins_[number];
    uint32_t length;
    std::memcpy(&length, begin, kLengthBytes);
    return {reinterpret_cast<const char*>(begin) + kLengthBytes, length};
  }

  // Of all, or of those before some that were known to be new: index, and the begins of
  // length and text in bytes_, by number.
  TextIndex index_;
  std::vector<int64_t> begins_;
  ByteBuffer bytes_;
  uint32_t size_ = 0;
};

/// What is known of the number of a text in a chunk; small, as there are many.
struct NumberedText {
  uint32_t code = kNoCode;
  uint32_t prefix = kNoCode;  ///< Of its text, as TextRange has it.

  static constexpr uint32_t kNoCode = ~uint32_t{0};  ///< Not seen in this chunk.
};

/// Write the code of each number, and the places of those that have to be looked at: the
/// number has no code yet, or its prefix does not lie between the two. Returns how many.
LAKESEED_KERNEL(int64_t, TakeCodes,
                (const NumberedText* known, const int32_t* numbers, int64_t n,
                 uint32_t low, uint32_t high, uint32_t* codes, int32_t* places),
                (known, numbers, n, low, high, codes, places)) {
  // The table is larger than a cache: it is fetched before its turn.
  constexpr int64_t kAhead = 96;
  int64_t num_places = 0;
  for (int64_t i = 0; i < n; ++i) {
    if (i + kAhead < n) __builtin_prefetch(known + numbers[i + kAhead], 1);
    const NumberedText text = known[numbers[i]];
    codes[i] = text.code;
    places[num_places] = static_cast<int32_t>(i);
    num_places += (text.prefix > low) & (text.prefix < high) ? 0 : 1;
  }
  return num_places;
}

/// But one that is larger than this part of them is compressed if the codec leaves no
/// more of its first bytes than this, as of telephone numbers and running text.
constexpr double kLargePercent = 25;
constexpr int64_t kSample = int64_t{1} << 16, kLeftPercent = 45;

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
    const bool is_numbered = run.data->type->id() == arrow::Type::DICTIONARY;
    ARROW_RETURN_NOT_OK(is_numbered ? StageNumbered(run, codes) : StageTexts(run, codes));
    if (!std::exchange(has_reserved_, true)) return ReserveForChunk();
    return arrow::Status::OK();
  }

  EncodedBounds TakePageBounds() override {
    if (measured_values_ > 0) measures_ = false;
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
    if (std::exchange(is_first_, false) && !options().codec_is_wanted) {
      ARROW_ASSIGN_OR_RAISE(const bool pays, CodecPays());
      if (!pays) DropCodec();
    }
    numbered_data_ = nullptr;
    is_taken_ = true;  // The page is a view: the texts go when new ones come.
    return dictionary;
  }

 private:
  arrow::Status StageTexts(const ValueRun& run, uint32_t* codes) {
    has_only_numbered_ = false;
    int64_t n = 0;
    VisitTexts(run, [&](std::string_view text) {
      views_[n] = text;
      hashes_[n++] = HashText(text);
    });
    if (n == 0) return arrow::Status::OK();
    if (texts_.size() == 0) {
      ARROW_RETURN_NOT_OK(texts_.Number(views_[0], hashes_[0], codes));
    }
    texts_.IndexAll();  // Some may have come as numbers, and stand in no index.
    // Most texts are known, and found in their first slot. Table and texts are larger
    // than a cache: each is fetched before its turn. Behind the last there are some of
    // another run.
    int64_t num_places = 0;
    for (int64_t i = 0; i < n; ++i) {
      __builtin_prefetch(texts_.SlotOf(hashes_[i + 3 * kHashesAhead]));
      __builtin_prefetch(texts_.BeginOf(hashes_[i + 2 * kHashesAhead]));
      const uint8_t* const text = texts_.TextOf(hashes_[i + kHashesAhead]);
      __builtin_prefetch(text);
      __builtin_prefetch(text + views_[i].size());
      codes[i] = texts_.FirstOf(hashes_[i]);
      places_[num_places] = i;
      num_places += texts_.IsText(codes[i], views_[i]) ? 0 : 1;
      page_range_.Add(views_[i]);
    }
    for (int64_t k = 0; k < num_places; ++k) {
      const int64_t i = places_[k];
      ARROW_RETURN_NOT_OK(texts_.Number(views_[i], hashes_[i], codes + i));
    }
    CountPlainBytes(n, [&](int64_t i) { return std::ssize(views_[i]); });
    return arrow::Status::OK();
  }

  /// Make room after the first run for the texts of a chunk, so that they are not moved
  /// again and again: if all of the run are distinct, as addresses are, there will be
  /// about so many times as many. Few texts grow as they come.
  arrow::Status ReserveForChunk() {
    constexpr int64_t kMany = int64_t{1} << 16, kTimes = 48;
    const int64_t times =
        std::min(kTimes, options().pages_per_chunk * kBlockRows / kRunRows);
    return texts_.bytes().size() < kMany ? arrow::Status::OK() : texts_.Reserve(times);
  }

  /// Numbers stand for their texts: each text of a chunk is looked at once.
  arrow::Status StageNumbered(const ValueRun& run, uint32_t* codes) {
    const NumberedTexts texts(run);
    if (numbered_data_ != nullptr && texts != NumberedTexts(*numbered_data_)) {
      has_only_numbered_ = has_only_numbered_ && texts_.size() == 0;
      numbered_.clear();
    }
    numbered_data_ = run.data->dictionary;
    const auto num_texts = static_cast<size_t>(numbered_data_->length);
    // There may be as many in the end as there is room for where they begin.
    numbered_.reserve(static_cast<size_t>(numbered_data_->buffers[1]->size()) /
                      sizeof(int32_t));
    if (numbered_.size() < num_texts) numbered_.resize(num_texts);
    int32_t scratch[kDenseRoom], places[kRunRows];
    const int32_t* const numbers = DenseValues<int32_t>(run, scratch);
    for (int64_t begin = 0; begin < run.num_values;) {
      // A page begins with few, so that soon most lie between its bounds.
      constexpr int64_t kFirst = 64;
      const int64_t rest = run.num_values - begin;
      const int64_t n = page_range_.any() ? rest : std::min(rest, kFirst);
      const int64_t num_places =
          TakeCodes(numbered_.data(), numbers + begin, n, page_range_.min_short_prefix(),
                    page_range_.max_short_prefix(), codes + begin, places);
      ARROW_RETURN_NOT_OK(LookAt(texts, numbers + begin,
                                 {places, static_cast<size_t>(num_places)},
                                 codes + begin));
      begin += n;
    }
    CountPlainBytes(run.num_values,
                    [&](int64_t i) { return std::ssize(texts[numbers[i]]); });
    return arrow::Status::OK();
  }

  /// Values of the first chunk; of its first page that has any the bytes too, as those
  /// of the others are about as long.
  template <typename SizeOf>
  void CountPlainBytes(int64_t num_values, SizeOf&& size_of) {
    if (!is_first_) return;
    num_values_ += num_values;
    if (!measures_) return;
    measured_values_ += num_values;
    measured_bytes_ += num_values * kLengthBytes;
    for (int64_t i = 0; i < num_values; ++i) measured_bytes_ += size_of(i);
  }
  /// Whether the dictionary of the first chunk is worth compressing.
  arrow::Result<bool> CodecPays() const {
    const double plain_bytes = plain_bytes_per_value() * static_cast<double>(num_values_);
    const double percent =
        100 * static_cast<double>(texts_.bytes().size()) / std::max(plain_bytes, 1.0);
    const int64_t size = std::min(texts_.bytes().size(), kSample);
    if (percent >= kCodecPercent) return true;
    if (percent < kLargePercent || size < kSample || options().codec == nullptr) {
      return false;
    }
    ByteBuffer sample;
    ARROW_RETURN_NOT_OK(
        PageCodec(options().codec).Append(texts_.bytes().data(), size, &sample));
    return 100 * sample.size() <= kLeftPercent * size;
  }
  double plain_bytes_per_value() const {
    return measured_values_ == 0 ? 0
                                 : static_cast<double>(measured_bytes_) /
                                       static_cast<double>(measured_values_);
  }

  /// Give codes to those of the texts at places that have none, in their order, and note
  /// all of them for the page.
  arrow::Status LookAt(const NumberedTexts& texts, const int32_t* numbers,
                       std::span<const int32_t> places, uint32_t* codes) {
    if (!has_only_numbered_) return FindEach(texts, numbers, places, codes);
    // The texts, and where they begin, are larger than a cache: fetched before their
    // turn.
    const uint32_t num_known = texts_.size();
    uint32_t num_texts = num_known;
    size_t num_looked = 0;
    for (const int32_t place : places) {
      const int32_t number = numbers[place];
      NumberedText& known = numbered_[static_cast<size_t>(number)];
      const bool is_fresh = known.code == NumberedText::kNoCode;
      if (is_fresh || (known.code < num_known && page_range_.MayWiden(known.prefix))) {
        __builtin_prefetch(texts.OffsetOf(number));
        looked_[num_looked++] = number;
      }
      if (is_fresh) known.code = num_texts++;  // No text has two numbers.
      codes[place] = known.code;
    }
    constexpr size_t kAhead = 96;
    const auto fetch = [&](size_t k) {
      const std::string_view text = texts[looked_[k]];
      __builtin_prefetch(text.data());
      __builtin_prefetch(text.data() + text.size());
    };
    for (size_t k = 0; k < std::min(kAhead, num_looked); ++k) fetch(k);
    for (size_t k = 0; k < num_looked; ++k) {
      if (k + kAhead < num_looked) fetch(k + kAhead);
      const std::string_view text = texts[looked_[k]];
      page_range_.Add(text);
      NumberedText& known = numbered_[static_cast<size_t>(looked_[k])];
      if (known.code < num_known) continue;
      known.prefix = TextRange::ShortPrefix(text);
      ARROW_RETURN_NOT_OK(texts_.Append(text));
    }
    return arrow::Status::OK();
  }

  /// The same where what came as text may have a number as well.
  arrow::Status FindEach(const NumberedTexts& texts, const int32_t* numbers,
                         std::span<const int32_t> places, uint32_t* codes) {
    for (const int32_t place : places) {
      const std::string_view text = texts[numbers[place]];
      NumberedText& known = numbered_[static_cast<size_t>(numbers[place])];
      if (known.code == NumberedText::kNoCode) {
        ARROW_RETURN_NOT_OK(texts_.Number(text, HashText(text), &known.code));
        known.prefix = TextRange::ShortPrefix(text);
      }
      page_range_.Add(text);
      codes[place] = known.code;
    }
    return arrow::Status::OK();
  }

  static EncodedBounds BoundsOf(const TextRange& range) {
    if (!range.any()) return {};
    return {true, range.min(), range.max()};
  }

  TextNumbers texts_;
  std::vector<NumberedText> numbered_;
  // What has the texts of the numbers, while a code may stand for one of them.
  std::shared_ptr<arrow::ArrayData> numbered_data_;
  int32_t looked_[kRunRows];       // Numbers of a run whose texts have to be read.
  bool has_only_numbered_ = true;  // All texts of the chunk are of these numbers.
  bool is_taken_ = false, is_first_ = true, has_reserved_ = false;
  // What the first chunk would be without a dictionary, by its first page.
  bool measures_ = true;
  int64_t num_values_ = 0, measured_values_ = 0, measured_bytes_ = 0;
  TextRange page_range_, chunk_range_, file_range_;
  std::string_view views_[kRunRows];
  int64_t places_[kRunRows];
  static constexpr int64_t kHashesAhead = 16;
  uint32_t hashes_[kRunRows + 3 * kHashesAhead] = {};
};

}  // namespace

std::unique_ptr<ColumnEncoder> MakeRepeatedTextEncoder(
    const ColumnLayout& column, const ColumnEncoder::Options& options) {
  return std::make_unique<RepeatedTextEncoder>(column, options);
}

}  // namespace lakeseed
