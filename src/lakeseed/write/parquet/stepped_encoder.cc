#include "lakeseed/write/parquet/stepped_encoder.h"

#include <algorithm>
#include <bit>
#include <unordered_map>

#include "lakeseed/write/parquet/code_kernels.h"
#include "lakeseed/write/parquet/coded_encoder.h"
#include "lakeseed/write/parquet/dense_values.h"
#include "lakeseed/write/range_statistics.h"

namespace lakeseed {
namespace {

class SteppedEncoder final : public CodedEncoder {
 public:
  SteppedEncoder(const ColumnLayout& column, const Options& options,
                 const DecimalStep& step)
      : CodedEncoder(column, options), step_(step) {}

  arrow::Result<ColumnStatistics> Statistics(std::string name) const override {
    return StatisticsOf(std::move(name), column().type, null_count(), file_range_);
  }

 protected:
  arrow::Status Stage(const ValueRun& run, uint32_t* codes) override {
    const double* values = DenseValues(run, dense_);
    if (step_.CodesOf(values, run.num_values, codes)) {
      page_range_.AddNumbers(values, run.num_values);
      return arrow::Status::OK();
    }
    page_range_.Add(values, run.num_values);
    for (int64_t i = 0; i < run.num_values; ++i) {
      if (codes[i] == DecimalStep::kCodes) codes[i] = OwnCodeOf(values[i]);
    }
    return arrow::Status::OK();
  }

  void Note(std::span<const uint32_t> codes) override {
    // As long as the greatest code needs: most columns have small ones.
    const uint32_t bits = BitsOfCodes(codes.data(), std::ssize(codes));
    if (bits >= is_used_.size()) is_used_.resize(std::bit_ceil(bits + size_t{1}));
    // Nearly all of them are known: many are looked at for one that is not.
    size_t at = 0;
    for (; at + kTogether <= codes.size(); at += kTogether) {
      uint8_t are_known = 1;
      for (size_t k = 0; k < kTogether; ++k) are_known &= is_used_[codes[at + k]];
      if (are_known == 0) Mark(codes.subspan(at, kTogether));
    }
    Mark(codes.subspan(at));
  }

  EncodedBounds TakePageBounds() override {
    chunk_range_.Merge(page_range_);
    return PlainBounds(std::exchange(page_range_, {}));
  }

  /// Steps from the least to the greatest, then what is none of them.
  arrow::Result<Dictionary> TakeDictionary() override {
    const auto own = std::partition(used_.begin(), used_.end(), [](uint32_t code) {
      return code < DecimalStep::kCodes;
    });
    std::sort(used_.begin(), own, [this](uint32_t a, uint32_t b) {
      return step_.ValueOf(a) < step_.ValueOf(b);
    });
    std::sort(own, used_.end());
    const bool is_sorted = own == used_.end();
    values_.clear();
    place_of_.resize(is_used_.size());
    for (const uint32_t code : used_) {
      place_of_[code] = static_cast<uint32_t>(values_.size());
      values_.push_back(code < DecimalStep::kCodes
                            ? step_.ValueOf(code)
                            : own_values_[code - DecimalStep::kCodes]);
      is_used_[code] = 0;
    }
    used_.clear();
    own_values_.clear();
    own_codes_.clear();
    Dictionary dictionary;
    dictionary.page = arrow::Buffer::FromVector(values_);
    dictionary.num_values = std::ssize(values_);
    dictionary.is_sorted = is_sorted;
    dictionary.place_of = place_of_;
    dictionary.bounds = PlainBounds(chunk_range_);
    file_range_.Merge(std::exchange(chunk_range_, {}));
    return dictionary;
  }

 private:
  static constexpr size_t kTogether = 16;

  void Mark(std::span<const uint32_t> codes) {
    for (const uint32_t code : codes) {
      if (is_used_[code] != 0) continue;
      is_used_[code] = 1;
      used_.push_back(code);
    }
  }
  uint32_t OwnCodeOf(double value) {
    const auto next = DecimalStep::kCodes + static_cast<uint32_t>(own_values_.size());
    const auto [place, is_new] =
        own_codes_.try_emplace(std::bit_cast<uint64_t>(value), next);
    if (is_new) own_values_.push_back(value);
    return place->second;
  }

  const DecimalStep step_;
  RealRange<double> page_range_, chunk_range_, file_range_;
  double dense_[kDenseRoom];
  // Of the chunk.
  std::vector<uint8_t> is_used_;  // By code.
  std::vector<uint32_t> used_;
  std::vector<double> own_values_;                    // Of the codes from kCodes on.
  std::unordered_map<uint64_t, uint32_t> own_codes_;  // By the value's bits.
  std::vector<double> values_;
  std::vector<uint32_t> place_of_;
};

}  // namespace

std::unique_ptr<ColumnEncoder> MakeSteppedEncoder(const ColumnLayout& column,
                                                  const ColumnEncoder::Options& options,
                                                  const DecimalStep& step) {
  return std::make_unique<SteppedEncoder>(column, options, step);
}

}  // namespace lakeseed
