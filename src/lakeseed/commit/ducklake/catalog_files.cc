// Data files of a catalog's tables, and the statistics of files and tables.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lakeseed/base/status.h"
#include "lakeseed/commit/ducklake/catalog.h"
#include "lakeseed/commit/ducklake/value_text.h"

namespace lakeseed::ducklake {
namespace {

const SqlValue kNull = std::monostate{};

SqlValue OrNull(const std::optional<std::string>& text) {
  return text ? SqlValue(*text) : kNull;
}

SqlValue OrNull(const std::optional<int64_t>& id) { return id ? SqlValue(*id) : kNull; }

SqlValue OrNull(const std::optional<bool>& flag) {
  return flag ? SqlValue(int64_t{*flag}) : kNull;
}

/// Bounds and flags of a column over all files of a table.
struct TableColumnFacts {
  bool has_null = false;
  std::optional<bool> has_nan;
  /// Rows of which no bound is known leave none for the table.
  bool has_min = true, has_max = true;
  std::optional<std::string> min, max;

  void Add(const ColumnFacts& facts, const std::string& type) {
    has_null |= facts.num_nulls > 0;
    if (facts.has_nan) has_nan = has_nan.value_or(false) || *facts.has_nan;
    if (facts.num_values == 0) return;
    has_min &= facts.min.has_value();
    has_max &= facts.max.has_value();
    if (facts.min && (!min || IsBefore(type, *facts.min, *min))) min = facts.min;
    if (facts.max && (!max || IsBefore(type, *max, *facts.max))) max = facts.max;
  }
};

}  // namespace

arrow::Status Catalog::RemoveAll(const CatalogTable& table) {
  for (const char* name : {"data_file", "delete_file"}) {
    ARROW_RETURN_NOT_OK(connection_.Run(
        fmt::format("UPDATE ducklake_{} SET end_snapshot = $1 WHERE table_id = $2 AND "
                    "end_snapshot IS NULL",
                    name),
        {base_ + 1, table.id}));
  }
  // Rows that DuckDB keeps in the catalog itself.
  ARROW_ASSIGN_OR_RAISE(
      const auto inlined,
      connection_.Query(
          "SELECT table_name FROM ducklake_inlined_data_tables WHERE table_id = $1",
          {table.id}));
  for (const SqlRow& row : inlined) {
    ARROW_ASSIGN_OR_RAISE(const bool is_there, connection_.HasTable(TextOf(row[0])));
    if (!is_there) continue;
    ARROW_RETURN_NOT_OK(connection_.Run(
        fmt::format("UPDATE {} SET end_snapshot = $1 WHERE end_snapshot IS NULL",
                    TextOf(row[0])),
        {base_ + 1}));
  }
  ARROW_RETURN_NOT_OK(
      connection_.Run("UPDATE ducklake_table_stats SET record_count = 0, "
                      "file_size_bytes = 0 WHERE table_id = $1",
                      {table.id}));
  ARROW_RETURN_NOT_OK(connection_.Run(
      "DELETE FROM ducklake_table_column_stats WHERE table_id = $1", {table.id}));
  Note(fmt::format("deleted_from_table:{}", table.id));
  return arrow::Status::OK();
}

arrow::Status Catalog::RemoveFiles(const CatalogTable& table,
                                   const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    ARROW_ASSIGN_OR_RAISE(
        const auto rows,
        connection_.Query(
            "SELECT data_file_id, record_count, file_size_bytes FROM ducklake_data_file "
            "WHERE table_id = $1 AND path = $2 AND end_snapshot IS NULL",
            {table.id, path}));
    for (const SqlRow& row : rows) {
      for (const char* name : {"data_file", "delete_file"}) {
        ARROW_RETURN_NOT_OK(connection_.Run(
            fmt::format("UPDATE ducklake_{} SET end_snapshot = $1 WHERE data_file_id = "
                        "$2 AND end_snapshot IS NULL",
                        name),
            {base_ + 1, row[0]}));
      }
      ARROW_RETURN_NOT_OK(connection_.Run(
          "UPDATE ducklake_table_stats SET record_count = record_count - $1, "
          "file_size_bytes = file_size_bytes - $2 WHERE table_id = $3",
          {row[1], row[2], table.id}));
    }
  }
  if (!paths.empty()) Note(fmt::format("deleted_from_table:{}", table.id));
  return arrow::Status::OK();
}

arrow::Result<std::map<int64_t, Catalog::Mapping>> Catalog::Mappings(
    const CatalogTable& table) const {
  ARROW_ASSIGN_OR_RAISE(
      const auto rows,
      connection_.Query("SELECT m.mapping_id, n.source_name, n.target_field_id, "
                        "n.parent_column FROM "
                        "ducklake_column_mapping m JOIN ducklake_name_mapping n ON "
                        "n.mapping_id = m.mapping_id WHERE m.table_id = $1 ORDER BY "
                        "m.mapping_id, n.column_id",
                        {table.id}));
  std::map<int64_t, Mapping> mappings;
  for (const SqlRow& row : rows) {
    const int64_t parent = IsNull(row[3]) ? -1 : IntegerOf(row[3]);
    mappings[IntegerOf(row[0])].push_back({TextOf(row[1]), IntegerOf(row[2]), parent});
  }
  return mappings;
}

