// weather: what the weather of a place is in the row's time: temperature, moisture, wind,
// pressure, rain and snow, and a word for it.
//
// Laws, beside those of every generator:
//   fold   A row's values are folds of the hours that its step covers: a day of a series
//          with steps of a day is that of the series with steps of an hour. Means are
//          rounded half away from zero; sums are exact.
//   place  The weather belongs to the members: all series over one table of places in one
//          domain see the same.

#include <arrow/api.h>

#include <algorithm>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "lakeseed/generate/category_pool.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/number_input.h"
#include "lakeseed/generate/series_rows.h"
#include "lakeseed/generate/struct_generator.h"
#include "lakeseed/generate/weather_days.h"

namespace lakeseed {
namespace {

enum class Fold { kMean, kLeast, kGreatest, kSum };

/// A field that is a fold of one number of the hours.
struct FieldDef {
  const char* name;
  int16_t WeatherHour::*number;
  Fold fold;
  bool is_tenths;
};

constexpr FieldDef kFields[] = {
    {"temperature", &WeatherHour::temperature, Fold::kMean, true},
    {"temperature_min", &WeatherHour::temperature, Fold::kLeast, true},
    {"temperature_max", &WeatherHour::temperature, Fold::kGreatest, true},
    {"dew_point", &WeatherHour::dew_point, Fold::kMean, true},
    {"humidity", &WeatherHour::humidity, Fold::kMean, false},
    {"pressure", &WeatherHour::pressure, Fold::kMean, true},
    {"wind", &WeatherHour::wind, Fold::kMean, true},
    {"wind_max", &WeatherHour::wind, Fold::kGreatest, true},
    {"gust", &WeatherHour::gust, Fold::kGreatest, true},
    {"precipitation", &WeatherHour::precipitation, Fold::kSum, true},
    {"snow", &WeatherHour::snow, Fold::kSum, true},
    {"cloud", &WeatherHour::cloud, Fold::kMean, false}};
constexpr int kNumbers = static_cast<int>(std::size(kFields));
/// Fields behind these: the direction at the middle of the step, and the word.
constexpr int kDirection = kNumbers, kCondition = kNumbers + 1;

/// Tenths of mm from which on a step is one of rain or snow.
constexpr int64_t kWetStep = 10;

class Weather final : public StructGenerator {
 public:
  Weather(const SeriesRows& series, const NumberInput (&place)[3],
          const WeatherDays::Options& options, CategoryPool words)
      : series_(series), words_(std::move(words)), days_(WeatherDays::Shared(options)) {
    std::copy(std::begin(place), std::end(place), place_);
    std::vector<Field> fields;
    for (const FieldDef& def : kFields) {
      fields.push_back({def.name, arrow::float64(), {.kind = ShapeKind::kReal}});
    }
    fields.push_back({"wind_direction",
                      arrow::int64(),
                      {.kind = ShapeKind::kBounded, .min = 0, .max = 359}});
    fields.push_back({"condition", words_.type(), words_.shape()});
    SetFields(fields);
  }

 protected:
  arrow::Result<std::unique_ptr<Block>> Open(
      const GenerateRequest& request) const override;

 private:
  class Skies;
  class DayWalk;

  const SeriesRows& series_;
  NumberInput place_[3];  ///< Latitude, longitude, elevation.
  const CategoryPool words_;
  const std::shared_ptr<const WeatherDays> days_;
};

class Weather::Skies final : public StructGenerator::Block {
 public:
  static arrow::Result<std::unique_ptr<Skies>> Make(const Weather& weather,
                                                    const GenerateRequest& request);

  arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) override;

 private:
  Skies(const Weather& weather, const GenerateRequest& request)
      : weather_(weather), request_(request) {}

  using HourList = std::span<const WeatherHour>;

  static int64_t NumberOf(const FieldDef& field, HourList hours);
  static Sky SkyOf(HourList hours);
  void Set(size_t row, HourList hours);

  const Weather& weather_;
  const GenerateRequest& request_;
  /// Of the wanted fields, by their number; all rows are made at once.
  std::map<int, ColumnMemory<double>> reals_;
  std::vector<std::pair<const FieldDef*, double*>> wanted_;
  std::vector<int32_t> directions_, skies_;
};

/// Goes through the hours of the rows in turn: the next row of a member is mostly of the
/// same day. Days of a longer request are made together, from multiples of their number
/// on, so that other requests find them.
class Weather::DayWalk {
 public:
  /// For so many rows of so many days.
  DayWalk(const WeatherDays& days, int64_t rows, int32_t num_days)
      : days_(days),
        together_(num_days > 1 ? WeatherDays::kMostDays : 1),
        kept_(static_cast<size_t>(std::clamp<int64_t>(rows, 1, kMostKept))) {}

