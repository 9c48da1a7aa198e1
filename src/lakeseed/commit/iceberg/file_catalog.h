// FileCatalog: no catalog but the tables' own files: metadata/v<N>.metadata.json, and
// metadata/version-hint.text, which says the N of now. `--catalog hadoop`.
//
// Source: HadoopTableOperations of Apache Iceberg; "File System Tables" of its
// specification.
//
// Laws: one of several writers gives a version its name; but tables of a run move one
// after the other, and other programs may replace what is there: for one writer at a
// time.
//
// Thread safety: as Catalog says.

#pragma once

#include <arrow/result.h>

#include <string>

#include "lakeseed/commit/iceberg/catalog.h"

namespace lakeseed::iceberg {

inline constexpr char kFileCatalog[] = "hadoop";  ///< Of --catalog.

class FileCatalog final : public Catalog {
 public:
  /// \retval Invalid (exit code 2)  metadata in a form that lakeseed does not read.
  arrow::Result<TableState> Load(const Storage& storage,
                                 const TablePlace& place) override;
  /// The output has been looked at.
  arrow::Status CheckWritable() override { return arrow::Status::OK(); }
  arrow::Status Commit(Storage* storage, const std::string& scratch,
                       std::span<const TableMove> moves) override;
  arrow::Status Finish(Storage* storage, const std::string& scratch,
                       const TablePlace& place, const TableState& state) override;
};

}  // namespace lakeseed::iceberg
