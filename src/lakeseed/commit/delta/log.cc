#include "lakeseed/commit/delta/log.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <vector>

#include "lakeseed/commit/delta/checkpoint.h"
#include "lakeseed/commit/table_files.h"

namespace lakeseed::delta {
namespace {

using nlohmann::ordered_json;

constexpr size_t kDigits = 20;

/// What lies in a log folder, by version.
struct LogFiles {
  std::set<TableVersion> commits;
  /// Parts that are there, and how many there should be.
  std::map<TableVersion, std::pair<std::vector<std::string>, size_t>> checkpoints;
};

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return '0' <= c && c <= '9'; });
}

LogFiles Sorted(const std::vector<StorageEntry>& entries) {
  LogFiles files;
  for (const StorageEntry& entry : entries) {
    const std::string_view name =
        std::string_view(entry.path).substr(entry.path.rfind('/') + 1);
    TableVersion version = 0;
    if (name.size() <= kDigits || !AllDigits(name.substr(0, kDigits))) continue;
    std::from_chars(name.data(), name.data() + kDigits, version);
    const std::string_view rest = name.substr(kDigits);
    if (rest == ".json") files.commits.insert(version);
    if (!rest.starts_with(".checkpoint.") || !rest.ends_with(".parquet")) continue;
    auto& [parts, count] = files.checkpoints[version];
    size_t wanted = 1;
    if (rest != ".checkpoint.parquet") {  // .checkpoint.<part>.<parts>.parquet
      const std::string_view numbers = rest.substr(12, rest.size() - 12 - 8);
      const size_t dot = numbers.find('.');
      if (dot == std::string_view::npos || !AllDigits(numbers.substr(0, dot)) ||
          !AllDigits(numbers.substr(dot + 1))) {
        continue;  // Of a kind that a reader feature announces.
      }
      std::from_chars(numbers.data() + dot + 1, numbers.data() + numbers.size(), wanted);
    }
    if (wanted < count || count == 0) {
      parts.clear();
      count = wanted;
    }
    if (wanted == count) parts.push_back(entry.path);
  }
  return files;
}

/// Whether a line adds a file that is not wanted, told without parsing it: its path is
/// first, as all writers have it.
bool IsUnwantedFile(std::string_view line, const LogScope& scope) {
  constexpr std::string_view kBegin = "{\"add\":{\"path\":\"";
  if (scope.all_files || !line.starts_with(kBegin)) return false;
  line.remove_prefix(kBegin.size());
  const std::string_view path = line.substr(0, line.find('"'));
  if (path.find('\\') != std::string_view::npos) return false;
  return !scope.paths.contains(std::string(path)) &&
         std::none_of(scope.days.begin(), scope.days.end(), [&](const std::string& day) {
           return line.find(day) != std::string_view::npos;
         });
}

arrow::Status ApplyText(const std::string& path, const std::string& text,
                        const LogScope& scope, Snapshot* snapshot) {
  std::vector<ordered_json> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = std::string_view(text).substr(begin, end - begin);
    begin = end + 1;
    if (line.find_first_not_of(" \r\t") == std::string_view::npos) continue;
    if (IsUnwantedFile(line, scope)) continue;
    ordered_json json = ordered_json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) {
      return arrow::Status::Invalid("commit of a Delta table is damaged: ", path);
    }
    lines.push_back(std::move(json));
  }
  // A file that gets a deletion vector is removed and added in one commit.
  try {
    for (const bool removals : {true, false}) {
      for (const ordered_json& line : lines) {
        if (line.contains("remove") == removals) snapshot->Apply(line, scope);
      }
    }
  } catch (const nlohmann::json::exception& error) {
    return arrow::Status::Invalid("commit of a Delta table is damaged: ", path, ": ",
                                  error.what());
  }
  return arrow::Status::OK();
}

/// RFC 2396 for the characters that our names may have.
std::string UriEncoded(std::string_view path) {
  std::string encoded;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain =
        byte > 0x7F || std::isalnum(byte) != 0 ||
        std::string_view("/-_.!~*'()=+,;@&$").find(c) != std::string_view::npos;
    encoded += is_plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return encoded;
}

bool IsKept(const Storage& storage, const std::string& path) {
  return storage.kept().Find(path) != nullptr;
}

