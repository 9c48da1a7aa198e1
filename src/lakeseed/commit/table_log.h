// TableLog: what a table format adds to a commit: logs that make files visible.
//
// A commit plans a step for each table before anything is visible. The steps go into
// the journal as JSON, so that another process can complete them.
//
// Thread safety: definitions are immutable; the calls are independent.

#pragma once

#include <arrow/result.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lakeseed/commit/committer.h"
#include "lakeseed/commit/manifest.h"
#include "lakeseed/commit/target.h"
#include "lakeseed/write/storage.h"

namespace lakeseed {

/// One step from a manifest to the next.
struct ManifestStep {
  const Manifest& current;
  const Manifest& next;
  const CommitRequest& commit;
  const std::map<std::string, std::string>& found;  ///< table_ids when the run began.
};

struct TableLogDef {
  /// What the log of each table of a commit is to say; changes nothing.
  /// \retval Invalid (exit code 2)  a table cannot take it.
  arrow::Result<std::vector<nlohmann::ordered_json>> (*plan)(const Storage& storage,
                                                             const TargetRequest& request,
                                                             const ManifestStep& step);

  /// Say it, once, however often this is called. `scratch`: a folder for files under
  /// way, removed with the commit.
  /// \retval Invalid (exit code 2), exit code 3  another program has changed the table
  ///                                             so that it cannot be said any more.
  arrow::Status (*publish)(Storage* storage, const nlohmann::ordered_json& step,
                           const std::string& scratch);

  /// What helps readers, and may fail; null: nothing does.
  arrow::Status (*tidy)(Storage* storage, const nlohmann::ordered_json& step,
                        const std::string& scratch) = nullptr;
};

}  // namespace lakeseed