void Catalog::AddNames(const CatalogColumn& column, const std::string& name,
                       int64_t parent, Mapping* mapping) {
  const auto place = static_cast<int64_t>(mapping->size());
  mapping->push_back({name, column.id, parent});
  for (const CatalogColumn& child : column.children) {
    // DuckDB calls the element of a list so, whatever the file does.
    const bool is_list = column.text.type == "list";
    AddNames(child, is_list ? "list" : child.text.name, place, mapping);
  }
}

arrow::Result<int64_t> Catalog::MappingOf(const CatalogTable& table,
                                          const std::vector<ColumnFacts>& columns,
                                          std::map<int64_t, Mapping>* mappings) {
  Mapping wanted;
  for (const ColumnFacts& column : columns) {
    if (const CatalogColumn* there = table.Find(column.name)) {
      AddNames(*there, column.name, -1, &wanted);
    }
  }
  for (const auto& [id, names] : *mappings) {
    if (names == wanted) return id;
  }
  const int64_t id = next_file_id_++;
  ARROW_RETURN_NOT_OK(connection_.Run(
      "INSERT INTO ducklake_column_mapping(mapping_id, table_id, \"type\") VALUES ($1, "
      "$2, 'map_by_name')",
      {id, table.id}));
  int64_t place = 0;
  for (const MappedName& one : wanted) {
    ARROW_RETURN_NOT_OK(connection_.Run(
        "INSERT INTO ducklake_name_mapping(mapping_id, column_id, source_name, "
        "target_field_id, parent_column, is_partition) VALUES ($1, $2, $3, $4, $5, $6)",
        {id, place++, one.name, one.field, one.parent < 0 ? kNull : SqlValue(one.parent),
         int64_t{0}}));
  }
  (*mappings)[id] = std::move(wanted);
  return id;
}

arrow::Status Catalog::InsertFile(const CatalogTable& table, const AddedFile& file,
                                  const FileLinks& links, const Mapping& mapping) {
  const int64_t id = next_file_id_++;
  ARROW_RETURN_NOT_OK(connection_.Run(
      "INSERT INTO ducklake_data_file(data_file_id, table_id, begin_snapshot, path, "
      "path_is_relative, file_format, record_count, file_size_bytes, footer_size, "
      "row_id_start, mapping_id, partition_id) VALUES ($1, $2, $3, $4, $5, 'parquet', "
      "$6, $7, $8, $9, $10, $11)",
      {id, table.id, base_ + 1, file.path, int64_t{1}, file.num_rows, file.size_bytes,
       file.footer_bytes, links.first_row_id, OrNull(links.mapping),
       OrNull(links.partition)}));
  int64_t key = 0;
  for (const std::optional<std::string>& value : file.partition) {
    ARROW_RETURN_NOT_OK(connection_.Run(
        "INSERT INTO ducklake_file_partition_value(data_file_id, table_id, "
        "partition_key_index, partition_value) VALUES ($1, $2, $3, $4)",
        {id, table.id, key++, OrNull(value)}));
  }
  for (const ColumnFacts& column : file.columns) {
    const auto name = std::find_if(mapping.begin(), mapping.end(), [&](const auto& one) {
      return one.parent < 0 && one.name == column.name;
    });
    // Of rows that are moved, another program may have dropped a column.
    const CatalogColumn* there =
        name == mapping.end() ? nullptr : table.Find(name->field);
    if (there == nullptr) continue;
    if (!there->children.empty()) continue;  // Only leaves would have statistics.
    ARROW_RETURN_NOT_OK(connection_.Run(
        "INSERT INTO ducklake_file_column_stats(data_file_id, table_id, column_id, "
        "column_size_bytes, value_count, null_count, min_value, max_value, "
        "contains_nan) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        {id, table.id, there->id, column.size_bytes, column.num_values, column.num_nulls,
         OrNull(column.min), OrNull(column.max), OrNull(column.has_nan)}));
  }
  return arrow::Status::OK();
}

