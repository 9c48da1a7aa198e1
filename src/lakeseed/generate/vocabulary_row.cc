// vocabulary: one row of a vocabulary table, its columns as fields that belong
// together: {vocabulary: {table: occupations, weight: weight}}.
//
// Method  FittingRows (fitting_rows.h), one cell; every field looks the same row up.
//         Without conditions that is one alias table over the weights.

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/base/suggest.h"
#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/category_pool.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/fitting_rows.h"
#include "lakeseed/generate/literal.h"
#include "lakeseed/generate/struct_generator.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

using Column = VocabularyTable::Column;

/// One column of the table as a field.
struct VocabularyField {
  std::shared_ptr<arrow::DataType> type;
  ColumnShape shape;
  CategoryPool texts;
  std::vector<int32_t> codes;  ///< Of text columns, by row of the table.
  const Column* column = nullptr;
};

ColumnShape BoundsOf(const std::vector<int64_t>& numbers) {
  const auto [min, max] = std::minmax_element(numbers.begin(), numbers.end());
  return {.kind = *min == *max ? ShapeKind::kConstant : ShapeKind::kBounded,
          .min = *min,
          .max = *max};
}

arrow::Result<VocabularyField> FieldOf(const Column& column) {
  VocabularyField field;
  field.column = &column;
  switch (column.type) {
    case VocabularyTable::Type::kText:
      for (const std::string_view text : column.text) {
        field.codes.push_back(field.texts.Add(text));
      }
      ARROW_RETURN_NOT_OK(field.texts.Freeze());
      field.type = field.texts.type();
      field.shape = field.texts.shape();
      break;
    case VocabularyTable::Type::kInteger: {
      field.shape = BoundsOf(column.integers);
      const int64_t largest = std::max(*field.shape.max, -*field.shape.min);
      field.type =
          column.scale == 0 ? arrow::int64() : DecimalTypeFor(largest, column.scale);
      break;
    }
    case VocabularyTable::Type::kDouble:
      field.type = arrow::float64();
      field.shape.kind = ShapeKind::kReal;
      break;
  }
  return field;
}

class VocabularyRow final : public StructGenerator {
 public:
  static arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                              BindContext& context);

 protected:
  arrow::Result<std::unique_ptr<Block>> Open(
      const GenerateRequest& request) const override;

 private:
  class Picks;

  Key key_;
  std::shared_ptr<const VocabularyTable> table_;
  FittingRows rows_;
  std::vector<VocabularyField> fields_;
};

/// The table's row for each row of one request.
class VocabularyRow::Picks final : public StructGenerator::Block {
 public:
  Picks(const VocabularyRow& owner, const GenerateRequest& request,
        std::vector<int64_t> picks)
      : owner_(owner), request_(request), picks_(std::move(picks)) {}

  arrow::Result<std::shared_ptr<arrow::Array>> Make(int index) override {
    const VocabularyField& field = owner_.fields_[static_cast<size_t>(index)];
    const int64_t length = request_.rows.length();
    switch (field.column->type) {
      case VocabularyTable::Type::kText:
        if (!owner_.rows_.may_fail()) {
          return field.texts.Codes(length, request_.pool, [&](int64_t i) {
            return field.codes[static_cast<size_t>(picks_[static_cast<size_t>(i)])];
          });
        }
        return field.texts.Codes<true>(length, request_.pool, [&](int64_t i) {
          const int64_t row = picks_[static_cast<size_t>(i)];
          return row < 0 ? -1 : field.codes[static_cast<size_t>(row)];
        });
      case VocabularyTable::Type::kInteger:
        return LookUp<int64_t>(field.column->integers, field.type);
      case VocabularyTable::Type::kDouble:
        return LookUp<double>(field.column->doubles, field.type);
    }
    return arrow::Status::UnknownError("column type of a vocabulary table");
  }

 private:
  template <typename T>
  arrow::Result<std::shared_ptr<arrow::Array>> LookUp(
      const std::vector<T>& values, const std::shared_ptr<arrow::DataType>& type) const {
    ARROW_ASSIGN_OR_RAISE(auto memory,
                          ColumnMemory<T>::Make(request_.rows.length(), request_.pool));
    for (size_t i = 0; i < picks_.size(); ++i) {
      const bool is_there = picks_[i] >= 0;
      memory.data()[i] = is_there ? values[static_cast<size_t>(picks_[i])] : T{};
      if (is_there) continue;
      ARROW_RETURN_NOT_OK(memory.validity().SetNull(static_cast<int64_t>(i)));
    }
    return std::move(memory).Finish(type);
  }

  const VocabularyRow& owner_;
  const GenerateRequest& request_;
  std::vector<int64_t> picks_;
};

arrow::Result<std::unique_ptr<StructGenerator::Block>> VocabularyRow::Open(
    const GenerateRequest& request) const {
  ARROW_ASSIGN_OR_RAISE(std::vector<int64_t> picks, rows_.Pick(key_, request));
  return std::make_unique<Picks>(*this, request, std::move(picks));
}

arrow::Result<std::unique_ptr<ColumnGenerator>> VocabularyRow::Bind(
    Params& params, BindContext& context) {
  const std::string_view key = params.is_mapping() ? "table" : "";
  ARROW_ASSIGN_OR_RAISE(const std::string name, params.GetText(key));
  auto made = std::make_unique<VocabularyRow>();
  made->key_ = context.key("value");
  arrow::Result<std::shared_ptr<const VocabularyTable>> table = Vocabulary(name);
  if (!table.ok()) {
    return params.Error(key, "no such vocabulary table", name,
                        DidYouMean(name, VocabularyNames()));
  }
  made->table_ = *table;
  if (made->table_->num_rows() == 0) return params.Error(key, "is an empty table", name);
  ARROW_ASSIGN_OR_RAISE(made->rows_, FittingRows::Read(params, context, *made->table_));
  ARROW_RETURN_NOT_OK(params.Finish());
  std::vector<Field> fields;
  for (size_t i = 0; i < made->table_->heads().size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(const Column* column, made->table_->ColumnAt(i));
    ARROW_ASSIGN_OR_RAISE(VocabularyField field, FieldOf(*column));
    ColumnShape shape = field.shape;
    shape.nullable = made->rows_.may_fail();
    fields.push_back({column->name, field.type, shape});
    made->fields_.push_back(std::move(field));
  }
  made->SetFields(fields);
  return made;
}

}  // namespace

extern const GeneratorDef kVocabulary{
    .name = "vocabulary",
    .summary =
        "draw a row of a vocabulary table; its columns are fields that belong together",
    .params =
        "table: name of the table\n"
        "weight: column of numbers that the rows are drawn in proportion to; or, with "
        "weight_by, for each of its values a column (even)\n"
        "weight_by: value of the row that chooses between the columns of weight (none)\n"
        "where: {column: expression}, only rows whose text is equal; none: null (all)\n"
        "between: {value, low, high}, only rows between whose columns low and high a "
        "whole "
        "number of the row lies; none: null (all)\n"
        "prefer: {column: expression}, only rows whose text is equal, if there are any "
        "(all)",
    .example = "{vocabulary: {table: occupations, weight: weight}}",
    .bind = VocabularyRow::Bind,
};

}  // namespace lakeseed
