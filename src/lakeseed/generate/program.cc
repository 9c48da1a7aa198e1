#include "lakeseed/generate/program.h"

#include <algorithm>

namespace lakeseed {
namespace {

void Insert(std::vector<int>* sorted, int value) {
  auto at = std::lower_bound(sorted->begin(), sorted->end(), value);
  if (at == sorted->end() || *at != value) sorted->insert(at, value);
}

/// More than a graph has: values that are wanted from outside are kept.
constexpr int32_t kUnknownUses = 1 << 20;

}  // namespace

Program::Program(const BoundDataset& dataset, std::span<const Target> wanted)
    : dataset_(dataset),
      visited_(dataset.tables().size()),
      uses_(dataset.tables().size()),
      guards_(dataset.tables().size()) {
  for (size_t t = 0; t < visited_.size(); ++t) {
    visited_[t].resize(dataset.table(static_cast<int>(t)).graph.size());
    uses_[t].resize(visited_[t].size());
  }
  for (const Target& target : wanted) WalkFrom(target.table, target.node);
  for (size_t t = 0; t < visited_.size(); ++t) FindGuards(static_cast<int>(t));
  for (auto& [where, group] : lookups_) {
    std::vector<Target> targets;
    for (int node : group.nodes) targets.push_back({group.other_table, node});
    group.program = std::make_unique<Program>(dataset, targets);
  }
}

void Program::WalkFrom(int table, int node) {
  uses_[table][node] += kUnknownUses;
  Walk(table, node);
}

void Program::Walk(int table, int node) {
  if (visited_[table][node]) return;
  visited_[table][node] = true;
  const GraphNode& n = dataset_.table(table).graph[node];
  for (int input : n.inputs) {
    ++uses_[table][input];
    Walk(table, input);
  }
  switch (n.kind) {
    case GraphNode::Kind::kField:
      Insert(&fields_[{table, n.inputs[0]}], n.field);
      break;
    case GraphNode::Kind::kLookup: {
      LookupGroup& group = lookups_[{table, n.inputs[0], n.other_table}];
      group.other_table = n.other_table;
      Insert(&group.nodes, n.other_node);
      break;
    }
    case GraphNode::Kind::kParent:
    case GraphNode::Kind::kFold:
    case GraphNode::Kind::kList:
      if (n.other_node >= 0) WalkFrom(n.other_table, n.other_node);
      break;
    default:
      break;
  }
}

void Program::FindGuards(int table) {
  guards_[table] = Guards(dataset_.table(table).graph, uses_[table], kUnknownUses);
  for (const std::vector<Guard>& set : guards_[table].sets()) {
    for (const Guard& guard : set) {
      // Its user asks the same of the same nodes, but not as a node of its own.
      if (guard.holds != Guard::Holds::kKept) WalkFrom(table, guard.node);
    }
  }
}

bool Program::is_target_alone(int table, int node) const {
  return uses(table)[static_cast<size_t>(node)] == kUnknownUses;
}

std::span<const int> Program::fields(int table, int node) const {
  auto found = fields_.find({table, node});
  return found == fields_.end() ? std::span<const int>() : found->second;
}

const Program::LookupGroup& Program::lookups(int table, int key_node,
                                             int other_table) const {
  return lookups_.at({table, key_node, other_table});
}

}  // namespace lakeseed
