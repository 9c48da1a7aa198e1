#include "lakeseed/generate/make_ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/generate/ledger_tables.h"
#include "lakeseed/generate/real_column.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

using Kind = LedgerStreamSpec::Kind;

/// Sub-keys of a stream.
constexpr int64_t kSchedule = 0, kAmounts = 1, kOwn = 2, kReturns = 3, kTries = 4,
                  kPart = 5;

class Maker {
 public:
  Maker(const TableSpec& table, const RowSpaceContext& context, int64_t accounts,
        int32_t days)
      : table_(table),
        spec_(*table.ledger),
        errors_{table.name + ".ledger"},
        context_(context),
        accounts_(accounts),
        days_(days) {}

  arrow::Result<std::unique_ptr<RowSpace>> Make();

 private:
  struct Members {
    int64_t first = 0, count = 0;
  };

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
  arrow::Status MakeStream(size_t number);
  arrow::Result<LedgerReturns> ReturnsOf(const LedgerStreamSpec& spec,
                                         const Key& key) const;
  arrow::Status MakeBurst(const LedgerStreamSpec& spec, const Key& key,
                          LedgerStream* stream) const;
  arrow::Status MakePart(const LedgerStreamSpec& spec, const Key& key,
                         LedgerStream* stream) const;
  /// The stream of what comes back of another one.
  void GiveBack(size_t number);
  arrow::Status MakeRefused(size_t number);

  const TableSpec& table_;
  const LedgerSpec& spec_;
  const LedgerErrors errors_;
  const RowSpaceContext& context_;
  const int64_t accounts_;
  const int32_t days_;
  std::vector<LedgerRows::Group> groups_;
  std::vector<AmountTable> tables_;
  std::vector<LedgerStream> streams_;
  std::vector<LedgerPurse> purses_;
};

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

Maker::Members Maker::MembersOf(const LedgerStreamSpec& stream) const {
  Members members{.first = accounts_};
  for (const LedgerRows::Group& group : groups_) {
    if (!stream.IsOf(group.name)) continue;
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
    if (stream != nullptr && !stream->IsOf(groups_[g].name)) continue;
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
      return errors_.At("groups." + group.name, group.place,
                        "opens or closes on the epoch or before", FormatDate(days->from));
    }
    const std::string path = table_.name + ".ledger.groups." + group.name + ".brings";
    auto table = ReadAmounts(*group.brings, path, spec_.block);
    if (!table.ok())
      return errors_.Placed("groups." + group.name, group.place, table.status());
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

arrow::Status Maker::MakeStream(size_t number) {
  const LedgerStreamSpec& spec = spec_.streams[number];
  const Key key = StreamOf("ledger/" + spec.name);
  Members members = MembersOf(spec);
  const bool is_transfer = spec.kind == Kind::kTransfers;
  if (is_transfer && members.count < 2) members.count = 0;  // Nobody to send to.
  const std::string path = "streams." + spec.name;
  const auto weights = WeightsOf(spec.seasons);
  if (!weights.ok())
    return errors_.Placed(path + ".seasons", spec.place, weights.status());
  const bool is_refused = spec.kind == Kind::kRefuses;
  const bool has_cycles = !is_refused && members.count > 0;
  LedgerReturns returns;
  ARROW_ASSIGN_OR_RAISE(returns, ReturnsOf(spec, key));
  const ScheduleTerms terms{.hold = is_transfer ? spec.block : 1,
                            .tail = returns.last_lag(),
                            .least = is_transfer ? 2 : 1,
                            .share = spec.share};
  auto schedule =
      Schedule::Make(key.Sub(kSchedule), has_cycles ? RosterOf(&spec) : Roster(),
                     spec.every_days, *weights, terms);
  if (!schedule.ok())
    return errors_.Placed(path + ".seasons", spec.place, schedule.status());
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
                      .roster = RosterOf(&spec),
                      .returns = std::move(returns)});
  ARROW_RETURN_NOT_OK(MakePart(spec, key, &streams_.back()));
  return MakeBurst(spec, key, &streams_.back());
}

arrow::Result<LedgerReturns> Maker::ReturnsOf(const LedgerStreamSpec& spec,
                                              const Key& key) const {
  const std::string path = "streams." + spec.name;
  auto returns =
      LedgerReturns::Make(key.Sub(kReturns), spec, table_.name + ".ledger." + path);
  if (!returns.ok()) return errors_.Placed(path, spec.place, returns.status());
  if (returns->last_lag() > spec.every_days) {
    return errors_.At(path + ".returned.after", spec.place, "is longer than a cycle",
                      fmt::format("{} > {} days", returns->last_lag(), spec.every_days),
                      "state a max, or a longer cycle for a share of the accounts");
  }
  return returns;
}

