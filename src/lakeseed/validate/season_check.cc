#include "lakeseed/validate/season_check.h"

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "lakeseed/base/date.h"
#include "lakeseed/base/time_zone.h"
#include "lakeseed/evaluate/numbers_of_days.h"
#include "lakeseed/spec/day_counts.h"
#include "lakeseed/validate/cells.h"

namespace lakeseed {
namespace {

constexpr double kRelative = 0.15;
constexpr double kSigmas = 6;
constexpr int kFewestDays = 28;
constexpr const char* kDayNames[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                     "Friday", "Saturday", "Sunday"};

arrow::Result<std::array<double, 7>> WeekdayShares(const EventsSpec& events,
                                                   DateRange window) {
  const SeasonsSpec& seasons = events.seasons;
  std::vector<double> by_day;
  if (const Expr* factor = events.per_day ? ByDayOf(*events.per_day) : nullptr) {
    ARROW_ASSIGN_OR_RAISE(by_day, NumbersOfDays(*factor, "events.per_day", window.from,
                                                window.to - window.from + 1));
  }
  const std::vector<double> weekdays = WeekdayFactors(seasons);
  ARROW_ASSIGN_OR_RAISE(const auto holidays,
                        HolidayFactors(seasons, window.from, window.to));
  std::array<double, 7> shares{};
  double sum = 0;
  for (int32_t day = window.from; day <= window.to; ++day) {
    const auto weekday = static_cast<size_t>(Weekday(day));
    const auto month = static_cast<size_t>(CivilFromDays(day).month - 1);
    double weight = 1;
    if (!weekdays.empty()) weight *= weekdays[weekday];
    if (!seasons.month.empty()) weight *= seasons.month[month];
    if (const auto found = holidays.find(day); found != holidays.end()) {
      weight *= found->second;
    }
    if (!by_day.empty()) weight *= by_day[static_cast<size_t>(day - window.from)];
    shares[weekday] += weight;
    sum += weight;
  }
  for (double& share : shares) share /= sum;
  return shares;
}

class WeekdayCheck final : public TableCheck {
 public:
  WeekdayCheck(Check check, int64_t max_examples, std::string column, int slot,
               TimeZone zone, std::array<double, 7> shares)
      : TableCheck(std::move(check), max_examples),
        column_(std::move(column)),
        slot_(slot),
        zone_(std::move(zone)),
        shares_(shares) {}

  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    const auto& cells = *block.slots[static_cast<size_t>(slot_)];
    ReadIntegers(cells, &values_);
    for (int64_t i = 0; i < block.length; ++i) {
      if (cells.IsNull(i)) continue;
      const int64_t local = zone_.ToLocal(values_[static_cast<size_t>(i)]);
      ++counts_[static_cast<size_t>(Weekday(DayOfTimestamp(local)))];
    }
    return arrow::Status::OK();
  }

  arrow::Status End() override {
    double total = 0;
    for (const int64_t count : counts_) total += static_cast<double>(count);
    for (size_t day = 0; day < 7 && total > 0; ++day) {
      const double found = static_cast<double>(counts_[day]) / total,
                   share = shares_[day];
      check_.comparison.labels.emplace_back(kDayNames[day]);
      check_.comparison.expected.push_back(share);
      check_.comparison.found.push_back(found);
      const double allowed =
          kRelative * share + kSigmas * std::sqrt(share * (1 - share) / total);
      if (std::abs(found - share) <= allowed) continue;
      FoundAtAll(column_, fmt::format("{:.1f} % on {}", 100 * share, kDayNames[day]),
                 fmt::format("{:.1f} %", 100 * found));
    }
    return arrow::Status::OK();
  }

 private:
  const std::string column_;
  const int slot_;
  const TimeZone zone_;
  const std::array<double, 7> shares_;
  std::array<int64_t, 7> counts_{};
  std::vector<int64_t> values_;
};

}  // namespace

void AddSeasonChecks(CheckBuilder& builder) {
  const TableSpec& table = builder.table();
  const TableFiles& own = builder.scope().own();
  const bool is_by_day = own.is_events_by_day();
  const DateRange window = is_by_day ? own.days() : builder.dataset().window;
  if (is_by_day && !own.broken_days.empty()) return;
  if (!table.events || window.to - window.from + 1 < kFewestDays) return;
  for (const ColumnSpec& column : table.columns) {
    const Expr* expression = column.expression.get();
    if (expression == nullptr || expression->kind != Expr::Kind::kPath ||
        expression->path != std::vector<std::string>{"$time"}) {
      continue;
    }
    const auto slot = builder.scope().Column(column.name);
    const auto zone = TimeZone::Load(table.events->zone);
    if (!slot.ok() || slot->type->id() != arrow::Type::TIMESTAMP || !zone.ok()) continue;
    const auto shares = WeekdayShares(*table.events, window);
    if (!shares.ok()) continue;
    builder.Add(std::make_unique<WeekdayCheck>(
        builder.Start("distribution", column.name + "_weekday"), builder.max_examples(),
        column.name, slot->index, *zone, *shares));
  }
}

}  // namespace lakeseed
