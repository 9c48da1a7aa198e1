#include "lakeseed/feed/variation.h"

#include <algorithm>

namespace lakeseed {

Variation Either(const Variation& a, const Variation& b) {
  using Kind = Variation::Kind;
  if (a.kind == Kind::kNever) return b;
  if (b.kind == Kind::kNever) return a;
  if (a.kind != b.kind) return {.kind = Kind::kAnyDay};
  return {.kind = a.kind, .settled = std::max(a.settled, b.settled)};
}

Variation VariationFinder::Of(int table, int node) {
  if (const auto at = known_.find({table, node}); at != known_.end()) return at->second;
  const GraphNode& n = dataset_.table(table).graph[static_cast<size_t>(node)];
  const Variation variation = n.as_of_dependent ? Compute(table, n) : Variation{};
  known_[{table, node}] = variation;
  return variation;
}

Variation VariationFinder::OfInputs(int table, const GraphNode& node, int but) {
  Variation variation;
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    if (static_cast<int>(i) == but) continue;
    variation = Either(variation, Of(table, node.inputs[i]));
  }
  return variation;
}

Variation VariationFinder::Compute(int table, const GraphNode& node) {
  using Kind = Variation::Kind;
  switch (node.kind) {
    case GraphNode::Kind::kFact:
      if (node.fact == Fact::kAlive) return {};
      // A version ends with its member's next change, or death.
      if (node.fact == Fact::kValidTo || node.fact == Fact::kCurrent) {
        return {.kind = Kind::kOnChange};
      }
      return {.kind = Kind::kAnyDay};
    case GraphNode::Kind::kTracked:
      return Either({.kind = Kind::kOnChange}, OfInputs(table, node));
    case GraphNode::Kind::kGenerator: {
      const auto settling = node.generator->settling();
      if (!settling) return OfInputs(table, node);
      const auto start = Latest(table, node.inputs[static_cast<size_t>(settling->start)]);
      if (!start) return {.kind = Kind::kAnyDay};
      return Either(
          {.kind = Kind::kUntilSettled, .settled = *start + settling->microseconds},
          OfInputs(table, node, settling->as_of));
    }
    case GraphNode::Kind::kParent:
      return Of(node.other_table, node.other_node);
    case GraphNode::Kind::kFold:
    case GraphNode::Kind::kList:
      return node.other_node < 0 ? Variation{} : Of(node.other_table, node.other_node);
    case GraphNode::Kind::kLookup: {
      const BoundTable& other = dataset_.table(node.other_table);
      const bool is_seen_as_of =
          other.graph[static_cast<size_t>(node.other_node)].as_of_dependent &&
          !dataset_.table(table).rows->sees_own_day();
      // The other row changes and leaves on days of its own.
      return is_seen_as_of ? Variation{.kind = Kind::kAnyDay} : OfInputs(table, node);
    }
    case GraphNode::Kind::kSpan:  // On its first day, and after the last.
      return {.kind = Kind::kAnyDay};
    case GraphNode::Kind::kVersionKey:  // A new version comes on a day of its own.
      return {.kind = Kind::kAnyDay};
    case GraphNode::Kind::kField:
    case GraphNode::Kind::kExpression:
    case GraphNode::Kind::kNulls:
    case GraphNode::Kind::kCast:
    case GraphNode::Kind::kLaw:  // A row's own day does not change.
    case GraphNode::Kind::kMix:
    case GraphNode::Kind::kGrow:
    case GraphNode::Kind::kDirt:  // The same rows are wrong on every day.
    case GraphNode::Kind::kStruct:
    case GraphNode::Kind::kMember:
    case GraphNode::Kind::kWithin:
      return OfInputs(table, node);
  }
  return {.kind = Kind::kAnyDay};
}

std::optional<int64_t> VariationFinder::Latest(int table, int node) {
  const GraphNode& n = dataset_.table(table).graph[static_cast<size_t>(node)];
  switch (n.kind) {
    case GraphNode::Kind::kFact:
      if (n.fact == Fact::kTime) return 0;
      return std::nullopt;
    case GraphNode::Kind::kNulls:
    case GraphNode::Kind::kCast:
      return Latest(table, n.inputs[0]);
    case GraphNode::Kind::kParent:  // A child's $time is its parent's.
      return Latest(n.other_table, n.other_node);
    case GraphNode::Kind::kField: {
      const GraphNode& whole =
          dataset_.table(table).graph[static_cast<size_t>(n.inputs[0])];
      if (whole.generator == nullptr) return std::nullopt;
      const auto settling = whole.generator->settling();
      if (!settling) return std::nullopt;
      const auto start =
          Latest(table, whole.inputs[static_cast<size_t>(settling->start)]);
      if (!start) return std::nullopt;
      return *start + settling->microseconds;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace lakeseed
