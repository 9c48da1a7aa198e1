// ledger_account: what a ledger knows of a row of its table of accounts: group, place,
// rank, level, holder, opened, closed, had; ledger_moved: the sum of what the account has
// moved up to the as-of day; ledger_holder: the account of a place, for tables with a row
// for each of the first ones.
//
// Law     place and ledger_holder are inverse: row p of a table of holders belongs to the
//         account whose place is p. Groups stand in the order of the file, so those of
//         the first groups have a row, and nobody has two.
// Method  LedgerRows (ledger_rows.h): one permutation of the accounts.

#include <arrow/api.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/category_pool.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/ledger_rows.h"
#include "lakeseed/generate/struct_generator.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr int kDigits = 18, kScale = 2;

enum Field : int { kGroup, kPlace, kRank, kLevel, kHolder, kOpened, kClosed, kHad };

/// The ledger of the parameter, whose accounts are `accounts` if that is given.
arrow::Result<const LedgerRows*> ReadLedgerTable(Params& params, BindContext& context,
                                                 const RowSpace* accounts) {
  const std::string_view key = params.is_mapping() ? "ledger" : "";
  ARROW_ASSIGN_OR_RAISE(const std::string name, params.GetText(key));
  ARROW_ASSIGN_OR_RAISE(const ReferencedTable table,
                        context.Table(name, params.Find(key)->place));
  const LedgerRows* ledger = table.rows == nullptr ? nullptr : table.rows->ledger();
  if (ledger == nullptr) return params.Error(key, "is no `ledger:` table", name);
  if (accounts != nullptr && accounts->fixed_count() != ledger->num_accounts()) {
    return params.Error(key, "has other accounts than the rows of this table", name);
  }
  return ledger;
}

class LedgerAccount final : public StructGenerator {
 public:
  LedgerAccount(const LedgerRows& rows, CategoryPool groups, int64_t holders)
      : rows_(rows), groups_(std::move(groups)), holders_(holders) {
    const ColumnShape number{
        .kind = ShapeKind::kBounded, .min = 1, .max = rows.num_accounts()};
    SetFields({{"group", groups_.type(), groups_.shape()},
               {"place", arrow::int64(), number},
               {"rank", arrow::int64(), number},
               {"level", arrow::int64(), {}},
               {"holder", arrow::int64(), {.nullable = true}},
               {"opened", arrow::date32(), {.nullable = true}},
               {"closed", arrow::date32(), {.nullable = true}},
               {"had", arrow::decimal64(kDigits, kScale), {}}});
  }

 protected:
  arrow::Result<std::unique_ptr<Block>> Open(
      const GenerateRequest& request) const override;

 private:
  class Accounts;

  const LedgerRows& rows_;
  const CategoryPool groups_;
  const int64_t holders_;
};

class LedgerAccount::Accounts final : public StructGenerator::Block {
 public:
  Accounts(const LedgerAccount& account, const GenerateRequest& request)
      : account_(account), request_(request) {
    for (int64_t i = 0; i < request.rows.length(); ++i) {
      places_.push_back(account.rows_.PlaceOf(request.rows[i]));
    }
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) override {
    const LedgerRows& rows = account_.rows_;
    const auto length = static_cast<int64_t>(places_.size());
    const auto group = [&](int64_t i) {
      return rows.GroupOf(places_[static_cast<size_t>(i)]);
    };
    if (field == kGroup) return account_.groups_.Codes(length, request_.pool, group);
    if (field == kOpened || field == kClosed) return Days(field == kOpened);
    ARROW_ASSIGN_OR_RAISE(auto memory,
                          ColumnMemory<int64_t>::Make(length, request_.pool));
    for (int64_t i = 0; i < length; ++i) {
      const int64_t place = places_[static_cast<size_t>(i)];
      int64_t value = place + 1;
      if (field == kRank) {
        value -= rows.options().groups[static_cast<size_t>(group(i))].first;
      } else if (field == kLevel) {
        value = rows.postings().LevelOf(place);
      } else if (field == kHad) {
        value = rows.postings().HadBefore(place);
      }
      memory.data()[i] = value;
      if (field == kHolder && value > account_.holders_) {
        ARROW_RETURN_NOT_OK(memory.validity().SetNull(i));
      }
    }
    return std::move(memory).Finish(account_.type()->field(field)->type());
  }

 private:
  /// Days on which the accounts open, or close; null where they do not.
  arrow::Result<std::shared_ptr<arrow::Array>> Days(bool opened) {
    const LedgerRows& rows = account_.rows_;
    const auto length = static_cast<int64_t>(places_.size());
    ARROW_ASSIGN_OR_RAISE(auto memory,
                          ColumnMemory<int32_t>::Make(length, request_.pool));
    for (int64_t i = 0; i < length; ++i) {
      const int64_t place = places_[static_cast<size_t>(i)];
      const int32_t day =
          opened ? rows.postings().OpensOn(place) : rows.postings().ClosesOn(place);
      const bool has_none = day == (opened ? Roster::kAlways : Roster::kNever);
      memory.data()[i] = has_none ? 0 : rows.options().epoch + day;
      if (has_none) ARROW_RETURN_NOT_OK(memory.validity().SetNull(i));
    }
    return std::move(memory).Finish(arrow::date32());
  }

  const LedgerAccount& account_;
  const GenerateRequest& request_;
  std::vector<int64_t> places_;
};

arrow::Result<std::unique_ptr<StructGenerator::Block>> LedgerAccount::Open(
    const GenerateRequest& request) const {
  return std::make_unique<Accounts>(*this, request);
}

