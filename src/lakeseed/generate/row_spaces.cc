#include "lakeseed/generate/row_spaces.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/status.h"
#include "lakeseed/evaluate/numbers_of_days.h"
#include "lakeseed/generate/child_count.h"
#include "lakeseed/generate/child_rows.h"
#include "lakeseed/generate/event_rows.h"
#include "lakeseed/generate/history_rows.h"
#include "lakeseed/generate/make_ledger.h"
#include "lakeseed/generate/population_rows.h"
#include "lakeseed/generate/real_column.h"
#include "lakeseed/generate/series_rows.h"
#include "lakeseed/generate/staged_fanout.h"
#include "lakeseed/generate/static_rows.h"
#include "lakeseed/spec/day_counts.h"
#include "lakeseed/spec/match_spec.h"
#include "lakeseed/spec/series_reader.h"

namespace lakeseed {

namespace {

/// Days beyond the last one asked for: changes look to the end of their cycle.
constexpr int32_t kMargin = 400;
/// Rates are in 2^-20 rows a day (births: 2^-24).
constexpr double kRateUnit = 0x1p20, kBirthUnit = 0x1p24;
constexpr int64_t kRateDen = kNeutralWeight << 20, kBirthDen = kNeutralWeight << 24;
constexpr double kLargestRate = 0x1p38, kLargestBirths = 0x1p34;

// Makes the space of one table; every error gets the table's place.
class Maker {
 public:
  Maker(const TableSpec& table, const RowSpaceContext& context)
      : table_(table), context_(context) {}

  arrow::Result<std::unique_ptr<RowSpace>> Static(const StaticRowsSpec& spec);
  arrow::Result<std::unique_ptr<RowSpace>> OfPopulation(const PopulationSpec& spec);
  arrow::Result<std::unique_ptr<RowSpace>> Events(const EventsSpec& spec);
  arrow::Result<std::unique_ptr<RowSpace>> Children(const ChildrenSpec& spec);
  arrow::Result<std::unique_ptr<RowSpace>> Series(const SeriesSpec& spec);
  arrow::Result<std::unique_ptr<RowSpace>> LedgerOf(const LedgerSpec& spec);

 private:
  DaySpan window() const {
    return {context_.window.from - context_.epoch, context_.window.to - context_.epoch};
  }
  int32_t days() const {
    return std::max(context_.window.to, context_.last_day) - context_.epoch + 1 + kMargin;
  }
  Key Stream(std::string_view purpose) const {
    return RowStream(context_.root, table_.name, purpose);
  }
  arrow::Status Error(const std::string& key, std::string reason,
                      std::optional<std::string> value = std::nullopt,
                      std::string hint = "") const {
    return SpecErrors({{table_.place, table_.name + "." + key, std::move(reason),
                        std::move(value), std::move(hint)}});
  }
  /// An error found below, with a place and a path where it has none.
  arrow::Status Placed(const std::string& key, const arrow::Status& status) const;
  arrow::Result<int64_t> Size(const std::string& key, const ExprPtr& expression,
                              double scale_factor) const;
  arrow::Result<DayFactors> Factors(const EventsSpec& spec) const;
  /// Rows of each day by the law that `per_day` is.
  arrow::Result<std::vector<int64_t>> DrawDays(const Expr& law) const;
  std::unique_ptr<const Funnel> FunnelOf(const MatchSpec& match,
                                         const DayIndex& own) const;
  arrow::Result<std::unique_ptr<Fanout>> FanoutOf(ChildCounts counts,
                                                  std::optional<int64_t> total,
                                                  RowRange parents) const;
  arrow::Result<std::unique_ptr<Changes>> ChangesOf(const ChangesSpec& spec,
                                                    const Population& population) const;

