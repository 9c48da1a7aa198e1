#include "lakeseed/cli/sql_ddl.h"

#include <arrow/api.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "lakeseed/cli/dataset_page.h"

namespace lakeseed {
namespace {

/// Names of a type in DuckDB, PostgreSQL and Spark.
struct TypeNames {
  arrow::Type::type id;
  std::string_view names[3];
};

constexpr TypeNames kTypes[] = {
    {arrow::Type::BOOL, {"BOOLEAN", "BOOLEAN", "BOOLEAN"}},
    {arrow::Type::INT8, {"TINYINT", "SMALLINT", "TINYINT"}},
    {arrow::Type::INT16, {"SMALLINT", "SMALLINT", "SMALLINT"}},
    {arrow::Type::INT32, {"INTEGER", "INTEGER", "INT"}},
    {arrow::Type::INT64, {"BIGINT", "BIGINT", "BIGINT"}},
    {arrow::Type::FLOAT, {"REAL", "REAL", "FLOAT"}},
    {arrow::Type::DOUBLE, {"DOUBLE", "DOUBLE PRECISION", "DOUBLE"}},
    {arrow::Type::DATE32, {"DATE", "DATE", "DATE"}},
    {arrow::Type::STRING, {"VARCHAR", "TEXT", "STRING"}},
    {arrow::Type::BINARY, {"BLOB", "BYTEA", "BINARY"}},
};

std::string QuotedName(std::string_view name, SqlDialect dialect) {
  return dialect == SqlDialect::kSpark ? fmt::format("`{}`", name)
                                       : fmt::format("\"{}\"", name);
}

// PostgreSQL: JSON, which is how CSV files have it.
std::string ListType(const arrow::BaseListType& list, SqlDialect dialect) {
  if (dialect == SqlDialect::kPostgres) return "JSONB";
  const std::string item = SqlType(*list.value_type(), dialect);
  if (dialect == SqlDialect::kSpark) return fmt::format("ARRAY<{}>", item);
  return item + "[]";
}

std::string StructType(const arrow::DataType& type, SqlDialect dialect) {
  if (dialect == SqlDialect::kPostgres) return "JSONB";
  std::string fields;
  for (const auto& field : type.fields()) {
    if (!fields.empty()) fields += ", ";
    fields += fmt::format("{}{} {}", QuotedName(field->name(), dialect),
                          dialect == SqlDialect::kSpark ? ":" : "",
                          SqlType(*field->type(), dialect));
  }
  return dialect == SqlDialect::kSpark ? fmt::format("STRUCT<{}>", fields)
                                       : fmt::format("STRUCT({})", fields);
}

std::string TimestampType(const arrow::TimestampType& type, SqlDialect dialect) {
  const bool is_naive = type.timezone().empty();
  if (dialect == SqlDialect::kSpark) return is_naive ? "TIMESTAMP_NTZ" : "TIMESTAMP";
  return is_naive ? "TIMESTAMP" : "TIMESTAMP WITH TIME ZONE";
}

std::string SqlText(std::string_view text, SqlDialect dialect) {
  std::string out = "'";
  for (const char c : text) {
    // Spark escapes by a backslash, the others double the quote.
    if (dialect == SqlDialect::kSpark && (c == '\'' || c == '\\')) out += '\\';
    if (dialect != SqlDialect::kSpark && c == '\'') out += '\'';
    out += c;
  }
  return out + "'";
}

/// Tables in an order in which each stands behind those it refers to, as far as
/// circles let them.
std::vector<const BoundTable*> ParentsFirst(const BoundDataset& dataset,
                                            const std::vector<Relationship>& links) {
  std::vector<const BoundTable*> order;
  std::set<std::string> done;
  while (order.size() < dataset.written_tables().size()) {
    const BoundTable* next = nullptr;
    const BoundTable* first = nullptr;
    for (const auto& table : dataset.written_tables()) {
      if (done.contains(table->name)) continue;
      if (first == nullptr) first = &*table;
      const bool ready = std::all_of(links.begin(), links.end(), [&](const auto& link) {
        return link.table != table->name || link.to_table == table->name ||
               done.contains(link.to_table);
      });
      if (ready && next == nullptr) next = &*table;
    }
    if (next == nullptr) next = first;
    order.push_back(next);
    done.insert(next->name);
  }
  return order;
}

class DdlWriter {
 public:
  DdlWriter(const BoundDataset& dataset, SqlDialect dialect)
      : dialect_(dialect), links_(RelationshipsOf(dataset)) {
    for (const BoundTable* table : ParentsFirst(dataset, links_)) Add(*table);
  }

  std::string Take() { return std::move(text_); }

 private:
  bool is_spark() const { return dialect_ == SqlDialect::kSpark; }

  std::string Quoted(std::string_view name) const { return QuotedName(name, dialect_); }

