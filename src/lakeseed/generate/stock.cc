// stock: how much of a thing there is, where what is sold of it is given: the rows of
// another table.
//
// Laws, beside those of every generator:
//   flow   closing = opening + received - sold, to the unit; the closing of a day is the
//          opening of the next, whatever days the rows cover
//   given  sold is the sum of `units` over the other table's rows of these days whose
//          keys are this row's
//   alone  any day alone: at most the days of two review cycles are added up
//   level  received >= 0 and closing >= 0, always
//
// Method  Review cycles of P days from the epoch on (techniques section 10). A cycle's
//         first morning fills the stock up to its base U; within the cycle, when more
//         than U is sold, packs of q come on that day. With X sold since the cycle began,
//         closing = U + q ceil(max(0, X - U) / q) - X. What is received is what the
//         levels need; it is never below 0 as long as q <= U + 1.

#include <arrow/api.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "lakeseed/base/date.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/day_totals.h"
#include "lakeseed/generate/struct_generator.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

enum Field : int { kOpening, kReceived, kSold, kClosing };

constexpr int32_t kLongestReview = 92;

class Stock final : public StructGenerator {
 public:
  struct Options {
    std::shared_ptr<const DayTotals> sales;
    std::vector<int> keys;  ///< Inputs, as are those below.
    int base = -1, pack = -1, from = -1, to = -1;
    int32_t review = 7;
    int32_t epoch = 0;
  };

  explicit Stock(Options options) : options_(std::move(options)) {
    SetFields({{"opening", arrow::int64(), {}},
               {"received", arrow::int64(), {}},
               {"sold", arrow::int64(), {}},
               {"closing", arrow::int64(), {}}});
  }

 protected:
  arrow::Result<std::unique_ptr<Block>> Open(
      const GenerateRequest& request) const override;

 private:
  class Levels;
  const Options options_;
};

/// What is sold on a row's days, and since the cycles began that they end and begin in.
struct SpanSales {
  bool of_all = false;  ///< Also of keys that rows of other days do not have.
  DaySpan days{.first = 0, .last = -1};
  DayTotals::TotalsPtr before, through, inside;

  bool Know(const TotalKey& key) const {
    return before->Knows(key) && through->Knows(key) && inside->Knows(key);
  }
};

class Stock::Levels final : public StructGenerator::Block {
 public:
  static arrow::Result<std::unique_ptr<Levels>> Of(const Options& options,
                                                   const GenerateRequest& request) {
    std::unique_ptr<Levels> levels(new Levels(options, request));
    ARROW_RETURN_NOT_OK(levels->Compute());
    return levels;
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) override {
    ARROW_ASSIGN_OR_RAISE(
        auto memory, ColumnMemory<int64_t>::Make(request_.rows.length(), request_.pool));
    for (size_t i = 0; i < rows_.size(); ++i) {
      const Level& row = rows_[i];
      memory.data()[i] = field == kOpening   ? row.opening
                         : field == kSold    ? row.sold
                         : field == kClosing ? row.closing
                                             : row.closing - row.opening + row.sold;
    }
    return std::move(memory).Finish(arrow::int64());
  }

 private:
  struct Level {
    int64_t opening = 0, sold = 0, closing = 0;
  };

  Levels(const Options& options, const GenerateRequest& request)
      : options_(options),
        request_(request),
        rows_(static_cast<size_t>(request.rows.length())) {}

  const arrow::Array& Input(int index) const {
    return *request_.inputs[static_cast<size_t>(index)];
  }
  int32_t DayAt(int index, int64_t i) const {
    return Input(index).data()->GetValues<int32_t>(1)[i] - options_.epoch;
  }

  arrow::Result<DayTotals::TotalsPtr> Sales(DaySpan days) const {
    return sales_.of_all ? options_.sales->OfAll(days) : options_.sales->Of(days);
  }

  /// Sales from the begin of the day's cycle through the day.
  arrow::Result<DayTotals::TotalsPtr> Taken(int32_t day) const {
    if (day < 0) return Sales({.first = 0, .last = -1});
    return Sales({day / options_.review * options_.review, day});
  }

  arrow::Status Turn(DaySpan days) {
    if (days.first == sales_.days.first && days.last == sales_.days.last) {
      return arrow::Status::OK();
    }
    ARROW_ASSIGN_OR_RAISE(sales_.before, Taken(days.first - 1));
    ARROW_ASSIGN_OR_RAISE(sales_.through, Taken(days.last));
    ARROW_ASSIGN_OR_RAISE(sales_.inside, Sales(days));
    sales_.days = days;
    return arrow::Status::OK();
  }

  static int64_t After(int64_t base, int64_t pack, int64_t taken) {
    const int64_t over = std::max<int64_t>(0, taken - base);
    return base + (over + pack - 1) / pack * pack - taken;
  }

