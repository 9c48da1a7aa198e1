// burst: some rows of events come in quick succession, as when a stolen card is tried
// out: which burst a row is of, where it stands in it, and its time.
//
// Laws, beside those of every generator:
//   run     the rows of a burst follow each other in the table, all on one day
//   quick   from the first to the last no more than `within`
//   order   times ascend with the rows still: a row of a burst is moved to an earlier
//           time, never before the row above it
//   share   of each day's rows the share is of bursts, to the nearest burst in the mean,
//           as long as the day has room for them
//
// Method  The rows of a day are cut into stretches as long as the longest burst; a
//         permutation of them says which ones begin with a burst.

#include <arrow/api.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "lakeseed/base/bijection.h"
#include "lakeseed/base/cell.h"
#include "lakeseed/base/date.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/child_count.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/struct_generator.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

enum Field : int { kFirst, kPlace, kLength, kTime };

constexpr int64_t kLongestBurst = 100;
constexpr double kShareUnit = 0x1p32;
/// Sub-keys of the column's.
constexpr int64_t kOrder = 0, kRounding = 1, kLengths = 2, kMoments = 3;

class Burst final : public StructGenerator {
 public:
  struct Options {
    Key key;
    double share = 0;
    std::vector<int64_t> lengths;  ///< Quantiles of the law, kFanoutBlock of them.
    int64_t within = 0;            ///< Microseconds.
  };

  Burst(const RowSpace& rows, Options options)
      : rows_(rows),
        options_(std::move(options)),
        longest_(*std::max_element(options_.lengths.begin(), options_.lengths.end())) {
    const auto sum =
        std::accumulate(options_.lengths.begin(), options_.lengths.end(), int64_t{0});
    // Bursts for each row, in 2^-32.
    rate_ = static_cast<uint64_t>(options_.share * kShareUnit * kFanoutBlock /
                                  static_cast<double>(sum));
    const ColumnShape none{.nullable = true};
    SetFields({{"first", arrow::int64(), none},
               {"place", arrow::int64(), none},
               {"length", arrow::int64(), none},
               {"time",
                arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"),
                {.kind = ShapeKind::kSorted}}});
  }

 protected:
  arrow::Result<std::unique_ptr<Block>> Open(
      const GenerateRequest& request) const override;

 private:
  class Runs;
  /// Of a row in a burst: the first row and how many there are.
  struct Run {
    int64_t first = -1;
    int64_t length = 0;
  };
  struct Day {
    int32_t number = -1;
    RowRange rows;
    int64_t bursts = 0;
    Bijection order;  ///< Of the stretches.
  };
  Day DayOf(int32_t number) const;
  /// The burst that begins a stretch of rows, if one does.
  Run RunOf(const Day& day, int64_t stretch) const;
  int64_t TimeOf(const Run& run, int64_t row, int64_t own) const;

  const RowSpace& rows_;
  const Options options_;
  const int64_t longest_;
  uint64_t rate_ = 0;
};

Burst::Day Burst::DayOf(int32_t number) const {
  Day day{.number = number, .rows = rows_.Extent({number, number})};
  const int64_t stretches = day.rows.length() / longest_;
  const auto rows = static_cast<unsigned __int128>(day.rows.length());
  const uint64_t rounding = Cell(options_.key.Sub(kRounding), number) >> 32;
  day.bursts = std::min(stretches, static_cast<int64_t>((rows * rate_ + rounding) >> 32));
  day.order = Bijection(options_.key.Sub(kOrder).Sub(number), stretches);
  return day;
}

Burst::Run Burst::RunOf(const Day& day, int64_t stretch) const {
  if (stretch >= day.order.n() || day.order.Forward(stretch) >= day.bursts) return {};
  const int64_t first = day.rows.begin + stretch * longest_;
  const uint64_t cell = Cell(options_.key.Sub(kLengths), first);
  return {first, options_.lengths[static_cast<size_t>(Below(cell, kFanoutBlock))]};
}

int64_t Burst::TimeOf(const Run& run, int64_t row, int64_t own) const {
  if (row == run.first) return own;
  int64_t begin = 0;
  rows_.TimesOf(Rows(RowRange{run.first, run.first + 1}), &begin);
  // Each row after the first has a part of the time to itself.
  const int64_t part = options_.within / (run.length - 1);
  const int64_t place = row - run.first - 1;
  const int64_t moment = Below(Cell(options_.key.Sub(kMoments), row), part);
  return std::min(own, begin + place * part + moment);
}