  /// Hours from `first` to `last` since 1970-01-01, until the next call.
  std::span<const WeatherHour> Of(int64_t member, const PlaceOnEarth& place,
                                  int64_t first, int64_t last) {
    const int64_t day = first / WeatherDays::kHours;
    const auto at = static_cast<size_t>(first % WeatherDays::kHours);
    const auto count = static_cast<size_t>(last - first + 1);
    if (last / WeatherDays::kHours == day) {
      return std::span(DayOf(member, place, day)).subspan(at, count);
    }
    hours_.clear();
    for (int64_t each = day; each <= last / WeatherDays::kHours; ++each) {
      const WeatherDays::Day& hours = DayOf(member, place, each);
      hours_.insert(hours_.end(), hours.begin(), hours.end());
    }
    return std::span(hours_).subspan(at, count);
  }

 private:
  static constexpr int64_t kMostKept = 4096;

  /// Days of one member; members share a place where there are many of them.
  struct Kept {
    int64_t member = -1, first = -1;
    PlaceOnEarth place;
    std::shared_ptr<const WeatherDays::Days> days;
  };

  const WeatherDays::Day& DayOf(int64_t member, const PlaceOnEarth& place, int64_t day) {
    Kept& kept = kept_[static_cast<size_t>(member) % kept_.size()];
    const int64_t first = day - day % together_;
    if (kept.member != member || kept.first != first || kept.place != place) {
      kept = {member, first, place,
              days_.Of(member, place, static_cast<int32_t>(first), together_)};
    }
    return (*kept.days)[static_cast<size_t>(day - first)];
  }

  const WeatherDays& days_;
  const int32_t together_;
  std::vector<Kept> kept_;
  std::vector<WeatherHour> hours_;  ///< Of several days.
};

arrow::Result<std::unique_ptr<Weather::Skies>> Weather::Skies::Make(
    const Weather& weather, const GenerateRequest& request) {
  const int64_t length = request.rows.length();
  std::unique_ptr<Skies> skies(new Skies(weather, request));
  for (const int field : request.fields) {
    if (field >= kNumbers) continue;
    ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<double>::Make(length, request.pool));
    skies->wanted_.emplace_back(
        &kFields[field],
        skies->reals_.emplace(field, std::move(memory)).first->second.data());
  }
  skies->directions_.resize(static_cast<size_t>(length));
  skies->skies_.resize(static_cast<size_t>(length));
  const SeriesRows& series = weather.series_;
  const auto latitude = weather.place_[0].Of(request),
             longitude = weather.place_[1].Of(request),
             elevation = weather.place_[2].Of(request);
  std::vector<SeriesRows::Place> places(static_cast<size_t>(length));
  series.PlacesOf(request.rows, places.data());
  const int32_t num_days =
      places.empty() ? 0 : places.back().day - places.front().day + 1;
  DayWalk walk(*weather.days_, length, num_days);
  StepTimes steps(series);
  int64_t first = 0, last = 0;
  for (int64_t i = 0; i < length; ++i) {
    const SeriesRows::Place& place = places[static_cast<size_t>(i)];
    const SeriesRows::Place* before = i == 0 ? nullptr : &place - 1;
    if (before == nullptr || before->day != place.day || before->step != place.step) {
      const int64_t start = steps.StartOf(place.day, place.step);
      const int64_t end = start + steps.LengthOf(place.day, place.step);
      first = start / kMicrosecondsPerHour;
      last = (end - 1) / kMicrosecondsPerHour;
    }
    const PlaceOnEarth where{std::clamp(latitude[i], -90.0, 90.0), longitude[i],
                             elevation[i]};
    skies->Set(static_cast<size_t>(i), walk.Of(place.member, where, first, last));
  }
  return skies;
}

void Weather::Skies::Set(size_t row, HourList hours) {
  for (const auto& [field, values] : wanted_) {
    const auto number = static_cast<double>(NumberOf(*field, hours));
    values[row] = field->is_tenths ? number / 10 : number;
  }
  directions_[row] = hours[hours.size() / 2].wind_direction;
  skies_[row] = static_cast<int32_t>(SkyOf(hours));
}

int64_t Weather::Skies::NumberOf(const FieldDef& field, HourList hours) {
  int64_t result = hours[0].*field.number;
  if (hours.size() == 1) return result;
  for (const WeatherHour& hour : hours.subspan(1)) {
    const int64_t one = hour.*field.number;
    if (field.fold == Fold::kLeast) {
      result = std::min(result, one);
    } else if (field.fold == Fold::kGreatest) {
      result = std::max(result, one);
    } else {
      result += one;
    }
  }
  if (field.fold != Fold::kMean) return result;
  const auto count = static_cast<int64_t>(hours.size());
  const int64_t size = result < 0 ? -result : result;
  const int64_t mean = (2 * size + count) / (2 * count);
  return result < 0 ? -mean : mean;
}

