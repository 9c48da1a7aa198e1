#include "lakeseed/validate/table_scope.h"

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "lakeseed/spec/frequency.h"
#include "lakeseed/validate/cells.h"
#include "lakeseed/validate/relations.h"
#include "lakeseed/validate/table_scope_fold.h"
#include "lakeseed/validate/table_scope_late.h"

namespace lakeseed {

TableScope::TableScope(const DatasetFiles* files, const TableSpec* table)
    : files_(files), table_(table), own_(files->Find(table->name)) {}
TableScope::~TableScope() = default;

int TableScope::FindSlot(const std::string& name) const {
  for (size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

NameResolver::Input TableScope::InputAt(int index) const {
  return {index, slots_[static_cast<size_t>(index)].type, true};
}

NameResolver::Input TableScope::Add(Slot slot) {
  slots_.push_back(std::move(slot));
  return InputAt(static_cast<int>(slots_.size()) - 1);
}

arrow::Result<NameResolver::Input> TableScope::Column(const std::string& name) {
  if (const int known = FindSlot(name); known >= 0) return InputAt(known);
  const auto field = own_ == nullptr || own_->schema == nullptr
                         ? nullptr
                         : own_->schema->GetFieldByName(name);
  if (field == nullptr) {
    return arrow::Status::NotImplemented("the files of ", table_->name,
                                         " have no column ", name);
  }
  read_.push_back(name);
  return Add({.kind = SlotKind::kColumn,
              .name = name,
              .type = field->type(),
              .column = static_cast<int>(read_.size()) - 1});
}

arrow::Result<int> TableScope::ReferenceColumn(const std::string& table,
                                               const std::string& column) {
  const TableFiles* files = files_->Find(table);
  if (files == nullptr) {
    return arrow::Status::NotImplemented("table ", table, " is not in the manifest");
  }
  if (!files->incomplete.empty()) {
    return arrow::Status::NotImplemented("table ", table,
                                         " is not complete: ", files->incomplete);
  }
  Reference& reference = references_[table];
  if (std::find(needed_.begin(), needed_.end(), files) == needed_.end()) {
    needed_.push_back(files);
  }
  if (column.empty()) return -1;
  if (files->schema == nullptr || files->schema->GetFieldByName(column) == nullptr) {
    return arrow::Status::NotImplemented("the files of ", table, " have no column ",
                                         column);
  }
  const auto at = std::find(reference.columns.begin(), reference.columns.end(), column);
  const auto place = static_cast<int>(at - reference.columns.begin());
  if (at == reference.columns.end()) reference.columns.push_back(column);
  return place;
}

arrow::Result<int> TableScope::RowSlot(const TableSpec& at, int rows,
                                       const std::string& link,
                                       const std::string& target) {
  const std::string prefix = rows < 0 ? "" : slots_[static_cast<size_t>(rows)].name + ".";
  const std::string name = prefix + link + "->" + target;
  if (const int known = FindSlot(name); known >= 0) return known;
  ARROW_RETURN_NOT_OK(ReferenceColumn(target, "").status());
  Slot slot{.kind = SlotKind::kRow, .name = name, .type = arrow::int64(), .from = rows};
  slot.is_living = NamesLiving(dataset(), at, link);
  if (rows < 0) {
    ARROW_ASSIGN_OR_RAISE(const Input own, Column(link));
    slot.link = own.index;
  } else {
    slot.via = at.name;
    ARROW_ASSIGN_OR_RAISE(slot.link, ReferenceColumn(at.name, link));
  }
  slot.table = target;
  return Add(std::move(slot)).index;
}

arrow::Result<NameResolver::Input> TableScope::RowOf(const std::string& link,
                                                     const std::string& target) {
  ARROW_ASSIGN_OR_RAISE(const int slot, RowSlot(*table_, -1, link, target));
  return InputAt(slot);
}

arrow::Result<NameResolver::Input> TableScope::ColumnOfRow(const std::string& link,
                                                           const std::string& target,
                                                           const std::string& column) {
  ARROW_ASSIGN_OR_RAISE(const int slot, RowSlot(*table_, -1, link, target));
  return Joined(target, slot, column);
}

arrow::Result<NameResolver::Input> TableScope::Joined(const std::string& table, int rows,
                                                      const std::string& column) {
  const std::string name = slots_[static_cast<size_t>(rows)].name + "." + column;
  if (const int known = FindSlot(name); known >= 0) return InputAt(known);
  ARROW_ASSIGN_OR_RAISE(const int place, ReferenceColumn(table, column));
  return Add({.kind = SlotKind::kJoined,
              .name = name,
              .type = files_->Find(table)->schema->GetFieldByName(column)->type(),
              .link = rows,
              .table = table,
              .column = place});
}

arrow::Result<NameResolver::Input> TableScope::Inside(
    const Input& whole, std::span<const std::string> fields) {
  if (fields.empty()) return whole;
  const std::string name =
      slots_[static_cast<size_t>(whole.index)].name + "." + fields[0];
  if (const int known = FindSlot(name); known >= 0) {
    return Inside(InputAt(known), fields.subspan(1));
  }
  if (whole.type->id() == arrow::Type::LIST) {
    return arrow::Status::NotImplemented("elements of a list have no one value: ", name);
  }
  const bool is_struct = whole.type->id() == arrow::Type::STRUCT;
  const int field =
      is_struct
          ? static_cast<const arrow::StructType&>(*whole.type).GetFieldIndex(fields[0])
          : -1;
  if (field < 0) {
    return arrow::Status::NotImplemented("the files of ", table_->name, " have no field ",
                                         name);
  }
  const Input inside = Add({.kind = SlotKind::kInside,
                            .name = name,
                            .type = whole.type->field(field)->type(),
                            .link = whole.index,
                            .column = field});
  return Inside(inside, fields.subspan(1));
}

arrow::Result<NameResolver::Input> TableScope::JoinedPath(
    const TableSpec& at, int rows, std::span<const std::string> path, bool same_day) {
  const std::string& head = path[0];
  if (head.starts_with("$")) {
    return arrow::Status::NotImplemented(head, " is not in the files");
  }
  const ColumnSpec* column = FindColumnSpec(at, head);
  const ColumnSpec* let = FindLetSpec(at, head);
  if (path.size() == 1) {
    if (column == nullptr) {
      return arrow::Status::NotImplemented(let != nullptr ? "let " : "name ", head,
                                           " is not in the files");
    }
    if (rows < 0) return Column(head);
    if (!same_day && ChangesInTime(dataset(), at, head)) {
      const TableFiles* target = files_->Find(at.name);
      if (target == nullptr || target->kind != DayKind::kCopies) {
        return arrow::Status::NotImplemented(at.name, ".", head,
                                             " changes in time; files show one day");
      }
      if (!HasDaily(*target)) {
        return arrow::Status::NotImplemented(at.name, ".", head, " changes in time; ",
                                             "not each day has a copy of ", at.name);
      }
    }
    return Joined(at.name, rows, head);
  }
  std::string link, target;
  if (column != nullptr) target = TableReferredTo(dataset(), at, *column);
  if (column != nullptr && target.empty()) {
    ARROW_ASSIGN_OR_RAISE(const Input whole,
                          JoinedPath(at, rows, path.first(1), same_day));
    return Inside(whole, path.subspan(1));
  }
  if (!target.empty()) {
    link = head;
  } else if (let != nullptr) {
    return arrow::Status::NotImplemented("let ", head, " is not in the files");
  } else if (at.children && (head == "parent" || head == at.children->parent)) {
    link = ParentLink(dataset(), at);
    target = at.children->parent;
    if (link.empty()) {
      return arrow::Status::NotImplemented("no column of ", at.name,
                                           " holds the key of its parent");
    }
  } else {
    const std::vector<std::string> links = ReferencesTo(dataset(), at, head);
    if (links.size() != 1)
      return arrow::Status::NotImplemented("no one reference to ", head);
    link = links[0];
    target = head;
  }
  const TableSpec* next = dataset().FindTable(target);
  if (next == nullptr) return arrow::Status::NotImplemented("there is no table ", target);
  if (at.history && ChangesInTime(dataset(), *next, path[1])) {
    return arrow::Status::NotImplemented(target, ".", path[1],
                                         " is as of the day of each version");
  }
  ARROW_ASSIGN_OR_RAISE(const int row_slot, RowSlot(at, rows, link, target));
  return JoinedPath(*next, row_slot, path.subspan(1), false);
}

arrow::Result<NameResolver::Input> TableScope::Path(std::span<const std::string> path) {
  return JoinedPath(*table_, -1, path, true);
}

arrow::Result<NameResolver::Input> TableScope::FoldOfList(const Expr& call,
                                                          const std::string& list) {
  ARROW_ASSIGN_OR_RAISE(const Input lists, Column(list));
  ARROW_ASSIGN_OR_RAISE(auto fold, ListFold::Make(call, list, lists.type));
  Slot slot{.kind = SlotKind::kListFold,
            .name = FormatExpression(call),
            .type = fold->type(),
            .link = lists.index,
            .fold = static_cast<int>(list_folds_.size())};
  list_folds_.push_back(std::move(fold));
  return Add(std::move(slot));
}

arrow::Result<NameResolver::Input> TableScope::FoldOf(const Expr& call) {
  const std::string name = FormatExpression(call);
  if (const int known = FindSlot(name); known >= 0) return InputAt(known);
  if (const std::string list = FoldedList(*table_, call); !list.empty()) {
    return FoldOfList(call, list);
  }
  const std::string child_name = FoldedTable(dataset(), call);
  const TableSpec* child = dataset().FindTable(child_name);
  if (child == nullptr) {
    return arrow::Status::NotImplemented("unknown table in ", name);
  }
  if (!child->children || child->children->parent != table_->name) {
    return arrow::Status::NotImplemented(child_name, " are no children of ",
                                         table_->name);
  }
  const std::string link = ParentLink(dataset(), *child);
  if (link.empty()) {
    return arrow::Status::NotImplemented("no column of ", child_name,
                                         " holds the key of its parent");
  }
  // The child must be whole; its own names are resolved in a scope of its own.
  const TableFiles* files = files_->Find(child_name);
  if (files == nullptr || !files->incomplete.empty()) {
    return arrow::Status::NotImplemented("table ", child_name, " is not complete");
  }
  if (IsByCopies(*files)) {
    return arrow::Status::NotImplemented("there is no copy of ", child_name,
                                         " of that day");
  }
  needed_.push_back(files);
  auto fold = std::make_unique<Fold>();
  fold->child = std::make_unique<TableScope>(files_, child);
  std::shared_ptr<arrow::DataType> type = arrow::int64();
  const Expr& inner = *call.args[0];
  const bool counts_rows = inner.kind == Expr::Kind::kPath && inner.path.size() == 1;
  if (!counts_rows) {
    ARROW_ASSIGN_OR_RAISE(
        fold->value,
        fold->child->Bind(InsideChild(call.args[0], child_name), child_name));
    type = fold->value->type();
    if (fold->child->HasGaps()) {
      return arrow::Status::NotImplemented(
          "rows of ", child_name, " are joined with copies that are not of each day");
    }
  }
  ARROW_ASSIGN_OR_RAISE(const Input row, fold->child->RowOf(link, table_->name));
  fold->link = row.index;
  ARROW_ASSIGN_OR_RAISE(fold->state, FoldState::Make(call.text, type));
  type = fold->state.type();
  folds_.push_back(std::move(fold));
  return Add({.kind = SlotKind::kFold,
              .name = name,
              .type = type,
              .fold = static_cast<int>(folds_.size()) - 1});
}

// A table of which one of many copies is meant, by the day of the row.
bool TableScope::IsByCopies(const TableFiles& target) const {
  return target.kind == DayKind::kCopies && !target.copy;
}

bool TableScope::HasDaily(const TableFiles& target) const {
  if (!IsByCopies(target)) return true;
  const std::vector<int32_t> copies = target.Copies();
  return std::all_of(
      own_->facts->files.begin(), own_->facts->files.end(), [&](const FileFacts& file) {
        return file.day && (own_->broken_days.contains(*file.day) ||
                            std::binary_search(copies.begin(), copies.end(), *file.day));
      });
}

bool TableScope::HasGaps() const {
  return std::any_of(slots_.begin(), slots_.end(), [&](const Slot& slot) {
    if (slot.kind != SlotKind::kRow) return false;
    const TableFiles& target = *files_->Find(slot.table);
    const bool is_fixed =
        RootOf(dataset(), *dataset().FindTable(slot.table)).rows.has_value();
    // Late rows of the first days happened before the first copy.
    const bool is_daily = slot.is_living && HasDaily(target);
    return IsByCopies(target) && !is_fixed &&
           !(is_daily && own_->kind != DayKind::kArrivals);
  });
}

arrow::Result<NameResolver::Input> TableScope::Resolve(const Expr& path) {
  if (path.kind == Expr::Kind::kMethod) {
    return arrow::Status::NotImplemented(FormatExpression(path), " is not in the files");
  }
  return Path(path.path);
}

arrow::Result<NameResolver::Input> TableScope::ResolveFold(const Expr& call) {
  return FoldOf(call);
}

arrow::Status TableScope::CheckNames(const Expr& expression) {
  if (expression.kind == Expr::Kind::kPath || expression.kind == Expr::Kind::kMethod) {
    return Resolve(expression).status();
  }
  if (!FoldedList(*table_, expression).empty() ||
      !FoldedTable(dataset(), expression).empty()) {
    return FoldOf(expression).status();
  }
  const bool is_lookup =
      expression.kind == Expr::Kind::kCall && expression.text == "lookup";
  for (size_t i = is_lookup ? 1 : 0; i < expression.args.size(); ++i) {
    if (expression.args[i] != nullptr)
      ARROW_RETURN_NOT_OK(CheckNames(*expression.args[i]));
  }
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<const BoundExpression>> TableScope::Bind(
    const ExprPtr& expression, const std::string& path) {
  const ExprPtr inlined = InlineLets(expression, *table_);
  ARROW_RETURN_NOT_OK(CheckNames(*inlined));
  auto bound = BoundExpression::Bind(*inlined, path, this);
  if (bound.ok()) return bound;
  // The files' types may differ from the spec's; `schema` tells that.
  return arrow::Status::NotImplemented("cannot be computed over the files: ",
                                       DiagnosticsOf(bound.status())[0].reason);
}

}  // namespace lakeseed
