#include "lakeseed/commit/table_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "lakeseed/base/status.h"

namespace lakeseed {

std::string TableFolder(std::string_view dataset, std::string_view table) {
  return fmt::format("{}{}{}{}", kTablesFolder, dataset, dataset.empty() ? "" : "/",
                     table);
}

arrow::Result<std::string> PathInTable(const std::string& folder,
                                       const std::string& path) {
  if (path.starts_with(folder + "/")) return path.substr(folder.size() + 1);
  return RequestError("path leads out of the table: " + path,
                      fmt::format("files of a table lie below {}/", folder));
}

bool IsLocal(const Storage& storage) {
  return storage.root().find("://") == std::string::npos;
}

std::string AbsoluteRoot(std::string root) {
  const bool is_local = root.find("://") == std::string::npos;
  if (is_local) root = std::filesystem::absolute(root).lexically_normal();
  if (!is_local) root = root.substr(0, root.find('?'));  // How to get there.
  while (root.size() > 1 && root.ends_with('/')) root.pop_back();
  return root;
}

std::string AbsoluteRoot(const Storage& storage) { return AbsoluteRoot(storage.root()); }

arrow::Status RemoveFromTable(Storage* storage, const std::string& folder,
                              std::string path) {
  ARROW_RETURN_NOT_OK(storage->Remove(path));
  for (size_t slash = path.rfind('/'); slash > folder.size(); slash = path.rfind('/')) {
    path.resize(slash);
    ARROW_RETURN_NOT_OK(storage->RemoveEmptyDirectory(path));
  }
  return arrow::Status::OK();
}

std::set<std::string> TablesOf(std::span<const DataFile> files) {
  std::set<std::string> tables;
  for (const DataFile& file : files) tables.insert(file.table);
  return tables;
}

std::set<std::string> TablesOf(std::span<const PlannedFile> files) {
  std::set<std::string> tables;
  for (const PlannedFile& file : files) tables.insert(file.table);
  return tables;
}

std::vector<std::string> ReplacedFiles(const TargetRequest& request,
                                       const std::string& table,
                                       const ManifestStep& step) {
  const std::string name = QualifiedName(request.identity, table);
  std::set<std::string_view> kept;
  if (const auto at = step.next.tables.find(name); at != step.next.tables.end()) {
    for (const DataFile& file : at->second.files) kept.insert(file.path);
  }
  std::vector<std::string> replaced;
  if (const auto at = step.current.tables.find(name); at != step.current.tables.end()) {
    for (const DataFile& file : at->second.files) {
      if (!kept.contains(file.path)) replaced.push_back(file.path);
    }
  }
  return replaced;
}

std::vector<MergedFile> MergedOf(const TargetRequest& request, const DataFile& file,
                                 const ManifestStep& step) {
  const auto at = step.current.tables.find(QualifiedName(request.identity, file.table));
  if (at == step.current.tables.end()) return {};
  std::vector<const DataFile*> parts;
  for (const DataFile& one : at->second.files) {
    if (one.path == file.path) return {};
    const bool is_in = one.day == file.day &&
                       one.partition_values == file.partition_values &&
                       one.rows.begin >= file.rows.begin && one.rows.end <= file.rows.end;
    if (is_in) parts.push_back(&one);
  }
  std::sort(parts.begin(), parts.end(), [](const DataFile* a, const DataFile* b) {
    return std::pair(a->rows.begin, a->rows.end) < std::pair(b->rows.begin, b->rows.end);
  });
  std::vector<MergedFile> merged;
  for (const DataFile* one : parts) merged.push_back({one->path, one->num_rows});
  return merged;
}

std::span<const PartitionField> PartitionsOf(const TargetRequest& request,
                                             const std::string& table) {
  const auto at = request.partitions.find(table);
  return at == request.partitions.end() ? std::span<const PartitionField>() : at->second;
}

std::string PartitionTerm(std::string_view transform, std::string_view column) {
  if (transform == "identity") return std::string(column);
  const size_t open = transform.find_first_of("[(");
  if (open == std::string_view::npos) return fmt::format("{}({})", transform, column);
  const std::string_view width = transform.substr(open + 1, transform.size() - open - 2);
  return fmt::format("{}({},{})", transform.substr(0, open), width, column);
}

arrow::Status CheckSamePartitions(std::string_view table,
                                  const std::vector<std::string>& there,
                                  const std::vector<std::string>& here) {
  if (there == here) return arrow::Status::OK();
  const auto named = [](const std::vector<std::string>& terms) {
    return terms.empty() ? "no columns" : fmt::format("{}", fmt::join(terms, ", "));
  };
  return RequestError(fmt::format("{} is partitioned by {}, asked for by {}", table,
                                  named(there), named(here)),
                      there.empty()
                          ? "leave --partition-by out, or --if-exists overwrite"
                          : fmt::format("--partition-by {}, or --if-exists overwrite",
                                        fmt::join(there, ",")));
}

std::vector<std::string> SortColumnsOf(const TargetRequest& request,
                                       const std::string& table) {
  const auto at = request.sorts.find(table);
  if (at == request.sorts.end() || at->second.is_z_order) return {};
  return at->second.columns;
}

WantedTable WantedOf(const TargetRequest& request, const std::string& table) {
  WantedTable wanted{.replaces = request.if_exists == IfExists::kOverwrite};
  for (const PlannedFile& file : request.files) {
    if (file.table != table) continue;
    if (file.day) wanted.days.insert(*file.day);
    wanted.is_whole |= !file.day;
  }
  return wanted;
}

arrow::Status CheckSameTable(std::string_view name, const std::string& before,
                             const std::string& now) {
  if (before == now) return arrow::Status::OK();
  const char* const what = now.empty() ? "dropped" : before.empty() ? "made" : "replaced";
  return ErrorWithCode(
      ExitCode::kConflict,
      fmt::format("another writer has {} a table during this run: {}", what, name),
      "use another --output, or --if-exists overwrite of the whole table");
}

arrow::Status CheckFoundTable(const TargetRequest& request, const ManifestStep& step,
                              const std::string& table, std::string_view name,
                              const std::string& now) {
  if (WantedOf(request, table).replaces_all()) return arrow::Status::OK();
  const auto at = step.found.find(table);
  if (at != step.found.end()) return CheckSameTable(name, at->second, now);
  // Another run of this output may have made it meanwhile.
  const bool is_known =
      step.current.tables.contains(QualifiedName(request.identity, table));
  return is_known ? arrow::Status::OK() : CheckSameTable(name, "", now);
}

std::vector<std::string> PromisedFiles(const TargetRequest& request,
                                       const Manifest& manifest,
                                       const std::string& table) {
  const WantedTable wanted = WantedOf(request, table);
  std::vector<std::string> promised;
  const auto at = manifest.tables.find(QualifiedName(request.identity, table));
  // Files of a commit that is under way are not in the table yet.
  if (wanted.replaces_all() || manifest.commit_pending || at == manifest.tables.end()) {
    return promised;
  }
  for (const DataFile& file : at->second.files) {
    if (!file.day || wanted.is_whole || wanted.days.contains(*file.day)) {
      promised.push_back(file.path);
    }
  }
  return promised;
}

arrow::Status CheckOwnFiles(const TargetRequest& request, const Manifest& manifest,
                            const std::string& table, const PresentTable& present) {
  for (const PlannedFile& file : request.files) {
    if (file.table != table) continue;
    ARROW_RETURN_NOT_OK(PathInTable(present.folder, file.path).status());
  }
  const WantedTable wanted = WantedOf(request, table);
  // Files of a commit that is under way are not in the table yet.
  if (wanted.replaces_all() || manifest.commit_pending) return arrow::Status::OK();
  const auto at = manifest.tables.find(QualifiedName(request.identity, table));
  if (at == manifest.tables.end()) {
    if (!present.exists || present.has_our_run) return arrow::Status::OK();
    return RequestError(fmt::format("there is {} that is not in the manifest: {}",
                                    present.kind, present.name),
                        "--if-exists overwrite replaces it");
  }
  if (!present.exists) {
    return RequestError(fmt::format("the table is not there any more, or another "
                                    "catalog has it: {}",
                                    present.name),
                        "another --catalog or --output; --if-exists overwrite of the "
                        "whole table makes it anew");
  }
  for (const std::string& path : PromisedFiles(request, manifest, table)) {
    ARROW_ASSIGN_OR_RAISE(const bool is_there, present.has(path));
    if (is_there) continue;
    return RequestError(
        fmt::format("another writer has removed or rewritten files of {}: {}",
                    present.name, path),
        wanted.is_whole
            ? "--if-exists overwrite makes the table anew"
            : "use another --output; days of a rewritten table cannot be told apart");
  }
  return arrow::Status::OK();
}

}  // namespace lakeseed
