// PriceSeries: what price_path and quote have in common: prices of the members of a
// series, its parameters, and the laws of each row.
//
// Law: the path belongs to the members, not to the table: all series over one table of
//      symbols in one domain see the same prices, at every size of step.
//
// Thread safety: immutable but for locked caches.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lakeseed/generate/number_input.h"
#include "lakeseed/generate/price_days.h"
#include "lakeseed/generate/series_rows.h"

namespace lakeseed {

class PriceSeries {
 public:
  /// The rows of a request: where they stand, and the laws of their members.
  struct Asked {
    std::vector<SeriesRows::Place> places;
    NumberInput::Values start, sigma, drift, beta, volume;

    PriceLaw LawOf(size_t row) const {
      const auto i = static_cast<int64_t>(row);
      return {.start = start[i],
              .sigma = sigma[i],
              .drift = drift[i],
              .beta = beta[i],
              .volume = volume[i]};
    }
  };

  /// Parameters that both generators have, for their help.
  static constexpr char kParams[] =
      "start: price on the anchor day; a number or symbols.base_price (100)\n"
      "sigma: standard deviation of the log price in a day (0.02 per day)\n"
      "drift: change of the log price in a day (0 per day)\n"
      "beta: share in the path of the market (0)\n"
      "market_sigma: standard deviation of the market's log price in a day (0.01 per "
      "day)\n"
      "volume: mean volume of a full day (200000)\n"
      "clustering: how much calm and lively days differ, 0 to 2 (1)\n"
      "leverage: how much livelier days are after a fall of one standard deviation, in "
      "the log of their variance; the market's is two and a half times that (0)\n"
      "overnight: share of a day's variance that falls into the night (0.2)\n"
      "start_on: the anchor day, on which the price is `start` (the window's first)\n"
      "digits: digits of a price after the point, which are its ticks (2)\n"
      "stream: name of the path; another name is another path (price)";

  static arrow::Result<std::unique_ptr<PriceSeries>> Read(Params& params,
                                                          BindContext& context);

  const SeriesRows& series() const { return series_; }
  int32_t epoch() const { return epoch_; }
  int digits() const { return digits_; }
  const PriceDays& days() const { return *days_; }
  /// Of the member, for what it has beside its path.
  Key MemberKey(int64_t member) const { return days_->MemberKey(member); }

  Asked AskedBy(const GenerateRequest& request) const;
  /// For days that requests leave to the next one: a few days of all members.
  int64_t KeptBytes() const;
  /// Of the session on a day from the epoch.
  int32_t MinutesOf(int32_t day) const;

  /// decimal64 of prices with `more` digits.
  std::shared_ptr<arrow::DataType> PriceType(int more = 0) const;

 private:
  PriceSeries(const SeriesRows& series, int32_t epoch) : series_(series), epoch_(epoch) {}

  const SeriesRows& series_;
  const int32_t epoch_;
  int digits_ = 2;
  NumberInput start_, sigma_, drift_, beta_, volume_;
  std::unique_ptr<PriceDays> days_;
};

}  // namespace lakeseed
