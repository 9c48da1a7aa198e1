#include "lakeseed/cli/diagram.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace lakeseed {
namespace {

std::vector<DiagramBox> Boxes(size_t count, std::mt19937& random) {
  std::vector<DiagramBox> boxes;
  for (size_t i = 0; i < count; ++i) {
    DiagramBox box{.title = "table_" + std::to_string(i), .note = "10,000"};
    for (size_t row = 0; row < 1 + random() % 6; ++row) {
      box.rows.push_back({.name = std::string(4 + random() % 20, 'x'), .note = "int64"});
    }
    boxes.push_back(box);
  }
  return boxes;
}

bool Overlap(const DiagramFrame& a, const DiagramFrame& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height &&
         b.y < a.y + a.height;
}

/// Whether a level piece of a line lies inside a box.
bool Crosses(const DiagramPoint& a, const DiagramPoint& b, const DiagramFrame& frame) {
  const double left = std::min(a.x, b.x), right = std::max(a.x, b.x);
  return a.y == b.y && a.y > frame.y && a.y < frame.y + frame.height &&
         left < frame.x + frame.width - 1 && right > frame.x + 1;
}

TEST(Diagram, BoxesNeverOverlapAndLinesGoLeftAroundThem) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    const size_t count = 1 + random() % 12;
    const std::vector<DiagramBox> boxes = Boxes(count, random);
    std::vector<DiagramLine> lines;
    for (size_t i = 0; i < 2 * count && count > 1; ++i) {
      // To a lower number: no circles.
      const int from = 1 + static_cast<int>(random() % (count - 1));
      lines.push_back({.from = from, .to = static_cast<int>(random() % from)});
    }
    const DiagramLayout layout = LayOut(boxes, lines);
    ASSERT_EQ(layout.frames.size(), count);
    ASSERT_EQ(layout.routes.size(), lines.size());
    for (size_t a = 0; a < count; ++a) {
      const DiagramFrame& frame = layout.frames[a];
      EXPECT_GE(frame.x, 0);
      EXPECT_GE(frame.y, 0);
      EXPECT_LE(frame.x + frame.width, layout.width);
      EXPECT_LE(frame.y + frame.height, layout.height);
      for (size_t b = 0; b < a; ++b) {
        EXPECT_FALSE(Overlap(frame, layout.frames[b])) << round << ": " << a << ", " << b;
      }
    }
    for (size_t i = 0; i < lines.size(); ++i) {
      const auto& route = layout.routes[i];
      EXPECT_LT(route.back().x, route.front().x);
      for (size_t at = 1; at < route.size(); ++at) {
        EXPECT_LE(route[at].x, route[at - 1].x);
        for (const DiagramFrame& frame : layout.frames) {
          EXPECT_FALSE(Crosses(route[at - 1], route[at], frame)) << round;
        }
      }
    }
  }
}

TEST(Diagram, RanksFollowTheLongestWay) {
  std::mt19937 random(1);
  const std::vector<DiagramBox> boxes = Boxes(4, random);
  const DiagramLayout layout =
      LayOut(boxes, {{.from = 1, .to = 0}, {.from = 2, .to = 1}, {.from = 2, .to = 0}});
  EXPECT_EQ(layout.frames[0].rank, 0);
  EXPECT_EQ(layout.frames[1].rank, 1);
  EXPECT_EQ(layout.frames[2].rank, 2);
  EXPECT_EQ(layout.frames[3].rank, 0);
  EXPECT_EQ(layout.routes[2].size(), 4u);  // It passes a rank.
}

TEST(Diagram, CirclesAndSelfReferencesAreDrawn) {
  std::mt19937 random(1);
  const std::vector<DiagramBox> boxes = Boxes(3, random);
  const std::vector<DiagramLine> lines = {{.from = 0, .to = 1},
                                          {.from = 1, .to = 2},
                                          {.from = 2, .to = 0},
                                          {.from = 1, .to = 1}};
  const DiagramLayout layout = LayOut(boxes, lines);
  std::set<int> ranks;
  for (const DiagramFrame& frame : layout.frames) ranks.insert(frame.rank);
  EXPECT_EQ(ranks, (std::set<int>{0, 1, 2}));
  const std::string svg = DrawDiagram(boxes, lines);
  size_t count = 0;
  for (size_t at = svg.find("marker-start"); at != std::string::npos;
       at = svg.find("marker-start", at + 1)) {
    ++count;
  }
  EXPECT_EQ(count, lines.size());
}

TEST(Diagram, TextIsEscaped) {
  const std::string svg = DrawDiagram({{.title = "a<b", .rows = {{.name = "\"&"}}}}, {});
  EXPECT_NE(svg.find("a&lt;b"), std::string::npos);
  EXPECT_NE(svg.find("&quot;&amp;"), std::string::npos);
  EXPECT_EQ(svg.find("a<b"), std::string::npos);
}

TEST(Diagram, NothingIsAnEmptyPicture) {
  EXPECT_NE(DrawDiagram({}, {}).find("<svg"), std::string::npos);
}

}  // namespace
}  // namespace lakeseed