  arrow::Status Compute() {
    for (const int index : {options_.base, options_.pack, options_.from, options_.to}) {
      if (Input(index).null_count() == 0) continue;
      return arrow::Status::Invalid("stock: base, pack and days may not be null");
    }
    const auto* base = Input(options_.base).data()->GetValues<int64_t>(1);
    const auto* pack = Input(options_.pack).data()->GetValues<int64_t>(1);
    for (int64_t i = 0; i < request_.rows.length(); ++i) {
      if (base[i] < 0 || pack[i] < 1 || pack[i] > base[i] + 1) {
        return arrow::Status::Invalid("stock: a pack has 1 to base + 1 units, base is ",
                                      base[i], ", pack is ", pack[i]);
      }
      const DaySpan days{DayAt(options_.from, i), DayAt(options_.to, i)};
      ARROW_RETURN_NOT_OK(Turn(days));
      TotalKey key{};
      bool is_known = true;
      for (size_t k = 0; k < options_.keys.size(); ++k) {
        const arrow::Array& own = Input(options_.keys[k]);
        is_known = is_known && own.IsValid(i);
        key[k] = own.data()->GetValues<int64_t>(1)[i];
      }
      if (is_known && !sales_.Know(key)) {
        sales_ = {.of_all = true};
        ARROW_RETURN_NOT_OK(Turn(days));
      }
      const auto total = [&](const DayTotals::TotalsPtr& sales) {
        return is_known ? sales->At(key) : 0;
      };
      rows_[static_cast<size_t>(i)] = {
          .opening = After(base[i], pack[i], total(sales_.before)),
          .sold = total(sales_.inside),
          .closing = After(base[i], pack[i], total(sales_.through))};
    }
    return arrow::Status::OK();
  }

  const Options& options_;
  const GenerateRequest& request_;
  std::vector<Level> rows_;
  SpanSales sales_;
};

arrow::Result<std::unique_ptr<StructGenerator::Block>> Stock::Open(
    const GenerateRequest& request) const {
  ARROW_ASSIGN_OR_RAISE(std::unique_ptr<Levels> levels, Levels::Of(options_, request));
  return levels;
}

/// An expression of the row, of a type.
arrow::Result<int> ReadInput(Params& params, BindContext& context, std::string_view key,
                             std::string_view fallback,
                             const std::shared_ptr<arrow::DataType>& type) {
  const SpecNode* node = params.Find(key);
  if (node == nullptr && fallback.empty())
    return params.Error("", "missing key", std::string(key));
  const auto input = node != nullptr ? context.Input(*node) : context.Input(fallback);
  ARROW_RETURN_NOT_OK(input.status());
  if (input->type->Equals(*type)) return input->index;
  return params.Error(
      key, "is no " + std::string(type->id() == arrow::Type::DATE32 ? "day" : "integer"),
      node == nullptr ? std::string(fallback) : node->text);
}

arrow::Result<std::vector<KeyMatch>> ReadMatch(Params& params, BindContext& context) {
  const SpecNode* match = params.Find("match");
  if (match == nullptr || !match->is_mapping() || match->entries.empty() ||
      match->entries.size() > TotalKey{}.size()) {
    return params.Error("match", "needs one or two keys", std::nullopt,
                        "write {product_id: product_id}: of this row, and of the others");
  }
  std::vector<KeyMatch> keys;
  for (const auto& [mine, other] : match->entries) {
    ARROW_ASSIGN_OR_RAISE(BoundInput input, context.Input(mine));
    if (input.type->id() != arrow::Type::INT64) {
      return params.Error("match", "is no integer", mine.text);
    }
    keys.push_back({std::move(input), other});
  }
  return keys;
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  Stock::Options options{.epoch = context.epoch()};
  ARROW_ASSIGN_OR_RAISE(const std::string table, params.GetText("of"));
  const Place place = params.Find("of")->place;
  const SpecNode* units = params.Find("units");
  if (units == nullptr) return params.Error("", "missing key", "units");
  ARROW_ASSIGN_OR_RAISE(const std::vector<KeyMatch> keys, ReadMatch(params, context));
  for (const KeyMatch& key : keys) options.keys.push_back(key.own.index);
  ARROW_ASSIGN_OR_RAISE(options.base,
                        ReadInput(params, context, "base", "", arrow::int64()));
  ARROW_ASSIGN_OR_RAISE(options.pack,
                        ReadInput(params, context, "pack", "1", arrow::int64()));
  const bool has_day = context.rows().sees_own_day();
  ARROW_ASSIGN_OR_RAISE(
      options.to, ReadInput(params, context, "to", has_day ? "$day" : "date($as_of)",
                            arrow::date32()));
  options.from = options.to;
  if (params.Has("from")) {
    ARROW_ASSIGN_OR_RAISE(options.from,
                          ReadInput(params, context, "from", "", arrow::date32()));
  }
  if (params.Has("review")) {
    ARROW_ASSIGN_OR_RAISE(const int64_t review, params.GetDuration("review"));
    const int64_t days = review / kMicrosecondsPerDay;
    if (days < 1 || days > kLongestReview || days * kMicrosecondsPerDay != review) {
      return params.Error("review", "must be whole days, from 1d to 92d");
    }
    options.review = static_cast<int32_t>(days);
  }
  ARROW_RETURN_NOT_OK(params.Finish());
  ARROW_ASSIGN_OR_RAISE(options.sales, context.Totals(table, place, *units, keys));
  return std::make_unique<Stock>(std::move(options));
}

}  // namespace

extern const GeneratorDef kStock{
    .name = "stock",
    .summary =
        "follow the stock of a thing whose sales are the rows of another table: fields "
        "opening, received, sold, closing",
    .params =
        "of: table of the sales, whose rows have days (required)\n"
        "units: what a row of it takes; an expression over that table (required)\n"
        "match: one or two keys, of this row and of the sales: {product_id: product_id} "
        "(required)\n"
        "base: units that each review fills the stock up to (required)\n"
        "pack: units of a delivery between reviews, at most base + 1 (1)\n"
        "review: days from one review to the next, from the epoch on (7d)\n"
        "from: first day of what the row covers (as `to`)\n"
        "to: last day (the row's own day, or the as-of day if it has none)",
    .example =
        "{stock: {of: orders, units: quantity, match: {$row: product_id}, base: 20, "
        "pack: 6}}",
    .bind = Bind,
};

}  // namespace lakeseed
