#include <bit>

#include "lakeseed/write/parquet/coded_encoder.h"
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

  arrow::Result<ColumnStatistics> Statistics(std::string name) const override {
    return StatisticsOf(std::move(name), column().type, null_count(), file_range_);
  }

 protected:
  arrow::Status Stage(const ValueRun& run, uint32_t* codes) override {
    if (std::exchange(is_taken_, false)) texts_.Clear();
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
};

}  // namespace

std::unique_ptr<ColumnEncoder> MakeRepeatedTextEncoder(
    const ColumnLayout& column, const ColumnEncoder::Options& options) {
  return std::make_unique<RepeatedTextEncoder>(column, options);
}

}  // namespace lakeseed
