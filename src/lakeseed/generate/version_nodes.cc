#include "lakeseed/generate/version_nodes.h"

#include <algorithm>

namespace lakeseed {
namespace {

/// Whether a value depends on its row and on the version of that row alone.
bool DependsOnVersion(const std::vector<GraphNode>& graph, int node) {
  const GraphNode& n = graph[static_cast<size_t>(node)];
  if (!n.as_of_dependent) return true;
  switch (n.kind) {
    case GraphNode::Kind::kGenerator:
    case GraphNode::Kind::kTracked:
    case GraphNode::Kind::kField:
    case GraphNode::Kind::kExpression:
    case GraphNode::Kind::kNulls:
    case GraphNode::Kind::kCast:
    case GraphNode::Kind::kDirt:
    case GraphNode::Kind::kStruct:
    case GraphNode::Kind::kMember:
    case GraphNode::Kind::kWithin:
      return std::all_of(n.inputs.begin(), n.inputs.end(),
                         [&](int input) { return DependsOnVersion(graph, input); });
    default:  // Facts, other rows, and what drifts with the days.
      return false;
  }
}

}  // namespace

bool IsOfVersion(const BoundTable& table, int node) {
  return table.rows->changes() != nullptr &&
         table.graph[static_cast<size_t>(node)].as_of_dependent &&
         DependsOnVersion(table.graph, node);
}

std::vector<Program::Target> TargetsOf(int table, std::span<const int> nodes) {
  std::vector<Program::Target> targets;
  for (const int node : nodes) targets.push_back({table, node});
  return targets;
}

}  // namespace lakeseed
