// Diagram: boxes with rows, and lines between rows, laid out from left to right.
//
// What is pointed at stands left of what points. Lines that pass a rank go through a
// gap of their own there, never through a box. Fonts are not known here, so widths
// are those of a monospaced letter; the SVG asks for such a font.
//
// Laws:  boxes do not overlap; without circles every line goes to the left.
//
// Thread safety: pure functions.

#pragma once

#include <string>
#include <vector>

namespace lakeseed {

struct DiagramRow {
  std::string name;
  std::string note;  ///< Right of the name, in grey.
  std::string mark;  ///< Before the name: "PK", "FK".
};

struct DiagramBox {
  std::string title;
  std::string note;  ///< Right of the title.
  std::string link;  ///< Where a click leads to, or empty.
  std::vector<DiagramRow> rows;
};

/// From a row of one box to a row of another, or of the same.
struct DiagramLine {
  int from = 0, from_row = 0;
  int to = 0, to_row = 0;
};

struct DiagramPoint {
  double x = 0, y = 0;
};

struct DiagramFrame {
  double x = 0, y = 0, width = 0, height = 0;
  int rank = 0;  ///< Column of boxes, from the left.
};

struct DiagramLayout {
  std::vector<DiagramFrame> frames;               ///< One for each box.
  std::vector<std::vector<DiagramPoint>> routes;  ///< One for each line, from its start.
  double width = 0, height = 0;
};

DiagramLayout LayOut(const std::vector<DiagramBox>& boxes,
                     const std::vector<DiagramLine>& lines);

/// An <svg> element without scripts; colours are those of the page's CSS variables.
std::string DrawDiagram(const std::vector<DiagramBox>& boxes,
                        const std::vector<DiagramLine>& lines);

}  // namespace lakeseed
