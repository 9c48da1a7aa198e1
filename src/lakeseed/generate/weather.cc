// weather: what the weather of a place is in the row's time: temperature, moisture, wind,
// pressure, rain and snow, and a word for it.
//
// Laws, beside those of every generator:
//   fold   A row's values are folds of the hours that its step covers: a day of a series
//          with steps of a day is that of the series with steps of an hour.
//   parts  Steps that are parts of an hour lie on the way from it to the next one, and
//          their rain sums to the hour's.
//   place  The weather belongs to the members: all series over one table of places in one
//          domain see the same.

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/category_pool.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/number_input.h"
#include "lakeseed/generate/series_rows.h"
#include "lakeseed/generate/struct_generator.h"
#include "lakeseed/generate/weather_days.h"
#include "lakeseed/generate/weather_fold.h"

namespace lakeseed {
namespace {

/// A field that is a number.
struct FieldDef {
  const char* name;
  int16_t WeatherFold::*number;
  bool is_tenths;
};

constexpr FieldDef kFields[] = {
    {"temperature", &WeatherFold::temperature, true},
    {"temperature_min", &WeatherFold::temperature_least, true},
    {"temperature_max", &WeatherFold::temperature_most, true},
    {"dew_point", &WeatherFold::dew_point, true},
    {"humidity", &WeatherFold::humidity, false},
    {"pressure", &WeatherFold::pressure, true},
    {"wind", &WeatherFold::wind, true},
    {"wind_max", &WeatherFold::wind_most, true},
    {"gust", &WeatherFold::gust, true},
    {"precipitation", &WeatherFold::precipitation, true},
    {"snow", &WeatherFold::snow, true},
    {"cloud", &WeatherFold::cloud, false}};
constexpr int kNumbers = static_cast<int>(std::size(kFields));
/// Fields behind these: the direction at the middle of the step, and the word.
constexpr int kDirection = kNumbers, kCondition = kNumbers + 1;

constexpr int64_t kHour = kMicrosecondsPerHour;

LAKESEED_KERNEL(void, ToReals,
                (const int16_t* units, size_t count, double per_whole, double* out),
                (units, count, per_whole, out)) {
  for (size_t i = 0; i < count; ++i) out[i] = units[i] / per_whole;
}

class Weather final : public StructGenerator {
 public:
  Weather(const SeriesRows& series, const NumberInput (&place)[3],
          const WeatherDays::Options& options, CategoryPool words)
      : series_(series), words_(std::move(words)), days_(WeatherDays::Shared(options)) {
    if (series.clock().is_daily()) days_->KeepFolds();
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
  /// Rows that are gathered before they are told by fields: they stay in the first cache.
  static constexpr size_t kBlock = 512;
  using Units = std::array<std::array<int16_t, kBlock>, kNumbers>;  ///< By field.

  Skies(const Weather& weather, const GenerateRequest& request)
      : weather_(weather), request_(request) {}

  void Gather(const WeatherFold& fold, size_t row, Units* units) {
    PutNumbers(fold, row % kBlock, units, std::make_index_sequence<kNumbers>());
    directions_[row] = fold.wind_direction;
    skies_[row] = static_cast<int16_t>(fold.sky);
  }
  template <size_t... k>
  static void PutNumbers(const WeatherFold& fold, size_t at, Units* units,
                         std::index_sequence<k...>) {
    (((*units)[k][at] = fold.*kFields[k].number), ...);
  }
  /// Tell the wanted fields of so many rows from `first` on.
  void Tell(const Units& units, size_t first, size_t count);

  const Weather& weather_;
  const GenerateRequest& request_;
  /// Of the wanted fields, by their number; all rows are made at once.
  std::map<int, ColumnMemory<double>> reals_;
  std::vector<std::pair<int, double*>> wanted_;
  std::vector<int16_t> directions_, skies_;
};

/// Goes through the rows in turn: the next row of a member is mostly of the same day.
/// Days of a longer request are made together, so that other requests find them, where
/// there is room for those of all members.
class Weather::DayWalk {
 public:
  /// For so many rows of so many days.
  DayWalk(const WeatherDays& days, int64_t members, int64_t rows, int32_t num_days)
      : days_(days),
        together_(num_days > 1 && days.HasRoomFor(members) ? WeatherDays::kMostDays : 1),
        kept_(
            std::bit_ceil(static_cast<size_t>(std::clamp<int64_t>(rows, 1, kMostKept)))) {
  }

