#include "lakeseed/spec/ledger_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "lakeseed/base/suggest.h"
#include "lakeseed/spec/column_reader.h"
#include "lakeseed/spec/literal.h"
#include "lakeseed/spec/seasons_reader.h"

namespace lakeseed {
namespace {

using Kind = LedgerStreamSpec::Kind;

constexpr int64_t kDayLength = int64_t{86'400} * 1'000'000;
constexpr int64_t kLongestCycle = 366;
constexpr int64_t kMostBlock = 1024;
constexpr double kLargestShare = 1e9;

constexpr std::pair<std::string_view, Kind> kKinds[] = {{"adds", Kind::kAdds},
                                                        {"takes", Kind::kTakes},
                                                        {"transfers", Kind::kTransfers},
                                                        {"refuses", Kind::kRefuses}};
constexpr char kHowEvery[] = "write whole days, from 1d to 366d";

void ReadKind(const Field& field, LedgerStreamSpec* stream) {
  int found = 0;
  for (const auto& [name, kind] : kKinds) {
    const auto law = Child(field, name);
    if (!law) continue;
    ++found;
    stream->kind = kind;
    if (auto call = ReadGenerator(*law)) stream->amount = std::move(*call);
  }
  if (found == 1) return;
  field.Error("needs exactly one law of amounts",
              "adds, takes, transfers or refuses, such as takes: {lognormal: {median: "
              "38, log_sigma: 0.8}}");
}

void ReadCycle(const Field& field, LedgerStreamSpec* stream) {
  const auto every = Child(field, "every");
  if (stream->kind == Kind::kRefuses) {
    if (every) every->Error("is not for what is refused", "write per_day");
    const auto per_day = Child(field, "per_day");
    if (!per_day)
      return field.Error("needs per_day", "a number, or `rest` of the target");
    stream->is_rest = per_day->node.is_scalar() && per_day->node.text == "rest";
    if (!stream->is_rest) stream->per_day = ReadSize(*per_day);
    return;
  }
  if (const auto per_day = Child(field, "per_day")) {
    per_day->Error("is only for what is refused", "write every: 2d");
  }
  if (!every) return field.Error("needs every", kHowEvery);
  const auto length =
      every->node.is_scalar() ? ParseDurationLiteral(every->node.text) : std::nullopt;
  if (!length || *length % kDayLength != 0 || *length < kDayLength ||
      *length > kLongestCycle * kDayLength) {
    return every->Error("not a number of days", kHowEvery);
  }
  stream->every_days = static_cast<int32_t>(*length / kDayLength);
}

/// An even number of amounts whose sum is always the same.
std::optional<int32_t> ReadBlock(const Field& field) {
  const auto block = ReadInt64(field, 2, kMostBlock);
  if (block && *block % 2 != 0) field.Error("must be even");
  return block ? std::optional(static_cast<int32_t>(*block)) : std::nullopt;
}

/// A law that has to be there.
GeneratorCall ReadLaw(const Field& field, std::string_view key, const char* example) {
  const auto law = Child(field, key);
  if (!law) {
    field.Error("needs " + std::string(key), example);
    return {};
  }
  return ReadGenerator(*law).value_or(GeneratorCall{});
}

constexpr char kHowReturned[] =
    "write {as: refund, after: {geometric: {mean: 9, min: 2, max: 30}}}";
constexpr char kHowBurst[] =
    "write {length: {uniform: [3, 9]}, tries: {uniform: [0.50, 4.99]}}";
constexpr int64_t kBurstWithin = int64_t{30 * 60} * 1'000'000;

void ReadReturned(const Field& field, LedgerStreamSpec* stream) {
  if (!IsMapping(field)) return;
  CheckKeys(field, {"as", "after", "part"});
  stream->returned.emplace();
  const auto as = Child(field, "as");
  if (as) stream->returned->as = ReadText(*as);
  if (!as) field.Error("needs as", kHowReturned);
  stream->returned->after = ReadLaw(field, "after", kHowReturned);
  if (const auto part = Child(field, "part")) {
    stream->returned->part = ReadGenerator(*part);
  }
  if (stream->kind == Kind::kTransfers || stream->kind == Kind::kRefuses) {
    field.Error("is for streams that add or take");
  }
  if (stream->is_balancing && !stream->returned->part)
    field.Error("moves nothing in the end, so it balances nothing");
}

void ReadBurst(const Field& field, LedgerStreamSpec* stream) {
  if (!IsMapping(field)) return;
  CheckKeys(field, {"length", "tries", "within"});
  stream->burst.emplace();
  stream->burst->length = ReadLaw(field, "length", kHowBurst);
  if (const auto tries = Child(field, "tries"))
    stream->burst->tries = ReadGenerator(*tries);
  stream->burst->within = kBurstWithin;
  const auto within = Child(field, "within");
  if (!within) return;
  const auto length =
      within->node.is_scalar() ? ParseDurationLiteral(within->node.text) : std::nullopt;
  if (!length || *length < 1'000'000 || *length > kDayLength) {
    return within->Error("not a duration of a second to a day", "write within: 30m");
  }
  stream->burst->within = *length;
}

/// What only streams have whose postings come back.
void ReadReturns(const Field& field, LedgerStreamSpec* stream) {
  const auto returned = Child(field, "returned");
  if (returned) ReadReturned(*returned, stream);
  const auto share = Child(field, "share");
  if (share) stream->share = ReadDouble(*share, 0, 1).value_or(1);
  const auto burst = Child(field, "burst");
  if (burst) ReadBurst(*burst, stream);
  if (returned && stream->returned && stream->returned->part) {
    for (const auto& one : {share, burst}) {
      if (one) one->Error("is for postings of which all comes back", "leave out part");
    }
  }
  if (returned) return;
  for (const auto& one : {share, burst}) {
    if (one) one->Error("is for postings that come back", kHowReturned);
  }
}

LedgerStreamSpec ReadStream(const Field& field, const std::string& name,
                            const LedgerSpec& ledger) {
  LedgerStreamSpec stream;
  stream.name = name;
  stream.place = field.node.place;
  stream.seasons = ledger.seasons;
  stream.block = ledger.block;
  if (!IsMapping(field)) return stream;
  CheckKeys(field,
            {"every", "per_day", "of", "adds", "takes", "transfers", "refuses", "scaled",
             "balancing", "seasons", "block", "share", "returned", "burst"});
  ReadKind(field, &stream);
  ReadCycle(field, &stream);
  if (const auto of = Child(field, "of")) {
    for (const SpecNode& group : ReadNames(*of)) stream.of.push_back(group.text);
  }
  stream.is_scaled = stream.kind != Kind::kTransfers;
  if (const auto scaled = Child(field, "scaled")) {
    stream.is_scaled = ReadBool(*scaled).value_or(true);
    if (stream.is_scaled && stream.kind == Kind::kTransfers) {
      scaled->Error("both sides of a transfer move the same, whatever their levels");
    }
  }
  if (const auto balancing = Child(field, "balancing")) {
    stream.is_balancing = ReadBool(*balancing).value_or(false);
    if (stream.kind != Kind::kAdds && stream.kind != Kind::kTakes) {
      balancing->Error("is for streams that add or take");
    }
  }
  if (const auto block = Child(field, "block")) {
    stream.block = ReadBlock(*block).value_or(ledger.block);
  }
  ReadReturns(field, &stream);
  if (const auto own = Child(field, "seasons")) {
    stream.seasons = ReadSeasons(*own, ledger.seasons);
  }
  return stream;
}

/// [first, last] of some days.
std::optional<DateRange> ReadDays(const Field& field) {
  if (!field.node.is_sequence() || field.node.items.size() != 2) {
    field.Error("needs two days", "write [2024-10-05, 2024-12-20]");
    return std::nullopt;
  }
  const auto from = ReadDate({field.node.items[0], field.path, field.errors});
  const auto to = ReadDate({field.node.items[1], field.path, field.errors});
  if (!from || !to) return std::nullopt;
  if (*to < *from) field.Error("ends before it begins");
  return DateRange{*from, std::max(*from, *to)};
}

LedgerGroupSpec ReadGroup(const Field& field, const std::string& name) {
  LedgerGroupSpec group;
  group.name = name;
  group.place = field.node.place;
  if (!field.node.is_mapping()) {
    group.share = ReadDouble(field, 0, kLargestShare).value_or(0);
    return group;
  }
  CheckKeys(field, {"share", "opens", "closes", "brings"});
  const auto share = Child(field, "share");
  if (share) group.share = ReadDouble(*share, 0, kLargestShare).value_or(0);
  if (!share) field.Error("needs a share");
  if (const auto opens = Child(field, "opens")) group.opens = ReadDays(*opens);
  if (const auto closes = Child(field, "closes")) group.closes = ReadDays(*closes);
  const auto brings = Child(field, "brings");
  if (brings) group.brings = ReadGenerator(*brings);
  if (brings.has_value() != (group.opens || group.closes)) {
    field.Error(brings ? "brings something, but never opens or closes"
                       : "needs `brings`: what an account of level 1 has at first",
                "write {share: 0.02, opens: [2024-10-05, 2024-12-20], brings: {const: "
                "160.00}}");
  }
  if (group.opens && group.closes &&
      (group.closes->from <= group.opens->from || group.closes->to <= group.opens->to)) {
    field.Error("closes before it opens");
  }
  return group;
}

void ReadGroups(const Field& field, LedgerSpec* ledger) {
  if (!IsMapping(field)) return;
  for (const auto& [key, node] : field.node.entries) {
    ledger->groups.push_back(
        ReadGroup({node, field.path + "." + key.text, field.errors}, key.text));
  }
  double sum = 0;
  for (const LedgerGroupSpec& group : ledger->groups) sum += group.share;
  if (!(sum > 0)) field.Error("no group has a share");
}

/// Names of groups; those of a stream are neighbours.
void CheckGroups(const Field& field, const std::string& path,
                 const std::vector<std::string>& names, bool neighbours,
                 const LedgerSpec& ledger) {
  Names known;
  for (const LedgerGroupSpec& group : ledger.groups) known.push_back(group.name);
  size_t next = known.size();
  for (const std::string& name : names) {
    const auto at = std::find(known.begin(), known.end(), name);
    if (at == known.end()) {
      field.errors->Add(field.node.place, path, "unknown group", name,
                        DidYouMean(name, known));
      return;
    }
    const auto place = static_cast<size_t>(at - known.begin());
    if (neighbours && next < known.size() && place != next) {
      field.errors->Add(field.node.place, path, "groups of a stream follow each other",
                        name, fmt::format("order: {}", fmt::join(known, ", ")));
      return;
    }
    next = place + 1;
  }
}

/// Names of streams are those of the file, and of what they make.
void CheckNames(const Field& field, const LedgerSpec& ledger) {
  Names taken{kOpeningStream, kClosingStream};
  for (const LedgerStreamSpec& stream : ledger.streams) taken.push_back(stream.name);
  for (const LedgerStreamSpec& stream : ledger.streams) {
    if (!stream.returned) continue;
    const std::string& as = stream.returned->as;
    if (std::find(taken.begin(), taken.end(), as) != taken.end()) {
      field.errors->Add(stream.place, field.path + "." + stream.name + ".returned.as",
                        "is the name of another stream", as, "choose another name");
    }
    taken.push_back(as);
  }
}

void ReadStreams(const Field& field, LedgerSpec* ledger) {
  if (!IsMapping(field)) return;
  for (const auto& [key, node] : field.node.entries) {
    const Field one{node, field.path + "." + key.text, field.errors};
    ledger->streams.push_back(ReadStream(one, key.text, *ledger));
    CheckGroups(one, one.path + ".of", ledger->streams.back().of, true, *ledger);
    if (key.text == kOpeningStream || key.text == kClosingStream) {
      one.errors->Add(key.place, one.path, "is the name of what groups do by themselves",
                      key.text, "choose another name");
    }
  }
  if (ledger->streams.empty()) field.Error("has no streams");
  CheckNames(field, *ledger);
  const auto rests = std::count_if(ledger->streams.begin(), ledger->streams.end(),
                                   [](const auto& one) { return one.is_rest; });
  if (rests > 1) field.Error("only one stream takes the rest of the target");
}

}  // namespace

std::shared_ptr<const LedgerSpec> ReadLedger(const Field& field,
                                             const SeasonsSpec& seasons) {
  auto ledger = std::make_shared<LedgerSpec>();
  ledger->place = field.node.place;
  ledger->seasons = seasons;
  if (!IsMapping(field)) return ledger;
  CheckKeys(field, {"of", "zone", "seasons", "block", "groups", "levels", "drifting",
                    "streams"});
  for (const char* key : {"of", "streams"}) {
    if (field.node.Find(key) != nullptr) continue;
    field.errors->Add(field.node.place, field.path, "missing key", key);
  }
  if (const auto of = Child(field, "of")) ledger->of = ReadText(*of);
  if (const auto zone = Child(field, "zone")) ledger->zone = ReadText(*zone);
  if (const auto own = Child(field, "seasons")) {
    ledger->seasons = ReadSeasons(*own, seasons);
  }
  if (ledger->seasons.growth_per_day != 0) {
    field.Error("has as many accounts on all days", "take `growth` out of its seasons");
  }
  if (const auto block = Child(field, "block")) {
    ledger->block = ReadBlock(*block).value_or(ledger->block);
  }
  if (const auto groups = Child(field, "groups")) ReadGroups(*groups, ledger.get());
  if (ledger->groups.empty()) ledger->groups = {{.name = "all", .share = 1.0}};
  if (const auto levels = Child(field, "levels")) ledger->levels = ReadGenerator(*levels);
  if (const auto drifting = Child(field, "drifting")) {
    for (const SpecNode& name : ReadNames(*drifting)) {
      ledger->drifting.push_back(name.text);
    }
    CheckGroups(*drifting, drifting->path, ledger->drifting, false, *ledger);
  }
  if (const auto streams = Child(field, "streams")) ReadStreams(*streams, ledger.get());
  return ledger;
}

void CheckLedgers(const DatasetSpec& spec, ErrorList* errors) {
  Names tables;
  for (const TableSpec& table : spec.tables) tables.push_back(table.name);
  for (const TableSpec& table : spec.tables) {
    if (table.ledger == nullptr || table.ledger->of.empty()) continue;
    const LedgerSpec& ledger = *table.ledger;
    const std::string path = table.name + ".ledger";
    if (spec.FindTable(ledger.of) == nullptr) {
      errors->Add(ledger.place, path + ".of", "unknown table", ledger.of,
                  DidYouMean(ledger.of, tables));
    }
    if (ledger.is_main() && spec.main != table.name) {
      errors->Add(ledger.place, path + ".streams", "takes the rest of no target",
                  std::nullopt, "add `main: " + table.name + "`");
    }
  }
}

}  // namespace lakeseed