/// The most severe of a wet step's hours, else what most hours were.
Sky Weather::Skies::SkyOf(HourList hours) {
  if (hours.size() == 1) return hours[0].sky;
  constexpr size_t kSkies = static_cast<size_t>(Sky::kStorm) + 1;
  int64_t counts[kSkies] = {};
  int64_t wet = 0;
  Sky worst = Sky::kClear;
  for (const WeatherHour& hour : hours) {
    ++counts[static_cast<size_t>(hour.sky)];
    wet += hour.precipitation;
    worst = std::max(worst, hour.sky);
  }
  if (worst >= Sky::kRain && wet >= kWetStep) return worst;
  const auto dry = static_cast<size_t>(Sky::kRain);
  // Ties go to the more severe one.
  size_t most = 0;
  for (size_t sky = 1; sky < dry; ++sky) {
    if (counts[sky] >= counts[most]) most = sky;
  }
  return static_cast<Sky>(most);
}

arrow::Result<std::shared_ptr<arrow::Array>> Weather::Skies::Make(int field) {
  const int64_t length = request_.rows.length();
  if (field == kCondition) {
    return weather_.words_.Codes(
        length, request_.pool, [&](int64_t i) { return skies_[static_cast<size_t>(i)]; });
  }
  if (field == kDirection) {
    ARROW_ASSIGN_OR_RAISE(auto memory,
                          ColumnMemory<int64_t>::Make(length, request_.pool));
    std::copy(directions_.begin(), directions_.end(), memory.data());
    return std::move(memory).Finish(arrow::int64());
  }
  return std::move(reals_.at(field)).Finish(arrow::float64());
}

arrow::Result<std::unique_ptr<StructGenerator::Block>> Weather::Open(
    const GenerateRequest& request) const {
  return Skies::Make(*this, request);
}

arrow::Result<double> ReadFactor(Params& params, std::string_view key) {
  ARROW_ASSIGN_OR_RAISE(const double factor, params.GetDoubleOr(key, 1));
  if (factor >= 0 && factor <= 100) return factor;
  return params.Error(key, "must be from 0 to 100", std::to_string(factor));
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  const SeriesRows* series = context.rows().series();
  if (series == nullptr || context.epoch() < 0) {
    return params.Error("", "needs the rows of a series after 1970", std::nullopt,
                        "weather is made for tables with `series:`");
  }
  NumberInput place[3];
  const std::pair<std::string_view, double> keys[] = {
      {"latitude", 50}, {"longitude", 0}, {"elevation", 50}};
  for (size_t i = 0; i < 3; ++i) {
    ARROW_ASSIGN_OR_RAISE(
        place[i], NumberInput::Read(params, context, keys[i].first, keys[i].second));
  }
  WeatherDays::Options options;
  ARROW_ASSIGN_OR_RAISE(options.seasonal, ReadFactor(params, "seasonal"));
  ARROW_ASSIGN_OR_RAISE(options.diurnal, ReadFactor(params, "diurnal"));
  ARROW_ASSIGN_OR_RAISE(options.wet, ReadFactor(params, "wet"));
  ARROW_ASSIGN_OR_RAISE(const std::string stream, params.GetTextOr("stream", "weather"));
  ARROW_RETURN_NOT_OK(params.Finish());
  options.key = series->MemberStream(stream);
  ARROW_ASSIGN_OR_RAISE(CategoryPool words,
                        CategoryPool::Of({"clear", "partly_cloudy", "cloudy", "fog",
                                          "rain", "snow", "thunderstorm"}));
  return std::make_unique<Weather>(*series, place, options, std::move(words));
}

}  // namespace

extern const GeneratorDef kWeather{
    .name = "weather",
    .summary = "draw the weather of a place: temperature, moisture, wind, rain, snow",
    .params =
        "latitude: degrees north; a number or locations.latitude (50)\n"
        "longitude: degrees east (0)\n"
        "elevation: metres (50)\n"
        "seasonal: factor of the seasons' range (1)\n"
        "diurnal: factor of the day's range (1)\n"
        "wet: factor of the share of hours with rain (1)\n"
        "stream: name of the weather; another name is another weather (weather)",
    .example = "{weather: {latitude: 52.5, longitude: 13.4, elevation: 34}}",
    .bind = Bind,
};

}  // namespace lakeseed
