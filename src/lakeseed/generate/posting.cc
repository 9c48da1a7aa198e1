// posting: what a row of a ledger says: whose it is, how much it moves, and the sum of
// what the account has moved so far.
//
// Laws, beside those of every generator:
//   running  running = the account's running before + moved; opening balance + running is
//            the balance after the row
//   pairs    the two rows of a transfer stand next to each other, name each other, and
//            their moved sums to 0
//   origin   of what gives back, the row of an earlier day that it gives back: of the
//            same account, whose amount is `whole`, and of no other row
//   first    of a burst, its first row; its rows follow each other
//
// Method  Ledger (ledger.h): closed forms, by day.

#include <arrow/api.h>

#include <algorithm>
#include <memory>
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

enum Field : int {
  kStream,
  kAccount,
  kCounterparty,
  kPartner,
  kAmount,
  kMoved,
  kRunning,
  kOrigin,
  kFirst,
  kWhole
};

bool GivesBack(const LedgerRows& rows, const Ledger::Posting& posting) {
  const auto& stream = rows.postings().streams()[static_cast<size_t>(posting.stream)];
  return stream.role == LedgerStream::Role::kGivesBack;
}

/// False: the posting has nothing to say in the field.
bool IsKnown(int field, const LedgerRows& rows, const Ledger::Posting& posting) {
  if (field == kCounterparty || field == kPartner) return posting.counterparty >= 0;
  if (field == kOrigin) return GivesBack(rows, posting);
  return field != kFirst || (posting.steps > 1 && !GivesBack(rows, posting));
}

class PostingOf final : public StructGenerator {
 public:
  PostingOf(const LedgerRows& rows, CategoryPool streams)
      : rows_(rows), streams_(std::move(streams)) {
    const auto money = arrow::decimal64(kDigits, kScale);
    const ColumnShape number{
        .kind = ShapeKind::kBounded, .min = 1, .max = rows.num_accounts()};
    const ColumnShape other{.nullable = true};
    SetFields({{"stream", streams_.type(), streams_.shape()},
               {"account", arrow::int64(), number},
               {"counterparty", arrow::int64(), other},
               {"partner", arrow::int64(), other},
               {"amount", money, {}},
               {"moved", money, {}},
               {"running", money, {}},
               {"origin", arrow::int64(), other},
               {"first", arrow::int64(), other},
               {"whole", money, {}}});
  }

 protected:
  arrow::Result<std::unique_ptr<Block>> Open(
      const GenerateRequest& request) const override;

 private:
  class Postings;

  const LedgerRows& rows_;
  const CategoryPool streams_;
};

class PostingOf::Postings final : public StructGenerator::Block {
 public:
  Postings(const PostingOf& posting, const GenerateRequest& request)
      : posting_(posting), request_(request) {
    const Rows& rows = request.rows;
    postings_.reserve(static_cast<size_t>(rows.length()));
    posting.rows_.ForEachSlice(
        rows, [&](const LedgerRows::SlicePtr& slice, int64_t begin, int64_t end) {
          slices_.push_back(slice);
          for (int64_t i = begin; i < end; ++i) {
            postings_.push_back(slice->postings.data() + (rows[i] - slice->first));
          }
        });
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) override {
    const int64_t length = request_.rows.length();
    if (field == kStream) {
      return posting_.streams_.Codes(length, request_.pool, [&](int64_t i) {
        return postings_[static_cast<size_t>(i)]->stream;
      });
    }
    ARROW_ASSIGN_OR_RAISE(auto memory,
                          ColumnMemory<int64_t>::Make(length, request_.pool));
    for (int64_t i = 0; i < length; ++i) {
      const Ledger::Posting& one = *postings_[static_cast<size_t>(i)];
      if (IsKnown(field, posting_.rows_, one)) {
        memory.data()[i] = Value(field, one, request_.rows[i]);
      } else {
        memory.data()[i] = 0;
        ARROW_RETURN_NOT_OK(memory.validity().SetNull(i));
      }
    }
    if (field == kAccount) {
      int64_t* accounts = memory.data();
      posting_.rows_.AccountsAt({accounts, static_cast<size_t>(length)}, accounts);
      for (int64_t i = 0; i < length; ++i) ++accounts[i];
    }
    if (field == kOrigin) SetOrigins(memory.data());
    return std::move(memory).Finish(posting_.type()->field(field)->type());
  }

 private:
  /// Those of one day after the other, so that places of a day are made once.
  void SetOrigins(int64_t* out) const {
    std::vector<size_t> back;
    for (size_t i = 0; i < postings_.size(); ++i) {
      if (GivesBack(posting_.rows_, *postings_[i])) back.push_back(i);
    }
    std::sort(back.begin(), back.end(),
              [&](size_t a, size_t b) { return postings_[a]->day < postings_[b]->day; });
    for (const size_t i : back) out[i] = posting_.rows_.OriginOf(*postings_[i]) + 1;
  }

  int64_t Value(int field, const Ledger::Posting& posting, int64_t row) const {
    switch (field) {
      case kAccount:
        return posting.member;  // Turned into accounts all together.
      case kCounterparty:
        return posting_.rows_.AccountAt(posting.counterparty) + 1;
      case kPartner:
        return row + 1 + (posting.is_second ? -1 : 1);
      case kAmount:
        return posting.amount;
      case kMoved:
        return posting.moved();
      case kOrigin:
        return 0;  // Set all together.
      case kFirst:
        return row + 1 - posting.step;
      case kWhole:
        return posting_.rows_.postings().WholeOf(posting);
      default:
        return posting.running;
    }
  }

  const PostingOf& posting_;
  const GenerateRequest& request_;
  std::vector<LedgerRows::SlicePtr> slices_;  ///< Keep the postings.
  std::vector<const Ledger::Posting*> postings_;
};

arrow::Result<std::unique_ptr<StructGenerator::Block>> PostingOf::Open(
    const GenerateRequest& request) const {
  return std::make_unique<Postings>(*this, request);
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  ARROW_RETURN_NOT_OK(params.Finish());
  const LedgerRows* rows = context.rows().ledger();
  if (rows == nullptr) {
    return params.Error("", "only rows of a `ledger:` table are postings");
  }
  std::vector<std::string> names;
  for (const LedgerStream& stream : rows->postings().streams()) {
    names.push_back(stream.name);
  }
  ARROW_ASSIGN_OR_RAISE(CategoryPool streams, CategoryPool::Of(names));
  return std::make_unique<PostingOf>(*rows, std::move(streams));
}

}  // namespace

extern const GeneratorDef kPosting{
    .name = "posting",
    .summary =
        "tell what a row of a ledger is: fields stream, account, counterparty, "
        "partner, amount, moved, running, origin, first, whole",
    .params = "",
    .example = "{posting: {}}",
    .bind = Bind,
};

}  // namespace lakeseed
