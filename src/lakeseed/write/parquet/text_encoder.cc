#include "lakeseed/write/parquet/text_encoder.h"

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
    seen_ = {};
    marks_ = {};
    if (repeats) return MakeRepeatedTextEncoder(column(), options());
    ARROW_ASSIGN_OR_RAISE(const auto search, SearchThatPays(rows, options()));
    return search ? MakeLengthTextEncoder(column(), options(), *search)
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
    const double share =
        static_cast<double>(num_distinct_) / static_cast<double>(num_texts_);
    if (share <= kMaxDistinctShare) return true;
    // How much the distinct texts grew in the second half of the page says how much they
    // will grow: rather too much, as texts that come again grow less and less.
    const auto half = static_cast<size_t>(num_texts_ / kMarkTexts / 2);
    if (half == 0 || looked_rows_ < kBlockRows) return false;
    const double share_of_half =
        static_cast<double>(marks_[half - 1]) / static_cast<double>(half * kMarkTexts);
    double of_chunk = share;
    for (int64_t pages = options().pages_per_chunk; pages > 1; pages /= 2) {
      of_chunk *= share / share_of_half;
    }
    return of_chunk <= kMaxDistinctShare &&
           of_chunk * static_cast<double>(looked_bytes_ * options().pages_per_chunk) <=
               kMaxExpectedBytes;
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
