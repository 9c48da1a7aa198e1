// A laid out diagram as SVG.

#include "lakeseed/cli/diagram.h"

#include <fmt/format.h>

#include <cmath>

#include "lakeseed/base/html.h"

namespace lakeseed {
namespace {

constexpr double kHead = 27, kRow = 19, kPad = 12, kMark = 32;

std::string Text(double x, double y, std::string_view style, std::string_view text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\">{}</text>\n", x, y,
                     style, EscapeHtml(text));
}

std::string Box(const DiagramBox& box, const DiagramFrame& frame) {
  const double right = frame.x + frame.width - kPad;
  std::string svg = fmt::format(
      "<rect class=\"box\" x=\"{0:.1f}\" y=\"{1:.1f}\" width=\"{2:.1f}\" "
      "height=\"{3:.1f}\" rx=\"6\"/>\n<path class=\"head\" d=\"M{0:.1f} {4:.1f}v{5:.1f}"
      "a6 6 0 0 1 6 -6h{6:.1f}a6 6 0 0 1 6 6v{7:.1f}z\"/>\n",
      frame.x, frame.y, frame.width, frame.height, frame.y + kHead, -(kHead - 6),
      frame.width - 12, kHead - 6);
  svg += Text(frame.x + kPad, frame.y + 18, "title", box.title);
  svg += Text(right, frame.y + 18, "note end", box.note);
  double y = frame.y + kHead + 16;
  for (const DiagramRow& row : box.rows) {
    if (!row.mark.empty()) svg += Text(frame.x + kPad, y, "mark", row.mark);
    svg += Text(frame.x + kPad + kMark, y, "", row.name);
    svg += Text(right, y, "note end", row.note);
    y += kRow;
  }
  if (box.link.empty()) return svg;
  return fmt::format("<a href=\"{}\">\n{}</a>\n", EscapeHtml(box.link), svg);
}

/// A curve through the points that leaves and arrives level.
std::string Curve(const std::vector<DiagramPoint>& route, bool is_back) {
  std::string d = fmt::format("M{:.1f} {:.1f}", route[0].x, route[0].y);
  for (size_t i = 1; i < route.size(); ++i) {
    const DiagramPoint &a = route[i - 1], &b = route[i];
    const double half = std::abs(a.x - b.x) / 2;
    const double first = is_back ? std::max(a.x, b.x) + 36 : a.x - half;
    const double second = is_back ? first : b.x + half;
    d += fmt::format("C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", first, a.y, second,
                     b.y, b.x, b.y);
  }
  return d;
}

}  // namespace

std::string DrawDiagram(const std::vector<DiagramBox>& boxes,
                        const std::vector<DiagramLine>& lines) {
  const DiagramLayout layout = LayOut(boxes, lines);
  std::string svg = fmt::format(
      "<svg class=\"diagram\" xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" "
      "height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\">\n"
      "<defs><marker id=\"many\" markerWidth=\"14\" markerHeight=\"12\" refX=\"0\" "
      "refY=\"6\" orient=\"auto\" markerUnits=\"userSpaceOnUse\">"
      "<path class=\"line\" d=\"M0 1L11 6L0 11\"/></marker>"
      "<marker id=\"one\" markerWidth=\"12\" markerHeight=\"12\" refX=\"10\" refY=\"6\" "
      "orient=\"auto\" markerUnits=\"userSpaceOnUse\">"
      "<path class=\"line\" d=\"M3 1v10\"/></marker></defs>\n",
      layout.width, layout.height);
  for (size_t i = 0; i < lines.size(); ++i) {
    const DiagramLine& line = lines[i];
    const bool is_back = layout.frames[static_cast<size_t>(line.from)].rank <=
                         layout.frames[static_cast<size_t>(line.to)].rank;
    svg += fmt::format(
        "<path class=\"line\" marker-start=\"url(#many)\" marker-end=\"url(#one)\" "
        "d=\"{}\"><title>{}.{} refers to {}</title></path>\n",
        Curve(layout.routes[i], is_back),
        EscapeHtml(boxes[static_cast<size_t>(line.from)].title),
        EscapeHtml(boxes[static_cast<size_t>(line.from)]
                       .rows[static_cast<size_t>(line.from_row)]
                       .name),
        EscapeHtml(boxes[static_cast<size_t>(line.to)].title));
  }
  for (size_t i = 0; i < boxes.size(); ++i) svg += Box(boxes[i], layout.frames[i]);
  return svg + "</svg>\n";
}

}  // namespace lakeseed
