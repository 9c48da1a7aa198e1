#include "lakeseed/commit/manifest_committer.h"

#include <arrow/util/io_util.h>

#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "lakeseed/base/date.h"
#include "lakeseed/base/refused_place.h"
#include "lakeseed/base/status.h"
#include "lakeseed/commit/check.h"
#include "lakeseed/commit/journal.h"
#include "lakeseed/write/value_text.h"

namespace lakeseed {
namespace {

std::string ParentOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

/// So many small segments may be there before those of near days become one.
constexpr size_t kMostSmall = 64;
constexpr int64_t kSmallFiles = 16;
/// Days between them. What is taken in from afar, as of writers that each make a year,
/// would hold a file of nearly any day: each commit would have to look into all of it.
constexpr int32_t kNearDays = 31;

/// Let a segment hold a file more.
void Widen(const DataFile& file, Segment* segment) {
  segment->from =
      segment->num_files == 0 ? *file.day : std::min(segment->from, *file.day);
  segment->to = segment->num_files == 0 ? *file.day : std::max(segment->to, *file.day);
  ++segment->num_files;
  segment->num_rows += file.num_rows;
  segment->size_bytes += file.size_bytes;
}

/// Of segments those that lie near to one, or to others that do.
std::vector<const Segment*> NearOf(std::vector<const Segment*> segments,
                                   const Segment& one) {
  int32_t from = one.from, to = one.to;
  const auto is_near = [&](const Segment* other) {
    return other->from - kNearDays <= to && from <= other->to + kNearDays;
  };
  auto end = segments.begin();
  for (auto begin = segments.end(); begin != end;) {
    begin = end;
    end = std::partition(begin, segments.end(), is_near);
    for (auto at = begin; at != end; ++at) {
      from = std::min(from, (*at)->from);
      to = std::max(to, (*at)->to);
    }
  }
  segments.erase(end, segments.end());
  std::sort(segments.begin(), segments.end(),
            [](const Segment* a, const Segment* b) { return a->path < b->path; });
  return segments;
}

/// Whether files are published as they are.
bool HoldsAll(const Manifest& manifest, std::span<const DataFile> files) {
  std::map<std::string_view, const DataFile*> published;
  for (const auto& [name, table] : manifest.tables) {
    for (const DataFile& file : table.files) published[file.path] = &file;
  }
  return std::all_of(files.begin(), files.end(), [&](const DataFile& file) {
    const auto at = published.find(file.path);
    return at != published.end() && *at->second == file;
  });
}

bool IsStaged(const CommitJournal& journal, const std::string& path) {
  return std::find(journal.renames.begin(), journal.renames.end(), path) !=
         journal.renames.end();
}

}  // namespace

arrow::Result<TableVersion> ManifestCommitter::CurrentVersion() const {
  ARROW_ASSIGN_OR_RAISE(const auto manifest, ReadPublished(*storage_));
  return manifest ? manifest->version : kNoVersion;
}

std::string ManifestCommitter::StagedPath(std::string_view path) const {
  return StagedDataPath(request_.run_id, path);
}

arrow::Status ManifestCommitter::Record(const DataFile& file) {
  return storage_->WriteAll(FactsPath(request_.run_id, file.path),
                            ToJson(file).dump(1) + "\n", Replace::kReplace);
}

arrow::Result<std::vector<DataFile>> ManifestCommitter::Recorded() const {
  return StagedFiles(*storage_, request_.run_id);
}

arrow::Result<CommitOutcome> ManifestCommitter::Commit(const CommitRequest& request) {
  ARROW_ASSIGN_OR_RAISE(CommitOutcome outcome, TryToCommit(request));
  has_lost_turn_ = has_lost_turn_ || std::holds_alternative<Conflict>(outcome);
  return outcome;
}

arrow::Result<CommitOutcome> ManifestCommitter::TryToCommit(
    const CommitRequest& request) const {
  ARROW_ASSIGN_OR_RAISE(const auto lock, storage_->Lock(LockMode::kExclusive));
  const arrow::Status recovered = RecoverCommit(storage_, request_.run_id).status();
  if (recovered.IsAlreadyExists()) {
    ARROW_ASSIGN_OR_RAISE(const TableVersion version, CurrentVersion());
    return CommitOutcome(Conflict{version});
  }
  if (recovered.IsIOError()) {
    ARROW_ASSIGN_OR_RAISE(const auto journal, ReadJournal(*storage_));
    const bool ours = journal && journal->manifest.run_id == request_.run_id;
    if (ours) return CommitOutcome(Unknown{recovered.message()});
  }
  ARROW_RETURN_NOT_OK(recovered);
  ARROW_ASSIGN_OR_RAISE(const Manifest current, EffectiveManifest(*storage_, request_));
  if (current.version != request.base && !HoldsAll(current, request.files)) {
    return CommitOutcome(Conflict{current.version});
  }
  CommitJournal journal;
  ARROW_ASSIGN_OR_RAISE(journal.renames, Renames(current, request.files));
  if (journal.renames.empty()) {
    (void)storage_->RemoveEmptyDirectory(StagingFolder(request_.run_id));
    (void)storage_->RemoveEmptyDirectory(kScratchRoot);
    return CommitOutcome(Committed{current.version, true});
  }
  if (current.version != request.base) return CommitOutcome(Conflict{current.version});
  journal.base = current.version;
  journal.manifest = NextManifest(current, request);
  ARROW_RETURN_NOT_OK(MoveToSegment(current, &journal));
  journal.removals = Removals(current, journal.manifest);
  if (format_.log != nullptr) {
    journal.table_format = format_.name;
    ARROW_ASSIGN_OR_RAISE(journal.tables, format_.log->plan(*storage_, request_,
                                                            {current, journal.manifest,
                                                             request, state_.table_ids}));
  }
  ARROW_RETURN_NOT_OK(ClearWay(journal, request.files));
  const arrow::Status begun = journal.Begin(storage_);
  if (begun.IsAlreadyExists()) return CommitOutcome(Conflict{current.version});
  if (!begun.ok()) {
    const auto visible = storage_->Exists(kCommitPath);
    if (visible.ok() && !*visible) return begun;
    return CommitOutcome(Unknown{begun.ToString()});
  }
  // Stores that only look first, and then write, let two begin at once: the later one
  // has the journal, and the manifest would hold what that one publishes alone.
  if (!storage_->has_locks()) {
    ARROW_ASSIGN_OR_RAISE(const auto there, ReadJournal(*storage_));
    const bool ours = there && there->manifest.run_id == request_.run_id;
    if (!ours) return CommitOutcome(Conflict{current.version});
  }
  const arrow::Result<bool> published = journal.Complete(storage_);
  // What was refused is no lost answer: it was given up, or the journal waits for
  // somebody who may do it.
  if (ExitCodeOf(published.status()) == ExitCode::kConflict ||
      published.status().IsInvalid()) {
    return published.status();
  }
  if (!published.ok()) return CommitOutcome(Unknown{published.status().ToString()});
  if (!*published) {
    ARROW_ASSIGN_OR_RAISE(const TableVersion version, CurrentVersion());
    return CommitOutcome(Conflict{version});
  }
  return CommitOutcome(Committed{journal.manifest.version, false});
}

arrow::Status ManifestCommitter::Discard() {
  ARROW_ASSIGN_OR_RAISE(const auto lock, storage_->Lock(LockMode::kExclusive));
  ARROW_RETURN_NOT_OK(storage_->RemoveDirectory(StagingFolder(request_.run_id)));
  ARROW_RETURN_NOT_OK(storage_->RemoveEmptyDirectory(kScratchRoot));
  return storage_->RemoveEmptyDirectory("_lakeseed");
}

/// Paths of `files` that are staged; the others must be published already.
arrow::Result<std::vector<std::string>> ManifestCommitter::Renames(
    const Manifest& current, std::span<const DataFile> files) const {
  if (files.empty()) return arrow::Status::Invalid("a commit without files");
  std::map<std::string, DataFile> staged, published;
  ARROW_ASSIGN_OR_RAISE(auto recorded, Recorded());
  for (DataFile& file : recorded) staged[file.path] = std::move(file);
  for (const auto& [name, table] : current.tables) {
    for (const DataFile& file : table.files) published[file.path] = file;
  }
  std::vector<std::string> renames;
  for (const DataFile& file : files) {
    const auto there = published.find(file.path);
    if (staged.contains(file.path) && staged[file.path] == file) {
      renames.push_back(file.path);
    } else if (there == published.end() || !(there->second == file)) {
      return arrow::Status::Invalid("file was not recorded, or not as it is: ",
                                    file.path);
    }
  }
  return renames;
}

/// After the journal nothing may stand in the way of a rename.
arrow::Status ManifestCommitter::ClearWay(const CommitJournal& journal,
                                          std::span<const DataFile> files) const {
  std::map<std::string_view, int64_t> sizes;
  for (const DataFile& file : files) sizes[file.path] = file.size_bytes;
  for (const std::string& path : journal.renames) {
    ARROW_RETURN_NOT_OK(storage_->CreateDirectory(ParentOf(path)));
    ARROW_ASSIGN_OR_RAISE(const bool is_directory, storage_->HasDirectory(path));
    if (is_directory) return RequestError("there is a directory in place of: " + path);
    if (format_.log == nullptr) continue;
    // Logs name files for good: under one name there are the same bytes always.
    ARROW_ASSIGN_OR_RAISE(const auto size, storage_->SizeOf(path));
    if (size && *size != sizes[path]) {
      return RequestError(
          "another version of lakeseed wrote a file of this name: " + path,
          "use another --output");
    }
  }
  return arrow::Status::OK();
}

Manifest ManifestCommitter::NextManifest(const Manifest& current,
                                         const CommitRequest& request) const {
  Manifest next = current;
  next.commit_pending = false;
  next.version = current.version + 1;
  next.run_id = request_.run_id;
  next.identity = request_.identity;
  next.commit_time.clear();
  AppendTimestamp(request.commit_time.time_since_epoch().count(), 3, 'T', true,
                  &next.commit_time);
  const bool replaces = request_.if_exists == IfExists::kOverwrite;
  std::map<std::string, std::map<std::string, DataFile>> written;
  std::set<std::pair<std::string, std::optional<int32_t>>> days;
  std::set<std::string_view> paths;
  for (const DataFile& file : request.files) {
    const std::string name = QualifiedName(request_.identity, file.table);
    written[name][file.path] = file;
    days.emplace(name, file.day);
    paths.insert(file.path);
  }
  for (auto& [name, table] : next.tables) {
    // A whole table replaces all of its days, a day only itself. A path belongs
    // to one table: the one that was written last.
    const bool whole = days.contains({name, std::nullopt});
    std::erase_if(table.files, [&, &name = name](const DataFile& file) {
      return paths.contains(file.path) ||
             (replaces && (whole || days.contains({name, file.day}) ||
                           (!file.day && written.contains(name))));
    });
  }
  for (auto& [name, files] : written) {
    ManifestTable& table = next.tables[name];
    table.identity = request_.identity;
    for (auto& [path, file] : files) table.files.push_back(std::move(file));
    std::sort(table.files.begin(), table.files.end(),
              [](const DataFile& a, const DataFile& b) { return a.path < b.path; });
  }
  return next;
}

/// Put many small segments of near days into that of this commit, so that the manifest of
/// a long series lists few. Those that are loaded may be about to change: they stay.
arrow::Status ManifestCommitter::TakeInSmall(const Manifest& current, Segment* segment,
                                             std::set<std::string>* stale,
                                             CommitJournal* journal) const {
  std::set<std::string_view> loaded;
  for (const auto& [path, of] : current.segment_of) loaded.insert(of);
  std::vector<const Segment*> small;
  for (const Segment& one : journal->manifest.segments) {
    if (one.dataset == segment->dataset && one.num_files <= kSmallFiles &&
        !loaded.contains(one.path)) {
      small.push_back(&one);
    }
  }
  if (small.size() < kMostSmall) return arrow::Status::OK();
  small = NearOf(std::move(small), *segment);
  std::vector<std::string> texts;
  for (const Segment* one : small) {
    auto text = storage_->ReadAll(one->path);
    // Without locks another run may have taken them in; then this one publishes nothing.
    if (text.status().IsIOError() && !storage_->has_locks()) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(texts.emplace_back(), std::move(text));
  }
  for (size_t i = 0; i < small.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(std::vector<DataFile> files, SegmentFromText(texts[i]));
    for (DataFile& file : files) {
      Widen(file, segment);
      journal->segment.push_back(std::move(file));
    }
    stale->insert(small[i]->path);
  }
  return arrow::Status::OK();
}

/// Put the files by day into a segment of this commit, with what is left of the
/// segments that it replaces.
arrow::Status ManifestCommitter::MoveToSegment(const Manifest& current,
                                               CommitJournal* journal) const {
  Manifest& next = journal->manifest;
  std::set<std::string> stale;
  std::set<std::string_view> kept;
  for (const auto& [name, table] : next.tables) {
    for (const DataFile& file : table.files) kept.insert(file.path);
  }
  // A segment of which a file went, or was written anew, is written anew.
  for (const auto& [path, segment] : current.segment_of) {
    const bool is_same = kept.contains(path) && !IsStaged(*journal, path);
    if (!is_same) stale.insert(segment);
  }
  Segment segment;
  for (const auto& [name, table] : next.tables) {
    for (const DataFile& file : table.files) {
      const auto at = current.segment_of.find(file.path);
      const bool is_mine =
          file.day && (IsStaged(*journal, file.path) ||
                       (at != current.segment_of.end() && stale.contains(at->second)));
      if (!is_mine) continue;
      segment.dataset = name == file.table
                            ? std::string()
                            : name.substr(0, name.size() - file.table.size() - 1);
      Widen(file, &segment);
      journal->segment.push_back(file);
    }
  }
  // To read what is taken in takes long: who did so each time that others were about to
  // commit as well would never be the first.
  if (segment.num_files > 0 && !has_lost_turn_) {
    ARROW_RETURN_NOT_OK(TakeInSmall(current, &segment, &stale, journal));
  }
  std::erase_if(next.segments,
                [&](const Segment& one) { return stale.contains(one.path); });
  if (segment.num_files == 0) return arrow::Status::OK();
  segment.path = fmt::format("{}/{}/{}_{}_{}.json", kSegmentRoot, segment.dataset,
                             FormatDate(segment.from), FormatDate(segment.to),
                             request_.run_id.substr(0, 12));
  journal->segment_path = segment.path;
  std::erase_if(next.segments,
                [&](const Segment& one) { return one.path == segment.path; });
  next.segments.push_back(std::move(segment));
  std::sort(next.segments.begin(), next.segments.end(),
            [](const Segment& a, const Segment& b) { return a.path < b.path; });
  return arrow::Status::OK();
}

std::vector<std::string> ManifestCommitter::Removals(const Manifest& current,
                                                     const Manifest& next) const {
  std::set<std::string> kept;
  for (const auto& [name, table] : next.tables) {
    for (const DataFile& file : table.files) kept.insert(file.path);
  }
  for (const Segment& segment : next.segments) kept.insert(segment.path);
  std::vector<std::string> removals;
  for (const auto& [name, table] : current.tables) {
    if (format_.log != nullptr) break;
    for (const DataFile& file : table.files) {
      if (!kept.contains(file.path)) removals.push_back(file.path);
    }
  }
  for (const Segment& segment : current.segments) {
    if (!kept.contains(segment.path)) removals.push_back(segment.path);
  }
  return removals;
}

arrow::Result<std::unique_ptr<Committer>> OpenCommitter(Storage* storage,
                                                        const TargetRequest& request,
                                                        const TableFormatDef& format) {
  {
    ARROW_ASSIGN_OR_RAISE(const auto lock, storage->Lock(LockMode::kExclusive));
    // One of another run that is under way is waited for when this one commits.
    const arrow::Status recovered = RecoverCommit(storage, request.run_id).status();
    // One of an earlier try that is given up now is checked anew, with this one.
    const bool is_settled = ExitCodeOf(recovered) == ExitCode::kConflict;
    if (!recovered.IsAlreadyExists() && !is_settled) ARROW_RETURN_NOT_OK(recovered);
  }
  ARROW_ASSIGN_OR_RAISE(TargetState state, format.check(storage, request));
  ARROW_ASSIGN_OR_RAISE(const auto lock, storage->Lock(LockMode::kExclusive));
  const std::string folder = StagingFolder(request.run_id);
  if (!request.keep_staged && request.if_exists != IfExists::kResume) {
    ARROW_RETURN_NOT_OK(storage->RemoveDirectory(folder));
  }
  // An output that cannot be written to shows here, before any row is made.
  const arrow::Status made = storage->CreateDirectory(folder);
  if (!made.ok()) {
    const int reason = arrow::internal::ErrnoFromStatus(made);
    if (IsRefusedPlace(reason)) {
      return RequestError(fmt::format("cannot write to output: {}: {}", storage->root(),
                                      std::strerror(reason)),
                          "choose a directory you may write to");
    }
    return made;
  }
  return std::make_unique<ManifestCommitter>(storage, request, format, std::move(state));
}

}  // namespace lakeseed
