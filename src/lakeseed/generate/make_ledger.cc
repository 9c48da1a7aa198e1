#include "lakeseed/generate/make_ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/base/date.h"
#include "lakeseed/base/quantiles.h"
#include "lakeseed/base/status.h"
#include "lakeseed/generate/real_column.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

using Kind = LedgerStreamSpec::Kind;

/// Sub-keys of a stream.
constexpr int64_t kSchedule = 0, kAmounts = 1, kOwn = 2;
/// A balance may drift by so much of what is moved.
constexpr double kMostDrift = 0.02;
constexpr double kYearDays = 365;

class Maker {
 public:
  Maker(const TableSpec& table, const RowSpaceContext& context, int64_t accounts,
        int32_t days)
      : table_(table),
        spec_(*table.ledger),
        context_(context),
        accounts_(accounts),
        days_(days) {}

  arrow::Result<std::unique_ptr<RowSpace>> Make();

 private:
  struct Members {
    int64_t first = 0, count = 0;
  };

  arrow::Status Error(const std::string& key, const Place& place, std::string reason,
                      std::optional<std::string> value = std::nullopt,
                      std::string hint = "") const {
    return SpecErrors({{place, table_.name + ".ledger." + key, std::move(reason),
                        std::move(value), std::move(hint)}});
  }
  arrow::Status Placed(const std::string& key, const Place& place,
                       const arrow::Status& status) const;
  Key StreamOf(const std::string& purpose) const {
    return RowStream(context_.root, table_.name, purpose);
  }
  arrow::Result<std::vector<int64_t>> WeightsOf(const SeasonsSpec& seasons) const;
  void MakeGroups();
  Members MembersOf(const LedgerStreamSpec& stream) const;
  std::optional<DaySpan> FromEpoch(const std::optional<DateRange>& days) const;
  /// The members of some groups, and when they come and go.
  Roster RosterOf(const LedgerStreamSpec* stream) const;
  arrow::Status MakePurses();
  /// First and last postings of those that open and close.
  void MakeFirstAndLast(LedgerStream::Role role);
  bool IsOf(const LedgerStreamSpec& stream, const std::string& group) const;
  /// Hundredths that an account of the group gains in a day from streams of the kind.
  double GainOf(const std::string& group, bool is_scaled, bool is_turnover) const;
  arrow::Status ReadTables();
  arrow::Status Balance(size_t number);
  arrow::Status CheckDrift() const;
  arrow::Status MakeStream(size_t number);
  arrow::Status MakeRefused(size_t number);

  const TableSpec& table_;
  const LedgerSpec& spec_;
  const RowSpaceContext& context_;
  const int64_t accounts_;
  const int32_t days_;
  std::vector<LedgerRows::Group> groups_;
  std::vector<AmountTable> tables_;
  std::vector<LedgerStream> streams_;
  std::vector<LedgerPurse> purses_;
};

arrow::Status Maker::Placed(const std::string& key, const Place& place,
                            const arrow::Status& status) const {
  std::vector<Diagnostic> diagnostics = DiagnosticsOf(status);
  for (Diagnostic& one : diagnostics) {
    if (one.place.line == 0) one.place = place;
    if (one.path.empty()) one.path = table_.name + ".ledger." + key;
  }
  return SpecErrors(std::move(diagnostics));
}

arrow::Result<std::vector<int64_t>> Maker::WeightsOf(const SeasonsSpec& seasons) const {
  DayFactors factors{.weekday = WeekdayFactors(seasons), .month = seasons.month};
  ARROW_ASSIGN_OR_RAISE(factors.holiday,
                        HolidayFactors(seasons, context_.epoch, context_.epoch + days_));
  return DayWeights(context_.epoch, days_, factors);
}

void Maker::MakeGroups() {
  double sum = 0, before = 0;
  for (const LedgerGroupSpec& group : spec_.groups) sum += group.share;
  for (const auto& [name, share, opens, closes, brings, place] : spec_.groups) {
    const auto cut = [&](double part) {
      return RoundHalfAway(part / sum * static_cast<double>(accounts_));
    };
    const int64_t first = cut(before), end = cut(before + share);
    groups_.push_back({name, first, end - first});
    before += share;
  }
  LedgerRows::Group& last = groups_.back();
  last.count = accounts_ - last.first;  // Whatever the shares' sum was rounded to.
}

