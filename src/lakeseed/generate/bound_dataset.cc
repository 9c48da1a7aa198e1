#include "lakeseed/generate/bound_dataset.h"

#include <arrow/api.h>

#include <algorithm>

#include "lakeseed/generate/dataset_binder.h"
#include "lakeseed/generate/lookup_caches.h"
#include "lakeseed/generate/version_caches.h"

namespace lakeseed {

BoundDataset::BoundDataset() = default;
BoundDataset::~BoundDataset() = default;

arrow::Result<std::shared_ptr<const BoundDataset>> BoundDataset::Bind(
    DatasetSpec spec, const Options& options) {
  return DatasetBinder(std::move(spec), options).Bind();
}

void BoundDataset::LimitCaches(int64_t bytes) const {
  const int64_t columns = bytes / 4;  // Versions take more: they have texts.
  caches_->budget().Set(columns);
  versions_->budget().Set(bytes - columns);
}

std::shared_ptr<arrow::Schema> BoundTable::schema() const {
  arrow::FieldVector fields;
  for (const BoundColumn& column : columns) {
    fields.push_back(arrow::field(column.name, column.type, column.shape.nullable));
  }
  return arrow::schema(std::move(fields));
}

int BoundTable::FindColumn(std::string_view column) const {
  const auto at =
      std::find_if(columns.begin(), columns.end(),
                   [&](const BoundColumn& one) { return one.name == column; });
  return at == columns.end() ? -1 : static_cast<int>(at - columns.begin());
}

int BoundDataset::FindTable(std::string_view name) const {
  for (const auto& table : tables_) {
    if (table->name == name) return table->index;
  }
  return -1;
}

std::vector<const BoundTable*> BoundDataset::written_tables() const {
  std::vector<const BoundTable*> written;
  for (const auto& table : tables_) {
    if (!table->spec->is_hidden) written.push_back(table.get());
  }
  return written;
}

DaySpan BoundDataset::window() const {
  return {spec_.window.from - spec_.epoch, spec_.window.to - spec_.epoch};
}

AsOf BoundDataset::default_as_of() const { return {.day = window().last}; }

int64_t BoundDataset::referable_rows(int table) const {
  return tables_[static_cast<size_t>(table)]->rows->Extent({0, last_day_}).end;
}

}  // namespace lakeseed
