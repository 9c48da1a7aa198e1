// Datasets and rows for tests: text in, bound dataset, batches out.
//
//   const DatasetPtr shop = BindText(kShop);
//   const BatchPtr orders = MakeRows(*shop, "orders", Rows(RowRange{0, 100}));
//   EXPECT_THAT(BindError(kShop + mistake), HasSubstr("unknown name"));
//
// Thread safety: pure functions.

#pragma once

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <memory>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/generate/evaluation.h"
#include "lakeseed/generate/program.h"
#include "lakeseed/spec/load.h"

namespace lakeseed {

using DatasetPtr = std::shared_ptr<const BoundDataset>;
using BatchPtr = std::shared_ptr<arrow::RecordBatch>;

/// Mistakes of reading and of binding alike are the status.
inline arrow::Result<DatasetPtr> TryBindText(const std::string& text,
                                             const BoundDataset::Options& options = {},
                                             const std::string& variant = "") {
  ARROW_ASSIGN_OR_RAISE(DatasetSpec spec, ParseDataset(text, "f", variant, {}));
  return BoundDataset::Bind(std::move(spec), options);
}

/// A text that must bind: if it does not, the test program ends with the mistake.
inline DatasetPtr BindText(const std::string& text,
                           const BoundDataset::Options& options = {},
                           const std::string& variant = "") {
  return TryBindText(text, options, variant).ValueOrDie();
}

/// What is wrong with a text; "OK" when nothing is.
inline std::string BindError(const std::string& text) {
  const auto bound = TryBindText(text);
  return bound.ok() ? "OK" : bound.status().message();
}

inline const BoundTable& TableOf(const BoundDataset& dataset, std::string_view name) {
  return dataset.table(dataset.FindTable(name));
}

/// A table's rows of the window.
inline RowRange ExtentOf(const BoundDataset& dataset, std::string_view name) {
  return TableOf(dataset, name).rows->Extent(dataset.window());
}

inline std::vector<int> AllColumns(const BoundTable& table) {
  std::vector<int> all(table.columns.size());
  std::iota(all.begin(), all.end(), 0);
  return all;
}

/// Rows of one table alone, as of a day; valid through and through. `columns`: positions,
/// or none for all; `view_days`: the day as of which each row is looked at, or null.
inline BatchPtr MakeRows(const BoundDataset& dataset, std::string_view name, Rows rows,
                         AsOf as_of, std::vector<int> columns = {},
                         std::shared_ptr<arrow::Int32Array> view_days = nullptr) {
  const BoundTable& table = TableOf(dataset, name);
  if (columns.empty()) columns = AllColumns(table);
  std::vector<Program::Target> targets;
  for (const int column : columns) {
    targets.push_back({table.index, table.columns[static_cast<size_t>(column)].node});
  }
  const Program program(dataset, targets);
  Evaluation evaluation(program, table.index, std::move(rows), std::move(view_days),
                        as_of, arrow::default_memory_pool());
  BatchPtr batch = evaluation.Batch(columns).ValueOrDie();
  EXPECT_TRUE(batch->ValidateFull().ok()) << name;
  return batch;
}

/// As of the last day of the window.
inline BatchPtr MakeRows(const BoundDataset& dataset, std::string_view name, Rows rows) {
  return MakeRows(dataset, name, std::move(rows), dataset.default_as_of());
}

/// All rows of the window.
inline BatchPtr MakeRows(const BoundDataset& dataset, std::string_view name) {
  return MakeRows(dataset, name, Rows(ExtentOf(dataset, name)));
}

/// A cell as text, whether it is a code of a dictionary or not; "null".
inline std::string CellText(const arrow::RecordBatch& batch, const std::string& column,
                            int64_t row) {
  auto cell = batch.GetColumnByName(column)->GetScalar(row).ValueOrDie();
  if (cell->is_valid && cell->type->id() == arrow::Type::DICTIONARY) {
    cell =
        static_cast<const arrow::DictionaryScalar&>(*cell).GetEncodedValue().ValueOrDie();
  }
  return cell->ToString();
}

}  // namespace lakeseed