bool Maker::IsOf(const LedgerStreamSpec& stream, const std::string& group) const {
  return stream.of.empty() ||
         std::find(stream.of.begin(), stream.of.end(), group) != stream.of.end();
}

Maker::Members Maker::MembersOf(const LedgerStreamSpec& stream) const {
  Members members{.first = accounts_};
  for (const LedgerRows::Group& group : groups_) {
    if (!IsOf(stream, group.name)) continue;
    members.first = std::min(members.first, group.first);
    members.count += group.count;
  }
  return members;
}

std::optional<DaySpan> Maker::FromEpoch(const std::optional<DateRange>& days) const {
  if (!days) return std::nullopt;
  return DaySpan{days->from - context_.epoch, days->to - context_.epoch};
}

Roster Maker::RosterOf(const LedgerStreamSpec* stream) const {
  std::vector<Roster::Section> sections;
  for (size_t g = 0; g < groups_.size(); ++g) {
    if (stream != nullptr && !IsOf(*stream, groups_[g].name)) continue;
    const LedgerGroupSpec& group = spec_.groups[g];
    sections.push_back({.count = groups_[g].count,
                        .opens = FromEpoch(group.opens),
                        .closes = FromEpoch(group.closes)});
  }
  return Roster(std::move(sections));
}

arrow::Status Maker::MakePurses() {
  for (size_t g = 0; g < groups_.size(); ++g) {
    const LedgerGroupSpec& group = spec_.groups[g];
    if (!group.brings) continue;
    for (const auto& days : {group.opens, group.closes}) {
      if (!days || days->from > context_.epoch) continue;
      return Error("groups." + group.name, group.place,
                   "opens or closes on the epoch or before", FormatDate(days->from));
    }
    const std::string path = table_.name + ".ledger.groups." + group.name + ".brings";
    auto table = ReadAmounts(*group.brings, path, spec_.block);
    if (!table.ok()) return Placed("groups." + group.name, group.place, table.status());
    purses_.push_back({.first = groups_[g].first,
                       .members = groups_[g].count,
                       .opens = group.opens.has_value(),
                       .amounts = Amounts({}, *std::move(table))});
  }
  return arrow::Status::OK();
}

void Maker::MakeFirstAndLast(LedgerStream::Role role) {
  const bool is_opening = role == LedgerStream::Role::kOpening;
  const bool has_one = std::any_of(
      spec_.groups.begin(), spec_.groups.end(), [&](const LedgerGroupSpec& group) {
        return is_opening ? group.opens.has_value() : group.closes.has_value();
      });
  if (!has_one) return;
  streams_.push_back({.name = is_opening ? kOpeningStream : kClosingStream,
                      .schedule = streams_[0].schedule,
                      .amounts = streams_[0].amounts,
                      .sign = is_opening ? 1 : -1,
                      .members = accounts_,
                      .role = role,
                      .roster = RosterOf(nullptr)});
}

arrow::Status Maker::ReadTables() {
  for (const LedgerStreamSpec& stream : spec_.streams) {
    auto table = ReadAmounts(stream.amount,
                             table_.name + ".ledger.streams." + stream.name, spec_.block);
    if (!table.ok()) {
      return Placed("streams." + stream.name, stream.place, table.status());
    }
    tables_.push_back(*std::move(table));
  }
  return arrow::Status::OK();
}

double Maker::GainOf(const std::string& group, bool is_scaled, bool is_turnover) const {
  double gain = 0;
  for (size_t s = 0; s < tables_.size(); ++s) {
    const LedgerStreamSpec& stream = spec_.streams[s];
    const bool moves = stream.kind == Kind::kAdds || stream.kind == Kind::kTakes;
    if (!moves || stream.is_scaled != is_scaled || !IsOf(stream, group)) continue;
    const auto& q = tables_[s].quantiles;
    const auto sum = static_cast<double>(std::accumulate(q.begin(), q.end(), int64_t{0}));
    const double rate = sum / (static_cast<double>(spec_.block) * stream.every_days);
    gain += is_turnover || stream.kind == Kind::kAdds ? rate : -rate;
  }
  return gain;
}