/// What is kept of a log of this name may be that of a table which is no more.
arrow::Status ForgetOfAnother(const Storage& storage, const std::string& folder) {
  const std::string log = folder + "/_delta_log/";
  const auto [path, kept] = storage.kept().Last(log + "0");
  if (kept == nullptr) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const auto now, storage.ReadIfThere(path));
  if (now != *kept) storage.kept().Forget(log);
  return arrow::Status::OK();
}

/// Bytes of a file that are as good as when they were read first; null: there is none.
arrow::Result<KeptFiles::Bytes> ReadOnce(const Storage& storage,
                                         const std::string& path) {
  if (auto kept = storage.kept().Find(path)) return kept;
  ARROW_ASSIGN_OR_RAISE(auto text, storage.ReadIfThere(path));
  if (!text) return KeptFiles::Bytes();
  auto bytes = std::make_shared<const std::string>(*std::move(text));
  storage.kept().Keep(path, bytes);
  return KeptFiles::Bytes(bytes);
}

/// The version that `_last_checkpoint` says; kNoVersion when that is of no use.
TableVersion HintedVersion(const KeptFiles::Bytes& hint) {
  if (hint == nullptr) return kNoVersion;
  const ordered_json said = ordered_json::parse(*hint, nullptr, false);
  const bool is_one = said.is_object() && !said.contains("parts") &&
                      said.contains("version") && said["version"].is_number_integer();
  return is_one ? said["version"].get<TableVersion>() : kNoVersion;
}

/// The latest checkpoint as `_last_checkpoint` says, if the log still has the commit of
/// its version: then all later ones are there too. An old one will do until the next is
/// due.
arrow::Result<TableVersion> HintedCheckpoint(const Storage& storage,
                                             const std::string& folder) {
  KeptFiles::Bytes hint = storage.kept().Find(HintPath(folder));
  const TableVersion before = HintedVersion(hint);
  if (before == kNoVersion ||
      IsKept(storage, CommitPath(folder, before + kCheckpointEvery))) {
    storage.kept().Forget(HintPath(folder));
    ARROW_ASSIGN_OR_RAISE(hint, ReadOnce(storage, HintPath(folder)));
  }
  const TableVersion version = HintedVersion(hint);
  if (version == kNoVersion) return kNoVersion;
  for (const std::string& path :
       {CommitPath(folder, version), CheckpointPath(folder, version)}) {
    if (IsKept(storage, path)) continue;
    ARROW_ASSIGN_OR_RAISE(const bool is_there, storage.Exists(path));
    if (!is_there) return kNoVersion;
  }
  return version;
}

/// The latest complete checkpoint, and no gap after it.
arrow::Status FindCheckpoint(const Storage& storage, const std::string& folder,
                             Snapshot* snapshot) {
  const bool has_none = IsKept(storage, CommitPath(folder, 0)) &&
                        !IsKept(storage, CommitPath(folder, kCheckpointEvery)) &&
                        !IsKept(storage, HintPath(folder));
  if (has_none) return arrow::Status::OK();  // Nor is one due.
  ARROW_ASSIGN_OR_RAISE(snapshot->checkpoint, HintedCheckpoint(storage, folder));
  if (snapshot->checkpoint != kNoVersion) {
    snapshot->checkpoint_parts = {CheckpointPath(folder, snapshot->checkpoint)};
    return arrow::Status::OK();
  }
  ARROW_ASSIGN_OR_RAISE(const auto entries, storage.List(folder + "/_delta_log"));
  const LogFiles files = Sorted(entries);
  for (auto at = files.checkpoints.rbegin(); at != files.checkpoints.rend(); ++at) {
    const auto& [parts, count] = at->second;
    if (parts.size() != count) continue;  // Some other writer is not done with it.
    snapshot->checkpoint = at->first;
    snapshot->checkpoint_parts = parts;
    break;
  }
  TableVersion version = snapshot->checkpoint;
  for (auto at = files.commits.upper_bound(version); at != files.commits.end(); ++at) {
    if (*at == ++version) continue;
    return arrow::Status::Invalid("log of a Delta table has a gap before ",
                                  CommitPath(folder, *at));
  }
  return arrow::Status::OK();
}

}  // namespace

LogScope LogScope::Everything() {
  return {.all_files = true, .removals = true, .statistics = true};
}

