#include "lakeseed/commit/iceberg/file_catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "lakeseed/base/status.h"

namespace lakeseed::iceberg {
namespace {

std::string PathOfVersion(const TablePlace& place, int64_t version) {
  return fmt::format("{}/metadata/v{}.metadata.json", place.folder, version);
}

std::string HintPath(const TablePlace& place) {
  return place.folder + "/metadata/version-hint.text";
}

/// The number that a text begins with; 0 without one.
int64_t NumberOf(std::string_view text) {
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// The number of ".../v12.metadata.json"; 0: another name, or none.
int64_t VersionOf(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name.starts_with('v') ? NumberOf(name.substr(1)) : 0;
}

/// What version-hint.text says; 0 when it is not there.
arrow::Result<int64_t> HintOf(const Storage& storage, const TablePlace& place) {
  ARROW_ASSIGN_OR_RAISE(const auto size, storage.SizeOf(HintPath(place)));
  if (!size) return 0;
  ARROW_ASSIGN_OR_RAISE(const std::string text, storage.ReadAll(HintPath(place)));
  return NumberOf(text);
}

/// The greatest version that has a file; 0 without one.
arrow::Result<int64_t> GreatestVersion(const Storage& storage, const TablePlace& place) {
  int64_t greatest = 0;
  ARROW_ASSIGN_OR_RAISE(const auto files, storage.List(place.folder + "/metadata"));
  for (const StorageEntry& file : files) {
    greatest = std::max(greatest, VersionOf(file.path));
  }
  return greatest;
}

/// The hint may be older than the table, or not be there.
arrow::Result<int64_t> CurrentVersion(const Storage& storage, const TablePlace& place) {
  ARROW_ASSIGN_OR_RAISE(int64_t version, HintOf(storage, place));
  if (version == 0) return GreatestVersion(storage, place);
  for (;; ++version) {
    ARROW_ASSIGN_OR_RAISE(const bool is_there,
                          storage.Exists(PathOfVersion(place, version + 1)));
    if (!is_there) return version;
  }
}

arrow::Status WriteHint(Storage* storage, const std::string& scratch,
                        const TablePlace& place, int64_t version) {
  return WriteNew(storage, scratch, HintPath(place), std::to_string(version));
}

}  // namespace

arrow::Result<TableState> FileCatalog::Load(const Storage& storage,
                                            const TablePlace& place) {
  TableState state;
  ARROW_ASSIGN_OR_RAISE(const int64_t version, CurrentVersion(storage, place));
  if (version == 0) return state;
  const std::string path = PathOfVersion(place, version);
  ARROW_ASSIGN_OR_RAISE(const bool is_there, storage.Exists(path));
  if (!is_there) {
    return RequestError(
        fmt::format("the Iceberg table {}.{} has no metadata that lakeseed reads: {}",
                    place.name_space, place.table, path),
        "compressed metadata is not read; use another --output");
  }
  state.metadata_location = place.Uri(path);
  ARROW_ASSIGN_OR_RAISE(state.metadata, ReadMetadata(storage, path));
  return state;
}

arrow::Status FileCatalog::Commit(Storage* storage, const std::string& scratch,
                                  std::span<const TableMove> moves) {
  for (const TableMove& move : moves) {
    const int64_t version = VersionOf(move.from.metadata_location) + 1;
    ARROW_RETURN_NOT_OK(storage->WriteNow(PathOfVersion(move.place, version),
                                          move.metadata.dump(), Replace::kRefuse,
                                          scratch + "/metadata"));
    ARROW_RETURN_NOT_OK(WriteHint(storage, scratch, move.place, version));
  }
  return arrow::Status::OK();
}

arrow::Status FileCatalog::Finish(Storage* storage, const std::string& scratch,
                                  const TablePlace& place, const TableState& state) {
  const int64_t version = VersionOf(state.metadata_location);
  ARROW_ASSIGN_OR_RAISE(const int64_t hint, HintOf(*storage, place));
  if (version == hint) return arrow::Status::OK();
  return WriteHint(storage, scratch, place, version);
}

}  // namespace lakeseed::iceberg
