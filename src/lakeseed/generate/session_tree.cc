#include "lakeseed/generate/session_tree.h"

#include <iterator>
#include <utility>

namespace lakeseed {
namespace {

using Span = std::pair<int32_t, int32_t>;  ///< Minutes, from and before.

int32_t NodesOf(const Span& span, int32_t size) {
  return (span.second - span.first + size - 1) / size;
}

}  // namespace

int32_t SessionTree::SizeFor(int64_t every) {
  for (const int32_t size : kSizes) {
    if (every % size == 0) return size;
  }
  return 1;
}

SessionTree::Cut SessionTree::CutOf(int32_t begin, int32_t middle, int32_t end,
                                    int32_t size) const {
  const auto node = [size](int32_t minute) {
    return static_cast<size_t>((minute + size - 1) / size);
  };
  return {.begin = BarAt(begin),
          .middle = BarAt(middle),
          .end = BarAt(end),
          .first = node(begin),
          .half = node(middle),
          .last = node(end),
          .left = static_cast<double>(middle - begin),
          .right = static_cast<double>(end - middle)};
}

SessionTree::SessionTree(int32_t minutes, int32_t size) : minutes_(minutes), size_(size) {
  std::vector<Span> nodes = {{0, minutes}};
  for (size_t level = 0; level < std::size(kSizes); ++level) {
    const int32_t of_level = kSizes[level];
    if (of_level < size || size == minutes) break;
    for (bool more = true; more;) {
      Stage stage{.level = level};
      std::vector<Span> halves;
      for (const Span& node : nodes) {
        const int32_t count = NodesOf(node, of_level);
        if (count == 1) {
          halves.push_back(node);
          continue;
        }
        const int32_t middle = node.first + (count + 1) / 2 * of_level;
        stage.cuts.push_back(CutOf(node.first, middle, node.second, of_level));
        stage.names.push_back(middle);
        halves.push_back({node.first, middle});
        halves.push_back({middle, node.second});
      }
      nodes = std::move(halves);
      more = !stage.cuts.empty();
      if (more) stages_.push_back(std::move(stage));
    }
  }
}

}  // namespace lakeseed