  /// The hour of this number since 1970-01-01, of a step that takes an hour.
  const WeatherHour& OfHour(int64_t member, const PlaceOnEarth& place, int64_t number) {
    return HourIn(&MoveTo(member, place, DayOf(number)), number);
  }

  /// Of the hours from `first` to `last` since 1970-01-01.
  WeatherFold Of(int64_t member, const PlaceOnEarth& place, int64_t first, int64_t last) {
    const int32_t day = DayOf(first);
    const auto at = static_cast<size_t>(first % WeatherDays::kHours);
    const auto count = static_cast<size_t>(last - first + 1);
    const Kept& kept = MoveTo(member, place, day);
    const auto number = static_cast<size_t>(day - kept.first);
    if (at == 0 && count == WeatherDays::kHours) return FoldsOf(&kept)[number];
    if (at + count <= WeatherDays::kHours) {
      return FoldOf(std::span(DaysOf(&kept)[number]).subspan(at, count));
    }
    hours_.clear();
    for (int64_t each = day; each <= last / WeatherDays::kHours; ++each) {
      const Kept& its = MoveTo(member, place, static_cast<int32_t>(each));
      const auto& hours = DaysOf(&its)[static_cast<size_t>(each - its.first)];
      hours_.insert(hours_.end(), hours.begin(), hours.end());
    }
    return FoldOf(std::span(hours_).subspan(at, count));
  }

  /// Of a part of an hour, in microseconds.
  WeatherFold PartOf(int64_t member, const PlaceOnEarth& place, int64_t start,
                     int64_t end) {
    const int64_t number = start / kHour, begin = number * kHour;
    // The last hour of a day is asked for again after the next day's first one.
    const auto hour_of = [&](int64_t one) {
      return HourIn(&KeptOf(member, place, DayOf(one)), one);
    };
    const WeatherHour hour = hour_of(number), next = hour_of(number + 1);
    return FoldOf(lakeseed::PartOf(hour, next, start - begin, end - begin, kHour));
  }

 private:
  static constexpr int64_t kMostKept = 4096;

  /// Days of one member, or what they come to, or both; members share a place where there
  /// are many of them.
  struct Kept {
    int64_t member = -1;
    int32_t first = -1;
    PlaceOnEarth place;
    mutable std::shared_ptr<const WeatherDays::Days> days;
    mutable std::shared_ptr<const WeatherDays::Folds> folds;
    const WeatherHour* hours = nullptr;  ///< Of all these days, once they were asked for.
  };

  static int32_t DayOf(int64_t hour) {
    return static_cast<int32_t>(hour / WeatherDays::kHours);
  }
  const WeatherHour& HourIn(Kept* kept, int64_t number) {
    if (kept->hours == nullptr) kept->hours = DaysOf(kept).front().data();
    return kept->hours[number - int64_t{kept->first} * WeatherDays::kHours];
  }