arrow::Status Catalog::AddFiles(const CatalogTable& table,
                                const std::vector<AddedFile>& files) {
  if (files.empty()) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(
      const auto stats,
      connection_.Query("SELECT next_row_id, record_count FROM ducklake_table_stats "
                        "WHERE table_id = $1",
                        {table.id}));
  if (stats.empty()) {
    ARROW_RETURN_NOT_OK(
        connection_.Run("INSERT INTO ducklake_table_stats(table_id, record_count, "
                        "next_row_id, file_size_bytes) VALUES ($1, 0, 0, 0)",
                        {table.id}));
  }
  const int64_t first_row = stats.empty() ? 0 : IntegerOf(stats[0][0]);
  int64_t rows = 0, bytes = 0;
  ARROW_ASSIGN_OR_RAISE(auto mappings, Mappings(table));
  for (const AddedFile& file : files) {
    ARROW_ASSIGN_OR_RAISE(const int64_t mapping,
                          MappingOf(table, file.columns, &mappings));
    ARROW_RETURN_NOT_OK(InsertFile(table, file,
                                   {first_row + rows, mapping, table.partition_id},
                                   mappings.at(mapping)));
    rows += file.num_rows;
    bytes += file.size_bytes;
  }
  ARROW_RETURN_NOT_OK(connection_.Run(
      "UPDATE ducklake_table_stats SET record_count = record_count + $1, next_row_id = "
      "next_row_id + $2, file_size_bytes = file_size_bytes + $3 WHERE table_id = $4",
      {rows, rows, bytes, table.id}));
  Note(fmt::format("inserted_into_table:{}", table.id));
  return MergeStatistics(table, stats.empty() ? 0 : IntegerOf(stats[0][1]), files);
}

arrow::Status Catalog::MoveRows(const CatalogTable& table,
                                const std::vector<AddedFile>& files,
                                const std::map<std::string, WholeFile>& there) {
  ARROW_ASSIGN_OR_RAISE(auto mappings, Mappings(table));
  int64_t more_bytes = 0;
  for (const AddedFile& file : files) {
    std::optional<FileLinks> links;
    int64_t next_row_id = 0;
    for (const std::string& path : file.merged) {
      const auto at = there.find(path);
      const WholeFile* one = at == there.end() ? nullptr : &at->second;
      if (one != nullptr && !links) {
        links = {one->first_row_id, one->mapping, one->partition};
        next_row_id = one->first_row_id;
      }
      if (one == nullptr || one->first_row_id != next_row_id ||
          one->mapping != links->mapping || one->partition != links->partition) {
        return ErrorWithCode(ExitCode::kConflict,
                             "another writer has deleted or moved rows of: " + path,
                             "the same again takes the files as they are now");
      }
      next_row_id += one->num_rows;
      more_bytes -= one->size_bytes;
      ARROW_RETURN_NOT_OK(connection_.Run(
          "UPDATE ducklake_data_file SET end_snapshot = $1 WHERE data_file_id = $2",
          {base_ + 1, one->id}));
    }
    const Mapping names = links->mapping ? mappings[*links->mapping] : Mapping();
    ARROW_RETURN_NOT_OK(InsertFile(table, file, *links, names));
    more_bytes += file.size_bytes;
  }
  Note(fmt::format("merge_adjacent:{}", table.id));
  return connection_.Run(
      "UPDATE ducklake_table_stats SET file_size_bytes = file_size_bytes + $1 WHERE "
      "table_id = $2",
      {more_bytes, table.id});
}

arrow::Status Catalog::MergeStatistics(const CatalogTable& table, int64_t old_rows,
                                       const std::vector<AddedFile>& files) {
  for (const CatalogColumn& column : table.columns) {
    if (!column.children.empty()) continue;
    ARROW_ASSIGN_OR_RAISE(
        const auto rows,
        connection_.Query("SELECT contains_null, contains_nan, min_value, max_value FROM "
                          "ducklake_table_column_stats WHERE table_id = $1 AND column_id "
                          "= $2",
                          {table.id, column.id}));
    TableColumnFacts all;
    all.has_null = old_rows > 0 && (rows.empty() || IntegerOf(rows[0][0]) != 0);
    if (!rows.empty() && !IsNull(rows[0][1])) all.has_nan = IntegerOf(rows[0][1]) != 0;
    if (old_rows > 0 && !rows.empty()) {
      all.has_min = !IsNull(rows[0][2]);
      all.has_max = !IsNull(rows[0][3]);
      if (all.has_min) all.min = TextOf(rows[0][2]);
      if (all.has_max) all.max = TextOf(rows[0][3]);
    }
    for (const AddedFile& file : files) {
      const auto facts = std::find_if(
          file.columns.begin(), file.columns.end(),
          [&](const ColumnFacts& one) { return table.Find(one.name) == &column; });
      if (facts != file.columns.end()) {
        all.Add(*facts, column.text.type);
      } else {
        all.has_null |= file.num_rows > 0;
      }
    }
    if (!all.has_min) all.min.reset();
    if (!all.has_max) all.max.reset();
    ARROW_RETURN_NOT_OK(connection_.Run(
        "DELETE FROM ducklake_table_column_stats WHERE table_id = $1 AND column_id = $2",
        {table.id, column.id}));
    ARROW_RETURN_NOT_OK(connection_.Run(
        "INSERT INTO ducklake_table_column_stats(table_id, column_id, contains_null, "
        "contains_nan, min_value, max_value) VALUES ($1, $2, $3, $4, $5, $6)",
        {table.id, column.id, int64_t{all.has_null}, OrNull(all.has_nan), OrNull(all.min),
         OrNull(all.max)}));
  }
  return arrow::Status::OK();
}

}  // namespace lakeseed::ducklake
