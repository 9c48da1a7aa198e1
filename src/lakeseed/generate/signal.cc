// signal: what a sensor reads, with its faults and their labels.
//
//   value = base + offset of the member + season + time of day + slow noise + drift
//           + white noise, and what a fault makes of it; within [min, max].
//
// Laws, beside those of every generator:
//   missing   the value is null exactly where is_missing is true
//   label     fault names what is wrong: gap, spike, stuck, or none; is_anomaly is true
//             at spikes and where a sensor is stuck
//   drift     grows from 00:00 of each day on and is set back at the next: a sensor is
//             calibrated every night
//
// Method  Slow noise by smooth_noise.h, a part of which all members of one metric share;
//         gaps in bursts and stuck sensors by fault.h; other gaps and spikes one by one
//         (Ni et al. 2009, Sensor network data fault types).

#include <arrow/api.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "lakeseed/base/function.h"
#include "lakeseed/generate/category_pool.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/fault_intervals.h"
#include "lakeseed/generate/number_input.h"
#include "lakeseed/generate/series_rows.h"
#include "lakeseed/generate/slow_noise.h"
#include "lakeseed/generate/smooth_noise.h"
#include "lakeseed/generate/struct_generator.h"

namespace lakeseed {
namespace {

enum Field : int { kValue, kIsMissing, kIsAnomaly, kFault, kStatus };
enum FaultKind : int32_t { kNone, kGap, kSpike, kStuck };
enum Status : int32_t { kOk, kWarning, kFailed, kRecovering };

/// Draws of a reading's cell.
enum : int64_t { kWhite = 0, kLost = 1, kHasSpike = 2, kSpikeSize = 3 };
/// Steps after a burst of gaps in which a sensor recovers.
constexpr int64_t kRecovery = 3;
constexpr double kYearDays = 365.2425;
/// Day of the year, from 0, on which a season rises through its mean; hour of the day.
constexpr double kSpring = 109, kMorning = 9;
/// Part of the gaps that comes in bursts, at most this share of time.
constexpr double kBurstPart = 0.6, kMostBursts = 0.25;

/// What a member's readings are made of.
struct Inputs {
  NumberInput base, offset, seasonal, diurnal, slow, slow_hours, drift, noise, spike,
      scale, min, max, digits;
};

class Signal final : public StructGenerator {
 public:
  struct Options {
    Key key;  ///< Of the table's column.
    double lost = 0, spikes = 0;
    double together = 0.5;  ///< Part of the slow variance that a metric's members share.
    Fault::Options bursts, stuck;
  };

  Signal(const SeriesRows& series, const Inputs& inputs, const Options& options,
         CategoryPool faults, CategoryPool states)
      : series_(series),
        inputs_(inputs),
        options_(options),
        faults_(std::move(faults)),
        states_(std::move(states)),
        bursts_(options.key.Sub(1), options.bursts),
        stuck_(options.key.Sub(2), options.stuck) {
    const ColumnShape boolean{.kind = ShapeKind::kBoolean};
    SetFields({{"value", arrow::float64(), {.kind = ShapeKind::kReal, .nullable = true}},
               {"is_missing", arrow::boolean(), boolean},
               {"is_anomaly", arrow::boolean(), boolean},
               {"fault", faults_.type(), faults_.shape()},
               {"status", states_.type(), states_.shape()}});
  }

 protected:
  arrow::Result<std::unique_ptr<Block>> Open(
      const GenerateRequest& request) const override;

 private:
  class Readings;

  const SeriesRows& series_;
  const Inputs inputs_;
  const Options options_;
  const CategoryPool faults_, states_;
  const FaultIntervals bursts_, stuck_;
};

class Signal::Readings final : public StructGenerator::Block {
 public:
  Readings(const Signal& signal, const GenerateRequest& request);

  arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) override;

 private:
  /// Numbers of one row.
  struct Terms {
    double base, offset, seasonal, diurnal, slow, slow_hours, drift, noise, spike, scale,
        min, max, digits;
  };
  /// What all members have at an instant.
  struct Instant {
    int64_t time = INT64_MIN;
    double season = 0, hour_wave = 0, hours = 0;
  };

  Terms TermsOf(int64_t i) const;
  double Reading(int64_t member, int64_t time, double white, const Terms& terms);
  double ValueOf(size_t i, double white);
  void SetInstant(int64_t time);