  std::string Names(const std::vector<std::string>& names) const {
    std::vector<std::string> quoted;
    for (const std::string& name : names) quoted.push_back(Quoted(name));
    return fmt::format("{}", fmt::join(quoted, ", "));
  }

  std::string Column(const BoundColumn& column) const {
    std::string line =
        fmt::format("  {} {}", Quoted(column.name), SqlType(*column.type, dialect_));
    if (!column.shape.nullable) line += " NOT NULL";
    if (is_spark() && !column.doc.empty()) {
      line += " COMMENT " + SqlText(column.doc, dialect_);
    }
    return line;
  }

  /// Constraints; `open` are those that the dialect or the order of tables forbids.
  void Constraints(const BoundTable& table, std::vector<std::string>* lines,
                   std::vector<std::string>* open) const {
    std::vector<std::string>* kept = is_spark() ? open : lines;
    bool has_key = false;
    for (const BoundColumn& column : table.columns) {
      if (!column.is_key) continue;
      kept->push_back(fmt::format("  {} ({})", has_key ? "UNIQUE" : "PRIMARY KEY",
                                  Quoted(column.name)));
      has_key = true;
    }
    for (const RuleSpec& rule : table.spec->rules) {
      if (!rule.unique.empty()) {
        kept->push_back(fmt::format("  UNIQUE ({})", Names(rule.unique)));
      }
    }
    for (const ColumnSpec& column : table.spec->columns) {
      if (!column.unique) continue;
      kept->push_back(fmt::format("  UNIQUE ({})", Quoted(column.name)));
    }
    for (const Relationship& link : links_) {
      if (link.table != table.name) continue;
      const bool fits = !is_spark() && done_.contains(link.to_table);
      (fits ? lines : open)
          ->push_back(fmt::format("  FOREIGN KEY ({}) REFERENCES {} ({})",
                                  Quoted(link.column), Quoted(link.to_table),
                                  Quoted(link.to_column)));
    }
  }

  void Add(const BoundTable& table) {
    std::vector<std::string> lines, open;
    for (const BoundColumn& column : table.columns) lines.push_back(Column(column));
    done_.insert(table.name);
    Constraints(table, &lines, &open);
    if (!text_.empty()) text_ += "\n";
    if (!table.spec->doc.empty()) text_ += fmt::format("-- {}\n", table.spec->doc);
    for (const std::string& line : open) text_ += fmt::format("-- {}\n", line.substr(2));
    text_ += fmt::format("CREATE TABLE {} (\n{}\n)", Quoted(table.name),
                         fmt::join(lines, ",\n"));
    if (is_spark()) {
      text_ += " USING DELTA";
      if (!table.spec->doc.empty()) {
        text_ += "\nCOMMENT " + SqlText(table.spec->doc, dialect_);
      }
      text_ += ";\n";
      return;
    }
    text_ += ";\n";
    Comment("TABLE", Quoted(table.name), table.spec->doc);
    for (const BoundColumn& column : table.columns) {
      Comment("COLUMN", Quoted(table.name) + "." + Quoted(column.name), column.doc);
    }
  }

  void Comment(std::string_view what, const std::string& name, const std::string& doc) {
    if (doc.empty()) return;
    text_ += fmt::format("COMMENT ON {} {} IS {};\n", what, name, SqlText(doc, dialect_));
  }

  const SqlDialect dialect_;
  const std::vector<Relationship> links_;
  std::set<std::string> done_;
  std::string text_;
};

}  // namespace

SqlDialect SqlDialectOf(std::string_view name) {
  if (name == "postgresql") return SqlDialect::kPostgres;
  return name == "spark" ? SqlDialect::kSpark : SqlDialect::kDuckDb;
}

std::string SqlType(const arrow::DataType& type, SqlDialect dialect) {
  for (const TypeNames& one : kTypes) {
    if (one.id == type.id()) {
      return std::string(one.names[static_cast<size_t>(dialect)]);
    }
  }
  if (type.id() == arrow::Type::DICTIONARY) {
    return SqlType(*static_cast<const arrow::DictionaryType&>(type).value_type(),
                   dialect);
  }
  if (type.id() == arrow::Type::TIMESTAMP) {
    return TimestampType(static_cast<const arrow::TimestampType&>(type), dialect);
  }
  if (arrow::is_decimal(type.id())) {
    const auto& decimal = static_cast<const arrow::DecimalType&>(type);
    return fmt::format("DECIMAL({}, {})", decimal.precision(), decimal.scale());
  }
  if (arrow::is_list_like(type.id())) {
    return ListType(static_cast<const arrow::BaseListType&>(type), dialect);
  }
  if (type.id() == arrow::Type::STRUCT) return StructType(type, dialect);
  return SqlType(*arrow::utf8(), dialect);
}

std::string DescribeDdl(const BoundDataset& dataset, SqlDialect dialect) {
  return DdlWriter(dataset, dialect).Take();
}

}  // namespace lakeseed