  /// Of a day that no earlier one will be asked for after: days that are left make room.
  Kept& MoveTo(int64_t member, const PlaceOnEarth& place, int32_t day) {
    Kept& kept = kept_[static_cast<size_t>(member) & (kept_.size() - 1)];
    if (kept.member == member && kept.days != nullptr && day >= kept.first + together_) {
      days_.Leave(member, kept.place, kept.first, together_);
    }
    return KeptOf(member, place, day);
  }
  Kept& KeptOf(int64_t member, const PlaceOnEarth& place, int32_t day) {
    Kept& kept = kept_[static_cast<size_t>(member) & (kept_.size() - 1)];
    const bool is_it = kept.member == member && kept.place == place &&
                       day >= kept.first && day < kept.first + together_;
    if (is_it) return kept;
    const int32_t first = together_ > 1 ? days_.RunOf(day) : day;
    if (kept.member != member || kept.first != first || kept.place != place) {
      kept = {.member = member, .first = first, .place = place};
    }
    return kept;
  }
  const WeatherDays::Days& DaysOf(const Kept* kept) {
    if (kept->days == nullptr) {
      kept->days = days_.Of(kept->member, kept->place, kept->first, together_);
    }
    return *kept->days;
  }
  const WeatherDays::Folds& FoldsOf(const Kept* kept) {
    if (kept->folds == nullptr) {
      kept->folds = days_.FoldsOf(kept->member, kept->place, kept->first, together_);
    }
    return *kept->folds;
  }

  const WeatherDays& days_;
  const int32_t together_;
  std::vector<Kept> kept_;          ///< A power of 2.
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
        field, skies->reals_.emplace(field, std::move(memory)).first->second.data());
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
  DayWalk walk(*weather.days_, weather.series_.members(), length, num_days);
  StepTimes steps(series);
  int64_t first = 0, last = 0, start = 0, end = 0;
  Units units;
  for (int64_t i = 0; i < length; ++i) {
    const SeriesRows::Place& place = places[static_cast<size_t>(i)];
    const SeriesRows::Place* before = i == 0 ? nullptr : &place - 1;
    if (before == nullptr || before->day != place.day || before->step != place.step) {
      start = steps.StartOf(place.day, place.step);
      end = start + steps.LengthOf(place.day, place.step);
      first = start / kHour;
      last = (end - 1) / kHour;
    }
    const PlaceOnEarth where{std::clamp(latitude[i], -90.0, 90.0), longitude[i],
                             elevation[i]};
    const size_t in_block = static_cast<size_t>(i) % kBlock;
    const auto row = static_cast<size_t>(i);
    if (end - start < kHour) {
      skies->Gather(walk.PartOf(place.member, where, start, end), row, &units);
    } else if (first == last) {
      skies->Gather(FoldOf(walk.OfHour(place.member, where, first)), row, &units);
    } else {
      skies->Gather(walk.Of(place.member, where, first, last), row, &units);
    }
    if (in_block + 1 < kBlock && i + 1 < length) continue;
    skies->Tell(units, row - in_block, in_block + 1);
  }
  return skies;
}

void Weather::Skies::Tell(const Units& units, size_t first, size_t count) {
  for (const auto& [field, values] : wanted_) {
    ToReals(units[static_cast<size_t>(field)].data(), count,
            kFields[field].is_tenths ? 10 : 1, values + first);
  }
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
  const int64_t every = series->clock().every();
  if (every % kHour != 0 && kHour % every != 0) {
    return params.Error("", "needs steps of whole hours, or of parts of one",
                        fmt::format("{} s", every / kMicrosecondsPerSecond));
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
  ARROW_ASSIGN_OR_RAISE(const std::string climate,
                        params.GetTextOr("climate", "realistic"));
  options.is_simple = climate == "simplified";
  if (!options.is_simple && climate != "realistic") {
    return params.Error("climate", "must be realistic or simplified", climate);
  }
  ARROW_ASSIGN_OR_RAISE(const std::string stream, params.GetTextOr("stream", "weather"));
  ARROW_RETURN_NOT_OK(params.Finish());
  options.key = series->MemberStream(stream);
  // No run begins before 1970.
  options.first_day = context.epoch() < WeatherDays::kMostDays ? 0 : context.epoch();
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
        "climate: realistic, or simplified: of the latitude alone, with days that hardly "
        "leave their season and the same rain in all months (realistic)\n"
        "stream: name of the weather; another name is another weather (weather)",
    .example = "{weather: {latitude: 52.5, longitude: 13.4, elevation: 34}}",
    .bind = Bind,
};

}  // namespace lakeseed
