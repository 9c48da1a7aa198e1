#include "lakeseed/generate/guards.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace lakeseed {
namespace {

using Set = std::vector<Guard>;

/// Sets of more guards hold in nearly all rows, and cost a look at each.
constexpr size_t kMaxGuards = 4;

/// Finds the guards of nodes, from those who use them.
class Finder {
 public:
  Finder(std::span<const GraphNode> graph, std::span<const int32_t> uses, int32_t outside)
      : graph_(graph), uses_(uses), outside_(outside), users_(graph.size()) {
    for (size_t n = 0; n < graph.size(); ++n) {
      if (uses[n] == 0) continue;
      for (size_t k = 0; k < graph[n].inputs.size(); ++k) {
        users_[static_cast<size_t>(graph[n].inputs[k])].emplace_back(n, k);
      }
    }
    found_.resize(graph.size());
    added_.resize(graph.size());
    for (size_t n = 0; n < graph.size(); ++n) {
      if (IsGenerated(n)) Accept(n);
    }
  }

  /// Guards of a node that is made for some rows only; empty: of all others.
  const Set& guards(size_t node) const { return added_[node]; }

 private:
  bool IsGenerated(size_t node) const {
    return graph_[node].kind == GraphNode::Kind::kGenerator;
  }

  // A node is wanted where one of its users sees it; nullopt: everywhere.
  const std::optional<Set>& Find(size_t node) {
    Found& found = found_[node];
    if (found.is_known) return found.set;
    found.is_known = true;
    if (uses_[node] >= outside_ || users_[node].empty()) return found.set;
    Set all;
    for (const auto& [user, input] : users_[node]) {
      const std::optional<Set> where = SeenBy(user, input);
      if (!where) return found.set;
      for (const Guard& guard : *where) {
        if (std::find(all.begin(), all.end(), guard) == all.end()) all.push_back(guard);
      }
      if (all.size() > kMaxGuards) return found.set;
    }
    std::sort(all.begin(), all.end());
    found.set = std::move(all);
    return found.set;
  }

  // What a node without guards of its own passes on must fail in no row that nobody
  // sees, whatever stands there: an expression might.
  std::optional<Set> SeenBy(size_t user, size_t input) {
    const GraphNode& node = graph_[user];
    switch (node.kind) {
      case GraphNode::Kind::kNulls:
        if (input > 0) return std::nullopt;
        if (node.null_fraction > 0) {
          return Set{{Guard::Holds::kKept, static_cast<int>(user)}};
        }
        return Set{{Guard::Holds::kTrue, node.inputs[1]}};
      case GraphNode::Kind::kExpression:
        if (node.guards.empty() || node.guards[input].node < 0) return std::nullopt;
        return Set{node.guards[input]};
      case GraphNode::Kind::kField:
      case GraphNode::Kind::kCast:
        return Find(user);
      case GraphNode::Kind::kGenerator:
        return Accepted(user);
      default:
        return std::nullopt;
    }
  }

  std::optional<Set> Accepted(size_t node) {
    Accept(node);
    if (added_[node].empty()) return std::nullopt;
    return added_[node];
  }

  void Accept(size_t node) {
    if (!added_[node].empty()) return;
    const std::optional<Set> set = Find(node);
    if (!set) return;
    std::vector<bool> seen(graph_.size());
    for (const Guard& guard : *set) {
      if (Needs(static_cast<size_t>(guard.node), guard.holds, node, &seen)) return;
    }
    added_[node] = *set;
  }

  // Whether finding out where a guard holds takes values of `node`.
  bool Needs(size_t from, Guard::Holds holds, size_t node, std::vector<bool>* seen) {
    if (holds == Guard::Holds::kKept) {
      const std::vector<int>& inputs = graph_[from].inputs;
      return inputs.size() > 1 &&
             Needs(static_cast<size_t>(inputs[1]), Guard::Holds::kTrue, node, seen);
    }
    if (from == node) return true;
    if ((*seen)[from]) return false;
    (*seen)[from] = true;
    for (const int input : graph_[from].inputs) {
      if (Needs(static_cast<size_t>(input), Guard::Holds::kTrue, node, seen)) return true;
    }
    for (const Guard& guard : added_[from]) {
      if (Needs(static_cast<size_t>(guard.node), guard.holds, node, seen)) return true;
    }
    return false;
  }

  struct Found {
    bool is_known = false;
    std::optional<Set> set;
  };

  const std::span<const GraphNode> graph_;
  const std::span<const int32_t> uses_;
  const int32_t outside_;
  std::vector<std::vector<std::pair<size_t, size_t>>> users_;  ///< And which input.
  std::vector<Found> found_;
  std::vector<Set> added_;
};

}  // namespace

Guards::Guards(std::span<const GraphNode> graph, std::span<const int32_t> uses,
               int32_t outside) {
  const Finder finder(graph, uses, outside);
  for (size_t n = 0; n < graph.size(); ++n) {
    // A thing's fields are seen in other rows than the thing, but made with it.
    const bool is_field = graph[n].kind == GraphNode::Kind::kField;
    const Set& set =
        finder.guards(is_field ? static_cast<size_t>(graph[n].inputs[0]) : n);
    if (set.empty()) continue;
    set_of_.resize(graph.size(), -1);
    const auto at = std::find(sets_.begin(), sets_.end(), set);
    set_of_[n] = static_cast<int>(at - sets_.begin());
    if (at == sets_.end()) sets_.push_back(set);
  }
}

}  // namespace lakeseed
