#include "lakeseed/commit/delta/vacuum.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "lakeseed/commit/delta/log.h"
#include "lakeseed/commit/manifest.h"
#include "lakeseed/commit/table_files.h"
#include "lakeseed/commit/upkeep.h"

namespace lakeseed::delta {
namespace {

constexpr std::string_view kRoot = "Tables/", kLog = "_delta_log";

/// One table's folder and the data files below it.
struct TableFiles {
  std::vector<StorageEntry> data, log;
};

/// "Tables/shop/orders" to its files. Names that begin with '_' or '.' are not data.
std::map<std::string, TableFiles> TablesOf(const std::vector<StorageEntry>& entries) {
  std::map<std::string, TableFiles> tables;
  for (const StorageEntry& entry : entries) {
    const size_t at = entry.path.find(fmt::format("/{}/", kLog));
    if (at == std::string::npos || entry.is_directory) continue;
    tables[entry.path.substr(0, at)].log.push_back(entry);
  }
  for (const StorageEntry& entry : entries) {
    if (entry.is_directory || !entry.path.ends_with(".parquet")) continue;
    for (size_t slash = entry.path.rfind('/'); slash != std::string::npos && slash > 0;
         slash = entry.path.rfind('/', slash - 1)) {
      const auto table = tables.find(entry.path.substr(0, slash));
      if (table == tables.end()) continue;
      const std::string below = entry.path.substr(slash);
      const bool is_hidden =
          below.find("/_") != std::string::npos || below.find("/.") != std::string::npos;
      if (!is_hidden) table->second.data.push_back(entry);
      break;
    }
  }
  return tables;
}

/// "Tables/shop/orders" is "shop.orders".
std::string NameOf(const std::string& folder) {
  std::string name = folder.substr(kRoot.size());
  const size_t slash = name.rfind('/');
  if (slash != std::string::npos) name[slash] = '.';
  return name;
}

int HexDigit(char c) {
  const size_t digit =
      std::string_view("0123456789abcdef")
          .find(static_cast<char>(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c));
  return digit == std::string_view::npos ? -1 : static_cast<int>(digit);
}

/// The path of a file as its log has it, below the table's folder.
std::string Decoded(std::string_view path) {
  std::string decoded;
  for (size_t i = 0; i < path.size(); ++i) {
    const bool has_two = i + 2 < path.size();
    const int high = has_two ? HexDigit(path[i + 1]) : -1;
    const int low = has_two ? HexDigit(path[i + 2]) : -1;
    if (path[i] == '%' && high >= 0 && low >= 0) {
      decoded += static_cast<char>(16 * high + low);
      i += 2;
    } else {
      decoded += path[i];
    }
  }
  return decoded;
}

/// Files that were in the table until a commit within the retention.
arrow::Status AddRecentlyRemoved(const Storage& storage,
                                 const std::vector<StorageEntry>& log, int64_t since_ms,
                                 std::set<std::string>* needed) {
  for (const StorageEntry& entry : log) {
    if (!entry.path.ends_with(".json") || entry.modified_ms < since_ms) continue;
    ARROW_ASSIGN_OR_RAISE(const std::string text, storage.ReadAll(entry.path));
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = std::min(text.find('\n', begin), text.size());
      const auto line = nlohmann::json::parse(text.substr(begin, end - begin), nullptr,
                                              /*allow_exceptions=*/false);
      begin = end + 1;
      if (!line.is_object() || !line.contains("remove")) continue;
      needed->insert(Decoded(line["remove"].value("path", "")));
    }
  }
  return arrow::Status::OK();
}

arrow::Result<VacuumedTable> VacuumTable(Storage* storage, const std::string& folder,
                                         const TableFiles& files,
                                         const VacuumRequest& request) {
  const int64_t since_ms = (request.now - request.retention).time_since_epoch().count();
  VacuumedTable table{.name = NameOf(folder)};
  ARROW_ASSIGN_OR_RAISE(
      const Snapshot snapshot,
      ReadSnapshot(*storage, folder, {.all_files = true, .application = ""}));
  std::set<std::string> needed;
  for (const auto& [path, add] : snapshot.files) needed.insert(Decoded(path));
  ARROW_RETURN_NOT_OK(AddRecentlyRemoved(*storage, files.log, since_ms, &needed));
  for (const StorageEntry& file : files.data) {
    const std::string path = file.path.substr(folder.size() + 1);
    if (needed.contains(path) || file.modified_ms >= since_ms) {
      ++table.kept_files;
      continue;
    }
    table.bytes += file.size_bytes;
    table.removed.push_back(file.path);
    if (request.dry_run) continue;
    ARROW_RETURN_NOT_OK(RemoveFromTable(storage, folder, file.path));
  }
  return table;
}

}  // namespace

arrow::Result<bool> HasLog(const Storage& storage, const std::string& folder) {
  ARROW_ASSIGN_OR_RAISE(const auto log, storage.List(fmt::format("{}/{}", folder, kLog)));
  return !log.empty();
}

arrow::Result<std::vector<VacuumedTable>> VacuumTables(Storage* storage,
                                                       const VacuumRequest& request) {
  ARROW_ASSIGN_OR_RAISE(const auto lock, storage->Lock(LockMode::kExclusive));
  ARROW_RETURN_NOT_OK(RecoverCommit(storage, "").status());
  ARROW_ASSIGN_OR_RAISE(const auto entries, storage->List("Tables", true));
  std::vector<VacuumedTable> tables;
  for (const auto& [folder, files] : TablesOf(entries)) {
    const std::string name = NameOf(folder);
    if (!IsWanted(request.tables, name)) continue;
    ARROW_ASSIGN_OR_RAISE(const bool is_shared, IsOfOthers(*storage, folder, "delta"));
    if (is_shared) continue;
    ARROW_ASSIGN_OR_RAISE(VacuumedTable table,
                          VacuumTable(storage, folder, files, request));
    tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace lakeseed::delta
