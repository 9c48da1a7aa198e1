#include "lakeseed/validate/dataset_files.h"

#include <arrow/api.h>

#include <algorithm>
#include <utility>

#include "lakeseed/base/date.h"
#include "lakeseed/spec/frequency.h"
#include "lakeseed/spec/shown_days.h"
#include "lakeseed/validate/cells.h"
#include "lakeseed/validate/relations.h"

namespace lakeseed {
namespace {

// The columns that checks may read: those of equal name and type in all files, but for
// the files of days on which there is no such column.
std::shared_ptr<arrow::Schema> CommonSchema(const TableFiles& files) {
  arrow::FieldVector fields;
  std::map<std::string, size_t> places, seen;
  size_t num_files = 0;
  for (size_t i = 0; i < files.probes.size(); ++i) {
    if (files.skip[i]) continue;
    ++num_files;
    for (const std::string& name : files.blank[i]) ++seen[name];
    for (const auto& field : files.probes[i].schema->fields()) {
      if (files.IsBlank(i, field->name())) continue;
      const auto [at, is_new] = places.try_emplace(field->name(), fields.size());
      if (is_new) fields.push_back(field);
      if (field->type()->Equals(*fields[at->second]->type())) ++seen[field->name()];
    }
  }
  if (num_files == 0) return nullptr;
  std::erase_if(fields,
                [&](const auto& field) { return seen[field->name()] < num_files; });
  return arrow::schema(std::move(fields));
}

// A file that cannot be read breaks its day, or else the table.
void LeaveOut(TableFiles* files, size_t i) {
  files->skip[i] = true;
  const FileFacts& file = files->facts->files[i];
  if (file.day) {
    files->broken_days.insert(*file.day);
  } else {
    files->incomplete = file.path + ": " + files->probes[i].error;
  }
}

// Columns that come and go, by files of days on which they are not there.
void FindBlanks(const DatasetSpec& dataset, const TableSpec* table, TableFiles* files) {
  files->blank.resize(files->probes.size());
  if (table == nullptr) return;
  for (const ColumnSpec& column : table->columns) {
    if (column.span.is_always()) continue;
    for (size_t i = 0; i < files->blank.size(); ++i) {
      const DateRange shown =
          ShownDays(dataset, *table, *files->facts, files->facts->files[i]);
      if (!column.span.Touches(shown.from, shown.to)) {
        files->blank[i].push_back(column.name);
      }
    }
  }
}

// Parts are put in order by the key, where a table has one.
DatasetFacts InOrder(const DatasetSpec& dataset, DatasetFacts facts) {
  for (auto& [name, table] : facts.tables) {
    const TableSpec* spec = dataset.FindTable(name);
    const std::string key = spec == nullptr ? "" : KeyColumn(*spec);
    for (FileFacts& file : table.files) {
      const ColumnFacts* column = FindColumn(file, key);
      if (column != nullptr && HoldsIntegers(*column->type)) file.order_by = key;
    }
  }
  return facts;
}

}  // namespace

DateRange ShownDays(const DatasetSpec& dataset, const TableSpec& table,
                    const TableFacts& facts, const FileFacts& file) {
  std::optional<int32_t> as_of = dataset.window.to;
  const std::string text =
      facts.identity.is_object() ? facts.identity.value("as_of", "") : std::string();
  if (text == "day") {
    as_of.reset();
  } else if (const auto day = ParseDate(text); day.ok()) {
    as_of = *day;
  }
  return ShownDays(dataset, table, file.day, as_of);
}

bool TableFiles::IsBlank(size_t file, const std::string& column) const {
  const std::vector<std::string>& names = blank[file];
  return std::find(names.begin(), names.end(), column) != names.end();
}

DateRange TableFiles::days() const {
  DateRange range{*facts->files[0].day, *facts->files[0].day};
  for (const FileFacts& file : facts->files) {
    range.from = std::min(range.from, *file.day);
    range.to = std::max(range.to, *file.day);
  }
  return range;
}

bool TableFiles::Covers(DateRange wanted) const {
  return broken_days.empty() && !facts->files.empty() && days() == wanted;
}

std::vector<int32_t> TableFiles::Copies() const {
  std::vector<int32_t> copies;
  for (const FileFacts& file : facts->files) {
    const bool is_known = !copies.empty() && copies.back() == *file.day;
    if (!is_known && !broken_days.contains(*file.day)) copies.push_back(*file.day);
  }
  return copies;
}

bool TableFiles::HasCopy(int32_t day) const {
  const std::vector<int32_t> copies = Copies();
  return std::binary_search(copies.begin(), copies.end(), day);
}

TableFiles TableFiles::Only(const std::vector<size_t>& places) const {
  TableFiles some;
  auto some_facts = std::make_shared<TableFacts>();
  some_facts->identity = facts->identity;
  for (const size_t i : places) {
    const FileFacts& file = facts->files[i];
    some_facts->num_rows += file.num_rows;
    some_facts->size_bytes += file.size_bytes;
    some_facts->files.push_back(file);
    some.probes.push_back(probes[i]);
    some.skip.push_back(skip[i]);
    some.blank.push_back(blank[i]);
  }
  some.facts = std::move(some_facts);
  some.schema = schema;
  some.incomplete = incomplete;
  some.unordered = unordered;
  some.kind = kind;
  some.broken_days = broken_days;
  some.copy = copy;
  return some;
}

DatasetFiles::DatasetFiles(const DatasetSpec* spec, FilePlace root, DatasetFacts facts)
    : spec_(spec),
      root_(std::move(root)),
      facts_(std::make_shared<const DatasetFacts>(InOrder(*spec, std::move(facts)))) {
  for (const auto& [name, table] : facts_->tables) {
    const auto files = std::make_shared<TableFiles>();
    for (const FileFacts& file : table.files) {
      if (file.parts.empty() || !file.order_by.empty()) continue;
      files->unordered =
          file.parts.front().partition.empty()
              ? "its files are sorted, and no key puts their rows back in order"
              : "its rows lie in partitions, and no key puts them in order";
      files->incomplete = files->unordered;
    }
    files->facts = std::shared_ptr<const TableFacts>(facts_, &table);
    files->skip.resize(table.files.size());
    for (size_t i = 0; i < table.files.size(); ++i) {
      files->probes.push_back(ProbeFile(root_, table.files[i]));
      if (!files->probes[i].readable) LeaveOut(files.get(), i);
    }
    const TableSpec* table_spec = spec_->FindTable(name);
    FindBlanks(*spec_, table_spec, files.get());
    files->schema = CommonSchema(*files);
    const bool by_day =
        std::any_of(table.files.begin(), table.files.end(),
                    [](const FileFacts& file) { return file.day.has_value(); });
    if (by_day && table_spec != nullptr) {
      const bool is_late = !RootOf(*spec_, *table_spec).late.empty();
      files->kind = FrequencyOf(*spec_, *table_spec) ? DayKind::kCopies
                    : is_late                        ? DayKind::kArrivals
                                                     : DayKind::kEvents;
    }
    tables_[name] = files;
  }
}

const TableFiles* DatasetFiles::Find(const std::string& table) const {
  const auto found = tables_.find(table);
  return found == tables_.end() ? nullptr : found->second.get();
}

TableFiles* DatasetFiles::Find(const std::string& table) {
  return const_cast<TableFiles*>(std::as_const(*this).Find(table));
}

void DatasetFiles::MarkBroken(const std::string& table, const std::string& path,
                              std::string reason) {
  TableFiles& files = *tables_.at(table);
  for (size_t i = 0; i < files.probes.size(); ++i) {
    if (files.facts->files[i].path != path) continue;
    files.probes[i].readable = false;
    files.probes[i].error = reason;
    LeaveOut(&files, i);
  }
  files.schema = CommonSchema(files);
}

DatasetFiles DatasetFiles::AtCopy(const std::string& table, int32_t day) const {
  DatasetFiles view = *this;
  const TableSpec& root = RootOf(*spec_, *spec_->FindTable(table));
  for (auto& [name, files] : view.tables_) {
    const TableSpec* other = spec_->FindTable(name);
    if (other == nullptr || files->kind != DayKind::kCopies) continue;
    if (&RootOf(*spec_, *other) != &root) continue;
    // A member of the family that is copied more rarely is left as it is.
    if (!files->HasCopy(day)) continue;
    std::vector<size_t> places;
    for (size_t i = 0; i < files->facts->files.size(); ++i) {
      if (files->facts->files[i].day == day) places.push_back(i);
    }
    TableFiles only = files->Only(places);
    only.copy = day;
    only.broken_days.clear();
    files = std::make_shared<TableFiles>(std::move(only));
  }
  return view;
}

TableReader DatasetFiles::Read(const std::string& table, std::vector<std::string> columns,
                               const std::vector<int32_t>* days) const {
  const TableFiles& files = *tables_.at(table);
  std::vector<bool> skip = files.skip;
  for (size_t i = 0; days != nullptr && i < skip.size(); ++i) {
    const auto& day = files.facts->files[i].day;
    if (!day || std::find(days->begin(), days->end(), *day) == days->end()) {
      skip[i] = true;
    }
  }
  return TableReader(root_, files, std::move(skip), std::move(columns));
}

}  // namespace lakeseed
