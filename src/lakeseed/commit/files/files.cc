// files: plain files and a manifest of what belongs to which table.
//
// README.md in this folder has the layout, the steps of a commit and what is
// promised when it is interrupted.

#include "lakeseed/commit/check.h"
#include "lakeseed/commit/manifest_committer.h"
#include "lakeseed/commit/table_format.h"

namespace lakeseed {

extern const TableFormatDef kFilesFormat;

namespace {

arrow::Result<TargetState> CheckFiles(Storage* storage, const TargetRequest& request) {
  ARROW_ASSIGN_OR_RAISE(const auto lock, storage->Lock(LockMode::kShared));
  ARROW_ASSIGN_OR_RAISE(const Manifest manifest, EffectiveManifest(*storage, request));
  return CheckManifest(*storage, request, manifest, NamesOnDisk::kCount);
}

arrow::Result<std::unique_ptr<Committer>> OpenFiles(Storage* storage,
                                                    const TargetRequest& request) {
  return OpenCommitter(storage, request, kFilesFormat);
}

}  // namespace

const TableFormatDef kFilesFormat{
    .name = "files",
    .summary = "plain files with a manifest of what belongs to which table",
    .check = CheckFiles,
    .open = OpenFiles,
};

}  // namespace lakeseed
