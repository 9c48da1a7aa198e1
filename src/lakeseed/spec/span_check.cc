#include "lakeseed/spec/span_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/base/date.h"

namespace lakeseed {
namespace {

class SpanCheck {
 public:
  SpanCheck(const DatasetSpec& spec, const TableSpec& table, ErrorList* errors)
      : spec_(spec), table_(table), errors_(errors) {}

  void Run() {
    for (const ColumnSpec& let : table_.lets) {
      if (let.span.is_always()) continue;
      Add(let, "only a column comes and goes: a let is in no file", "",
          "state it at the columns that read the let");
    }
    bool any_always = table_.columns.empty();
    for (const ColumnSpec& column : table_.columns) {
      any_always |= column.span.is_always();
      if (!column.span.is_always()) Column(column);
    }
    if (any_always) return;
    Add(table_.columns.front(), "a table needs a column that is in all files", "",
        "leave `since` and `until` out of its key");
  }

 private:
  void Add(const ColumnSpec& column, std::string reason, std::string value,
           std::string hint) {
    errors_->Add(column.place, table_.name + "." + column.name, std::move(reason),
                 value.empty() ? std::nullopt : std::optional<std::string>(value),
                 std::move(hint));
  }

  void Column(const ColumnSpec& column) {
    Days(column);
    if (const char* why = WhyAlways(column)) {
      Add(column, why, "", "it has to be in all files");
    }
  }

  void Days(const ColumnSpec& column) {
    const auto& [since, until] = column.span;
    const std::string epoch = FormatDate(spec_.epoch);
    if (since && until && *until < *since) {
      Add(column, "`until` is before `since`",
          fmt::format("{} < {}", FormatDate(*until), FormatDate(*since)), "");
    } else if (since && *since <= spec_.epoch) {
      Add(column, "`since` is not after the epoch, so the column is always there",
          FormatDate(*since), fmt::format("the epoch is {}; leave it out", epoch));
    } else if (until && *until < spec_.epoch) {
      Add(column, "`until` is before the epoch, so the column is never there",
          FormatDate(*until), fmt::format("the epoch is {}", epoch));
    }
  }

  /// Why the column has to be in all files; null: it has not.
  const char* WhyAlways(const ColumnSpec& column) const {
    if (column.generator && column.generator->name == "key") {
      return "a key does not come or go: others refer to it";
    }
    if (IsTracked(column.name)) {
      return "is tracked by `changes`, and versions must differ in what files have";
    }
    const Expr* path = column.expression.get();
    if (path == nullptr || path->kind != Expr::Kind::kPath) return nullptr;
    if (path->path.size() == 1 && path->path[0].starts_with("$")) {
      return "tells a fact of the rows, which does not come or go";
    }
    if (path->path.size() == 2 && IsParentKey(path->path[0], path->path[1])) {
      return "links the rows to their parent";
    }
    return nullptr;
  }

  bool IsTracked(const std::string& name) const {
    if (!table_.population || !table_.population->changes) return false;
    const auto& tracks = table_.population->changes->tracks;
    return std::find(tracks.begin(), tracks.end(), name) != tracks.end();
  }

  bool IsParentKey(const std::string& table, const std::string& column) const {
    if (!table_.children) return false;
    const std::string& name = table_.children->parent;
    const TableSpec* parent = spec_.FindTable(name);
    if (parent == nullptr || (table != "parent" && table != name)) return false;
    return std::any_of(
        parent->columns.begin(), parent->columns.end(), [&](const ColumnSpec& one) {
          return one.name == column && one.generator && one.generator->name == "key";
        });
  }

  const DatasetSpec& spec_;
  const TableSpec& table_;
  ErrorList* const errors_;
};

}  // namespace

void CheckSpans(const DatasetSpec& spec, ErrorList* errors) {
  for (const TableSpec& table : spec.tables) SpanCheck(spec, table, errors).Run();
}

}  // namespace lakeseed
