#include "lakeseed/generate/price_series.h"

#include <arrow/api.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "lakeseed/base/date.h"

namespace lakeseed {
namespace {

constexpr int64_t kMinute = 60 * kMicrosecondsPerSecond;
constexpr int kMostDigits = 6;
constexpr int kPriceDigits = 12;
constexpr double kMarketLeverage = 2.5;  ///< In those of a member.
constexpr int64_t kBytesOfMinute = 64, kKeptDays = 4, kMostKeptBytes = 16 << 20;

arrow::Result<double> ReadShare(Params& params, std::string_view key, double fallback,
                                double most) {
  ARROW_ASSIGN_OR_RAISE(const double value, params.GetDoubleOr(key, fallback));
  if (value >= 0 && value <= most) return value;
  return params.Error(key, "is out of range", std::to_string(value));
}

/// The trading day of `start_on`, or of the window's begin.
arrow::Result<int32_t> ReadAnchor(Params& params, const BindContext& context,
                                  const SeriesRows& series) {
  int32_t day = context.window().from;
  if (params.Find("start_on") != nullptr) {
    ARROW_ASSIGN_OR_RAISE(day, params.GetDate("start_on"));
  }
  const int32_t from_epoch = day - context.epoch();
  if (from_epoch < 0 || from_epoch > series.last_day()) {
    return params.Error("start_on", "is not a day of the dataset", FormatDate(day));
  }
  return series.OpenDaysBefore(from_epoch);
}

}  // namespace

arrow::Result<std::unique_ptr<PriceSeries>> PriceSeries::Read(Params& params,
                                                              BindContext& context) {
  const SeriesRows* series = context.rows().series();
  if (series == nullptr) {
    return params.Error("", "needs the rows of a series", std::nullopt,
                        "prices are made for tables with `series:`");
  }
  std::unique_ptr<PriceSeries> made(new PriceSeries(*series, context.epoch()));
  if (series->OpenDaysBefore(series->last_day()) >= Brownian::kDays) {
    return params.Error("", "has more than 32768 trading days after the epoch");
  }
  PriceDays::Options options;
  ARROW_ASSIGN_OR_RAISE(made->start_, NumberInput::Read(params, context, "start", 100));
  ARROW_ASSIGN_OR_RAISE(made->sigma_,
                        NumberInput::Read(params, context, "sigma", 0.02, "per day"));
  ARROW_ASSIGN_OR_RAISE(made->drift_,
                        NumberInput::Read(params, context, "drift", 0, "per day"));
  ARROW_ASSIGN_OR_RAISE(made->beta_, NumberInput::Read(params, context, "beta", 0));
  ARROW_ASSIGN_OR_RAISE(made->volume_,
                        NumberInput::Read(params, context, "volume", 200000));
  ARROW_ASSIGN_OR_RAISE(
      const NumberInput market,
      NumberInput::Read(params, context, "market_sigma", 0.01, "per day"));
  if (!market.is_constant() || market.constant() < 0) {
    return params.Error("market_sigma", "must be a number of at least 0");
  }
  options.market_sigma = market.constant();
  ARROW_ASSIGN_OR_RAISE(options.clock.day_spread,
                        ReadShare(params, "clustering", options.clock.day_spread, 2));
  ARROW_ASSIGN_OR_RAISE(options.clock.leverage, ReadShare(params, "leverage", 0, 1));
  options.market_leverage = kMarketLeverage * options.clock.leverage;
  ARROW_ASSIGN_OR_RAISE(options.overnight,
                        ReadShare(params, "overnight", options.overnight, 0.9));
  ARROW_ASSIGN_OR_RAISE(const int64_t digits, params.GetInt64Or("digits", 2));
  if (digits < 0 || digits > kMostDigits) {
    return params.Error("digits", "must be from 0 to 6", std::to_string(digits));
  }
  ARROW_ASSIGN_OR_RAISE(options.anchor, ReadAnchor(params, context, *series));
  ARROW_ASSIGN_OR_RAISE(const std::string stream, params.GetTextOr("stream", "price"));
  made->digits_ = static_cast<int>(digits);
  options.ticks = 1;
  for (int i = 0; i < made->digits_; ++i) options.ticks *= 10;
  options.minutes = series->clock().minutes();
  options.key = series->MemberStream(stream);
  made->days_ = std::make_unique<PriceDays>(options);
  return made;
}

PriceSeries::Asked PriceSeries::AskedBy(const GenerateRequest& request) const {
  Asked asked{.start = start_.Of(request),
              .sigma = sigma_.Of(request),
              .drift = drift_.Of(request),
              .beta = beta_.Of(request),
              .volume = volume_.Of(request)};
  asked.places.resize(static_cast<size_t>(request.rows.length()));
  series_.PlacesOf(request.rows, asked.places.data());
  return asked;
}

int64_t PriceSeries::KeptBytes() const {
  if (series_.grows()) return kMostKeptBytes;
  const int64_t day = series_.members() * series_.clock().minutes() * kBytesOfMinute;
  return std::min(kKeptDays * day, kMostKeptBytes);
}

int32_t PriceSeries::MinutesOf(int32_t day) const {
  const StepClock& clock = series_.clock();
  const int32_t date = epoch_ + day;
  return static_cast<int32_t>((clock.Close(date) - clock.Open(date)) / kMinute);
}

std::shared_ptr<arrow::DataType> PriceSeries::PriceType(int more) const {
  return arrow::decimal64(kPriceDigits + more, digits_ + more);
}

}  // namespace lakeseed
