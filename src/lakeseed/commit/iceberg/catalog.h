// Catalog: which metadata each Iceberg table has now. A commit moves tables to their
// next metadata, if nobody else has.
//
// Laws: Commit moves all tables or none, where the catalog can; a table that somebody
// else has moved since it was loaded is not moved.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "lakeseed/commit/iceberg/table_state.h"
#include "lakeseed/write/storage.h"

namespace lakeseed::iceberg {

/// One table's step.
struct TableMove {
  TablePlace place;
  TableState from;                  ///< As it was loaded; it may be that of no table.
  nlohmann::ordered_json metadata;  ///< All of the table's metadata after the step.
  /// Below the root: where it is written by catalogs that leave that to the writer.
  std::string metadata_path;
};

class Catalog {
 public:
  virtual ~Catalog() = default;

  /// The table as it is now; it does not exist where the catalog has none.
  virtual arrow::Result<TableState> Load(const Storage& storage,
                                         const TablePlace& place) = 0;

  /// Whether this user may commit, as far as can be told without doing so.
  /// \retval Invalid (exit code 2)  no; says what would help.
  virtual arrow::Status CheckWritable() = 0;

  /// Move all tables, and make their namespaces where they are missing. `scratch`: a
  /// folder for files under way.
  /// \retval AlreadyExists  somebody else was first: load again. Any other error may
  ///                        mean that the answer was lost: what Load says then decides.
  virtual arrow::Status Commit(Storage* storage, const std::string& scratch,
                               std::span<const TableMove> moves) = 0;

  /// Of a table that has the commit already: what an interruption has left to do.
  virtual arrow::Status Finish(Storage*, const std::string& /*scratch*/,
                               const TablePlace&, const TableState&) {
    return arrow::Status::OK();
  }
};

/// The catalog of an output: that of --catalog, else a file below its root.
/// \retval Invalid (exit code 2)  it cannot have one, or refuses us.
/// \retval IOError                it cannot be reached.
arrow::Result<std::unique_ptr<Catalog>> OpenCatalog(const Storage& storage);

}  // namespace lakeseed::iceberg
