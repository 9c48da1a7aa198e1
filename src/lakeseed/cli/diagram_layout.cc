// Where boxes and lines of a diagram are: ranks, order inside a rank, then places.

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lakeseed/cli/diagram.h"
#include "lakeseed/cli/text_table.h"

namespace lakeseed {
namespace {

constexpr double kLetter = 7.3, kRow = 19, kHead = 27, kPad = 12;
constexpr double kBetweenRanks = 84, kBetweenBoxes = 26, kMargin = 14, kLane = 12;
constexpr int kSweeps = 8;

/// A box, or the gap of a line that passes a rank (box < 0).
struct Cell {
  int box = -1;
  int rank = 0;
  double height = kLane;
  double y = 0;
  std::vector<int> left, right;  ///< Cells in the neighbouring ranks.
};

double WidthOf(const DiagramBox& box) {
  size_t letters = LettersOf(box.title) + LettersOf(box.note) + 3;
  for (const DiagramRow& row : box.rows) {
    letters = std::max(letters, LettersOf(row.name) + LettersOf(row.note) + 6);
  }
  return 2 * kPad + kLetter * static_cast<double>(letters);
}

class Ranks {
 public:
  Ranks(const std::vector<DiagramBox>& boxes, const std::vector<DiagramLine>& lines)
      : lines_(lines), ranks_(boxes.size(), -1), is_open_(boxes.size(), false) {
    for (size_t box = 0; box < boxes.size(); ++box) Rank(static_cast<int>(box));
  }

  std::vector<int> Take() { return std::move(ranks_); }

 private:
  /// One more than the furthest of those pointed at. A line that closes a circle
  /// counts for nothing.
  int Rank(int box) {
    int& rank = ranks_[static_cast<size_t>(box)];
    if (rank >= 0) return rank;
    is_open_[static_cast<size_t>(box)] = true;
    int found = 0;
    for (const DiagramLine& line : lines_) {
      if (line.from != box || is_open_[static_cast<size_t>(line.to)]) continue;
      found = std::max(found, Rank(line.to) + 1);
    }
    is_open_[static_cast<size_t>(box)] = false;
    return ranks_[static_cast<size_t>(box)] = found;
  }

  const std::vector<DiagramLine>& lines_;
  std::vector<int> ranks_;
  std::vector<bool> is_open_;
};

class Layouter {
 public:
  Layouter(const std::vector<DiagramBox>& boxes, const std::vector<DiagramLine>& lines)
      : boxes_(boxes), lines_(lines) {}

  DiagramLayout Run() {
    PlaceInRanks();
    for (int sweep = 0; sweep < kSweeps; ++sweep) Sort(sweep % 2 == 0);
    Stack();
    for (int sweep = 0; sweep < kSweeps; ++sweep) Straighten(sweep % 2 == 0);
    return Draw();
  }

 private:
  double Middle(int cell) const {
    return cells_[static_cast<size_t>(cell)].y +
           cells_[static_cast<size_t>(cell)].height / 2;
  }

  void PlaceInRanks() {
    const std::vector<int> ranks = Ranks(boxes_, lines_).Take();
    for (size_t box = 0; box < boxes_.size(); ++box) {
      Add({.box = static_cast<int>(box),
           .rank = ranks[box],
           .height = kHead + kRow * static_cast<double>(boxes_[box].rows.size()) + 6});
    }
    lanes_.resize(lines_.size());
    for (size_t i = 0; i < lines_.size(); ++i) {
      int right = lines_[i].from;
      const int end = ranks[static_cast<size_t>(lines_[i].to)];
      for (int rank = ranks[static_cast<size_t>(right)] - 1; rank > end; --rank) {
        const int lane = Add({.rank = rank});
        Join(lane, right);
        lanes_[i].push_back(right = lane);
      }
      if (end < cells_[static_cast<size_t>(right)].rank) Join(lines_[i].to, right);
    }
  }

  int Add(Cell cell) {
    const auto rank = static_cast<size_t>(cell.rank);
    if (rank >= ranks_.size()) ranks_.resize(rank + 1);
    ranks_[rank].push_back(static_cast<int>(cells_.size()));
    cells_.push_back(std::move(cell));
    return static_cast<int>(cells_.size()) - 1;
  }

  void Join(int left, int right) {
    cells_[static_cast<size_t>(left)].right.push_back(right);
    cells_[static_cast<size_t>(right)].left.push_back(left);
  }

  /// Order each rank by the mean position of the neighbours on one side.
  void Sort(bool by_left) {
    std::vector<double> position(cells_.size());
    const auto number = [&](const std::vector<int>& rank) {
      for (size_t i = 0; i < rank.size(); ++i) {
        position[static_cast<size_t>(rank[i])] =
            (static_cast<double>(i) + 0.5) / static_cast<double>(rank.size());
      }
    };
    for (const auto& rank : ranks_) number(rank);
    const size_t count = ranks_.size();
    for (size_t step = 0; step < count; ++step) {
      std::vector<int>& rank = ranks_[by_left ? step : count - 1 - step];
      std::vector<std::pair<double, int>> order;
      for (const int cell : rank) {
        const Cell& one = cells_[static_cast<size_t>(cell)];
        const std::vector<int>& near = by_left ? one.left : one.right;
        double mean = position[static_cast<size_t>(cell)];
        if (!near.empty()) {
          mean = 0;
          for (const int other : near) mean += position[static_cast<size_t>(other)];
          mean /= static_cast<double>(near.size());
        }
        order.emplace_back(mean, cell);
      }
      std::stable_sort(order.begin(), order.end(),
                       [](const auto& a, const auto& b) { return a.first < b.first; });
      for (size_t i = 0; i < rank.size(); ++i) rank[i] = order[i].second;
      number(rank);
    }
  }

