#include "lakeseed/validate/dataset_files.h"

#include <arrow/api.h>

#include <utility>

namespace lakeseed {
namespace {

// The columns that checks may read: those of equal name and type in all files.
std::shared_ptr<arrow::Schema> CommonSchema(const std::vector<FileProbe>& probes) {
  std::shared_ptr<arrow::Schema> common;
  for (const FileProbe& probe : probes) {
    if (!probe.readable) continue;
    if (common == nullptr) {
      common = probe.schema;
      continue;
    }
    arrow::FieldVector fields;
    for (const auto& field : common->fields()) {
      const auto other = probe.schema->GetFieldByName(field->name());
      if (other != nullptr && other->type()->Equals(*field->type()))
        fields.push_back(field);
    }
    common = arrow::schema(std::move(fields));
  }
  return common;
}

}  // namespace

DatasetFiles::DatasetFiles(const DatasetSpec* spec, std::string root, DatasetFacts facts)
    : spec_(spec),
      root_(std::move(root)),
      facts_(std::make_shared<const DatasetFacts>(std::move(facts))) {
  for (const auto& [name, table] : facts_->tables) {
    TableFiles& files = tables_[name];
    files.facts = &table;
    for (const FileFacts& file : table.files) {
      files.probes.push_back(ProbeFile(root_, file));
      const FileProbe& probe = files.probes.back();
      files.skip.push_back(!probe.readable);
      if (!probe.readable) files.incomplete = file.path + ": " + probe.error;
    }
    files.schema = CommonSchema(files.probes);
  }
}

const TableFiles* DatasetFiles::Find(const std::string& table) const {
  const auto found = tables_.find(table);
  return found == tables_.end() ? nullptr : &found->second;
}

void DatasetFiles::MarkBroken(const std::string& table, const std::string& path,
                              std::string reason) {
  TableFiles& files = tables_.at(table);
  for (size_t i = 0; i < files.probes.size(); ++i) {
    if (files.facts->files[i].path != path) continue;
    files.skip[i] = true;
    files.probes[i].readable = false;
    files.probes[i].error = reason;
    files.incomplete = path + ": " + reason;
  }
  files.schema = CommonSchema(files.probes);
}

TableReader DatasetFiles::Read(const std::string& table,
                               std::vector<std::string> columns) const {
  const TableFiles& files = tables_.at(table);
  return TableReader(root_, *files.facts, files.skip, std::move(columns));
}

}  // namespace lakeseed