// The stream's quantiles, all by one factor, such that its group neither gains nor loses.
arrow::Status Maker::Balance(size_t number) {
  const LedgerStreamSpec& stream = spec_.streams[number];
  const std::string path = "streams." + stream.name + ".balancing";
  const std::string& group = stream.of.empty() ? spec_.groups[0].name : stream.of[0];
  std::vector<int64_t>& q = tables_[number].quantiles;
  const auto own = static_cast<double>(std::accumulate(q.begin(), q.end(), int64_t{0}));
  const double events = static_cast<double>(spec_.block) * stream.every_days;
  const double gain = GainOf(group, stream.is_scaled, false) * events;
  const double wanted = stream.kind == Kind::kAdds ? own - gain : own + gain;
  if (!(wanted >= static_cast<double>(q.size()) && wanted < 1e15)) {
    return Error(path, stream.place, "there is nothing that it could balance", group,
                 "streams that take are balanced by one that adds, or the other way");
  }
  for (int64_t& amount : q) {
    const double scaled = static_cast<double>(amount) * (wanted / own);
    amount = std::max<int64_t>(RoundHalfAway(scaled), 1);
  }
  const int64_t sum = RoundHalfAway(wanted);
  ARROW_ASSIGN_OR_RAISE(q, FillTo(std::move(q), sum, 1, sum));
  return arrow::Status::OK();
}

arrow::Status Maker::CheckDrift() const {
  for (const LedgerGroupSpec& one : spec_.groups) {
    const std::string& group = one.name;
    const auto& drifting = spec_.drifting;
    if (std::find(drifting.begin(), drifting.end(), group) != drifting.end()) continue;
    for (const bool is_scaled : {true, false}) {
      const double gain = GainOf(group, is_scaled, false);
      const double turnover = GainOf(group, is_scaled, true);
      if (std::abs(gain) <= kMostDrift * turnover) continue;
      return Error("streams", spec_.place,
                   fmt::format("balances of group {} drift by {:.2f} in a year{}", group,
                               gain / 100 * kYearDays,
                               is_scaled ? " for each level" : ", whatever the level"),
                   std::nullopt,
                   fmt::format("let one stream balance (`balancing: true`), or say "
                               "`drifting: [{}]`",
                               group));
    }
  }
  return arrow::Status::OK();
}

arrow::Status Maker::MakeStream(size_t number) {
  const LedgerStreamSpec& spec = spec_.streams[number];
  const Key key = StreamOf("ledger/" + spec.name);
  Members members = MembersOf(spec);
  const bool is_transfer = spec.kind == Kind::kTransfers;
  if (is_transfer && members.count < 2) members.count = 0;  // Nobody to send to.
  const std::string path = "streams." + spec.name;
  const auto weights = WeightsOf(spec.seasons);
  if (!weights.ok()) return Placed(path + ".seasons", spec.place, weights.status());
  const bool is_refused = spec.kind == Kind::kRefuses;
  const bool has_cycles = !is_refused && members.count > 0;
  auto schedule =
      Schedule::Make(key.Sub(kSchedule), has_cycles ? RosterOf(&spec) : Roster(),
                     spec.every_days, *weights);
  if (!schedule.ok()) return Placed(path + ".seasons", spec.place, schedule.status());
  const bool takes = spec.kind == Kind::kTakes || is_transfer;
  streams_.push_back({.name = spec.name,
                      .schedule = *std::move(schedule),
                      .amounts = Amounts(key.Sub(kAmounts), tables_[number]),
                      .sign = is_refused ? 0
                              : takes    ? -1
                                         : 1,
                      .is_transfer = is_transfer,
                      .is_scaled = spec.is_scaled,
                      .first = members.first,
                      .members = members.count,
                      .own = key.Sub(kOwn),
                      .roster = RosterOf(&spec)});
  return arrow::Status::OK();
}

