// reference: every key of another table is there. nulls: they stand where `when`
// says, or as often as null_fraction says.

#include <arrow/api.h>
#include <fmt/format.h>

#include <cmath>

#include "lakeseed/validate/cells.h"
#include "lakeseed/validate/relations.h"
#include "lakeseed/validate/table_check.h"

namespace lakeseed {
namespace {

constexpr double kSigmas = 6;

class ReferenceCheck final : public TableCheck {
 public:
  ReferenceCheck(Check check, int64_t max_examples, std::string column,
                 std::string target, int link, int rows)
      : TableCheck(std::move(check), max_examples),
        column_(std::move(column)),
        target_(std::move(target)),
        link_(link),
        rows_(rows) {}

  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    const auto& links = *block.slots[static_cast<size_t>(link_)];
    const auto& rows = *block.slots[static_cast<size_t>(rows_)];
    if (rows.null_count() == links.null_count()) return arrow::Status::OK();
    for (int64_t i = 0; i < block.length; ++i) {
      if (links.IsNull(i) || rows.IsValid(i) || block.IsUnknownLink(rows_, i)) {
        continue;
      }
      Found(block, i, column_, "a key of " + target_,
            HasRoom() ? CellText(links, i) : "");
    }
    return arrow::Status::OK();
  }

 private:
  const std::string column_, target_;
  const int link_, rows_;
};

void AddReference(CheckBuilder& builder, const std::string& column,
                  const std::string& target) {
  const auto link = builder.scope().Column(column);
  if (!link.ok()) return builder.Skip("reference", column, link.status());
  const auto rows = builder.scope().RowOf(column, target);
  if (!rows.ok()) return builder.Skip("reference", column, rows.status());
  builder.Add(std::make_unique<ReferenceCheck>(builder.Start("reference", column),
                                               builder.max_examples(), column, target,
                                               link->index, rows->index));
}

// Null exactly where the condition is not true; or, with a null fraction, nowhere
// else but there too.
class WhenCheck final : public TableCheck {
 public:
  WhenCheck(Check check, int64_t max_examples, std::string column, int slot,
            std::shared_ptr<const BoundExpression> condition, bool more_nulls)
      : TableCheck(std::move(check), max_examples),
        column_(std::move(column)),
        slot_(slot),
        condition_(std::move(condition)),
        more_nulls_(more_nulls) {}

  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    const auto& cells = *block.slots[static_cast<size_t>(slot_)];
    ARROW_ASSIGN_OR_RAISE(
        const auto made,
        condition_->Evaluate(block.slots, block.length, arrow::default_memory_pool()));
    const auto& truth = static_cast<const arrow::BooleanArray&>(*made);
    for (int64_t i = 0; i < block.length; ++i) {
      const bool wanted = truth.IsValid(i) && truth.Value(i);
      if (cells.IsValid(i) == wanted || (wanted && more_nulls_) || block.IsUnknown(i)) {
        continue;
      }
      Found(block, i, column_, wanted ? "a value" : "null", CellText(cells, i));
    }
    return arrow::Status::OK();
  }

 private:
  const std::string column_;
  const int slot_;
  const std::shared_ptr<const BoundExpression> condition_;
  const bool more_nulls_;
};

// The share of nulls is within six standard errors.
class NullShareCheck final : public TableCheck {
 public:
  NullShareCheck(Check check, int64_t max_examples, std::string column, int slot,
                 double fraction)
      : TableCheck(std::move(check), max_examples),
        column_(std::move(column)),
        slot_(slot),
        fraction_(fraction) {}

  arrow::Status Add(const RowBlock& block) override {
    const arrow::Array& cells = *block.slots[static_cast<size_t>(slot_)];
    for (int64_t i = 0; i < block.length; ++i) {
      if (block.IsDirty(i)) continue;
      ++check_.checked_rows;
      nulls_ += cells.IsNull(i) ? 1 : 0;
    }
    return arrow::Status::OK();
  }

  arrow::Status End() override {
    const auto rows = static_cast<double>(check_.checked_rows);
    if (rows == 0) return arrow::Status::OK();
    const double off = std::abs(static_cast<double>(nulls_) - fraction_ * rows);
    const double allowed = kSigmas * std::sqrt(rows * fraction_ * (1 - fraction_)) + 1e-6;
    check_.comparison = {
        {"null", "value"},
        {fraction_, 1 - fraction_},
        {static_cast<double>(nulls_) / rows, 1 - static_cast<double>(nulls_) / rows}};
    if (off <= allowed) return arrow::Status::OK();
    FoundAtAll(
        column_,
        fmt::format("{:.0f} nulls, give or take {:.0f}", fraction_ * rows, allowed),
        fmt::format("{} nulls", nulls_));
    return arrow::Status::OK();
  }

 private:
  const std::string column_;
  const int slot_;
  const double fraction_;
  int64_t nulls_ = 0;
};

// A column that draws its values has no other reason to be null.
bool NeverNull(const ColumnSpec& column) {
  if (!column.generator) return false;
  const std::string& name = column.generator->name;
  for (const char* known :
       {"boolean", "const", "exponential", "foreign_key", "key", "lognormal", "normal",
        "pattern", "poisson", "sequence", "unique_code", "uniform", "uuid", "zipf"}) {
    if (name == known) return true;
  }
  return name == "choice" && column.generator->params.Find("by") == nullptr;
}

void AddNulls(CheckBuilder& builder, const ColumnSpec& column) {
  // An expression with `when` is compared cell by cell, nulls and all, if it can be.
  const bool drawn = NeverNull(column);
  if (column.when == nullptr && !drawn && column.null_fraction == 0) return;
  const auto slot = builder.scope().Column(column.name);
  if (!slot.ok()) return builder.Skip("nulls", column.name, slot.status());
  if (column.when != nullptr) {
    auto bound = builder.scope().Bind(column.when, column.name);
    if (!bound.ok()) return builder.Skip("nulls", column.name, bound.status());
    const bool nulls_pass =
        column.null_fraction > 0 || !drawn || builder.IsNullSomeDays(column);
    builder.Add(column, std::make_unique<WhenCheck>(
                            builder.Start("nulls", column.name), builder.max_examples(),
                            column.name, slot->index, *std::move(bound), nulls_pass));
  } else if (builder.IsNullSomeDays(column)) {
    builder.Skip("nulls", column.name,
                 arrow::Status::NotImplemented("no file tells the days of rows"));
  } else if (drawn) {
    builder.Add(column, std::make_unique<NullShareCheck>(
                            builder.Start("nulls", column.name), builder.max_examples(),
                            column.name, slot->index, column.null_fraction));
  }
}

}  // namespace

void MakeReferenceChecks(CheckBuilder& builder) {
  for (const ColumnSpec& column : builder.table().columns) {
    const std::string target =
        TableReferredTo(builder.dataset(), builder.table(), column);
    if (!target.empty()) AddReference(builder, column.name, target);
  }
  const std::string link = ParentLink(builder.dataset(), builder.table());
  if (!link.empty()) AddReference(builder, link, builder.table().children->parent);
}

void MakeNullChecks(CheckBuilder& builder) {
  for (const ColumnSpec& column : builder.table().columns) AddNulls(builder, column);
}

}  // namespace lakeseed