class LedgerMoved final : public ColumnGenerator {
 public:
  LedgerMoved(const LedgerRows& rows, int as_of) : rows_(rows), as_of_(as_of) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override { return {}; }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const int64_t length = request.rows.length();
    ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<int64_t>::Make(length, request.pool));
    const auto& as_of = static_cast<const arrow::TimestampArray&>(
        *request.inputs[static_cast<size_t>(as_of_)]);
    std::vector<int64_t> places;
    for (int64_t begin = 0; begin < length; begin += std::ssize(places)) {
      // Rows in a row that are looked at on one day.
      places.clear();
      for (int64_t i = begin; i < length && as_of.Value(i) == as_of.Value(begin); ++i) {
        places.push_back(rows_.PlaceOf(request.rows[i]));
      }
      rows_.postings().MovedBefore(places, DayAfter(as_of.Value(begin)),
                                   memory.data() + begin);
    }
    return std::move(memory).Finish(type_);
  }

 private:
  /// The first day that is not over at the instant, half a day more or less: the table's
  /// own days may be another zone's.
  int32_t DayAfter(int64_t instant) const {
    constexpr int64_t kHalfDay = int64_t{43'200} * 1'000'000;
    int32_t low = 0, high = rows_.options().days;
    while (low < high) {
      const int32_t middle = low + (high - low) / 2;
      const bool is_over = rows_.DayStart(middle + 1) - kHalfDay <= instant;
      (is_over ? low : high) = is_over ? middle + 1 : middle;
    }
    return low;
  }

  const std::shared_ptr<arrow::DataType> type_ = arrow::decimal64(kDigits, kScale);
  const LedgerRows& rows_;
  const int as_of_;
};

class LedgerHolder final : public ColumnGenerator {
 public:
  explicit LedgerHolder(const LedgerRows& rows) : rows_(rows) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override {
    return {.kind = ShapeKind::kBounded, .min = 1, .max = rows_.num_accounts()};
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const int64_t length = request.rows.length();
    ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<int64_t>::Make(length, request.pool));
    for (int64_t i = 0; i < length; ++i) {
      memory.data()[i] = rows_.AccountAt(request.rows[i]) + 1;
    }
    return std::move(memory).Finish(type_);
  }

 private:
  const std::shared_ptr<arrow::DataType> type_ = arrow::int64();
  const LedgerRows& rows_;
};

arrow::Result<std::unique_ptr<ColumnGenerator>> BindAccount(Params& params,
                                                            BindContext& context) {
  ARROW_ASSIGN_OR_RAISE(const LedgerRows* rows,
                        ReadLedgerTable(params, context, &context.rows()));
  int64_t holders = 0;
  if (params.is_mapping() && params.Has("holders")) {
    ARROW_ASSIGN_OR_RAISE(const std::string name, params.GetText("holders"));
    ARROW_ASSIGN_OR_RAISE(const ReferencedTable table,
                          context.Table(name, params.Find("holders")->place));
    holders = table.rows->fixed_count();
    if (holders < 0) return params.Error("holders", "has no fixed number of rows", name);
  }
  ARROW_RETURN_NOT_OK(params.Finish());
  std::vector<std::string> names;
  for (const LedgerRows::Group& group : rows->options().groups) {
    names.push_back(group.name);
  }
  ARROW_ASSIGN_OR_RAISE(CategoryPool groups, CategoryPool::Of(names));
  return std::make_unique<LedgerAccount>(*rows, std::move(groups), holders);
}

arrow::Result<std::unique_ptr<ColumnGenerator>> BindMoved(Params& params,
                                                          BindContext& context) {
  ARROW_ASSIGN_OR_RAISE(const LedgerRows* rows,
                        ReadLedgerTable(params, context, &context.rows()));
  ARROW_RETURN_NOT_OK(params.Finish());
  ARROW_ASSIGN_OR_RAISE(const BoundInput as_of, context.Input("$as_of"));
  return std::make_unique<LedgerMoved>(*rows, as_of.index);
}

arrow::Result<std::unique_ptr<ColumnGenerator>> BindHolder(Params& params,
                                                           BindContext& context) {
  ARROW_ASSIGN_OR_RAISE(const LedgerRows* rows,
                        ReadLedgerTable(params, context, nullptr));
  ARROW_RETURN_NOT_OK(params.Finish());
  const int64_t count = context.rows().fixed_count();
  if (count < 0 || count > rows->num_accounts()) {
    return params.Error("", "needs a table of at most as many rows as there are accounts",
                        std::to_string(rows->num_accounts()), "give the table `rows:`");
  }
  return std::make_unique<LedgerHolder>(*rows);
}

}  // namespace

extern const GeneratorDef kLedgerAccount{
    .name = "ledger_account",
    .summary =
        "tell what a ledger knows of an account: fields group, place, rank, level, "
        "holder, opened, closed, had",
    .params =
        "ledger: the ledger whose accounts these rows are (may stand alone)\n"
        "holders: table with a ledger_holder; the field holder is the account's row "
        "there, or null (none)\n"
        "opened and closed are the days of groups with `opens` and `closes`, else null; "
        "had is what such an account has before its first posting, else 0",
    .example = "{ledger_account: postings}",
    .bind = BindAccount,
};

extern const GeneratorDef kLedgerHolder{
    .name = "ledger_holder",
    .summary =
        "give the account of the ledger whose place is the number of the row, from 1",
    .params = "ledger: the ledger (may stand alone)",
    .example = "{ledger_holder: postings}",
    .bind = BindHolder,
};

extern const GeneratorDef kLedgerMoved{
    .name = "ledger_moved",
    .summary = "sum what an account has moved up to the end of the as-of day",
    .params = "ledger: the ledger whose accounts these rows are (may stand alone)",
    .example = "{ledger_moved: postings}",
    .bind = BindMoved,
};

}  // namespace lakeseed
