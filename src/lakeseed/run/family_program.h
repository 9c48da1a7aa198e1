// FamilyProgram: the chosen tables of one family, ready to be made in one pass.
//
// Thread safety: immutable; any number of threads may Make() at once.

#pragma once

#include <arrow/api.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/generate/evaluation.h"
#include "lakeseed/generate/program.h"
#include "lakeseed/run/row_selection.h"

namespace lakeseed {

class FamilyProgram {
 public:
  /// One chosen table.
  struct Member {
    int table;
    std::vector<int> columns;  ///< All of them, in their order.
    std::vector<int> path;     ///< Tables from below the root down to this one.
  };

  /// \retval Invalid  a table is not there, or of another family.
  static arrow::Result<std::unique_ptr<FamilyProgram>> Make(
      const BoundDataset& dataset, const std::string& root,
      const std::vector<std::string>& tables, AsOf as_of);

  const std::vector<Member>& members() const { return members_; }
  /// Place of a table among the members, or -1.
  int FindMember(std::string_view table) const;

  /// Mean rows of all members for one row of the root.
  double rows_per_root() const { return rows_per_root_; }
  /// Bytes in memory of all members' arrays for one row of the root.
  double bytes_per_root() const { return bytes_per_root_; }

  /// Rows of each member for some selected rows of the root; in pieces where they would
  /// not fit into 32-bit offsets, or into memory, in one.
  using Pieces = std::vector<MadeRows>;
  arrow::Result<std::vector<Pieces>> MakeRows(RowRange root_rows,
                                              const RowSelection& selection,
                                              arrow::MemoryPool* pool,
                                              const ColumnForms& forms = {}) const;

 private:
  FamilyProgram(const BoundDataset& dataset, int root, AsOf as_of)
      : dataset_(dataset), root_(root), as_of_(as_of) {}

  arrow::Status Append(RowRange root_rows, const RowSelection& selection,
                       arrow::MemoryPool* pool, const ColumnForms& forms,
                       std::vector<Pieces>* made) const;
  /// One piece of each member.
  arrow::Result<Pieces> OnePass(RowRange root_rows, const RowSelection& selection,
                                arrow::MemoryPool* pool, const ColumnForms& forms) const;

  const BoundDataset& dataset_;
  const int root_;
  const AsOf as_of_;
  std::vector<Member> members_;
  std::unique_ptr<Program> program_;
  double rows_per_root_ = 0;
  double bytes_per_root_ = 0;
};

}  // namespace lakeseed
