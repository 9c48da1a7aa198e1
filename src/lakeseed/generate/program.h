// Program: the part of a family's graphs that some columns need, and no more.
//
// A family is a table with its children and theirs. The program says which
// nodes of which tables are wanted, which fields of each struct, and which
// look-ups go through which foreign key, so that one pass over the family's
// rows computes each value once.
//
// Thread safety: immutable.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/generate/guards.h"

namespace lakeseed {

class Program {
 public:
  /// A node of a table.
  struct Target {
    int table;
    int node;
  };

  Program(const BoundDataset& dataset, std::span<const Target> wanted);

  const BoundDataset& dataset() const { return dataset_; }

  /// Wanted fields, ascending, of struct node `node` of `table`.
  std::span<const int> fields(int table, int node) const;

  /// Of each node of the table, how many nodes of it take its values; more than there
  /// are where others want them too.
  const std::vector<int32_t>& uses(int table) const {
    return uses_[static_cast<size_t>(table)];
  }

  /// Whether nobody wants the node's values but the one that the program is made for.
  bool is_target_alone(int table, int node) const;

  /// Which nodes of the table are wanted for some rows only.
  const Guards& guards(int table) const { return guards_[static_cast<size_t>(table)]; }

  /// Look-ups of one table through one foreign key node: the nodes of the other
  /// table in `nodes`, computed together by `program`.
  struct LookupGroup {
    int other_table;
    std::vector<int> nodes;
    std::unique_ptr<Program> program;
  };
  const LookupGroup& lookups(int table, int key_node, int other_table) const;

 private:
  /// From a node whose values are wanted outside of its table's graph.
  void WalkFrom(int table, int node);
  void Walk(int table, int node);
  void FindGuards(int table);

  const BoundDataset& dataset_;
  std::vector<std::vector<bool>> visited_;
  std::vector<std::vector<int32_t>> uses_;
  std::vector<Guards> guards_;
  std::map<std::pair<int, int>, std::vector<int>> fields_;
  std::map<std::tuple<int, int, int>, LookupGroup> lookups_;
};

}  // namespace lakeseed