arrow::Status Maker::MakeRefused(size_t number) {
  const LedgerStreamSpec& spec = spec_.streams[number];
  if (spec.kind != Kind::kRefuses) return arrow::Status::OK();
  const std::string path = "streams." + spec.name;
  ARROW_ASSIGN_OR_RAISE(const std::vector<int64_t> weights, WeightsOf(spec.seasons));
  arrow::Result<DayIndex> index = arrow::Status::Invalid("no rate");
  if (spec.is_rest) {
    const int32_t first = context_.window.from - context_.epoch;
    const int32_t last = context_.window.to - context_.epoch;
    int64_t rows = context_.target_rows.has_value()
                       ? ScaledSize(*context_.target_rows, context_.scale_factor)
                       : 0;
    int64_t others = 0;
    for (const LedgerStream& stream : streams_) {
      if (stream.sign == 0 && stream.refused.days() == 0) continue;  // Not made yet.
      others += (stream.EventsBefore(last + 1) - stream.EventsBefore(first)) *
                (stream.is_transfer ? 2 : 1);
    }
    if (rows < others) {
      return Error(path, spec.place, "the accounts alone have more postings than that",
                   fmt::format("{} > {}", others, rows),
                   "ask for more rows, or for fewer accounts");
    }
    index = DayIndex::OfTarget(weights, rows - others, first, last);
  } else {
    const auto per_day = context_.size(spec.per_day);
    if (!per_day.ok()) return Placed(path + ".per_day", spec.place, per_day.status());
    constexpr double kUnit = 0x1p20, kMost = 0x1p38;
    const double rate = static_cast<double>(*per_day) * context_.scale_factor;
    if (!(rate >= 0 && rate < kMost)) {
      return Error(path + ".per_day", spec.place, "is out of range");
    }
    index = DayIndex::OfRate(weights, static_cast<int64_t>(rate * kUnit + 0.5),
                             kNeutralWeight << 20);
  }
  if (!index.ok()) return Placed(path, spec.place, index.status());
  LedgerStream& stream = streams_[number];
  stream.refused = *std::move(index);
  const bool has_always = stream.roster.Between({0, days_ - 1}).count() > 0;
  if (!has_always && stream.refused.total() > 0) {
    return Error(path + ".of", spec.place, "these groups have no accounts that stay");
  }
  return arrow::Status::OK();
}

arrow::Result<std::unique_ptr<RowSpace>> Maker::Make() {
  MakeGroups();
  ARROW_RETURN_NOT_OK(ReadTables());
  for (size_t s = 0; s < spec_.streams.size(); ++s) {
    if (spec_.streams[s].is_balancing) ARROW_RETURN_NOT_OK(Balance(s));
  }
  ARROW_RETURN_NOT_OK(CheckDrift());
  for (size_t s = 0; s < spec_.streams.size(); ++s) ARROW_RETURN_NOT_OK(MakeStream(s));
  ARROW_RETURN_NOT_OK(MakePurses());
  MakeFirstAndLast(LedgerStream::Role::kOpening);
  MakeFirstAndLast(LedgerStream::Role::kClosing);
  // What is stated comes before the rest.
  for (const bool rest : {false, true}) {
    for (size_t s = 0; s < spec_.streams.size(); ++s) {
      if (spec_.streams[s].is_rest == rest) ARROW_RETURN_NOT_OK(MakeRefused(s));
    }
  }
  std::optional<RealLaw> levels;
  if (spec_.levels) {
    Params params(*spec_.levels, table_.name + ".ledger.levels");
    if (params.generator() != "lognormal") {
      return Error("levels", spec_.levels->place, "must be a lognormal law",
                   params.generator());
    }
    ARROW_ASSIGN_OR_RAISE(levels, ReadLognormal(params));
  }
  auto zone = TimeZone::Load(spec_.zone);
  if (!zone.ok()) return Placed("zone", spec_.place, zone.status());
  auto hours = Hours::Make(StreamOf(std::string(kHourStream)), spec_.seasons.hours,
                           *std::move(zone));
  if (!hours.ok()) return Placed("seasons.hours", spec_.place, hours.status());
  int32_t days = days_;
  for (const LedgerStream& stream : streams_) {
    days = std::min(days, stream.schedule.days());
  }
  const Key key = StreamOf("ledger");
  LedgerRows::Options options{.accounts = spec_.of,
                              .groups = std::move(groups_),
                              .places = Bijection(StreamOf("accounts"), accounts_),
                              .epoch = context_.epoch,
                              .days = days};
  return std::make_unique<LedgerRows>(
      Ledger(key, std::move(streams_), std::move(levels), std::move(purses_)),
      *std::move(hours), std::move(options));
}

}  // namespace

arrow::Result<std::unique_ptr<RowSpace>> MakeLedger(const TableSpec& table,
                                                    const RowSpaceContext& context,
                                                    int64_t accounts, int32_t days) {
  return Maker(table, context, accounts, days).Make();
}

}  // namespace lakeseed
