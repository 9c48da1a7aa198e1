// Guards: where the values of a graph's nodes are seen at all.
//
//   store_id: {foreign_key: …, when: channel = 'in_store'}
//   status: case when channel = 'in_store' then 'Delivered' else flow.status end
//
// Of the foreign key only the rows of shops are seen, of `flow` only the others: an
// evaluation makes them for those rows and for no more.
//
// Law: a row in which none of a node's guards holds reaches no value with it.
// Law: no condition needs a node that it guards, however far around.
//
// Thread safety: immutable.

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "lakeseed/generate/graph_node.h"

namespace lakeseed {

class Guards {
 public:
  Guards() = default;

  /// `uses` counts, for each node of the graph, the nodes of it that take its values;
  /// 0: nobody wants it, `outside` or more: others than those want it too.
  Guards(std::span<const GraphNode> graph, std::span<const int32_t> uses,
         int32_t outside);

  /// Which of the sets guards the node, or -1: it is made for all rows.
  int set_of(int node) const { return set_of_.empty() ? -1 : set_of_[node]; }

  /// The sets. Of each, one holds in every row in which its nodes are seen.
  const std::vector<std::vector<Guard>>& sets() const { return sets_; }

 private:
  std::vector<int> set_of_;
  std::vector<std::vector<Guard>> sets_;
};

}  // namespace lakeseed
