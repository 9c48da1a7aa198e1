// The commit journal: what a commit that has passed its point of no return still has
// to do.
//
// Law: Complete() may stop anywhere and be called again, by any process, and ends
// in the same state as one undisturbed call.
//
// Thread safety: plain values; one Complete() at a time per process.

#pragma once

#include <arrow/result.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/commit/manifest.h"
#include "lakeseed/write/scratch.h"
#include "lakeseed/write/storage.h"

namespace lakeseed {

inline constexpr char kCommitPath[] = "_lakeseed/commit.json";
/// Without locks nobody knows whether a journal's process lives; but none takes so long.
inline constexpr std::chrono::minutes kAbandonedAfter{10};

/// The journal of a commit under way; nullopt when there is none.
struct CommitJournal;
arrow::Result<std::optional<CommitJournal>> ReadJournal(const Storage& storage);

/// The places of one file of one run.
std::string StagingFolder(std::string_view run_id);
std::string StagedDataPath(std::string_view run_id, std::string_view path);
std::string FactsPath(std::string_view run_id, std::string_view path);

struct CommitJournal {
  TableVersion base = kNoVersion;    ///< Manifest that it was planned on.
  Manifest manifest;                 ///< To be published as base + 1.
  std::string segment_path;          ///< Of the files by day; empty: there are none.
  std::vector<DataFile> segment;     ///< What is written there.
  std::vector<std::string> renames;  ///< Final names; staged under the run id.
  std::vector<std::string> removals;
  /// What is said in the logs of the tables by TableLogDef; empty for plain files.
  std::string table_format;
  std::vector<nlohmann::ordered_json> tables;

  std::string ToText() const;
  static arrow::Result<CommitJournal> FromText(std::string_view text);

  /// Pass the point of no return: give the journal its name.
  /// \retval AlreadyExists  another commit is under way.
  arrow::Status Begin(Storage* storage) const;

  /// Do what is left of the commit, then forget the journal. False when another
  /// version was published first: then nothing of this one is, nor will be.
  /// While the journal is there nobody else can publish, so the answer is final.
  /// \retval exit code 3  another program has changed a table so that the rest of
  ///                      the commit cannot be; it is given up.
  arrow::Result<bool> Complete(Storage* storage) const;

 private:
  arrow::Status Publish(Storage* storage) const;
  arrow::Status CleanUp(Storage* storage) const;
};

}  // namespace lakeseed
