#include "lakeseed/write/parquet/text_encoder.h"

#include <bit>
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
/// A dictionary that only the whole chunk makes worth it is held in memory until then:
/// no larger one is begun.
constexpr double kMaxExpectedBytes = 4 << 20;
/// Codes of texts take the time of looking each of them up: they must save a tenth.
constexpr double kWorthCodes = 1.1;
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
    const double coded_bytes = CodedBytesPerText();
    seen_ = {};
    marks_ = {};
    // Texts that are numbered already are coded at no cost.
    const bool are_numbered =
        !rows.empty() && rows[0]->type_id() == arrow::Type::DICTIONARY;
    if (repeats && are_numbered) return MakeRepeatedTextEncoder(column(), options());
    ARROW_ASSIGN_OR_RAISE(const auto found, SearchThatPays(rows, options()));
    if (repeats && !(found && found->bytes_per_text <= kWorthCodes * coded_bytes)) {
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
  /// Of texts that are drawn alike, those not yet seen become their square as twice as
  /// many are drawn: how much the distinct texts grew in the second half of the page says
  /// how many are unseen. Where some are drawn more often than others, it is too few.
  double DistinctShareOfChunk() const {
    double share = DistinctShare();
    const auto half = static_cast<size_t>(num_texts_ / kMarkTexts / 2);
    if (half == 0) return share;
    const auto before = static_cast<double>(marks_[half - 1]);
    const double growth = static_cast<double>(marks_[2 * half - 1]) / before;
    double unseen = (growth - 1) * (growth - 1);
    for (int64_t pages = options().pages_per_chunk; pages > 1; pages /= 2) {
      share *= (1 + unseen) / 2;
      unseen *= unseen;
    }
    return share;
  }
  /// What a text takes in the chunk, its code and its part of the dictionary, which is
  /// not compressed.
  double CodedBytesPerText() const {
    if (num_texts_ == 0) return 0;
    const double share = DistinctShareOfChunk();
    const double mean =
        static_cast<double>(looked_bytes_) / static_cast<double>(num_texts_) +
        sizeof(uint32_t);
    const double texts =
        static_cast<double>(num_texts_ * options().pages_per_chunk) * share;
    const auto code_bits = std::bit_width(static_cast<uint64_t>(texts));
    return share * mean + static_cast<double>(code_bits) / 8;
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
