// A committer makes finished data files visible as one new version.
//
// Thread safety: one Commit() at a time per object; StagedPath, Record and
// Recorded from any thread. Any number of processes may race on one target; the
// storage or the catalog decides who wins.

#pragma once

#include <arrow/result.h>

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lakeseed/commit/target.h"
#include "lakeseed/write/data_file.h"

namespace lakeseed {

/// What to publish.
struct CommitRequest {
  TableVersion base = kNoVersion;   ///< Version that this commit was planned on.
  std::span<const DataFile> files;  ///< Recorded files, finished ones included.
  /// UTC. Passed in, never read from the clock, so a re-run writes equal bytes.
  std::chrono::sys_time<std::chrono::milliseconds> commit_time;
};

/// The files are visible as `version`. `repeated`: an earlier try had published
/// them, and this call changed nothing.
struct Committed {
  TableVersion version;
  bool repeated;
};

/// Someone else published first. Nothing of ours is visible; the staged files are
/// intact and may be committed again on top of `current`.
struct Conflict {
  TableVersion current;
};

/// The answer was lost, or the commit stopped after its point of no return.
/// Staged files must not be deleted; Commit() again, or the next run, settles it.
struct Unknown {
  std::string reason;
};

/// A lost race is an outcome to handle, not an error to report.
using CommitOutcome = std::variant<Committed, Conflict, Unknown>;

/// Publishes the files of one run to one target.
///
/// Laws; commit/committer_laws_test.cc checks them for every table format with a
/// crash injected at each storage call:
///   atomic      A reader sees all `files` or none (plain files: as near as
///               renames allow; commit/files/README.md says how near).
///   idempotent  The same run committed twice is there once.
///   monotone    A published version never changes and is never reused.
class Committer {
 public:
  virtual ~Committer() = default;

  /// What the target held when the committer was opened.
  virtual const TargetState& state() const = 0;

  /// Latest visible version, or kNoVersion.
  /// \retval IOError  storage or catalog not reachable.
  virtual arrow::Result<TableVersion> CurrentVersion() const = 0;

  /// Where to write the file that will be called `path`: FileRequest::staged_path.
  virtual std::string StagedPath(std::string_view path) const = 0;

  /// Record that a staged file is complete, so that a resumed run, or a commit by
  /// another process, finds it. REQUIRES: its FileWriter::Close() has succeeded.
  virtual arrow::Status Record(const DataFile& file) = 0;

  /// All recorded files of this run that are still intact, sorted by path.
  virtual arrow::Result<std::vector<DataFile>> Recorded() const = 0;

  /// Publish `request.files` as version base + 1.
  ///
  /// \retval Invalid  a file was not recorded, or a path is absolute; nothing
  ///                  was written.
  /// \retval IOError  storage refused before the point of no return; nothing is
  ///                  visible. After it: Unknown.
  virtual arrow::Result<CommitOutcome> Commit(const CommitRequest& request) = 0;

  /// Remove everything that this run has staged.
  virtual arrow::Status Discard() = 0;
};

}  // namespace lakeseed
