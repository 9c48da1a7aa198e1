// turns: rows of events deal themselves out to the members of another table, turn by
// turn, so that each row knows how many of its member came before it.
//
// Laws, beside those of every generator:
//   fair    in each round every member that was there on the round's first day has one
//           turn of `each` rows; who comes later joins the next round
//   dense   the rows of a member are numbered 1, 2, 3, ... in the order of the table
//   alone   any row alone: members and numbers are closed forms
//   near    the rows of a turn are first, first + step, …; previous is the one before,
//           if it is of the same day; all have the turn's draw
//
// Method  A permutation of the round's members says whose turn comes when. Turns that are
//         `apart` lie side by side: of so many turns the first rows, then the second
//         ones. Rounds of as many members are one span, so there are no more spans than
//         days.

#include <arrow/api.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/base/bijection.h"
#include "lakeseed/base/cell.h"
#include "lakeseed/base/date.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/population.h"
#include "lakeseed/generate/struct_generator.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

enum Field : int { kKey, kNumber, kPlace, kFirst, kStep, kPrevious, kDraw };

constexpr int64_t kMostRows = 10'000;  // Of a turn.
constexpr int64_t kDraws = 1'000'000;
constexpr int64_t kDrawKey = -1;  ///< Sub-keys from 0 on are those of rounds.

/// Rounds that the same members take part in; the last span goes on for ever.
struct Span {
  int64_t first_row = 0;
  int64_t first_round = 0;
  int64_t members = 0;
  int64_t abreast = 1;  ///< Turns that lie side by side.
};

class Turns final : public StructGenerator {
 public:
  /// `spans`: at least one, with rows and members that ascend.
  Turns(const Key& key, const RowSpace& rows, int64_t each, std::vector<Span> spans)
      : key_(key),
        draws_(key.Sub(kDrawKey)),
        rows_(rows),
        each_(each),
        spans_(std::move(spans)) {
    SetFields(
        {{"key", arrow::int64(), {}},
         {"number", arrow::int64(), {}},
         {"place", arrow::int64(), {.kind = ShapeKind::kBounded, .min = 1, .max = each}},
         {"first", arrow::int64(), {}},
         {"step", arrow::int64(), {}},
         {"previous", arrow::int64(), {.nullable = true}},
         {"draw",
          arrow::int64(),
          {.kind = ShapeKind::kBounded, .min = 0, .max = kDraws - 1}}});
  }

 protected:
  arrow::Result<std::unique_ptr<Block>> Open(
      const GenerateRequest& request) const override;

 private:
  class Dealt;
  /// Where a row stands.
  struct Seat {
    int64_t round = 0;
    int64_t members = 0;
    int64_t turn = 0;   ///< In the round.
    int64_t place = 0;  ///< In the turn, from 0.
    int64_t step = 1;   ///< Rows from one of the turn to the next.
  };
  Seat SeatOf(int64_t row) const;
  /// First round that a member takes part in.
  int64_t JoinedOf(int64_t member) const {
    if (member < spans_.front().members) return 0;
    return std::upper_bound(spans_.begin(), spans_.end(), member,
                            [](int64_t id, const Span& one) { return id < one.members; })
        ->first_round;
  }

  const Key key_, draws_;
  const RowSpace& rows_;
  const int64_t each_;
  const std::vector<Span> spans_;
};

Turns::Seat Turns::SeatOf(int64_t row) const {
  const auto after =
      std::upper_bound(spans_.begin(), spans_.end(), row,
                       [](int64_t at, const Span& one) { return at < one.first_row; });
  const Span& span = *std::prev(after);
  const int64_t rows = span.members * each_;
  const int64_t rounds = (row - span.first_row) / rows;
  const int64_t at = row - span.first_row - rounds * rows;
  const int64_t group = at / (span.abreast * each_);
  const int64_t first_turn = group * span.abreast;
  const int64_t turns = std::min(span.abreast, span.members - first_turn);
  const int64_t in_group = at - first_turn * each_;
  return {.round = span.first_round + rounds,
          .members = span.members,
          .turn = first_turn + in_group % turns,
          .place = in_group / turns,
          .step = turns};
}

class Turns::Dealt final : public StructGenerator::Block {
 public:
  Dealt(const Turns& turns, const GenerateRequest& request)
      : turns_(turns), request_(request) {
    const int64_t length = request.rows.length();
    seats_.reserve(static_cast<size_t>(length));
    for (int64_t i = 0; i < length; ++i) {
      seats_.push_back(turns.SeatOf(request.rows[i]));
      members_.push_back(seats_.back().turn);
    }
    for (size_t i = 0; i < seats_.size();) {
      size_t end = i;
      while (end < seats_.size() && seats_[end].round == seats_[i].round) ++end;
      const Bijection order(turns.key_.Sub(seats_[i].round), seats_[i].members);
      order.ForwardOf(&members_[i], static_cast<int64_t>(end - i), &members_[i]);
      i = end;
    }
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) override {
    const auto length = static_cast<int64_t>(seats_.size());
    ARROW_ASSIGN_OR_RAISE(auto memory,
                          ColumnMemory<int64_t>::Make(length, request_.pool));
    for (size_t i = 0; i < seats_.size(); ++i) memory.data()[i] = Value(field, i);
    if (field == kPrevious) {
      std::vector<int32_t> days(seats_.size());
      turns_.rows_.DaysOf(request_.rows, days.data());
      RowRange today;
      for (size_t i = 0; i < seats_.size(); ++i) {
        if (i == 0 || days[i] != days[i - 1]) {
          today = turns_.rows_.Extent({days[i], days[i]});
        }
        if (seats_[i].place > 0 && memory.data()[i] > today.begin) continue;
        ARROW_RETURN_NOT_OK(memory.validity().SetNull(static_cast<int64_t>(i)));
      }
    }
    return std::move(memory).Finish(arrow::int64());
  }

