#include "lakeseed/write/parquet/text_encoder.h"

#include <bit>
#include <optional>
#include <vector>

#include "lakeseed/base/text_index.h"
#include "lakeseed/write/parquet/choosing_encoder.h"
#include "lakeseed/write/parquet/text_search.h"
#include "lakeseed/write/parquet/text_values.h"

namespace lakeseed {
namespace {

/// The look ends here even inside the first page: it keeps the arrays alive.
constexpr int64_t kMaxLookBytes = int64_t{8} << 20;
/// Codes pay when no more than this part of the texts is distinct.
constexpr double kMaxDistinctShare = 0.8;
/// Texts are compressed instead of coded where that takes no more than this part: codes
/// of texts that are numbered already are made in a third of the time.
constexpr double kMostOfCoded = 0.95;
/// A dictionary that only the whole chunk makes worth it is held in memory until then:
/// no larger one is begun.
constexpr double kMaxExpectedBytes = 4 << 20;
/// Fewer texts say little: plain.
constexpr int64_t kMinTexts = 16;
/// The distinct texts are remembered each time that so many more have come.
constexpr int64_t kMarkTexts = 256;
/// Distinct texts are counted by the bits their hashes set: 3 % too few at the most.
constexpr uint32_t kSeenBits = uint32_t{1} << 20;

class TextEncoder final : public ChoosingEncoder {
 public:
  using ChoosingEncoder::ChoosingEncoder;

 protected:
  int64_t Look(const arrow::ArrayData& rows) override {
    // Whole rows up to the limit, whatever the cut of the arrays: one by one only near
    // it.
    int64_t taken = 0;
    while (taken < rows.length && looked_bytes_ < kMaxLookBytes) {
      const int64_t left = rows.length - taken;
      const ValueRun run = ValueRun::Of(rows, taken, std::min(left, kRunRows));
      const bool all = looked_bytes_ + TextBytes(run) < kMaxLookBytes;
      Look(all ? run : ValueRun::Of(rows, taken, 1));
      taken += all ? run.num_rows : 1;
    }
    looked_rows_ += taken;
    return taken;
  }
  bool knows_enough() const override { return looked_bytes_ >= kMaxLookBytes; }

  arrow::Result<std::unique_ptr<ColumnEncoder>> Choose(
      const arrow::ArrayVector& rows) override {
    const bool repeats = Repeats();
    const std::optional<double> coded = repeats ? BytesIfCodesMayNotPay() : std::nullopt;
    seen_ = {};
    marks_ = {};
    if (repeats && !coded) return MakeRepeatedTextEncoder(column(), options());
    ARROW_ASSIGN_OR_RAISE(const auto found, SearchThatPays(rows, options()));
    if (repeats && !(found && found->bytes_per_text <= kMostOfCoded * *coded)) {
      return MakeRepeatedTextEncoder(column(), options());
    }
    return found ? MakeLengthTextEncoder(column(), options(), found->search)
                 : MakePlainTextEncoder(column(), options());
  }

 private:
  void Look(const ValueRun& run) {
    VisitTexts(run, [&](std::string_view text) {
      const uint32_t bit = HashText(text) % kSeenBits;
      uint64_t& word = seen_[bit / 64];
      num_distinct_ += ~(word >> bit % 64) & 1;
      word |= uint64_t{1} << bit % 64;
      if (++num_texts_ % kMarkTexts == 0) marks_.push_back(num_distinct_);
      looked_bytes_ += static_cast<int64_t>(text.size());
    });
  }

  /// Codes pay where the page repeats its texts, or where the chunk will.
  bool Repeats() const {
    if (num_texts_ < kMinTexts) return false;
    if (DistinctShare() <= kMaxDistinctShare) return true;
    if (num_texts_ < 2 * kMarkTexts || looked_rows_ < kBlockRows) return false;
    const double of_chunk = DistinctShareOfChunk();
    return of_chunk <= kMaxDistinctShare &&
           of_chunk * static_cast<double>(looked_bytes_ * options().pages_per_chunk) <=
               kMaxExpectedBytes;
  }

  double DistinctShare() const {
    return static_cast<double>(num_distinct_) / static_cast<double>(num_texts_);
  }
  /// How much the distinct texts grew in the second half of the page says how many are
  /// unseen. Of texts that are drawn alike these become their square as twice as many are
  /// drawn, which is too few where some are drawn more often than others; that they stay
  /// as many is too many: about between the two.
  double DistinctShareOfChunk() const {
    const double share = DistinctShare();
    const auto half = static_cast<size_t>(num_texts_ / kMarkTexts / 2);
    if (half == 0) return share;
    const double seen = static_cast<double>(marks_[half - 1]);
    const double unseen = static_cast<double>(marks_[2 * half - 1]) / seen - 1;
    double few = share, many = share, left = unseen * unseen;
    for (int64_t pages = options().pages_per_chunk; pages > 1; pages /= 2) {
      few *= (1 + left) / 2;
      many *= (1 + unseen) / 2;
      left *= left;
    }
    return (few + many) / 2;
  }
  /// What a text takes in the chunk, its code and its part of the dictionary, where
  /// texts that are compressed may take less. None: they will not, as dictionaries that
  /// are large are compressed too, and texts seldom become less than a half.
  std::optional<double> BytesIfCodesMayNotPay() const {
    const double share = DistinctShareOfChunk();
    if (100 * share >= kCodecPercent) return std::nullopt;
    const double plain =
        static_cast<double>(looked_bytes_) / static_cast<double>(num_texts_) +
        sizeof(uint32_t);
    const double texts =
        static_cast<double>(num_texts_ * options().pages_per_chunk) * share;
    const auto code_bits = std::bit_width(static_cast<uint64_t>(texts));
    const double coded = share * plain + static_cast<double>(code_bits) / 8;
    if (coded < plain / 2) return std::nullopt;
    return coded;
  }

  std::vector<uint64_t> seen_ = std::vector<uint64_t>(kSeenBits / 64);
  std::vector<int64_t> marks_;  // Distinct texts after each kMarkTexts.
  int64_t num_texts_ = 0, num_distinct_ = 0;
  int64_t looked_rows_ = 0;
  int64_t looked_bytes_ = 0;
};

}  // namespace

std::unique_ptr<ColumnEncoder> MakeTextEncoder(const ColumnLayout& column,
                                               const ColumnEncoder::Options& options) {
  return std::make_unique<TextEncoder>(column, options);
}

}  // namespace lakeseed
