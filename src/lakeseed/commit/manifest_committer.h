// ManifestCommitter: publishes data files through the journal and the manifest; plain
// files as such, tables of a table format with a commit of their log each.
//
// Thread safety: as Committer says.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "lakeseed/commit/committer.h"
#include "lakeseed/commit/manifest.h"
#include "lakeseed/commit/table_format.h"

namespace lakeseed {

struct CommitJournal;

class ManifestCommitter final : public Committer {
 public:
  ManifestCommitter(Storage* storage, TargetRequest request, const TableFormatDef& format,
                    TargetState state)
      : storage_(storage),
        request_(std::move(request)),
        format_(format),
        state_(std::move(state)) {}

  const TargetState& state() const override { return state_; }
  arrow::Result<TableVersion> CurrentVersion() const override;
  std::string StagedPath(std::string_view path) const override;
  arrow::Status Record(const DataFile& file) override;
  arrow::Result<std::vector<DataFile>> Recorded() const override;
  arrow::Result<CommitOutcome> Commit(const CommitRequest& request) override;
  arrow::Status Discard() override;

 private:
  arrow::Result<CommitOutcome> TryToCommit(const CommitRequest& request) const;
  arrow::Result<std::vector<std::string>> Renames(const Manifest& current,
                                                  std::span<const DataFile> files) const;
  arrow::Status ClearWay(const CommitJournal& journal,
                         std::span<const DataFile> files) const;
  Manifest NextManifest(const Manifest& current, const CommitRequest& request) const;
  arrow::Status MoveToSegment(const Manifest& current, CommitJournal* journal) const;
  arrow::Status TakeInSmall(const Manifest& current, Segment* segment,
                            std::set<std::string>* stale, CommitJournal* journal) const;
  std::vector<std::string> Removals(const Manifest& current, const Manifest& next) const;

  Storage* const storage_;
  const TargetRequest request_;
  const TableFormatDef& format_;
  const TargetState state_;
  bool has_lost_turn_ = false;  ///< Another one committed first.
};

/// TableFormatDef::open of a format: end a commit that was interrupted, check again,
/// and make the staging folder.
arrow::Result<std::unique_ptr<Committer>> OpenCommitter(Storage* storage,
                                                        const TargetRequest& request,
                                                        const TableFormatDef& format);

}  // namespace lakeseed
