#include "lakeseed/write/parquet/stepped_encoder.h"

#include <bit>
#include <unordered_map>

#include "lakeseed/write/parquet/coded_encoder.h"
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
    page_range_.Add(values, run.num_values);
    if (step_.CodesOf(values, run.num_values, codes)) return arrow::Status::OK();
    for (int64_t i = 0; i < run.num_values; ++i) {
      if (codes[i] == DecimalStep::kCodes) codes[i] = OwnCodeOf(values[i]);
    }
    return arrow::Status::OK();
  }

  void Note(std::span<const uint32_t> codes) override {
    for (const uint32_t code : codes) is_used_[code] = 1;
  }

  EncodedBounds TakePageBounds() override {
    chunk_range_.Merge(page_range_);
    return PlainBounds(std::exchange(page_range_, {}));
  }

  /// Steps from the least to the greatest, then what is none of them.
  arrow::Result<Dictionary> TakeDictionary() override {
    values_.clear();
    place_of_.resize(is_used_.size());
    for (int64_t steps = -DecimalStep::kMostSteps; steps <= DecimalStep::kMostSteps;
         ++steps) {
      const uint32_t code = DecimalStep::CodeOf(steps);
      if (is_used_[code]) Place(code, step_.ValueOf(code));
    }
    const bool is_sorted = own_values_.empty();
    for (size_t i = 0; i < own_values_.size(); ++i) {
      Place(DecimalStep::kCodes + static_cast<uint32_t>(i), own_values_[i]);
    }
    own_values_.clear();
    own_codes_.clear();
    is_used_.assign(DecimalStep::kCodes, 0);
    Dictionary dictionary;
    dictionary.page = arrow::Buffer::FromVector(values_);
    dictionary.num_values = std::ssize(values_);
    dictionary.is_sorted = is_sorted;
    dictionary.place_of = place_of_.data();
    dictionary.bounds = PlainBounds(chunk_range_);
    file_range_.Merge(std::exchange(chunk_range_, {}));
    return dictionary;
  }

 private:
  uint32_t OwnCodeOf(double value) {
    const auto next = static_cast<uint32_t>(is_used_.size());
    const auto [place, is_new] =
        own_codes_.try_emplace(std::bit_cast<uint64_t>(value), next);
    if (is_new) {
      own_values_.push_back(value);
      is_used_.push_back(0);
    }
    return place->second;
  }

  void Place(uint32_t code, double value) {
    place_of_[code] = static_cast<uint32_t>(values_.size());
    values_.push_back(value);
  }

  const DecimalStep step_;
  RealRange<double> page_range_, chunk_range_, file_range_;
  double dense_[kRunRows + 1];
  // Of the chunk.
  std::vector<uint8_t> is_used_ = std::vector<uint8_t>(DecimalStep::kCodes);
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