  const Signal& signal_;
  const GenerateRequest& request_;
  std::vector<SeriesRows::Place> places_;
  std::vector<int64_t> readings_;  ///< Their numbers among all members and steps.
  std::vector<int32_t> faults_, states_;
  std::vector<int64_t> stuck_since_;  ///< Step whose reading is repeated.
  NumberInput::Values base_, offset_, seasonal_, diurnal_, slow_, slow_hours_, drift_,
      noise_, spike_, scale_, min_, max_, digits_;
  SlowNoise slow_noise_;
  Instant instant_;
  StepTimes steps_;
  SeriesRows::Place begin_{.day = -1};  ///< Of the step that was asked for last,
  int64_t begin_time_ = 0;              ///< and when it begins.
};

Signal::Readings::Readings(const Signal& signal, const GenerateRequest& request)
    : signal_(signal),
      request_(request),
      slow_noise_(signal.options_.key, signal.options_.together,
                  std::min(request.rows.length(), signal.series_.members())),
      steps_(signal.series_) {
  const auto length = static_cast<size_t>(request.rows.length());
  const Inputs& in = signal.inputs_;
  base_ = in.base.Of(request), offset_ = in.offset.Of(request);
  seasonal_ = in.seasonal.Of(request), diurnal_ = in.diurnal.Of(request);
  slow_ = in.slow.Of(request), slow_hours_ = in.slow_hours.Of(request);
  drift_ = in.drift.Of(request), noise_ = in.noise.Of(request);
  spike_ = in.spike.Of(request), scale_ = in.scale.Of(request);
  min_ = in.min.Of(request), max_ = in.max.Of(request);
  digits_ = in.digits.Of(request);
  places_.resize(length);
  signal.series_.PlacesOf(request.rows, places_.data());
  readings_.resize(length);
  faults_.assign(length, kNone);
  states_.assign(length, kOk);
  stuck_since_.assign(length, -1);
  for (size_t i = 0; i < length; ++i) {
    const SeriesRows::Place& place = places_[i];
    readings_[i] =
        signal.series_.StepNumber(place.day, place.step) * signal.series_.members() +
        place.member;
  }
  std::vector<double> lost(length), spiked(length);
  const Rows readings(readings_);
  const Key& key = signal.options_.key;
  UnitsOf(key, readings, 0, request.rows.length(), kLost, lost.data());
  UnitsOf(key, readings, 0, request.rows.length(), kHasSpike, spiked.data());
  FaultCursor bursts(signal.bursts_), stuck(signal.stuck_);
  for (size_t i = 0; i < length; ++i) {
    const SeriesRows::Place& place = places_[i];
    const int64_t step = signal.series_.StepNumber(place.day, place.step);
    const Fault::Interval burst = bursts.Find(place.member, step, kRecovery);
    const Fault::Interval held = stuck.Find(place.member, step, 0);
    if (burst.holds(step) || lost[i] < signal.options_.lost) {
      faults_[i] = kGap;
    } else if (held.start < step && held.holds(step)) {
      faults_[i] = kStuck;
      stuck_since_[i] = held.start;
    } else if (spiked[i] < signal.options_.spikes) {
      faults_[i] = kSpike;
    }
    const bool recovers = burst.start < burst.end && !burst.holds(step);
    states_[i] = burst.holds(step)     ? kFailed
                 : faults_[i] != kNone ? kWarning
                 : recovers            ? kRecovering
                                       : kOk;
  }
}

Signal::Readings::Terms Signal::Readings::TermsOf(int64_t i) const {
  return {.base = base_[i],
          .offset = offset_[i],
          .seasonal = seasonal_[i],
          .diurnal = diurnal_[i],
          .slow = slow_[i],
          .slow_hours = slow_hours_[i],
          .drift = drift_[i],
          .noise = noise_[i],
          .spike = spike_[i],
          .scale = scale_[i],
          .min = min_[i],
          .max = max_[i],
          .digits = digits_[i]};
}

void Signal::Readings::SetInstant(int64_t time) {
  if (time == instant_.time) return;
  const int64_t local = signal_.series_.clock().zone().ToLocal(time);
  const int32_t day = DayOfTimestamp(local);
  const int64_t in_day = local - day * kMicrosecondsPerDay;
  instant_.time = time;
  instant_.hours =
      static_cast<double>(in_day) / static_cast<double>(kMicrosecondsPerHour);
  instant_.season = Sine((day + instant_.hours / 24 - kSpring) / kYearDays);
  instant_.hour_wave = Sine((instant_.hours - kMorning) / 24);
}

double Signal::Readings::Reading(int64_t member, int64_t time, double white,
                                 const Terms& terms) {
  SetInstant(time);
  SlowNoise::Member& own = slow_noise_.MemberOf(member, terms.slow_hours);
  const double value =
      terms.base + terms.seasonal * instant_.season + terms.diurnal * instant_.hour_wave;
  double rough =
      terms.offset * own.offset + terms.drift * instant_.hours + terms.noise * white;
  if (terms.slow != 0) {
    rough += terms.slow * slow_noise_.At(own, signal_.series_.LastPartOf(member),
                                         time / kMicrosecondsPerSecond);
  }
  return value + terms.scale * rough;
}

double Signal::Readings::ValueOf(size_t i, double white) {
  const Terms terms = TermsOf(static_cast<int64_t>(i));
  const SeriesRows& series = signal_.series_;
  const int64_t member = places_[i].member;
  SeriesRows::Place place = places_[i];
  int64_t reading = readings_[i];
  if (stuck_since_[i] >= 0) {
    place = series.PlaceOfStep(stuck_since_[i]);
    reading = stuck_since_[i] * series.members() + member;
    white = NormalCell(signal_.options_.key, reading, kWhite);
  }
  if (place.day != begin_.day || place.step != begin_.step) {
    begin_ = place;
    begin_time_ = steps_.StartOf(place.day, place.step);
  }
  double value = Reading(member, begin_time_, white, terms);
  if (faults_[i] == kSpike) {
    const double z = NormalCell(signal_.options_.key, reading, kSpikeSize);
    value += terms.scale * terms.spike * (z < 0 ? z - 0.5 : z + 0.5);
  }
  double tens = 1;
  for (int d = 0; d < static_cast<int>(terms.digits); ++d) tens *= 10;
  value = std::clamp(value, terms.min, terms.max);
  return internal::Rint(value * tens) / tens;
}

arrow::Result<std::shared_ptr<arrow::Array>> Signal::Readings::Make(int field) {
  const int64_t length = request_.rows.length();
  if (field == kFault) {
    return signal_.faults_.Codes(length, request_.pool, [&](int64_t i) {
      return faults_[static_cast<size_t>(i)];
    });
  }
  if (field == kStatus) {
    return signal_.states_.Codes(length, request_.pool, [&](int64_t i) {
      return states_[static_cast<size_t>(i)];
    });
  }
  if (field == kValue) {
    ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<double>::Make(length, request_.pool));
    std::vector<double> white(faults_.size());
    UnitsOf(signal_.options_.key, Rows(readings_), 0, length, kWhite, white.data());
    InverseNormalOf(white, white.data());
    for (size_t i = 0; i < faults_.size(); ++i) {
      memory.data()[i] = faults_[i] == kGap ? 0 : ValueOf(i, white[i]);
      if (faults_[i] != kGap) continue;
      ARROW_RETURN_NOT_OK(memory.validity().SetNull(static_cast<int64_t>(i)));
    }
    return std::move(memory).Finish(arrow::float64());
  }
  arrow::BooleanBuilder flags(request_.pool);
  ARROW_RETURN_NOT_OK(flags.Reserve(length));
  for (const int32_t fault : faults_) {
    flags.UnsafeAppend(field == kIsMissing ? fault == kGap
                                           : fault == kSpike || fault == kStuck);
  }
  return flags.Finish();
}