 private:
  int64_t Value(int field, size_t i) const {
    const Seat& seat = seats_[i];
    const int64_t key = request_.rows[static_cast<int64_t>(i)] + 1;
    switch (field) {
      case kKey:
        return members_[i] + 1;
      case kPlace:
        return seat.place + 1;
      case kFirst:
        return key - seat.place * seat.step;
      case kStep:
        return seat.step;
      case kPrevious:
        return key - seat.step;
      case kDraw:
        return Below(Cell(turns_.draws_, key - seat.place * seat.step), kDraws);
      default:
        return (seat.round - turns_.JoinedOf(members_[i])) * turns_.each_ + seat.place +
               1;
    }
  }

  const Turns& turns_;
  const GenerateRequest& request_;
  std::vector<Seat> seats_;
  std::vector<int64_t> members_;
};

arrow::Result<std::unique_ptr<StructGenerator::Block>> Turns::Open(
    const GenerateRequest& request) const {
  return std::make_unique<Dealt>(*this, request);
}

/// Members of a table on a day; all of them where none comes.
int64_t MembersOn(const RowSpace& table, int32_t day) {
  return table.population() == nullptr ? table.fixed_count()
                                       : table.population()->Ever(day);
}

/// Rounds up to the day `last`. REQUIRES: there are members on day 0.
std::vector<Span> SpansOf(const RowSpace& rows, const RowSpace& table, int32_t last,
                          int64_t each, int64_t apart) {
  std::vector<Span> spans;
  int64_t row = 0, round = 0;
  for (int32_t day = 0; day <= last; ++day) {
    const RowRange today = rows.Extent({day, day});
    if (!spans.empty() && row >= today.end) continue;  // No round begins today.
    const int64_t members = MembersOn(table, day);
    if (spans.empty() || members != spans.back().members) {
      const auto abreast = static_cast<int64_t>(static_cast<__int128>(today.length()) *
                                                apart / kMicrosecondsPerDay);
      spans.push_back({row, round, members, std::clamp(abreast, int64_t{1}, members)});
    }
    const int64_t size = members * each;
    const int64_t rounds = std::max<int64_t>(0, (today.end - row + size - 1) / size);
    row += rounds * size;
    round += rounds;
  }
  return spans;
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  if (!context.rows().has_times() || context.rows().fanout() != nullptr) {
    return params.Error("", "needs rows with times of their own", std::nullopt,
                        "turns are of the rows of `events:`");
  }
  ARROW_ASSIGN_OR_RAISE(const std::string name, params.GetText("of"));
  ARROW_ASSIGN_OR_RAISE(const ReferencedTable table,
                        context.Table(name, params.Find("of")->place));
  ARROW_ASSIGN_OR_RAISE(const int64_t each, params.GetInt64Or("each", 1));
  if (each < 1 || each > kMostRows) {
    return params.Error("each", "must be from 1 to 10000 rows", std::to_string(each));
  }
  int64_t apart = 0;
  if (params.Find("apart") != nullptr) {
    ARROW_ASSIGN_OR_RAISE(apart, params.GetDuration("apart"));
  }
  if (apart < 0 || apart > kMicrosecondsPerDay) {
    return params.Error("apart", "must be from 0s to 1d");
  }
  ARROW_RETURN_NOT_OK(params.Finish());
  const Population* population = table.rows->population();
  if (population == nullptr && table.rows->fixed_count() < 0) {
    return params.Error("of", "is no table of members", name,
                        "members are rows that are made once, or a population");
  }
  const int32_t last = population == nullptr ? context.window().to - context.epoch()
                                             : population->horizon() - 1;
  if (population != nullptr && population->Living(last) != population->Ever(last)) {
    return params.Error("of", "has members who leave", name,
                        "leave `churn` out of that population");
  }
  if (MembersOn(*table.rows, 0) == 0) {
    return params.Error("of", "has no members on the first day", name,
                        "write `at_least: 1` into that population");
  }
  return std::make_unique<Turns>(context.key(), context.rows(), each,
                                 SpansOf(context.rows(), *table.rows, last, each, apart));
}

}  // namespace

extern const GeneratorDef kTurns{
    .name = "turns",
    .summary =
        "let the members of a table take turns at the rows of events: fields key, "
        "number, place, first, step, previous, draw",
    .params =
        "of: the table of members: rows made once, or a population that nobody leaves "
        "(required)\n"
        "each: rows of a turn (1)\n"
        "apart: time from a row of a turn to the next, about (0s)\n"
        "number counts the rows of a member from 1, place those of a turn; first is the "
        "key of its first row, step the distance to the next one, previous the key of "
        "the row before, if it is of the same day, draw a number below 1,000,000 that "
        "all of them have",
    .example = "{turns: {of: customers, each: 4, apart: 40s}}",
    .bind = Bind,
};

}  // namespace lakeseed
