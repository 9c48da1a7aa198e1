// A table format is a way to make data files visible together.
//
// To add one: a folder commit/<name>/ and a line in commit/builtin.cc.
//
// Thread safety: definitions are immutable; the calls are independent.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <span>
#include <string_view>

#include "lakeseed/base/partition_dialect.h"
#include "lakeseed/commit/committer.h"
#include "lakeseed/commit/optimize.h"
#include "lakeseed/commit/table_log.h"
#include "lakeseed/commit/target.h"
#include "lakeseed/commit/vacuum.h"
#include "lakeseed/write/storage.h"

namespace lakeseed {

struct TableFormatDef {
  std::string_view name;
  std::string_view summary;

  /// Schemes of the URIs that --catalog may have, such as "sqlite"; none: the tables
  /// have no catalog.
  std::string_view catalogs = {};

  /// Options of the command line that only such tables have, such as "auto-compact".
  std::string_view options = {};

  PartitionDialect partitions = {};
  /// Columns are known by numbers that their files carry.
  bool has_field_ids = false;

  /// What the catalog of --catalog says about writing to an output in an object store,
  /// as StorageOptions has it; null, or nothing: the environment says it.
  /// \retval Invalid (exit code 2)  it was asked to, and says nothing that would do.
  arrow::Result<StoreProperties> (*vend)(const std::string& catalog,
                                         const std::string& output,
                                         const std::string& identity,
                                         const std::string& table) = nullptr;

  /// Decide about a request before anything is written; changes nothing.
  /// \retval Invalid (exit code 2)  `--if-exists` forbids it; the message names
  ///                                what exists and a way out.
  arrow::Result<TargetState> (*check)(Storage* storage, const TargetRequest& request);

  /// Complete a commit that was interrupted, check again, clear what an earlier
  /// try has staged (unless it is to be kept), and begin.
  arrow::Result<std::unique_ptr<Committer>> (*open)(Storage* storage,
                                                    const TargetRequest& request);

  /// Null for plain files, of which those that the next manifest does not list are
  /// removed. Tables keep them: their logs have earlier versions.
  const TableLogDef* log = nullptr;
  bool is_plain_files() const { return log == nullptr; }

  /// Whether files in a folder, "Tables/shop/orders", may be of such a table, of
  /// whichever catalog; null for plain files.
  arrow::Result<bool> (*may_have)(const Storage& storage,
                                  const std::string& folder) = nullptr;

  /// Remove what no version needs any more, of the tables that are there; null: such
  /// tables have no vacuum.
  /// \retval AlreadyExists  a commit is under way.
  arrow::Result<std::vector<VacuumedTable>> (*vacuum)(
      Storage* storage, const VacuumRequest& request) = nullptr;

  /// Merge small files; null: such tables have no way to.
  /// \retval exit code 3  another run has published first.
  arrow::Result<std::vector<OptimizedTable>> (*optimize)(
      Storage* storage, const OptimizeRequest& request) = nullptr;
};

/// Built-in table formats, sorted by name.
std::span<const TableFormatDef> BuiltinTableFormats();

/// Find a table format by name. \retval Invalid (exit code 2)  nearest name.
arrow::Result<const TableFormatDef*> FindTableFormat(std::string_view name);

}  // namespace lakeseed
