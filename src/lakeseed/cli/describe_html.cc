// The data dictionary of a dataset as one HTML page that needs no other file.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lakeseed/base/date.h"
#include "lakeseed/base/html.h"
#include "lakeseed/cli/dataset_page.h"
#include "lakeseed/cli/diagram.h"
#include "lakeseed/cli/parameter_list.h"
#include "lakeseed/evaluate/bound_expression.h"
#include "lakeseed/plan/explain.h"

namespace lakeseed {
namespace {

constexpr std::string_view kStyle =
    ":root{--ink:#1b1f24;--dim:#6b7280;--page:#fff;--soft:#f4f6f8;--edge:#d7dce1;"
    "--key:#8a5a00;--head:#2f5d8a;--line:#7d8a97}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e4e7ea;--dim:#97a1ab;--page:#16191d;"
    "--soft:#20252b;--edge:#39414a;--key:#e0b252;--head:#3b6ea1;--line:#7d8a97}}"
    "body{font:15px/1.5 system-ui,sans-serif;max-width:78em;margin:2em auto;padding:0 "
    "1em;color:var(--ink);background:var(--page)}a{color:inherit}"
    "h1{margin-bottom:0}h2{margin-top:2em}.dim{color:var(--dim)}.scroll{overflow-x:auto}"
    "table{border-collapse:collapse;margin:.6em 0 1.6em}th,td{text-align:left;"
    "padding:.25em .8em;border-bottom:1px solid var(--edge);vertical-align:top}"
    "th{background:var(--soft);white-space:nowrap}td.n{text-align:right}"
    "code{font-size:.92em}nav a{margin-right:1em}"
    ".diagram text{font:12px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;"
    "fill:var(--ink)}.diagram .box{fill:var(--page);stroke:var(--edge)}"
    ".diagram .head{fill:var(--head)}.diagram .title{fill:#fff;font-weight:bold}"
    ".diagram .title~.note.end{fill:var(--dim)}.diagram .head~.title+.note{fill:#dfe8f1}"
    ".diagram .mark{fill:var(--key)}.diagram .note{fill:var(--dim)}"
    ".diagram .end{text-anchor:end}.diagram .line{fill:none;stroke:var(--line);"
    "stroke-width:1.4}.diagram a{text-decoration:none}"
    ".diagram path.line:hover{stroke:var(--key);stroke-width:2.4}";

std::string Head(std::initializer_list<std::string_view> heads) {
  std::string text = "<div class=\"scroll\"><table><tr>";
  for (const std::string_view head : heads) text += fmt::format("<th>{}</th>", head);
  return text + "</tr>\n";
}

constexpr std::string_view kTail = "</table></div>\n";

std::string Link(const std::string& table) {
  return fmt::format("<a href=\"#{0}\">{0}</a>", EscapeHtml(table));
}

std::string Code(const std::string& text) {
  return text.empty() ? "" : fmt::format("<code>{}</code>", EscapeHtml(text));
}

/// Where the columns of one table lead.
using Targets = std::map<std::string, std::string, std::less<>>;

std::string Columns(const BoundTable& table, const Targets& targets) {
  std::string text = Head({"column", "type", "null", "key", "made by", "what it is"});
  for (const BoundColumn& column : table.columns) {
    std::string key = column.is_key ? "primary" : "";
    if (const auto at = targets.find(column.name); at != targets.end()) {
      key += (key.empty() ? "" : ", ") + ("→ " + Link(at->second));
    }
    text += fmt::format(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        EscapeHtml(column.name), EscapeHtml(TypeName(*column.type)),
        column.shape.nullable ? "yes" : "", key, Code(MadeBy(*table.spec, column.name)),
        EscapeHtml(column.doc));
  }
  return text += kTail;
}

std::string Rules(const TableSpec& table) {
  if (table.rules.empty()) return "";
  std::string text = Head({"rule", "holds for every row", "what it is"});
  for (const RuleSpec& rule : table.rules) {
    text +=
        fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", EscapeHtml(rule.name),
                    Code(RuleText(rule)), EscapeHtml(rule.doc));
  }
  return text += kTail;
}

std::string Parameters(const DatasetSpec& spec) {
  const std::vector<ShownParameter> shown = ParametersOf(spec);
  if (shown.empty()) return "";
  std::string text = "<h2>Parameters</h2>\n" + Head({"parameter", "value", "what it is"});
  for (const ShownParameter& one : shown) {
    text += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                        EscapeHtml(one.name), Code(one.value), EscapeHtml(one.doc));
  }
  return text += kTail;
}