arrow::Result<std::unique_ptr<StructGenerator::Block>> Signal::Open(
    const GenerateRequest& request) const {
  return std::make_unique<Readings>(*this, request);
}

arrow::Status ReadInputs(Params& params, BindContext& context, Inputs* in) {
  struct Line {
    NumberInput* input;
    std::string_view key;
    double fallback;
    std::string_view unit;
  };
  const Line lines[] = {
      {&in->base, "base", 0, ""},           {&in->offset, "offset", 0.5, ""},
      {&in->seasonal, "seasonal", 0, ""},   {&in->diurnal, "diurnal", 0, ""},
      {&in->slow, "slow", 0, ""},           {&in->slow_hours, "slow_hours", 2, ""},
      {&in->drift, "drift", 0, "per hour"}, {&in->noise, "noise", 0.2, ""},
      {&in->spike, "spike", 5, ""},         {&in->scale, "scale", 1, ""},
      {&in->min, "min", -1e9, ""},          {&in->max, "max", 1e9, ""},
      {&in->digits, "digits", 2, ""}};
  for (const Line& line : lines) {
    ARROW_ASSIGN_OR_RAISE(*line.input, NumberInput::Read(params, context, line.key,
                                                         line.fallback, line.unit));
  }
  return arrow::Status::OK();
}

