#include <bit>

#include "lakeseed/write/parquet/coded_encoder.h"
#include "lakeseed/write/parquet/known_texts.h"
#include "lakeseed/write/parquet/text_encoder.h"
#include "lakeseed/write/parquet/text_values.h"

namespace lakeseed {
namespace {

/// Texts numbered by first use; open addressing, three quarters full at most.
class TextNumbers {
 public:
  uint32_t size() const { return size_; }
  const ByteBuffer& bytes() const { return bytes_; }

  /// Where the hash is looked for: worth fetching early.
  const void* SlotOf(uint32_t hash) const { return &slots_[hash & mask()]; }
  /// Begin of the text that the first slot of the hash stands for, as well.
  const uint8_t* TextOf(uint32_t hash) const {
    return bytes_.data() + slots_[hash & mask()].begin;
  }

  /// The number of a text; a new text gets the next one.
  arrow::Result<uint32_t> Number(std::string_view text, uint32_t hash) {
    size_t at = hash & mask();
    for (; slots_[at].number != kFree; at = (at + 1) & mask()) {
      if (slots_[at].hash == hash && Equals(slots_[at].begin, text)) {
        return slots_[at].number;
      }
    }
    const uint32_t number = size_++;
    slots_[at] = {hash, number, bytes_.size()};
    const auto length = static_cast<uint32_t>(text.size());
    ARROW_RETURN_NOT_OK(bytes_.Reserve(length + int64_t{4}));
    bytes_.Append(&length, 4);
    bytes_.Append(text.data(), length);
    if (4 * size_t{size_} > 3 * slots_.size()) Grow();
    return number;
  }

  /// Forget the texts, keep the memory.
  void Clear() {
    std::fill(slots_.begin(), slots_.end(), Slot{});
    bytes_.Clear();
    size_ = 0;
  }

 private:
  static constexpr uint32_t kFree = ~uint32_t{0};
  struct Slot {
    uint32_t hash = 0, number = kFree;
    int64_t begin = 0;  // Of length and text in bytes_.
  };

  size_t mask() const { return slots_.size() - 1; }

  bool Equals(int64_t begin, std::string_view text) const {
    uint32_t length;
    std::memcpy(&length, bytes_.data() + begin, 4);
    return length == text.size() &&
           std::memcmp(bytes_.data() + begin + 4, text.data(), length) == 0;
  }

  void Grow() {
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.number == kFree) continue;
      size_t at = slot.hash & mask();
      while (slots_[at].number != kFree) at = (at + 1) & mask();
      slots_[at] = slot;
    }
  }

  std::vector<Slot> slots_ = std::vector<Slot>(1'024);
  ByteBuffer bytes_;
  uint32_t size_ = 0;
};

/// Where the dictionary is smaller than this part of the texts, it is smaller than
/// they would be compressed, and compressing it costs more than all else.
constexpr int64_t kCodecPercent = 60;

class RepeatedTextEncoder final : public CodedEncoder {
 public:
  using CodedEncoder::CodedEncoder;

  bool takes_deferred_texts() const override { return true; }

  arrow::Result<ColumnStatistics> Statistics(std::string name) const override {
    return StatisticsOf(std::move(name), column().type, null_count(), file_range_);
  }

 protected:
  arrow::Status Accept(const arrow::Array& rows) override {
    const TextSource* source = SourceOf(*rows.type());
    if (source == nullptr) return arrow::Status::OK();
    KnownTexts::Meaning& meaning = options().known_texts->Of(*source);
    if (meaning_ != &meaning) uses_.clear();
    meaning_ = &meaning;
    ARROW_ASSIGN_OR_RAISE(ids_, meaning.IdsOf(rows));
    uses_.resize(meaning.size());
    return arrow::Status::OK();
  }

  arrow::Status Stage(const ValueRun& run, uint32_t* codes) override {
    if (std::exchange(is_taken_, false)) texts_.Clear();
    if (SourceOf(*run.data->type) != nullptr) return StageDeferred(run, codes);
    int64_t n = 0;
    VisitTexts(run, [&](std::string_view text) {
      views_[n++] = text;
      page_range_.Add(text);
      plain_bytes_ += kLengthBytes + static_cast<int64_t>(text.size());
    });
    return NumberViews(n, codes);
  }

  EncodedBounds TakePageBounds() override {
    ++page_;
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
    meaning_ = nullptr;
    return dictionary;
  }

 private:
  static constexpr int64_t kLengthBytes = 4;
  static constexpr uint32_t kNone = ~uint32_t{0};
  /// What this column has done with a known text.
  struct Use {
    uint32_t code = kNone;
    uint32_t page = kNone;  ///< The last that the text was met in.
  };

  /// The codes of the first `n` views.
  arrow::Status NumberViews(int64_t n, uint32_t* codes) {
    // Table and texts are larger than a cache: fetch some texts ahead.
    constexpr int64_t kAhead = 16;
    for (int64_t i = 0; i < n; ++i) hashes_[i] = HashText(views_[i]);
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
    }
    return arrow::Status::OK();
  }

  /// Texts are looked at once for each page, and hashed once for each chunk.
  arrow::Status StageDeferred(const ValueRun& run, uint32_t* codes) {
    const uint32_t* const ids = ids_ + run.offset;
    int64_t n = 0, num_new = 0;
    VisitValues(run, [&](int64_t i) {
      const uint32_t id = ids[i];
      Use& use = uses_[id];
      if (use.page != page_) {
        use.page = page_;
        page_range_.Add(meaning_->text(id));
      }
      if (is_first_) {
        plain_bytes_ += kLengthBytes + static_cast<int64_t>(meaning_->text(id).size());
      }
      if (use.code == kNone) {
        views_[num_new] = meaning_->text(id);
        new_ids_[num_new] = id;
        new_at_[num_new++] = n;
      }
      codes[n++] = use.code;
    });
    ARROW_RETURN_NOT_OK(NumberViews(num_new, new_codes_));
    for (int64_t k = 0; k < num_new; ++k) {
      codes[new_at_[k]] = uses_[new_ids_[k]].code = new_codes_[k];
    }
    return arrow::Status::OK();
  }

  static EncodedBounds BoundsOf(const TextRange& range) {
    if (!range.any()) return {};
    return {true, range.min(), range.max()};
  }

  TextNumbers texts_;
  bool is_taken_ = false, is_first_ = true;
  int64_t plain_bytes_ = 0;  // Of the chunk, had it no dictionary.
  TextRange page_range_, chunk_range_, file_range_;
  std::string_view views_[kRunRows];
  uint32_t hashes_[kRunRows];
  // Of deferred texts.
  const KnownTexts::Meaning* meaning_ = nullptr;
  const uint32_t* ids_ = nullptr;  // Of the array's rows.
  std::vector<Use> uses_;          // By id.
  uint32_t page_ = 0;
  uint32_t new_ids_[kRunRows], new_codes_[kRunRows];
  int64_t new_at_[kRunRows];
};

}  // namespace

std::unique_ptr<ColumnEncoder> MakeRepeatedTextEncoder(
    const ColumnLayout& column, const ColumnEncoder::Options& options) {
  return std::make_unique<RepeatedTextEncoder>(column, options);
}

}  // namespace lakeseed
