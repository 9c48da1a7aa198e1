#include "lakeseed/run/family_program.h"

#include <algorithm>

#include "lakeseed/generate/population.h"
#include "lakeseed/plan/split.h"

namespace lakeseed {
namespace {

/// Below this a smaller piece does not help any more.
constexpr int64_t kLeastRows = 256;

/// Row numbers that are selected: of a copy of a population those of the living.
Rows Selected(const RowSpace& space, RowRange rows, const RowSelection& selection) {
  if (selection.arrivals != nullptr) return selection.arrivals->RowsAt(rows);
  const Population* population = space.population();
  if (population == nullptr || !selection.copy_day) return Rows(rows);
  std::vector<int64_t> living = population->LivingAmong(rows, *selection.copy_day);
  if (static_cast<int64_t>(living.size()) == rows.length()) return Rows(rows);
  return Rows(std::move(living));
}

}  // namespace

arrow::Result<std::unique_ptr<FamilyProgram>> FamilyProgram::Make(
    const BoundDataset& dataset, const std::string& root,
    const std::vector<std::string>& tables, AsOf as_of) {
  const int root_index = dataset.FindTable(root);
  if (root_index < 0) return arrow::Status::Invalid("no such table: ", root);
  std::unique_ptr<FamilyProgram> family(new FamilyProgram(dataset, root_index, as_of));
  std::vector<Program::Target> targets;
  for (const std::string& name : tables) {
    const int index = dataset.FindTable(name);
    if (index < 0 || dataset.table(index).root != root_index) {
      return arrow::Status::Invalid("no such table under ", root, ": ", name);
    }
    const BoundTable& table = dataset.table(index);
    Member member{index, {}, {}};
    for (size_t c = 0; c < table.columns.size(); ++c) {
      member.columns.push_back(static_cast<int>(c));
      targets.push_back({index, table.columns[c].node});
    }
    for (int at = index; at != root_index; at = dataset.table(at).parent) {
      member.path.insert(member.path.begin(), at);
    }
    const double rows = RowsPerRoot(dataset, table);
    family->rows_per_root_ += rows;
    family->bytes_per_root_ += rows * BytesPerRow(dataset, table, ValueLayout::kMemory);
    family->members_.push_back(std::move(member));
  }
  family->program_ = std::make_unique<Program>(dataset, targets);
  return family;
}

int FamilyProgram::FindMember(std::string_view table) const {
  for (size_t i = 0; i < members_.size(); ++i) {
    if (dataset_.table(members_[i].table).name == table) return static_cast<int>(i);
  }
  return -1;
}

arrow::Result<std::vector<FamilyProgram::Pieces>> FamilyProgram::MakeRows(
    RowRange root_rows, const RowSelection& selection, arrow::MemoryPool* pool,
    const ColumnForms& forms) const {
  std::vector<Pieces> made(members_.size());
  ARROW_RETURN_NOT_OK(Append(root_rows, selection, pool, forms, &made));
  return made;
}

arrow::Status FamilyProgram::Append(RowRange root_rows, const RowSelection& selection,
                                    arrow::MemoryPool* pool, const ColumnForms& forms,
                                    std::vector<Pieces>* made) const {
  auto pass = OnePass(root_rows, selection, pool, forms);
  const bool too_big = pass.status().IsCapacityError() || pass.status().IsOutOfMemory();
  if (too_big && root_rows.length() > kLeastRows) {
    const int64_t middle = root_rows.begin + root_rows.length() / 2;
    ARROW_RETURN_NOT_OK(Append({root_rows.begin, middle}, selection, pool, forms, made));
    return Append({middle, root_rows.end}, selection, pool, forms, made);
  }
  ARROW_RETURN_NOT_OK(pass.status());
  for (size_t i = 0; i < pass->size(); ++i) {
    (*made)[i].push_back(std::move((*pass)[i]));
  }
  return arrow::Status::OK();
}

arrow::Result<FamilyProgram::Pieces> FamilyProgram::OnePass(
    RowRange root_rows, const RowSelection& selection, arrow::MemoryPool* pool,
    const ColumnForms& forms) const {
  const Rows rows = Selected(*dataset_.table(root_).rows, root_rows, selection);
  const AsOf as_of = selection.copy_day ? AsOf{.day = *selection.copy_day} : as_of_;
  Evaluation root(*program_, root_, rows, nullptr, as_of, pool);
  Pieces pass;
  for (const Member& member : members_) {
    Evaluation* at = &root;
    for (const int table : member.path) {
      ARROW_ASSIGN_OR_RAISE(at, at->Children(table));
    }
    ARROW_ASSIGN_OR_RAISE(auto made, at->Make(member.columns, forms));
    pass.push_back(std::move(made));
  }
  return pass;
}

}  // namespace lakeseed
