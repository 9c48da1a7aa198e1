// dirt_labels: which cells of the row are wrong on purpose, and how; null if none is.
//
// Method  The streams of the columns' dirt, asked again. A null has no dirt, so what may
//         be null is an input.

#include <arrow/api.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/dirty_cells.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

struct LabelledCells {
  DirtyCells cells;
  int input;
  std::string label;  ///< "phone: typo"
};

class DirtLabels final : public ColumnGenerator {
 public:
  explicit DirtLabels(std::vector<LabelledCells> columns)
      : columns_(std::move(columns)) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override {
    return {.kind = ShapeKind::kText, .nullable = true};
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const int64_t length = request.rows.length();
    std::vector<std::vector<uint8_t>> hits;
    for (const LabelledCells& column : columns_) {
      hits.push_back(column.cells.HitsOf(request.rows));
    }
    arrow::StringBuilder builder(request.pool);
    std::string text;
    for (int64_t i = 0; i < length; ++i) {
      text.clear();
      for (size_t c = 0; c < columns_.size(); ++c) {
        const auto& value = *request.inputs[static_cast<size_t>(columns_[c].input)];
        if (hits[c][static_cast<size_t>(i)] == 0 || value.IsNull(i)) continue;
        if (!text.empty()) text += ", ";
        text += columns_[c].label;
      }
      ARROW_RETURN_NOT_OK(text.empty() ? builder.AppendNull() : builder.Append(text));
    }
    return builder.Finish();
  }

 private:
  const std::shared_ptr<arrow::DataType> type_ = arrow::utf8();
  const std::vector<LabelledCells> columns_;
};

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  ARROW_RETURN_NOT_OK(params.Finish());
  std::vector<LabelledCells> columns;
  if (const DirtSpec* dirt = context.dirt(); dirt != nullptr) {
    for (const CellDirt& cell : dirt->cells) {
      ARROW_ASSIGN_OR_RAISE(const BoundInput clean, context.Input(cell.column));
      columns.push_back({DirtyCells(cell, context.column_key(cell.column, kDirtStream)),
                         clean.index,
                         cell.column + ": " + std::string(DirtName(cell.kind))});
    }
  }
  return std::make_unique<DirtLabels>(std::move(columns));
}

}  // namespace

extern const GeneratorDef kDirtLabelsOf{
    .name = kDirtLabels,
    .summary = "tell which cells of the row are wrong on purpose, as `dirt:` says",
    .params = "",
    .example = "{dirt_labels: {}}",
    .bind = Bind,
};

}  // namespace lakeseed
