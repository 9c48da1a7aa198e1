// The kinds of checks, sorted by name.

#include "lakeseed/validate/table_check.h"

namespace lakeseed {

void MakeArrivalChecks(CheckBuilder& builder);
void MakeBoundsChecks(CheckBuilder& builder);
void MakeDirtChecks(CheckBuilder& builder);
void MakeDistributionChecks(CheckBuilder& builder);
void MakeExpressionChecks(CheckBuilder& builder);
void MakeFormatChecks(CheckBuilder& builder);
void MakeHistoryChecks(CheckBuilder& builder);
void MakeKeyChecks(CheckBuilder& builder);
void MakeNullChecks(CheckBuilder& builder);
void MakeOrderChecks(CheckBuilder& builder);
void MakeReferenceChecks(CheckBuilder& builder);
void MakeRowCountChecks(CheckBuilder& builder);
void MakeRuleChecks(CheckBuilder& builder);
void MakeUniqueChecks(CheckBuilder& builder);
void MakeVersionChecks(CheckBuilder& builder);

namespace {

constexpr CheckKind kKinds[] = {
    {"arrival", "late rows arrive when, and as often as, the table says",
     MakeArrivalChecks},
    {"bounds", "columns with one hidden operand lie where its law puts them",
     MakeBoundsChecks},
    {"copies", "copies of different days agree on who is there and what never changes",
     nullptr},
    {"days", "no day is missing, doubled or misplaced, and each has its rows", nullptr},
    {"dirt", "what is wrong on purpose is wrong where it is declared, and labelled",
     MakeDirtChecks},
    {"distribution", "drawn columns follow their declared law", MakeDistributionChecks},
    {"expression", "computed columns equal their expression", MakeExpressionChecks},
    {"format", "codes, patterns and constants have their form", MakeFormatChecks},
    {"history", "versions follow each other, and each living member has one that is open",
     MakeHistoryChecks},
    {"key", "keys are dense and in order", MakeKeyChecks},
    {"layout", "the manifest's files are there, whole, and no others", nullptr},
    {"nulls", "nulls stand where and as often as declared", MakeNullChecks},
    {"order", "rows stand in order of time or of their parents", MakeOrderChecks},
    {"reference", "references find their row", MakeReferenceChecks},
    {"row_count", "tables and families have the declared number of rows",
     MakeRowCountChecks},
    {"rule", "the rules of the dataset hold", MakeRuleChecks},
    {"schema", "columns, order, types and nullability are as declared", nullptr},
    {"statistics", "the manifest's and the footers' statistics equal a recount", nullptr},
    {"unique", "unique columns and groups of columns have no duplicates",
     MakeUniqueChecks},
    {"version", "facts refer to the version that is valid on their day",
     MakeVersionChecks},
};

}  // namespace

std::span<const CheckKind> BuiltinCheckKinds() { return kKinds; }

Check CheckBuilder::Start(std::string_view kind, const std::string& what) const {
  Check check;
  check.table = table().name;
  check.kind = std::string(kind);
  check.rule = what.empty() ? check.kind : check.kind + ":" + what;
  return check;
}

void CheckBuilder::Skip(std::string_view kind, const std::string& what,
                        const arrow::Status& reason) {
  Check check = Start(kind, what);
  check.skipped_reason = reason.message();
  skipped_.push_back(std::move(check));
}

bool CheckBuilder::HasOrder() {
  const std::string& reason = scope_->own().unordered;
  if (!reason.empty()) Skip("order", "rows", arrow::Status::NotImplemented(reason));
  return reason.empty();
}

}  // namespace lakeseed
