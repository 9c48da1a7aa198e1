// The log of a Delta table, and what it says at its latest version.
//
// Laws: a snapshot is the sum of all commits up to its version, whether they are
// read one by one or from a checkpoint; of files it holds those that were asked for, so
// that a commit costs the same however many the table has. Commits never change: what a
// storage has read of them, or written, is not read again. Only the latest of those is,
// to see that it is still the same table.
//
// Thread safety: plain values; the calls only read.

#pragma once

#include <arrow/result.h>

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lakeseed/commit/target.h"
#include "lakeseed/write/storage.h"

namespace lakeseed::delta {

inline constexpr char kIdentityProperty[] = "lakeseed.identity";
/// So many commits after a checkpoint there is the next.
inline constexpr int64_t kCheckpointEvery = 10;
/// Tags of our add actions.
inline constexpr char kRunTag[] = "lakeseed.run", kDayTag[] = "lakeseed.day";

/// What of a log is wanted, beside protocol, schema and version.
struct LogScope {
  bool all_files = false;
  bool removals = false;    ///< Files that went, too.
  bool statistics = false;  ///< Of the files of `all_files`.
  /// Whose transactions; nullopt: everybody's.
  std::optional<std::string> application;
  std::set<std::string> paths;  ///< Files, as in the log.
  std::set<std::string> days;   ///< Files of days, by their tag: "2024-01-05".

  static LogScope Everything();
  /// Whether an add action is wanted.
  bool Wants(const nlohmann::ordered_json& add) const;
};

struct Snapshot {
  using Json = nlohmann::ordered_json;

  TableVersion version = kNoVersion;          ///< kNoVersion: there is no such table.
  TableVersion checkpoint = kNoVersion;       ///< The latest that it was read from.
  std::vector<std::string> checkpoint_parts;  ///< Its files.
  Json protocol, metadata;
  std::map<std::string, Json> files;         ///< Add actions by path, as in the log.
  std::map<std::string, Json> removed;       ///< Remove actions, for old readers.
  std::map<std::string, Json> transactions;  ///< By appId.

  bool exists() const { return version != kNoVersion; }
  /// Which no other table has; empty: there is none.
  std::string id() const;
  /// Apply one line of the log, such as {"add": {…}}.
  void Apply(const Json& line, const LogScope& scope);
  /// The fields of `schemaString`.
  arrow::Result<Json> Fields() const;
  /// A table property; nullopt when it is not set.
  std::optional<std::string> Property(const std::string& name) const;
  std::vector<std::string> PartitionColumns() const;
  /// Version of the latest transaction of an application; 0 without one.
  int64_t TransactionOf(const std::string& app_id) const;
};

/// `_delta_log/00000000000000000007.json` below a table's folder.
std::string CommitPath(const std::string& folder, TableVersion version);
std::string CheckpointPath(const std::string& folder, TableVersion version);
/// Of the file that says which checkpoint is the latest.
std::string HintPath(const std::string& folder);

/// The path of a file as the log has it.
/// \retval Invalid (exit code 2)  it leads out of the table's folder.
arrow::Result<std::string> LogPath(const std::string& folder, const std::string& path);

/// \retval Invalid  the log is damaged, or has a gap.
arrow::Result<Snapshot> ReadSnapshot(const Storage& storage, const std::string& folder,
                                     const LogScope& scope);

/// Apply the commits after a snapshot's version, as far as there are any. REQUIRES: a
/// ReadSnapshot just before.
arrow::Status ReadCommits(const Storage& storage, const std::string& folder,
                          const LogScope& scope, Snapshot* snapshot);

}  // namespace lakeseed::delta