class Burst::Runs final : public StructGenerator::Block {
 public:
  Runs(const Burst& burst, const GenerateRequest& request)
      : burst_(burst), request_(request) {
    std::vector<int32_t> days(static_cast<size_t>(request.rows.length()));
    burst.rows_.DaysOf(request.rows, days.data());
    runs_.reserve(days.size());
    Day day;
    Run run;
    int64_t stretch = -1;  // Rows that follow each other mostly share one.
    for (size_t i = 0; i < days.size(); ++i) {
      if (days[i] != day.number) {
        day = burst.DayOf(days[i]);
        stretch = -1;
      }
      const int64_t row = request.rows[static_cast<int64_t>(i)];
      const int64_t its = (row - day.rows.begin) / burst.longest_;
      if (its != stretch) run = burst.RunOf(day, stretch = its);
      runs_.push_back(row - run.first < run.length ? run : Run{});
    }
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) override {
    const int64_t length = request_.rows.length();
    ARROW_ASSIGN_OR_RAISE(auto memory,
                          ColumnMemory<int64_t>::Make(length, request_.pool));
    int64_t* out = memory.data();
    if (field == kTime) burst_.rows_.TimesOf(request_.rows, out);
    for (int64_t i = 0; i < length; ++i) {
      const Run& run = runs_[static_cast<size_t>(i)];
      const int64_t row = request_.rows[i];
      if (field == kTime) {
        if (run.length > 0) out[i] = burst_.TimeOf(run, row, out[i]);
        continue;
      }
      out[i] = field == kFirst   ? run.first + 1
               : field == kPlace ? row - run.first + 1
                                 : run.length;
      if (run.length == 0) ARROW_RETURN_NOT_OK(memory.validity().SetNull(i));
    }
    return std::move(memory).Finish(burst_.type()->field(field)->type());
  }

 private:
  const Burst& burst_;
  const GenerateRequest& request_;
  std::vector<Run> runs_;
};

arrow::Result<std::unique_ptr<StructGenerator::Block>> Burst::Open(
    const GenerateRequest& request) const {
  return std::make_unique<Runs>(*this, request);
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  if (!context.rows().has_times() || context.rows().fanout() != nullptr) {
    return params.Error("", "needs rows with times of their own", std::nullopt,
                        "bursts are of the rows of `events:`");
  }
  Burst::Options options{.key = context.key()};
  ARROW_ASSIGN_OR_RAISE(options.share, params.GetDouble("share"));
  if (!(options.share >= 0 && options.share <= 1)) {
    return params.Error("share", "must be a share from 0 to 1",
                        std::to_string(options.share));
  }
  const SpecNode* length = params.Find("length");
  if (length == nullptr || !length->is_mapping() || length->entries.size() != 1) {
    return params.Error("length", "needs a law of counts", std::nullopt,
                        "write {uniform: [3, 8]}");
  }
  const auto& [name, law] = length->entries[0];
  ARROW_ASSIGN_OR_RAISE(options.lengths,
                        ChildCountTable({name.text, law, name.place}, params.path()));
  for (const int64_t one : options.lengths) {
    if (one >= 2 && one <= kLongestBurst) continue;
    return params.Error("length", "must be from 2 to 100 rows", std::to_string(one));
  }
  ARROW_ASSIGN_OR_RAISE(options.within, params.GetDuration("within"));
  if (options.within < kMicrosecondsPerSecond || options.within > kMicrosecondsPerDay) {
    return params.Error("within", "must be from 1s to 1d");
  }
  ARROW_RETURN_NOT_OK(params.Finish());
  return std::make_unique<Burst>(context.rows(), std::move(options));
}

}  // namespace

extern const GeneratorDef kBurst{
    .name = "burst",
    .summary =
        "let some events come in quick succession: fields first, place, length, time",
    .params =
        "share: of the rows that are of a burst (required)\n"
        "length: law of the rows of a burst, 2 to 100; one of those of `count` "
        "(required)\n"
        "within: from its first row to the last, at most (required)\n"
        "first is the key of the burst's first row, place counts from 1, and both are "
        "null in other rows; time is $time, or earlier",
    .example = "{burst: {share: 0.1, length: {uniform: [3, 6]}, within: 30m}}",
    .bind = Bind,
};

}  // namespace lakeseed