bool LogScope::Wants(const ordered_json& add) const {
  if (all_files || paths.contains(add.at("path").get<std::string>())) return true;
  const auto tags = add.find("tags");
  return !days.empty() && tags != add.end() && tags->is_object() &&
         days.contains(tags->value(kDayTag, ""));
}

void Snapshot::Apply(const Json& line, const LogScope& scope) {
  const auto path_of = [](const Json& action) {
    return action.at("path").get<std::string>();
  };
  if (const auto at = line.find("add"); at != line.end()) {
    removed.erase(path_of(*at));
    if (scope.Wants(*at)) files[path_of(*at)] = *at;
  } else if (const auto at = line.find("remove"); at != line.end()) {
    files.erase(path_of(*at));
    if (scope.removals) removed[path_of(*at)] = *at;
  } else if (const auto at = line.find("metaData"); at != line.end()) {
    metadata = *at;
  } else if (const auto at = line.find("protocol"); at != line.end()) {
    protocol = *at;
  } else if (const auto at = line.find("txn"); at != line.end()) {
    const auto id = at->at("appId").get<std::string>();
    if (scope.application.value_or(id) == id) transactions[id] = *at;
  }
}

arrow::Result<ordered_json> Snapshot::Fields() const {
  const auto text = metadata.value("schemaString", std::string());
  const Json schema = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!schema.is_object() || !schema.contains("fields")) {
    return arrow::Status::Invalid("schema of a Delta table is damaged: ", text);
  }
  return schema["fields"];
}

std::optional<std::string> Snapshot::Property(const std::string& name) const {
  if (!metadata.is_object() || !metadata.contains("configuration")) return std::nullopt;
  const Json& all = metadata["configuration"];
  if (!all.is_object() || !all.contains(name) || !all[name].is_string()) {
    return std::nullopt;
  }
  return all[name].get<std::string>();
}

std::vector<std::string> Snapshot::PartitionColumns() const {
  return metadata.value("partitionColumns", std::vector<std::string>());
}

std::string Snapshot::id() const {
  return metadata.is_object() ? metadata.value("id", std::string()) : std::string();
}

int64_t Snapshot::TransactionOf(const std::string& app_id) const {
  const auto at = transactions.find(app_id);
  return at == transactions.end() ? 0 : at->second.value("version", int64_t{0});
}

std::string CommitPath(const std::string& folder, TableVersion version) {
  return fmt::format("{}/_delta_log/{:020d}.json", folder, version);
}

std::string CheckpointPath(const std::string& folder, TableVersion version) {
  return fmt::format("{}/_delta_log/{:020d}.checkpoint.parquet", folder, version);
}

std::string HintPath(const std::string& folder) {
  return folder + "/_delta_log/_last_checkpoint";
}

arrow::Result<std::string> LogPath(const std::string& folder, const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(const std::string below, PathInTable(folder, path));
  return UriEncoded(below);
}

arrow::Status ReadCommits(const Storage& storage, const std::string& folder,
                          const LogScope& scope, Snapshot* snapshot) {
  for (;; ++snapshot->version) {
    const std::string path = CommitPath(folder, snapshot->version + 1);
    ARROW_ASSIGN_OR_RAISE(const auto text, ReadOnce(storage, path));
    if (text == nullptr) return arrow::Status::OK();
    ARROW_RETURN_NOT_OK(ApplyText(path, *text, scope, snapshot));
  }
}

arrow::Result<Snapshot> ReadSnapshot(const Storage& storage, const std::string& folder,
                                     const LogScope& scope) {
  Snapshot snapshot;
  ARROW_RETURN_NOT_OK(ForgetOfAnother(storage, folder));
  ARROW_RETURN_NOT_OK(FindCheckpoint(storage, folder, &snapshot));
  for (const std::string& part : snapshot.checkpoint_parts) {
    ARROW_RETURN_NOT_OK(ReadCheckpoint(storage, part, scope, &snapshot));
  }
  snapshot.version = snapshot.checkpoint;
  ARROW_RETURN_NOT_OK(ReadCommits(storage, folder, scope, &snapshot));
  if (snapshot.exists() &&
      (!snapshot.protocol.is_object() || !snapshot.metadata.is_object())) {
    return arrow::Status::Invalid("log of a Delta table has no protocol or schema: ",
                                  folder);
  }
  return snapshot;
}

}  // namespace lakeseed::delta
