#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <string_view>
#include <tuple>

#include "lakeseed/base/golden.h"
#include "lakeseed/generate/ledger_day.h"
#include "lakeseed/spec/node.h"

namespace lakeseed {
namespace {

constexpr int32_t kDays = 11'400;

/// All postings of a day, whose slices have so many events.
Ledger::Postings PostingsOn(const Ledger& ledger, int32_t day, int64_t slice_events = 7,
                            LedgerBalances balances = LedgerBalances()) {
  const LedgerDay whole(ledger, day, slice_events);
  Ledger::Postings postings;
  for (int64_t slice = 0; slice < whole.num_slices(); ++slice) {
    const auto some = whole.PostingsOf(slice, &balances);
    postings.insert(postings.end(), some.begin(), some.end());
  }
  return postings;
}

LedgerStream StreamOf(const std::string& name, const Key& schedule, const Key& amounts,
                      int64_t members, int32_t period, AmountTable table, int sign,
                      const ScheduleTerms& terms = {}) {
  const std::vector<int64_t> even(kDays, kNeutralWeight);
  return {.name = name,
          .schedule = *Schedule::Make(schedule, members, period, even, terms),
          .amounts = Amounts(amounts, std::move(table)),
          .sign = sign,
          .is_transfer = false,
          .is_scaled = true,
          .first = 0,
          .members = members};
}

TEST(Ledger, IsThatOfTheReferenceModel) {
  const auto golden = LoadGolden("ledger");
  const Key key = GoldenKey(golden["key"]);
  std::vector<LedgerStream> streams;
  for (const auto& one : golden["streams"]) {
    const AmountTable table{GoldenIntegers(one["table"])};
    const bool is_transfer = one["transfer"].get<bool>();
    const auto block = static_cast<int32_t>(table.quantiles.size());
    LedgerStream& stream = streams.emplace_back(StreamOf(
        one["name"], key.Sub(one["schedule"]), key.Sub(one["amounts"]), golden["members"],
        one["period"], table, one["sign"], {.hold = is_transfer ? block : 1}));
    if (!is_transfer) continue;
    stream.is_transfer = true;
    stream.is_scaled = false;
    stream.sign = -1;
    stream.own = key.Sub(9).Sub(1);
  }
  const Ledger ledger(key.Sub(9), std::move(streams));
  ASSERT_GT(golden["days"].size(), 10u);
  for (const auto& day : golden["days"]) {
    std::vector<int64_t> place, member, moved, other, running;
    for (const Ledger::Posting& posting : PostingsOn(ledger, day["day"])) {
      const bool is_first = place.empty();
      place.push_back(is_first ? 0 : place.back() + (posting.is_second ? 0 : 1));
      member.push_back(posting.member);
      moved.push_back(posting.moved());
      other.push_back(posting.counterparty);
      running.push_back(posting.running);
    }
    EXPECT_EQ(place, GoldenIntegers(day["place"])) << day["day"];
    EXPECT_EQ(member, GoldenIntegers(day["member"])) << day["day"];
    EXPECT_EQ(moved, GoldenIntegers(day["moved"])) << day["day"];
    EXPECT_EQ(other, GoldenIntegers(day["other"])) << day["day"];
    EXPECT_EQ(running, GoldenIntegers(day["running"])) << day["day"];
  }
}

AmountTable Spread() { return {{500, 800, 1100, 1500, 2100, 3000, 4500, 9000}, true}; }

/// Streams over parts of the members, levels, refused ones, days of the week.
Ledger Mixed() {
  const Key key = StreamKey(7, {"mixed"});
  std::vector<LedgerStream> streams;
  streams.push_back(StreamOf("in", key.Sub(1), key.Sub(2), 40, 7, Spread(), 1));
  streams.push_back(StreamOf("out", key.Sub(3), key.Sub(4), 25, 3, Spread(), -1));
  streams.back().first = 10;
  streams.push_back(
      StreamOf("send", key.Sub(5), key.Sub(6), 30, 5, Spread(), -1, {.hold = 8}));
  streams.back().first = 10;
  streams.back().is_transfer = true;
  streams.back().is_scaled = false;
  streams.back().own = key.Sub(7);
  streams.push_back(StreamOf("no", key.Sub(8), key.Sub(9), 0, 1, Spread(), 0));
  streams.back().members = 40;
  streams.back().roster = Roster(40);
  streams.back().own = key.Sub(10);
  const std::vector<int64_t> even(kDays, kNeutralWeight);
  streams.back().refused = *DayIndex::OfRate(even, 5, 2 * kNeutralWeight);
  return {key, std::move(streams), RealLaw::Uniform({1, 6})};
}

TEST(Ledger, BalancesAreRunningSums) {
  const Ledger ledger = Mixed();
  std::map<int64_t, int64_t> balance;
  int64_t rows = 0, refused = 0;
  for (int32_t day = 0; day < 130; ++day) {
    EXPECT_EQ(ledger.PostingsBefore(day), rows);
    for (int64_t member = 0; member < 40; member += 3) {
      EXPECT_EQ(ledger.MovedBefore(member, day), balance[member]) << day;
    }
    for (const Ledger::Posting& posting : PostingsOn(ledger, day)) {
      EXPECT_GT(posting.amount, 0);
      const int sign = ledger.streams()[static_cast<size_t>(posting.stream)].sign;
      EXPECT_EQ(posting.moved(),
                posting.is_second ? posting.amount : sign * posting.amount);
      EXPECT_EQ(posting.running, balance[posting.member] += posting.moved());
      refused += sign == 0 ? 1 : 0;
      ++rows;
    }
  }
  EXPECT_EQ(refused, 325);
}

/// Members that stay (10), come (20), go (20), and come and go (15).
Roster ComingAndGoing() {
  return Roster({{.count = 10},
                 {.count = 20, .opens = DaySpan{30, 90}},
                 {.count = 20, .closes = DaySpan{40, 120}},
                 {.count = 15, .opens = DaySpan{20, 60}, .closes = DaySpan{70, 140}}});
}

Ledger Lively() {
  const Key key = StreamKey(7, {"lively"});
  const std::vector<int64_t> even(kDays, kNeutralWeight);
  std::vector<LedgerStream> streams;
  for (const int sign : {1, -1}) {
    LedgerStream& stream =
        streams.emplace_back(StreamOf(sign > 0 ? "in" : "out", key.Sub(sign),
                                      key.Sub(3 * sign), 65, 5, Spread(), sign));
    stream.schedule = *Schedule::Make(key.Sub(sign), ComingAndGoing(), 5, even);
  }
  streams.push_back(StreamOf("no", key.Sub(8), key.Sub(9), 0, 1, Spread(), 0));
  streams.back().members = 65;
  streams.back().roster = ComingAndGoing();
  streams.back().own = key.Sub(10);
  streams.back().refused = *DayIndex::OfRate(even, 5, kNeutralWeight);
  for (const auto role : {LedgerStream::Role::kOpening, LedgerStream::Role::kClosing}) {
    streams.push_back(StreamOf("", key.Sub(8), key.Sub(9), 0, 1, Spread(), 1));
    streams.back().role = role;
    streams.back().roster = ComingAndGoing();
  }
  std::vector<LedgerPurse> purses;
  for (const auto& [first, members, opens] :
       {std::tuple{10, 20, true}, {30, 20, false}, {50, 15, true}}) {
    purses.push_back({first, members, opens, Amounts({}, Spread())});
  }
  return {key, std::move(streams), RealLaw::Uniform({1, 6}), std::move(purses)};
}

TEST(Ledger, MembersOpenWithWhatTheyBringAndCloseWithNothing) {
  const Ledger ledger = Lively();
  const Roster roster = ComingAndGoing();
  std::map<int64_t, int64_t> moved, first, last, refused;
  std::map<std::pair<int64_t, int32_t>, int> events;  // Of a member and a stream.
  int64_t rows = 0;
  for (int32_t day = 0; day < 200; ++day) {
    EXPECT_EQ(ledger.PostingsBefore(day), rows);
    for (int64_t member = 0; member < 65; ++member) {
      EXPECT_EQ(ledger.MovedBefore(member, day), moved[member]) << member << " " << day;
    }
    for (const Ledger::Posting& posting : PostingsOn(ledger, day)) {
      const int64_t member = posting.member;
      ++rows;
      EXPECT_GT(posting.amount, 0);
      EXPECT_EQ(posting.running, moved[member] += posting.moved());
      if (first.try_emplace(member, day).second && roster.OpensOn(member) >= 0) {
        EXPECT_EQ(posting.stream, 3);
        EXPECT_EQ(day, roster.OpensOn(member));
      }
      last[member] = day;
      refused[member] += posting.stream == 2 ? 1 : 0;
      if (posting.stream < 2) ++events[{member, posting.stream}];
      if (posting.stream != 4) continue;
      EXPECT_EQ(ledger.HadBefore(member) + posting.running, 0) << member;
    }
  }
  for (int64_t member = 0; member < 65; ++member) {
    const int32_t opens = roster.OpensOn(member), closes = roster.ClosesOn(member);
    if (opens >= 0) {
      EXPECT_EQ(first[member], opens) << member;
    }
    if (closes < 200) {
      EXPECT_EQ(last[member], closes) << member;
    }
    EXPECT_GT(refused[member], 0) << member;
    // One event of each stream in each cycle between the two days.
    int cycles = 0;
    for (int32_t begin = 0; begin < 200; begin += 5) {
      cycles += opens < begin && begin + 4 < closes ? 1 : 0;
    }
    EXPECT_EQ((events[{member, 0}]), cycles) << member;
    EXPECT_EQ((events[{member, 1}]), cycles) << member;
  }
}

GeneratorCall Law(const char* name, const char* params) {
  return {name, *ParseYaml(params, "law"), {}};
}

/// Those that come and go send each other, in blocks of four cycles; some of what they
/// take comes back, some in bursts, and of some a part only.
Ledger Returning() {
  const Key key = StreamKey(7, {"returning"});
  const std::vector<int64_t> even(kDays, kNeutralWeight);
  std::vector<LedgerStream> streams;
  const AmountTable four{{500, 900, 1500, 4000}, true};
  streams.push_back(StreamOf("send", key.Sub(1), key.Sub(2), 65, 5, four, -1));
  streams.back().schedule =
      *Schedule::Make(key.Sub(1), ComingAndGoing(), 5, even, {.hold = 4, .least = 2});
  streams.back().is_transfer = true;
  streams.back().is_scaled = false;
  streams.back().own = key.Sub(3);
  for (const char* name : {"bought", "theft", "basket"}) {
    const bool is_burst = std::string_view(name) == "theft";
    const bool is_part = std::string_view(name) == "basket";
    LedgerStreamSpec spec;
    spec.returned = {{.as = std::string(name) + "_back",
                      .after = Law("geometric", "{mean: 5, min: 1, max: 20}")}};
    if (is_burst) spec.burst = {{.length = Law("uniform", "[2, 6]")}};
    LedgerStream stream = StreamOf(name, key, key.Sub(5), 65, 20, Spread(), -1);
    stream.returns = *LedgerReturns::Make(key.Sub(6), spec, "stream");
    stream.schedule = *Schedule::Make(key.Sub(is_burst  ? 7
                                              : is_part ? 10
                                                        : 8),
                                      ComingAndGoing(), 20, even,
                                      {.tail = 20, .share = is_burst ? 0.2 : 1});
    if (is_burst) stream.tries = Amounts(key.Sub(9), {{100, 200}, true});
    if (is_part) stream.part = Amounts(key.Sub(11), {{50, 70, 100, 300}, true});
    streams.push_back(stream);
    stream.role = LedgerStream::Role::kGivesBack;
    stream.gives_back = static_cast<int32_t>(streams.size()) - 1;
    stream.sign = 1;
    streams.push_back(std::move(stream));
  }
  return {key, std::move(streams), RealLaw::Uniform({1, 6})};
}

TEST(Ledger, WhatComesBackIsWhatWasTaken) {
  const Ledger ledger = Returning();
  std::map<int64_t, int64_t> moved;
  std::map<int64_t, Ledger::Posting> taken;  // By row, until it is given back.
  std::map<int32_t, int> returned, steps;
  int64_t row = 0, moments = 0;
  for (int32_t day = 0; day < 400; ++day) {
    ASSERT_EQ(ledger.PostingsBefore(day), row);
    EXPECT_EQ(ledger.MomentsBefore(day), moments);
    for (int64_t member = 0; member < 65; ++member) {
      ASSERT_EQ(ledger.MovedBefore(member, day), moved[member]) << member << " " << day;
    }
    for (const Ledger::Posting& one : PostingsOn(ledger, day)) {
      moments += one.is_second ? 0 : 1;
      EXPECT_EQ(one.running, moved[one.member] += one.moved());
      const LedgerStream& stream = ledger.streams()[static_cast<size_t>(one.stream)];
      if (stream.role == LedgerStream::Role::kGivesBack) {
        const int64_t origin =
            ledger.PostingsBefore(one.day) + one.step +
            LedgerPlaces(ledger, one.day).Of(stream.gives_back, one.event);
        ASSERT_TRUE(taken.contains(origin)) << origin;
        const Ledger::Posting& back = taken[origin];
        EXPECT_EQ(back.stream, stream.gives_back);
        EXPECT_EQ(back.member, one.member);
        EXPECT_EQ(ledger.WholeOf(one), back.amount);
        if (stream.part) {
          EXPECT_LT(one.amount, back.amount);
        } else {
          EXPECT_EQ(back.moved(), -one.moved());
        }
        EXPECT_LT(one.day, day);
        taken.erase(origin);
        ++returned[one.stream];
      } else if (!stream.is_transfer) {
        EXPECT_EQ(one.day, day);
        ++steps[one.steps];
        if (one.step + 1 < one.steps) {
          EXPECT_LE(one.amount, 250);
        }
        taken[row] = one;
      }
      ++row;
    }
  }
  EXPECT_GT(returned[2], 300);
  EXPECT_GT(returned[4], 150);
  EXPECT_GT(returned[6], 300);
  EXPECT_EQ(steps.size(), 6u);  // Of one, and of two to six.
  for (const auto& [at, one] : taken) EXPECT_GE(one.day, 380);  // The others came back.
}

TEST(Ledger, WhoComesAndGoesTransfersInTheBlocksThatItIsThereFor) {
  const Ledger ledger = Returning();
  const Roster roster = ComingAndGoing();
  std::map<std::pair<int64_t, int32_t>, int> sent, received;  // By member and block.
  for (int32_t day = 0; day < 200; ++day) {
    for (const Ledger::Posting& one : PostingsOn(ledger, day)) {
      if (one.counterparty < 0) continue;
      EXPECT_NE(one.counterparty, one.member);
      ++(one.is_second ? received : sent)[{one.member, day / 20}];
    }
  }
  for (int32_t block = 0; block < 10; ++block) {
    const auto present = roster.Between({block * 20, block * 20 + 19});
    for (int64_t member = 0; member < 65; ++member) {
      const int events = present.NumberOf(member) < 0 ? 0 : 4;
      EXPECT_EQ((sent[{member, block}]), events) << member << " " << block;
      EXPECT_EQ((received[{member, block}]), events) << member << " " << block;
    }
  }
}

TEST(Ledger, NobodySendsWhereNobodyElseIs) {
  const Key key = StreamKey(7, {"alone"});
  const std::vector<int64_t> even(kDays, kNeutralWeight);
  // Four go, one after another; a fifth comes when one of them is left.
  const Roster roster({{.count = 4, .closes = DaySpan{30, 110}},
                       {.count = 2, .opens = DaySpan{95, 120}}});
  LedgerStream stream = StreamOf("send", key, key.Sub(2), 6, 5, {{500, 900}, true}, -1);
  stream.schedule = *Schedule::Make(key.Sub(1), roster, 5, even, {.hold = 2, .least = 2});
  stream.is_transfer = true;
  stream.is_scaled = false;
  const Ledger ledger(key, {stream});
  std::map<int64_t, int64_t> moved;
  std::map<int32_t, int> sent;
  for (int32_t day = 0; day < 200; ++day) {
    for (int64_t member = 0; member < 6; ++member) {
      ASSERT_EQ(ledger.MovedBefore(member, day), moved[member]) << member << " " << day;
    }
    for (const Ledger::Posting& one : PostingsOn(ledger, day)) {
      EXPECT_EQ(one.running, moved[one.member] += one.moved());
      ++sent[day / 10];
    }
  }
  EXPECT_EQ(sent[0], 16);  // Two cycles of four, and both sides.
  EXPECT_EQ(roster.Between({80, 89}).count(), 1);
  EXPECT_EQ(sent[8], 0);
  EXPECT_EQ(sent[15], 8);
}

TEST(Roster, NumbersThoseWhoAreThere) {
  const Roster roster = ComingAndGoing();
  EXPECT_FALSE(roster.is_constant());
  EXPECT_TRUE(Roster(7).is_constant());
  EXPECT_EQ(roster.count(), 65);
  int64_t opened = 0, closed = 0;
  for (int32_t day = 0; day < 160; ++day) {
    EXPECT_EQ(roster.OpenedBefore(day), opened);
    EXPECT_EQ(roster.ClosedBefore(day), closed);
    opened += static_cast<int64_t>(roster.OpeningOn(day).size());
    closed += static_cast<int64_t>(roster.ClosingOn(day).size());
    const Roster::Present present = roster.Between({day, day + 2});
    int64_t number = 0;
    for (int64_t member = 0; member < 65; ++member) {
      const bool is_there =
          roster.OpensOn(member) < day && roster.ClosesOn(member) > day + 2;
      EXPECT_EQ(present.NumberOf(member), is_there ? number : -1) << day;
      if (!is_there) continue;
      EXPECT_EQ(present.MemberAt(number), member);
      ++number;
    }
    EXPECT_EQ(present.count(), number);
  }
  EXPECT_EQ(opened, 35);
  EXPECT_EQ(closed, 35);
}

TEST(LedgerBalances, KeepNumbersOfAllSizes) {
  using Narrow = std::numeric_limits<int32_t>;
  using Wide = std::numeric_limits<int64_t>;
  for (const int64_t members : {0, 3}) {
    LedgerBalances balances(members);
    EXPECT_EQ(balances.Of(1), std::nullopt);
    for (const int64_t moved :
         {int64_t{0}, Wide::min(), int64_t{-1}, Wide::max(), int64_t{Narrow::max()},
          int64_t{Narrow::max()} + 1, int64_t{Narrow::min()}, int64_t{7},
          int64_t{Narrow::min()} + 1, int64_t{Narrow::min()} + 2}) {
      balances.Set(1, moved);
      EXPECT_EQ(balances.Of(1), moved);
    }
    EXPECT_EQ(balances.Of(2), std::nullopt);
  }
}

TEST(Ledger, BalancesThatAreKeptChangeNothing) {
  const Ledger ledger = Mixed();
  LedgerBalances balances(40);
  for (int32_t day = 300; day < 340; ++day) {
    const auto alone = PostingsOn(ledger, day);
    const LedgerDay whole(ledger, day);
    const auto going_on = whole.PostingsOf(0, &balances);
    ASSERT_EQ(alone.size(), going_on.size());
    for (size_t i = 0; i < alone.size(); ++i) {
      EXPECT_EQ(alone[i].running, going_on[i].running) << day << " " << i;
    }
  }
  for (int64_t member = 0; member < 40; ++member) {
    EXPECT_EQ(balances.Of(member), ledger.MovedBefore(member, 340));
  }
}

TEST(LedgerDay, IsTheSameInSlicesOfAnySize) {
  for (const Ledger& ledger : {Mixed(), Lively(), Returning()}) {
    for (const int32_t day : {0, 33, 61, 107}) {
      const auto whole = PostingsOn(ledger, day, 1 << 20);
      EXPECT_EQ(std::ssize(whole),
                ledger.PostingsBefore(day + 1) - ledger.PostingsBefore(day));
      for (const int64_t events : {1, 2, 5}) {
        EXPECT_EQ(PostingsOn(ledger, day, events), whole) << day << " " << events;
        const LedgerDay slices(ledger, day, events);
        EXPECT_GT(slices.num_slices(), 1);
        EXPECT_EQ(slices.Before(slices.num_slices()).postings, std::ssize(whole));
        int64_t moments = 0;
        for (int64_t i = 0; i < std::ssize(whole); ++i) {
          const int64_t slice = slices.SliceOf(i);
          EXPECT_LE(slices.Before(slice).postings, i);
          EXPECT_GT(slices.Before(slice + 1).postings, i);
          if (i == slices.Before(slice).postings) {
            EXPECT_EQ(slices.Before(slice).moments, moments);
          }
          moments += whole[static_cast<size_t>(i)].is_second ? 0 : 1;
        }
      }
    }
  }
}

TEST(Ledger, TransfersArePairs) {
  const Ledger ledger = Mixed();
  std::map<int64_t, int> sent, received;
  for (int32_t day = 35; day < 40; ++day) {
    const auto postings = PostingsOn(ledger, day);
    for (size_t i = 0; i < postings.size(); ++i) {
      if (postings[i].counterparty < 0 || postings[i].is_second) continue;
      const Ledger::Posting& out = postings[i];
      const Ledger::Posting& in = postings[i + 1];
      EXPECT_TRUE(in.is_second);
      EXPECT_EQ(out.moved() + in.moved(), 0);
      EXPECT_EQ(out.counterparty, in.member);
      EXPECT_EQ(in.counterparty, out.member);
      EXPECT_NE(in.member, out.member);
      ++sent[out.member];
      ++received[in.member];
    }
  }
  ASSERT_EQ(sent.size(), 30u);  // All of them once, in a cycle.
  ASSERT_EQ(received.size(), 30u);
  for (const auto& [member, count] : sent) EXPECT_EQ(count, 1) << member;
  for (const auto& [member, count] : received) EXPECT_EQ(count, 1) << member;
}

TEST(Ledger, YearThirtyIsThereAtOnce) {
  const Ledger ledger = Mixed();
  int64_t before = ledger.MovedBefore(17, 10'950), moved = 0;
  for (const Ledger::Posting& posting : PostingsOn(ledger, 10'950)) {
    if (posting.member == 17) moved += posting.moved();
  }
  EXPECT_EQ(ledger.MovedBefore(17, 10'951), before + moved);
}

TEST(Schedule, DealsEachMemberOnceACycleToDaysOfWeight) {
  std::vector<int64_t> weights;
  for (int day = 0; day < 70; ++day) weights.push_back(day % 7 == 4 ? kNeutralWeight : 0);
  for (const int64_t members : {1, 2, 33, 1000}) {
    const auto schedule = Schedule::Make(StreamKey(1, {"s"}), members, 14, weights);
    ASSERT_TRUE(schedule.ok());
    for (int32_t cycle = 0; cycle < 5; ++cycle) {
      std::vector<int64_t> seen;
      for (int32_t day = cycle * 14; day < cycle * 14 + 14; ++day) {
        std::vector<int64_t> here(static_cast<size_t>(schedule->Count(day)));
        std::iota(here.begin(), here.end(), int64_t{0});
        schedule->MembersOf(schedule->CycleOf(day), day, here, here.data());
        if (day % 7 != 4) {
          EXPECT_TRUE(here.empty()) << day;
        }
        for (const int64_t member : here) {
          const Schedule::Cycle own = schedule->CycleOf(day);
          EXPECT_EQ(schedule->DoneBefore(own, member, day), cycle);
          EXPECT_EQ(schedule->DoneBefore(own, member, day + 1), cycle + 1);
          seen.push_back(member);
        }
      }
      std::sort(seen.begin(), seen.end());
      std::vector<int64_t> all(static_cast<size_t>(members));
      std::iota(all.begin(), all.end(), int64_t{0});
      EXPECT_EQ(seen, all);
    }
  }
  weights.assign(70, 0);
  EXPECT_FALSE(Schedule::Make(StreamKey(1, {"s"}), 5, 14, weights).ok());
}

TEST(Amounts, BlocksHaveOneSumAndTheLaw) {
  const Amounts amounts(StreamKey(3, {"a"}), Spread());
  for (const int64_t level : {1, 7}) {
    int64_t total = 0, least = 1 << 30, most = 0;
    for (int64_t k = 0; k < 8000; ++k) {
      EXPECT_EQ(amounts.Total(5, k, level), total);
      const int64_t amount = amounts.Amount(5, k, level);
      total += amount;
      least = std::min(least, amount);
      most = std::max(most, amount);
    }
    EXPECT_EQ(total, 1000 * level * amounts.sum());
    // Pairs move by at most half of what lies between them.
    EXPECT_GE(least, level * 350);
    EXPECT_LT(least, level * 370);
    EXPECT_LE(most, level * 11'250);
    EXPECT_GT(most, level * 11'000);
  }
}

TEST(Amounts, ReadsLawsInHundredths) {
  const auto read = [](const char* name, const char* text) {
    SpecNode node;
    node.kind = SpecNode::Kind::kScalar;
    node.text = text;
    return ReadAmounts({name, node, {}}, "stream", 4);
  };
  const auto fee = read("const", "12.50");
  ASSERT_TRUE(fee.ok());
  EXPECT_EQ(fee->quantiles, (std::vector<int64_t>{1250, 1250, 1250, 1250}));
  EXPECT_FALSE(fee->is_spread);
  EXPECT_FALSE(read("const", "-1").ok());
  EXPECT_FALSE(read("const", "0").ok());
  EXPECT_FALSE(read("zipf", "1").ok());
}

}  // namespace
}  // namespace lakeseed
