// A dataset as a page: tables, columns, types, rules, relationships, sizes.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lakeseed/generate/bound_dataset.h"

namespace lakeseed {

/// A foreign key column, or a child's column with its parent's key.
struct Relationship {
  std::string table, column;        ///< The one that points,
  std::string to_table, to_column;  ///< and where.
};

std::vector<Relationship> RelationshipsOf(const BoundDataset& dataset);

/// Rows of a table over the dataset's window.
int64_t RowsOverWindow(const BoundDataset& dataset, const BoundTable& table);
/// "static", "population", "events" or "children of orders".
std::string KindOf(const BoundTable& table);
/// How a column is made: its expression or its generator.
std::string MadeBy(const TableSpec& table, const std::string& column);
/// "10% late by 1d, 3% by 7d" of events that come late, else "".
std::string LateText(const TableSpec& table);
/// A rule's condition, or its unique columns.
std::string RuleText(const RuleSpec& rule);

/// "domain retail, pattern oltp, 2023-01-01 to 2024-12-31, …"
std::string HeadLine(const DatasetSpec& spec);

std::string DescribeText(const BoundDataset& dataset);
std::string DescribeMarkdown(const BoundDataset& dataset);
std::string DescribeHtml(const BoundDataset& dataset);
/// Entity relationship diagram.
std::string DescribeMermaid(const BoundDataset& dataset);
/// One for each table: {table_name, description, columns, indexes, relationships, …}.
std::vector<nlohmann::ordered_json> TableSchemas(const BoundDataset& dataset);
/// All of them, under what the dataset says of itself.
nlohmann::ordered_json DescribeJson(const BoundDataset& dataset);

}  // namespace lakeseed
