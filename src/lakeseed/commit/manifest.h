// Manifest: which of our files belong to which table, with their facts.
//
// It is `_lakeseed/manifest.json` beside the files, replaced by one rename. Facts
// of files by day are kept apart, in segments that commits add, so that a commit of a
// long series costs what it adds and not what is there.
//
// Thread safety: plain values; the calls only read.

#pragma once

#include <arrow/result.h>

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "lakeseed/commit/target.h"
#include "lakeseed/write/data_file.h"
#include "lakeseed/write/storage.h"

namespace lakeseed {

inline constexpr char kManifestPath[] = "_lakeseed/manifest.json";
inline constexpr char kSegmentRoot[] = "_lakeseed/segments";

struct ManifestTable {
  std::string identity;         ///< JSON object of the run that made it.
  std::vector<DataFile> files;  ///< Sorted by path; by day: those of loaded segments.
};

/// Facts of files by day, in a file of their own that never changes.
struct Segment {
  std::string path;  ///< Below kSegmentRoot.
  std::string dataset;
  int32_t from = 0, to = 0;  ///< Days of its files, since 1970-01-01.
  int64_t num_files = 0, num_rows = 0, size_bytes = 0;
};

struct Manifest {
  int format_version = 1;
  TableVersion version = kNoVersion;
  std::string run_id;                           ///< Of the latest commit.
  std::string identity;                         ///< Of the latest commit; JSON object.
  std::string commit_time;                      ///< Of the latest commit; ISO 8601, UTC.
  std::map<std::string, ManifestTable> tables;  ///< By QualifiedName.
  std::vector<Segment> segments;                ///< Sorted by path.
  /// Where the facts of a file by day were loaded from; not written.
  std::map<std::string, std::string> segment_of;
  /// A later commit has begun and did not end: files may be newer than this
  /// manifest says. `lakeseed commit`, or the next run, completes it.
  bool commit_pending = false;
};

/// Read the manifest below a root; nullopt when there is none.
/// \retval Invalid  it is damaged, or of a later format version.
arrow::Result<std::optional<Manifest>> ReadManifest(const Storage& storage);

/// The same, without a look whether a commit is under way.
arrow::Result<std::optional<Manifest>> ReadPublished(const Storage& storage);

/// The dataset of a run; empty when it has none.
std::string DatasetOf(std::string_view identity);
/// "dataset.table", the dataset from the identity of its run.
std::string QualifiedName(std::string_view identity, std::string_view table);

/// Add the files of all segments of `dataset` (empty: of any) with days in
/// [from, to] to the manifest's tables.
arrow::Status LoadSegments(const Storage& storage, std::string_view dataset, int32_t from,
                           int32_t to, Manifest* manifest);
arrow::Status LoadAllSegments(const Storage& storage, Manifest* manifest);

/// Put the files of one segment into the tables.
void AddSegment(const Segment& segment, std::vector<DataFile> files, Manifest* manifest);

/// Files by day are in segments, not in this JSON, or text.
nlohmann::ordered_json ToJson(const Manifest& manifest);
std::string ManifestToText(const Manifest& manifest);
arrow::Result<Manifest> ManifestFromText(std::string_view text);
nlohmann::ordered_json SegmentToJson(const std::vector<DataFile>& files);
std::string SegmentToText(const std::vector<DataFile>& files);
arrow::Result<std::vector<DataFile>> SegmentFromText(std::string_view text);

/// Complete a commit that was interrupted; false when there was none. REQUIRES: the
/// lock of the root.
/// \retval AlreadyExists  where there are no locks: another run than `run_id` has one
///                        under way, or had minutes ago.
/// \retval exit code 3    it was that of `run_id`, and is given up: journal.h says why.
arrow::Result<bool> RecoverCommit(Storage* storage, std::string_view run_id);

}  // namespace lakeseed
