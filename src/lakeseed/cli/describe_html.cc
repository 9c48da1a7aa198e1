// The data dictionary of a dataset as one HTML page that needs no other file.

#include <fmt/format.h>

#include "lakeseed/base/date.h"
#include "lakeseed/cli/dataset_page.h"
#include "lakeseed/evaluate/bound_expression.h"
#include "lakeseed/plan/explain.h"

namespace lakeseed {
namespace {

constexpr std::string_view kStyle =
    "body{font:15px/1.5 system-ui,sans-serif;max-width:75em;margin:2em auto;padding:0 "
    "1em;"
    "color:#222}table{border-collapse:collapse;margin:.6em 0 1.6em}th,td{text-align:left;"
    "padding:.25em .8em;border-bottom:1px solid "
    "#ddd;vertical-align:top}th{background:#f4f4f4}"
    "td.n{text-align:right}code{font-size:.92em}";

std::string Escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string Columns(const BoundTable& table) {
  std::string text =
      "<table><tr><th>column</th><th>type</th><th>null</th><th>key</th><th>made by</th>"
      "<th>what it is</th></tr>\n";
  for (const BoundColumn& column : table.columns) {
    std::string key = column.is_key ? "primary" : "";
    if (!column.references.empty()) {
      key = fmt::format("<a href=\"#{0}\">{0}</a>", Escape(column.references));
    }
    text += fmt::format(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td><code>{}</code></td>"
        "<td>{}</td></tr>\n",
        Escape(column.name), Escape(TypeName(*column.type)),
        column.shape.nullable ? "yes" : "", key, Escape(MadeBy(*table.spec, column.name)),
        Escape(column.doc));
  }
  return text + "</table>\n";
}

}  // namespace

std::string DescribeHtml(const BoundDataset& dataset) {
  const DatasetSpec& spec = dataset.spec();
  std::string text = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta "
      "charset=\"utf-8\"><title>{0}</title>"
      "<style>{1}</style></head><body>\n<h1>{0}</h1>\n<p>{2}</p>\n<p>{3} to {4}</p>\n"
      "<table><tr><th>table</th><th>kind</th><th>rows</th><th>what it is</th></tr>\n",
      Escape(spec.id()), kStyle, Escape(spec.doc), FormatDate(spec.window.from),
      FormatDate(spec.window.to));
  for (const auto& table : dataset.tables()) {
    text += fmt::format(
        "<tr><td><a href=\"#{0}\">{0}</a></td><td>{1}</td><td class=\"n\">{2}</td>"
        "<td>{3}</td></tr>\n",
        Escape(table->name), Escape(KindOf(*table)),
        FormatCount(RowsOverWindow(dataset, *table)), Escape(table->spec->doc));
  }
  text += "</table>\n";
  for (const auto& table : dataset.tables()) {
    text += fmt::format("<h2 id=\"{0}\">{0}</h2>\n<p>{1}</p>\n{2}", Escape(table->name),
                        Escape(table->spec->doc), Columns(*table));
    if (table->spec->rules.empty()) continue;
    text +=
        "<table><tr><th>rule</th><th>holds for every row</th><th>what it is</th></tr>\n";
    for (const RuleSpec& rule : table->spec->rules) {
      text += fmt::format("<tr><td>{}</td><td><code>{}</code></td><td>{}</td></tr>\n",
                          Escape(rule.name), Escape(RuleText(rule)), Escape(rule.doc));
    }
    text += "</table>\n";
  }
  return text + "</body></html>\n";
}

}  // namespace lakeseed
