// SqlCatalog: the SQL catalog that the Java library and pyiceberg share.
//
// Source: JdbcCatalog of Apache Iceberg, schema version V1.
//
// Thread safety: as Catalog says.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <string>

#include "lakeseed/commit/iceberg/catalog.h"
#include "lakeseed/sql/connection.h"

namespace lakeseed::iceberg {

class SqlCatalog final : public Catalog {
 public:
  /// `uri` of SqlConnection. A file that is not there is made by the first commit.
  explicit SqlCatalog(std::string uri) : uri_(std::move(uri)) {}

  arrow::Result<TableState> Load(const Storage& storage,
                                 const TablePlace& place) override;
  arrow::Status CheckWritable() override;
  arrow::Status Commit(Storage* storage, const std::string& scratch,
                       std::span<const TableMove> moves) override;

 private:
  /// False: it is not there.
  arrow::Result<bool> Find();
  arrow::Status Prepare(const std::string& name_space);
  arrow::Result<std::string> LocationOf(const TablePlace& place);
  arrow::Status MoveTable(const TableMove& move);

  const std::string uri_;
  std::unique_ptr<SqlConnection> connection_;  // Null until it is needed.
};

}  // namespace lakeseed::iceberg