arrow::Result<double> ReadShare(Params& params, std::string_view key, double fallback) {
  ARROW_ASSIGN_OR_RAISE(const double share, params.GetDoubleOr(key, fallback));
  if (share >= 0 && share <= 1) return share;
  return params.Error(key, "must be a share from 0 to 1", std::to_string(share));
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  const SeriesRows* series = context.rows().series();
  if (series == nullptr || series->grows()) {
    return params.Error("", "needs the rows of a series over tables that are made once");
  }
  Inputs inputs;
  ARROW_RETURN_NOT_OK(ReadInputs(params, context, &inputs));
  Signal::Options options{.key = context.key("value")};
  ARROW_ASSIGN_OR_RAISE(options.together, ReadShare(params, "together", 0.5));
  ARROW_ASSIGN_OR_RAISE(const double gaps, ReadShare(params, "gaps", 0));
  ARROW_ASSIGN_OR_RAISE(options.spikes, ReadShare(params, "spikes", 0));
  ARROW_ASSIGN_OR_RAISE(const double stuck, ReadShare(params, "stuck", 0));
  ARROW_ASSIGN_OR_RAISE(const int64_t burst, params.GetInt64Or("burst_steps", 12));
  ARROW_ASSIGN_OR_RAISE(const int64_t stuck_steps, params.GetInt64Or("stuck_steps", 60));
  for (const auto& [key, steps] :
       {std::pair<std::string_view, int64_t>{"burst_steps", burst},
        {"stuck_steps", stuck_steps}}) {
    if (steps >= 1 && steps <= kFaultCycle) continue;
    return params.Error(key, "must be from 1 to 288 steps", std::to_string(steps));
  }
  ARROW_RETURN_NOT_OK(params.Finish());
  const double in_bursts = std::min(kBurstPart * gaps, kMostBursts);
  options.lost = 1 - (1 - gaps) / (1 - in_bursts);
  options.bursts = FaultsOf(in_bursts, burst, series->members());
  options.stuck = FaultsOf(std::min(stuck, kMostBursts), stuck_steps, series->members());
  ARROW_ASSIGN_OR_RAISE(CategoryPool faults,
                        CategoryPool::Of({"none", "gap", "spike", "stuck"}));
  ARROW_ASSIGN_OR_RAISE(CategoryPool states,
                        CategoryPool::Of({"ok", "warning", "failed", "recovering"}));
  return std::make_unique<Signal>(*series, inputs, options, std::move(faults),
                                  std::move(states));
}

}  // namespace

extern const GeneratorDef kSignal{
    .name = "signal",
    .summary = "draw what a sensor reads, with gaps, spikes and their labels",
    .params =
        "base: mean of the readings; a number or metrics.base (0)\n"
        "offset: standard deviation of what a member is off by (0.5)\n"
        "seasonal: half the range of a year, highest in July (0)\n"
        "diurnal: half the range of a day, highest at 15:00 (0)\n"
        "slow: standard deviation of slow changes (0)\n"
        "slow_hours: how slow they are, in hours (2)\n"
        "together: part of the slow variance that all members of a metric share, the "
        "metric being the last table of the series (0.5)\n"
        "noise: standard deviation of white noise (0.2)\n"
        "drift: what a sensor runs away by, set back at 00:00 (0 per hour)\n"
        "spike: standard deviation of spikes, beside half of it (5)\n"
        "scale: factor of offset, slow, noise, drift and spike (1)\n"
        "min: least reading (-1e9)\n"
        "max: greatest reading (1e9)\n"
        "digits: digits after the point (2)\n"
        "gaps: share of missing readings, most of them in bursts (0)\n"
        "burst_steps: longest burst of gaps (12)\n"
        "spikes: share of readings with a spike (0)\n"
        "stuck: share of readings that repeat an earlier one (0)\n"
        "stuck_steps: longest such time (60)",
    .example =
        "{signal: {base: 20, seasonal: 10, diurnal: 3, slow: 0.5, noise: 0.2, drift: "
        "0.05 per hour, gaps: 0.02, spikes: 0.01, stuck: 0.01}}",
    .bind = Bind,
};

}  // namespace lakeseed