  const TableSpec& table_;
  const RowSpaceContext& context_;
};

arrow::Status Maker::Placed(const std::string& key, const arrow::Status& status) const {
  std::vector<Diagnostic> diagnostics = DiagnosticsOf(status);
  for (Diagnostic& one : diagnostics) {
    if (one.place.line == 0) one.place = table_.place;
    if (one.path.empty()) one.path = table_.name + "." + key;
  }
  return SpecErrors(std::move(diagnostics));
}

arrow::Result<int64_t> Maker::Size(const std::string& key, const ExprPtr& expression,
                                   double scale_factor) const {
  const arrow::Result<int64_t> size = context_.size(expression);
  if (!size.ok()) return Placed(key, size.status());
  if (*size < 0) return Error(key, "must be at least 0", std::to_string(*size));
  return ScaledSize(*size, scale_factor);
}

arrow::Result<std::unique_ptr<RowSpace>> Maker::Static(const StaticRowsSpec& spec) {
  ARROW_ASSIGN_OR_RAISE(
      const int64_t count,
      Size("rows", spec.count, spec.is_fixed ? 1.0 : context_.scale_factor));
  return std::make_unique<StaticRows>(count, context_.epoch);
}

arrow::Result<std::unique_ptr<RowSpace>> Maker::OfPopulation(const PopulationSpec& spec) {
  const bool has_total = spec.total != nullptr;
  ARROW_ASSIGN_OR_RAISE(const int64_t scaled,
                        Size(has_total ? "population.total" : "population.size",
                             has_total ? spec.total : spec.size, context_.scale_factor));
  const int64_t size = std::max(scaled, spec.at_least);
  const double net = spec.growth_per_day - spec.churn_per_day;
  if (!(spec.growth_per_day >= 0 && spec.churn_per_day >= 0 && spec.churn_per_day <= 1)) {
    return Error("population", "growth and churn must be shares from 0 to 1");
  }
  // `size` live at the window's start: so many fewer (or more) founded it. A total is
  // that of the window's end, whoever has left.
  double level = 1.0;
  const int32_t sized = has_total ? window().last + 1 : window().first;
  for (int32_t day = 0; day < sized; ++day) level *= 1.0 + net;
  const int64_t founders =
      std::max<int64_t>(ScaledSize(size, 1.0 / level), std::min<int64_t>(size, 1));
  const double births = static_cast<double>(founders) * spec.growth_per_day;
  if (births >= kLargestBirths) {
    return Error("population.growth", "gives too many births a day",
                 fmt::format("{:.0f}", births),
                 "ask for fewer rows: --scale-factor, --target-rows, or a parameter");
  }
  const auto weights = DayWeights(context_.epoch, days(), {.growth = net});
  if (!weights.ok()) return Placed("population.growth", weights.status());
  const auto index =
      has_total
          ? DayIndex::OfTarget(*weights, size - founders, 0, window().last)
          : DayIndex::OfRate(*weights, static_cast<int64_t>(births * kBirthUnit + 0.5),
                             kBirthDen);
  if (!index.ok()) return Placed("population.growth", index.status());

  auto population = std::make_unique<Population>(
      PopulationOptions{
          .key = Stream(kPopulationStream),
          .founders = founders,
          .churn = spec.churn_per_day,
          .founders_key = Stream(kFoundersStream),
          .founders_since_days = std::max<int64_t>(spec.founders_since_days, 1)},
      *index);
  std::unique_ptr<Changes> changes;
  if (spec.changes.has_value()) {
    ARROW_ASSIGN_OR_RAISE(changes, ChangesOf(*spec.changes, *population));
  }
  return std::make_unique<PopulationRows>(std::move(population), std::move(changes),
                                          context_.epoch, spec.growth_per_day > 0);
}

arrow::Result<std::unique_ptr<Changes>> Maker::ChangesOf(
    const ChangesSpec& spec, const Population& population) const {
  if (!(spec.per_year > 0)) {
    return Error("population.changes.per_year", "must be above 0",
                 fmt::format("{}", spec.per_year));
  }
  const int32_t period = ChangePeriod(spec.per_year);
  if (period < 1) {
    return Error("population.changes.per_year", "must be at most 146",
                 fmt::format("{}", spec.per_year),
                 "a member changes once a cycle at most");
  }
  return std::make_unique<Changes>(Stream(kChangeStream), population, period,
                                   spec.per_year * period / 365.0);
}

arrow::Result<DayFactors> Maker::Factors(const EventsSpec& spec) const {
  DayFactors factors{.growth = spec.seasons.growth_per_day,
                     .weekday = WeekdayFactors(spec.seasons),
                     .month = spec.seasons.month,
                     .noise = spec.noise,
                     .noise_key = Stream(kDayStream)};
  auto holidays = HolidayFactors(spec.seasons, context_.epoch, context_.epoch + days());
  if (!holidays.ok()) return Placed("events.seasons.holidays", holidays.status());
  factors.holiday = *std::move(holidays);
  return factors;
}

arrow::Result<std::vector<int64_t>> Maker::DrawDays(const Expr& law) const {
  std::vector<int64_t> sizes;
  for (const ExprPtr& one : SizesOf(law)) {
    ARROW_ASSIGN_OR_RAISE(const int64_t size, Size("events.per_day", one, 1.0));
    sizes.push_back(size);
  }
  const int64_t low = sizes[0], high = sizes[1];
  if (low > high) {
    return Error("events.per_day.uniform", "the first number is above the second",
                 fmt::format("{} > {}", low, high));
  }
  const auto mean = static_cast<double>(sizes[2]), stddev = static_cast<double>(sizes[3]);
  const Key key = Stream(kCountStream);
  std::vector<double> factors;
  if (const Expr* by_day = ByDayOf(law)) {
    ARROW_ASSIGN_OR_RAISE(factors, NumbersOfDays(*by_day, table_.name + ".events.per_day",
                                                 context_.epoch, days()));
  }
  std::vector<int64_t> counts;
  for (int32_t day = 0; day < days(); ++day) {
    const double z = InverseNormal(Unit(Cell(key, day, 1)));
    int64_t count =
        low + Below(Cell(key, day), high - low + 1) + RoundHalfAway(mean + stddev * z);
    if (!factors.empty()) {
      count =
          RoundHalfAway(static_cast<double>(count) * factors[static_cast<size_t>(day)]);
    }
    counts.push_back(ScaledSize(std::max(count, sizes[4]), context_.scale_factor));
  }
  return counts;
}

arrow::Result<std::unique_ptr<RowSpace>> Maker::Events(const EventsSpec& spec) {
  ARROW_ASSIGN_OR_RAISE(const DayFactors factors, Factors(spec));
  const auto weights = DayWeights(context_.epoch, days(), factors);
  if (!weights.ok()) return Placed("events.seasons", weights.status());
  arrow::Result<DayIndex> index = arrow::Status::Invalid("no rate");
  if (spec.is_main) {
    if (!context_.target_rows.has_value()) {
      return Error("events.per_day", "is main, but the dataset has no target_rows",
                   std::nullopt, "state target_rows, or rows per day");
    }
    const int64_t rows = context_.exact_rows.value_or(
        ScaledSize(*context_.target_rows, context_.scale_factor));
    index = DayIndex::OfTarget(*weights, rows, window().first, window().last);
  } else if (spec.total != nullptr) {
    ARROW_ASSIGN_OR_RAISE(const int64_t rows,
                          Size("events.total", spec.total, context_.scale_factor));
    index = DayIndex::OfTarget(*weights, rows, window().first, window().last);
  } else if (IsDayCounts(*spec.per_day)) {
    ARROW_ASSIGN_OR_RAISE(const auto counts, DrawDays(*spec.per_day));
    index = DayIndex::OfCounts(*weights, counts);
  } else {
    const auto per_day = context_.size(spec.per_day);
    if (!per_day.ok()) return Placed("events.per_day", per_day.status());
    const double rate = static_cast<double>(*per_day) * context_.scale_factor;
    if (!(rate >= 0 && rate < kLargestRate)) {
      return Error("events.per_day", "is out of range",
                   fmt::format("{} * scale factor {}", *per_day, context_.scale_factor),
                   "lower it, or --scale-factor");
    }
    const auto num = static_cast<int64_t>(rate * kRateUnit + 0.5);
    index = DayIndex::OfRate(*weights, num, kRateDen);
  }
  if (!index.ok()) return Placed("events.per_day", index.status());
  auto zone = TimeZone::Load(spec.zone);
  if (!zone.ok()) return Placed("events.zone", zone.status());
  auto hours = Hours::Make(Stream(kHourStream), spec.seasons.hours, *std::move(zone));
  if (!hours.ok()) return Placed("events.seasons.hours", hours.status());
  DayIndex days = *std::move(index);
  std::unique_ptr<const Funnel> funnel;
  if (table_.match != nullptr) {
    funnel = FunnelOf(*table_.match, days);
    days = funnel->days();
  }
  return std::make_unique<EventRows>(std::move(days), *std::move(hours), context_.epoch,
                                     Stream(kArrivalStream), table_.late,
                                     std::move(funnel));
}

std::unique_ptr<const Funnel> Maker::FunnelOf(const MatchSpec& match,
                                              const DayIndex& own) const {
  std::vector<double> shares;
  for (const auto& [name, share] : match.stages) shares.push_back(share);
  return Funnel::Make(Stream(kMatchStream), own, *context_.other, context_.where, shares,
                      match.is_within);
}

// Children by the law beside those that stages bring; `total` are those of the window,
// of both kinds.
arrow::Result<std::unique_ptr<Fanout>> Maker::FanoutOf(ChildCounts counts,
                                                       std::optional<int64_t> total,
                                                       RowRange parents) const {
  const Key key = Stream(kFanoutStream);
  FanoutMean mean = counts.mean;
  if (total && parents.length() > 0) mean = {*total, parents.length()};
  const int64_t per_stage = table_.children->per_stage;
  if (per_stage == 0) {
    return Fanout::Make(key, std::move(counts.table), mean, {parents.begin, parents.end},
                        counts.law);
  }
  const Funnel* funnel = context_.parent->funnel();
  if (funnel == nullptr) {
    return RequestError("the parent reaches no stages", "add `match:` to it");
  }
  if (total) {
    mean.num -= per_stage *
                (funnel->StagesBefore(parents.end) - funnel->StagesBefore(parents.begin));
  }
  return StagedFanout::Make(key, std::move(counts.table), mean, parents, *funnel,
                            per_stage);
}

arrow::Result<std::unique_ptr<RowSpace>> Maker::Children(const ChildrenSpec& spec) {
  ARROW_ASSIGN_OR_RAISE(
      auto counts,
      ChildCountsOf(spec.count, table_.name + (spec.is_list ? ".length" : ".per.count"),
                    context_.constant));
  const RowRange parents = context_.parent->Extent(window());
  std::optional<int64_t> total = context_.exact_rows;
  if (spec.rows != nullptr) {
    ARROW_ASSIGN_OR_RAISE(const int64_t rows,
                          Size("per.rows", spec.rows, context_.scale_factor));
    if (parents.length() == 0 && rows > 0) {
      return Error("per.rows", "there is no parent in the window", std::to_string(rows),
                   "ask for more rows: a larger --target-rows or --scale-factor");
    }
    total = rows;
  }
  auto fanout = FanoutOf(std::move(counts), total, parents);
  if (!fanout.ok()) return Placed("per.rows", fanout.status());
  return std::make_unique<ChildRows>(*context_.parent, *std::move(fanout));
}

arrow::Result<std::unique_ptr<RowSpace>> Maker::Series(const SeriesSpec& spec) {
  const auto every = context_.size(spec.every);
  if (!every.ok()) return Placed("series.every", every.status());
  auto clock = ClockOf(spec, *every);
  if (!clock.ok()) return Placed("series", clock.status());
  SeriesRows::Options options{.epoch = context_.epoch,
                              .days = days(),
                              .spread = spec.spread,
                              .root = context_.root,
                              .table = table_.name};
  for (size_t i = 0; i < spec.of.size(); ++i) {
    const RowSpace& part = *context_.parts[i];
    const int64_t rows = part.fixed_count();
    if (rows == 0 || part.sees_own_day()) {
      return Error("series.of", "has no rows to go over", spec.of[i]);
    }
    if (rows < 0 && spec.of.size() > 1) {
      return Error("series.of", "grows, so no other table may stand beside it",
                   spec.of[i]);
    }
    options.parts.push_back({spec.of[i], rows});
    if (rows < 0) options.growing = &part;
  }
  return std::make_unique<SeriesRows>(*std::move(clock), std::move(options));
}

arrow::Result<std::unique_ptr<RowSpace>> Maker::LedgerOf(const LedgerSpec& spec) {
  const int64_t accounts = context_.parts[0]->fixed_count();
  if (accounts < 1) {
    return Error("ledger.of", "needs accounts that are made once", spec.of,
                 "give that table `rows:`, or `per:` of such a table");
  }
  return MakeLedger(table_, context_, accounts, days());
}

}  // namespace

int64_t ScaledSize(int64_t size, double factor) {
  if (factor == 1.0 || size == 0) return size;
  const double scaled = internal::Rint(static_cast<double>(size) * factor);
  return std::max<int64_t>(static_cast<int64_t>(scaled), 1);
}

arrow::Result<std::unique_ptr<RowSpace>> MakeRowSpace(const TableSpec& table,
                                                      const RowSpaceContext& context) {
  Maker maker(table, context);
  if (table.rows.has_value()) return maker.Static(*table.rows);
  if (table.population.has_value()) return maker.OfPopulation(*table.population);
  if (table.events.has_value()) return maker.Events(*table.events);
  if (table.history.has_value()) return std::make_unique<HistoryRows>(*context.parent);
  if (table.series != nullptr) return maker.Series(*table.series);
  if (table.ledger != nullptr) return maker.LedgerOf(*table.ledger);
  return maker.Children(*table.children);
}

}  // namespace lakeseed
