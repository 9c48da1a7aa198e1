// DatasetFiles: the files under validation, each opened once to see what it is.
//
// Thread safety: immutable after Open() but for MarkBroken(), which one thread calls.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lakeseed/spec/dataset_spec.h"
#include "lakeseed/validate/facts.h"
#include "lakeseed/validate/table_reader.h"

namespace lakeseed {

struct TableFiles {
  const TableFacts* facts = nullptr;
  std::vector<FileProbe> probes;  ///< Of each of the facts' files.
  std::vector<bool> skip;         ///< Not readable, or its schema differs.
  /// Of the first readable file; plain types. Null: no file is readable.
  std::shared_ptr<arrow::Schema> schema;
  /// Why the rows that can be read are not all of the table; empty: they are.
  std::string incomplete;
};

class DatasetFiles {
 public:
  DatasetFiles(const DatasetSpec* spec, std::string root, DatasetFacts facts);

  const DatasetSpec& spec() const { return *spec_; }
  const std::string& root() const { return root_; }
  const DatasetFacts& facts() const { return *facts_; }

  /// Null: the manifest does not have the table.
  const TableFiles* Find(const std::string& table) const;

  /// Leave a file out from now on: reading it failed.
  void MarkBroken(const std::string& table, const std::string& path, std::string reason);

  TableReader Read(const std::string& table, std::vector<std::string> columns) const;

 private:
  const DatasetSpec* spec_;
  std::string root_;
  std::shared_ptr<const DatasetFacts> facts_;  ///< TableFiles point into it.
  std::map<std::string, TableFiles> tables_;
};

}  // namespace lakeseed