std::string Tables(const BoundDataset& dataset) {
  std::string text =
      "<h2>Tables</h2>\n" + Head({"table", "kind", "rows", "columns", "what it is"});
  for (const auto& table : dataset.written_tables()) {
    text += fmt::format(
        "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>"
        "<td>{}</td></tr>\n",
        Link(table->name), EscapeHtml(KindOf(*table)),
        FormatCount(RowsOverWindow(dataset, *table)), table->columns.size(),
        EscapeHtml(table->spec->doc));
  }
  return text += kTail;
}

/// Keys and what refers: the other columns are below in full.
DiagramBox BoxOf(const BoundDataset& dataset, const BoundTable& table,
                 const Targets& targets) {
  DiagramBox box{.title = table.name,
                 .note = FormatCount(RowsOverWindow(dataset, table)),
                 .link = "#" + table.name};
  for (const BoundColumn& column : table.columns) {
    const bool refers = targets.contains(column.name);
    if (!column.is_key && !refers) continue;
    box.rows.push_back({.name = column.name,
                        .note = TypeName(*column.type),
                        .mark = column.is_key ? "PK" : "FK"});
  }
  const size_t more = table.columns.size() - box.rows.size();
  if (more > 0) {
    box.rows.push_back(
        {.name = fmt::format("… {} more column{}", more, more == 1 ? "" : "s")});
  }
  return box;
}

int RowOf(const DiagramBox& box, const std::string& column) {
  const auto at = std::find_if(box.rows.begin(), box.rows.end(),
                               [&](const auto& row) { return row.name == column; });
  return at == box.rows.end() ? 0 : static_cast<int>(at - box.rows.begin());
}

std::string EntityDiagram(const BoundDataset& dataset,
                          const std::vector<Relationship>& links,
                          std::map<std::string, Targets, std::less<>>& targets) {
  if (links.empty()) return "";
  std::vector<DiagramBox> boxes;
  for (const auto& table : dataset.written_tables()) {
    boxes.push_back(BoxOf(dataset, *table, targets[table->name]));
  }
  const auto index_of = [&](const std::string& table) {
    const auto at = std::find_if(boxes.begin(), boxes.end(),
                                 [&](const auto& box) { return box.title == table; });
    return at == boxes.end() ? -1 : static_cast<int>(at - boxes.begin());
  };
  std::vector<DiagramLine> lines;
  for (const Relationship& link : links) {
    DiagramLine line{.from = index_of(link.table), .to = index_of(link.to_table)};
    if (line.from < 0 || line.to < 0) continue;
    line.from_row = RowOf(boxes[static_cast<size_t>(line.from)], link.column);
    line.to_row = RowOf(boxes[static_cast<size_t>(line.to)], link.to_column);
    lines.push_back(line);
  }
  return fmt::format("<h2>Relationships</h2>\n<div class=\"scroll\">{}</div>\n",
                     DrawDiagram(boxes, lines));
}

}  // namespace

std::string DescribeHtml(const BoundDataset& dataset) {
  const DatasetSpec& spec = dataset.spec();
  const std::vector<Relationship> links = RelationshipsOf(dataset);
  std::map<std::string, Targets, std::less<>> targets;
  for (const Relationship& link : links) {
    targets[link.table][link.column] = link.to_table;
  }
  std::string text = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\"><title>{0}</title>\n"
      "<style>{1}</style></head><body>\n<h1>{0}</h1>\n<p>{2}</p>\n"
      "<p class=\"dim\">{3}</p>\n",
      EscapeHtml(spec.id()), kStyle, EscapeHtml(spec.doc), EscapeHtml(HeadLine(spec)));
  text += Tables(dataset) + EntityDiagram(dataset, links, targets) + Parameters(spec);
  for (const auto& table : dataset.written_tables()) {
    text += fmt::format(
        "<h2 id=\"{0}\">{0}</h2>\n<p>{1} <span class=\"dim\">({2}, {3} "
        "rows{4})</span></p>\n"
        "{5}{6}",
        EscapeHtml(table->name), EscapeHtml(table->spec->doc), EscapeHtml(KindOf(*table)),
        FormatCount(RowsOverWindow(dataset, *table)),
        table->spec->late.empty() ? "" : ", " + LateText(*table->spec),
        Columns(*table, targets[table->name]), Rules(*table->spec));
  }
  return text + "</body></html>\n";
}

}  // namespace lakeseed
