// TableDirt: which rows of a table are dirty on purpose, told by their numbers alone.
//
// Thread safety: immutable.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lakeseed/base/dirty_rows.h"
#include "lakeseed/spec/dataset_spec.h"
#include "lakeseed/spec/dirt_spec.h"
#include "lakeseed/validate/dataset_files.h"
#include "lakeseed/validate/row_block.h"

namespace lakeseed {

class TableDirt {
 public:
  /// Nullptr: the table has no dirt.
  static std::unique_ptr<const TableDirt> Make(const DatasetFiles& files,
                                               const TableSpec& table);

  /// Column that tells the number of a row; empty: its place in the files does.
  const std::string& key() const { return key_; }

  /// Say of a block which of its rows are dirty. `keys`: of its rows, or null.
  void Mark(const arrow::Array* keys, RowBlock* block) const;

 private:
  TableDirt(const DatasetSpec& dataset, const TableSpec& table, const TableFiles& files);

  std::string key_;
  bool has_places_ = false;
  std::vector<DirtyRows> cells_;  ///< As the spec's.
};

}  // namespace lakeseed