  static double GapAfter(const Cell& cell) {
    return cell.box < 0 ? kLane / 2 : kBetweenBoxes;
  }

  void Stack() {
    for (const std::vector<int>& rank : ranks_) {
      double y = 0;
      for (const int cell : rank) {
        Cell& one = cells_[static_cast<size_t>(cell)];
        one.y = y;
        y += one.height + GapAfter(one);
      }
    }
  }

  /// Move cells towards their neighbours, in order and without overlap.
  void Straighten(bool by_left) {
    for (std::vector<int>& rank : ranks_) {
      double least = -1e9;
      std::vector<double> wanted;
      for (const int cell : rank) {
        const Cell& one = cells_[static_cast<size_t>(cell)];
        const std::vector<int>& near = by_left ? one.left : one.right;
        double want = Middle(cell);
        if (!near.empty()) {
          want = 0;
          for (const int other : near) want += Middle(other);
          want /= static_cast<double>(near.size());
        }
        wanted.push_back(want - one.height / 2);
      }
      double shift = 0;
      for (size_t i = 0; i < rank.size(); ++i) {
        Cell& one = cells_[static_cast<size_t>(rank[i])];
        one.y = std::max(wanted[i], least);
        shift += wanted[i] - one.y;
        least = one.y + one.height + GapAfter(one);
      }
      // What was pushed down went too far by the mean of the pushes.
      for (const int cell : rank) {
        cells_[static_cast<size_t>(cell)].y += shift / static_cast<double>(rank.size());
      }
    }
  }

  DiagramLayout Draw() {
    DiagramLayout layout;
    layout.frames.resize(boxes_.size());
    double top = 1e9, x = kMargin;
    for (const Cell& cell : cells_) top = std::min(top, cell.y);
    for (const std::vector<int>& rank : ranks_) {
      double width = 0;
      for (const int cell : rank) {
        const int box = cells_[static_cast<size_t>(cell)].box;
        if (box >= 0) width = std::max(width, WidthOf(boxes_[static_cast<size_t>(box)]));
      }
      for (const int cell : rank) {
        Cell& one = cells_[static_cast<size_t>(cell)];
        one.y += kMargin - top;
        layout.height = std::max(layout.height, one.y + one.height + kMargin);
        if (one.box < 0) continue;
        layout.frames[static_cast<size_t>(one.box)] = {x, one.y, width, one.height,
                                                       one.rank};
      }
      starts_.push_back({x, x + width});
      layout.width = x + width + kMargin;
      x += width + kBetweenRanks;
    }
    for (size_t i = 0; i < lines_.size(); ++i) layout.routes.push_back(Route(layout, i));
    // Lines inside a rank or to the right bend out of it.
    for (const auto& route : layout.routes) {
      for (const DiagramPoint& point : route) {
        layout.width = std::max(layout.width, point.x + kBetweenRanks / 2);
      }
    }
    return layout;
  }

  std::vector<DiagramPoint> Route(const DiagramLayout& layout, size_t index) const {
    const DiagramLine& line = lines_[index];
    const DiagramFrame& from = layout.frames[static_cast<size_t>(line.from)];
    const DiagramFrame& to = layout.frames[static_cast<size_t>(line.to)];
    const auto row = [](const DiagramFrame& frame, int number) {
      return frame.y + kHead + kRow * (number + 0.5) + 2;
    };
    if (from.rank <= to.rank) {
      return {{from.x + from.width, row(from, line.from_row)},
              {to.x + to.width, row(to, line.to_row)}};
    }
    std::vector<DiagramPoint> route = {{from.x, row(from, line.from_row)}};
    for (const int lane : lanes_[index]) {
      const Cell& cell = cells_[static_cast<size_t>(lane)];
      const auto& [left, right] = starts_[static_cast<size_t>(cell.rank)];
      route.push_back({right, Middle(lane)});
      route.push_back({left, Middle(lane)});
    }
    route.push_back({to.x + to.width, row(to, line.to_row)});
    return route;
  }

  const std::vector<DiagramBox>& boxes_;
  const std::vector<DiagramLine>& lines_;
  std::vector<Cell> cells_;
  std::vector<std::vector<int>> ranks_;
  std::vector<std::vector<int>> lanes_;  ///< Cells that each line goes through.
  std::vector<std::pair<double, double>> starts_;
};

}  // namespace

DiagramLayout LayOut(const std::vector<DiagramBox>& boxes,
                     const std::vector<DiagramLine>& lines) {
  if (boxes.empty()) return {};
  return Layouter(boxes, lines).Run();
}

}  // namespace lakeseed
