// BoundDataset: a spec with every name resolved, every parameter checked and
// every generator built. What plans are made of and batches come from.
//
// Thread safety: immutable after Bind() but for locked caches.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/generate/graph_node.h"
#include "lakeseed/generate/identity.h"
#include "lakeseed/generate/row_space.h"
#include "lakeseed/spec/dataset_spec.h"

namespace lakeseed {

class LookupCaches;
class VersionCaches;

/// A column as it is written.
struct BoundColumn {
  std::string name;
  std::string doc;
  int node;  ///< In the table's graph.
  std::shared_ptr<arrow::DataType>
      type;  ///< Of the arrays: text with few values is a dictionary.
  ColumnShape shape;
  std::string references;  ///< Table that a foreign key points at, or empty.
  bool is_key = false;
};

struct BoundTable {
  std::string name;
  const TableSpec* spec;
  int index;        ///< Position in the dataset.
  int parent = -1;  ///< Table whose children these rows are, or -1.
  int base = -1;    ///< Population whose versions these rows are, or -1.
  int root = -1;    ///< Topmost ancestor; itself when parent == -1.
  std::vector<int> children;
  std::unique_ptr<RowSpace> rows;
  std::vector<GraphNode> graph;
  std::vector<BoundColumn> columns;

  /// Arrow schema of the batches for all columns.
  std::shared_ptr<arrow::Schema> schema() const;
  int FindColumn(std::string_view column) const;  ///< -1: none.
};

class BoundDataset {
 public:
  struct Options {
    int64_t seed = 42;
    /// Last day, since 1970-01-01, that any request will ask for; day tables
    /// reach to it. Values do not depend on it.
    int32_t last_day = 0;
    /// Bytes that caches of parents' attributes may take.
    int64_t cache_bytes = 64 << 20;
  };

  /// \retval Invalid  all errors of the spec at once, with places.
  static arrow::Result<std::shared_ptr<const BoundDataset>> Bind(DatasetSpec spec,
                                                                 const Options& options);
  ~BoundDataset();

  const DatasetSpec& spec() const { return spec_; }
  const Identity& identity() const { return identity_; }
  const std::vector<std::unique_ptr<BoundTable>>& tables() const { return tables_; }
  /// Those that a run may write: not the hidden ones of a dataset that this one uses.
  std::vector<const BoundTable*> written_tables() const;
  const BoundTable& table(int index) const { return *tables_[index]; }
  /// Position of a table, or -1.
  int FindTable(std::string_view name) const;

  /// Days of the window, counted from the epoch.
  DaySpan window() const;
  AsOf default_as_of() const;
  /// Rows of a table that anything up to the last day can refer to.
  int64_t referable_rows(int table) const;

  /// Options::cache_bytes.
  int64_t cache_bytes() const { return cache_bytes_; }
  /// What caches() and versions() may take together from now on; what they took stays.
  void LimitCaches(int64_t bytes) const;
  LookupCaches& caches() const { return *caches_; }
  VersionCaches& versions() const { return *versions_; }

 private:
  BoundDataset();
  friend class DatasetBinder;

  DatasetSpec spec_;
  Identity identity_;
  int32_t last_day_ = 0;  ///< From the epoch.
  std::vector<std::unique_ptr<BoundTable>> tables_;
  int64_t cache_bytes_ = 0;
  std::unique_ptr<LookupCaches> caches_;
  std::unique_ptr<VersionCaches> versions_;
};

}  // namespace lakeseed