arrow::Status Maker::MakeBurst(const LedgerStreamSpec& spec, const Key& key,
                               LedgerStream* stream) const {
  if (!spec.burst) return arrow::Status::OK();
  stream->burst_within = spec.burst->within;
  if (!spec.burst->tries) return arrow::Status::OK();
  const std::string path = "streams." + spec.name;
  auto table =
      ReadAmounts(*spec.burst->tries, table_.name + ".ledger." + path, spec.block);
  if (!table.ok()) return errors_.Placed(path + ".burst", spec.place, table.status());
  stream->tries.emplace(key.Sub(kTries), *std::move(table));
  return arrow::Status::OK();
}

arrow::Status Maker::MakePart(const LedgerStreamSpec& spec, const Key& key,
                              LedgerStream* stream) const {
  if (!spec.returned || !spec.returned->part) return arrow::Status::OK();
  const std::string path = "streams." + spec.name + ".returned";
  auto table =
      ReadAmounts(*spec.returned->part, table_.name + ".ledger." + path, spec.block);
  if (!table.ok()) return errors_.Placed(path + ".part", spec.place, table.status());
  stream->part.emplace(key.Sub(kPart), *std::move(table));
  return arrow::Status::OK();
}

void Maker::GiveBack(size_t number) {
  const LedgerStreamSpec& spec = spec_.streams[number];
  if (!spec.returned) return;
  LedgerStream stream = streams_[number];
  stream.name = spec.returned->as;
  stream.sign = -stream.sign;
  stream.role = LedgerStream::Role::kGivesBack;
  stream.gives_back = static_cast<int32_t>(number);
  stream.own = StreamOf("ledger/" + stream.name).Sub(kOwn);
  streams_.push_back(std::move(stream));
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
      others += stream.PostingsBefore(last + 1) - stream.PostingsBefore(first);
    }
    if (rows < others) {
      return errors_.At(path, spec.place,
                        "the accounts alone have more postings than that",
                        fmt::format("{} > {}", others, rows),
                        "ask for more rows, or for fewer accounts");
    }
    index = DayIndex::OfTarget(weights, rows - others, first, last);
  } else {
    const auto per_day = context_.size(spec.per_day);
    if (!per_day.ok())
      return errors_.Placed(path + ".per_day", spec.place, per_day.status());
    constexpr double kUnit = 0x1p20, kMost = 0x1p38;
    const double rate = static_cast<double>(*per_day) * context_.scale_factor;
    if (!(rate >= 0 && rate < kMost)) {
      return errors_.At(
          path + ".per_day", spec.place, "is out of range",
          fmt::format("{} * scale factor {}", *per_day, context_.scale_factor),
          "lower it, or --scale-factor");
    }
    index = DayIndex::OfRate(weights, static_cast<int64_t>(rate * kUnit + 0.5),
                             kNeutralWeight << 20);
  }
  if (!index.ok()) return errors_.Placed(path, spec.place, index.status());
  LedgerStream& stream = streams_[number];
  stream.refused = *std::move(index);
  const bool has_always = stream.roster.Between({0, days_ - 1}).count() > 0;
  if (!has_always && stream.refused.total() > 0) {
    return errors_.At(path + ".of", spec.place,
                      "these groups have no accounts that stay");
  }
  return arrow::Status::OK();
}

arrow::Result<std::unique_ptr<RowSpace>> Maker::Make() {
  MakeGroups();
  ARROW_ASSIGN_OR_RAISE(tables_, LedgerTables(spec_, errors_));
  for (size_t s = 0; s < spec_.streams.size(); ++s) ARROW_RETURN_NOT_OK(MakeStream(s));
  for (size_t s = 0; s < spec_.streams.size(); ++s) GiveBack(s);
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
      return errors_.At("levels", spec_.levels->place, "must be a lognormal law",
                        params.generator());
    }
    ARROW_ASSIGN_OR_RAISE(levels, ReadLognormal(params));
  }
  auto zone = TimeZone::Load(spec_.zone);
  if (!zone.ok()) return errors_.Placed("zone", spec_.place, zone.status());
  auto hours = Hours::Make(StreamOf(std::string(kHourStream)), spec_.seasons.hours,
                           *std::move(zone));
  if (!hours.ok()) return errors_.Placed("seasons.hours", spec_.place, hours.status());
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
