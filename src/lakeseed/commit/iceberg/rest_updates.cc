#include "lakeseed/commit/iceberg/rest_updates.h"

#include <algorithm>
#include <string>

namespace lakeseed::iceberg {
namespace {

using nlohmann::ordered_json;

/// A list of things with ids, of which one is the table's now.
struct Numbered {
  const char* list;
  const char* id;
  const char* current;
  const char* add;
  const char* thing;
  const char* set;
  const char* set_id;
  const char* require;
};

constexpr Numbered kNumbered[] = {
    {"schemas", "schema-id", "current-schema-id", "add-schema", "schema",
     "set-current-schema", "schema-id", "assert-current-schema-id"},
    {"partition-specs", "spec-id", "default-spec-id", "add-spec", "spec",
     "set-default-spec", "spec-id", "assert-default-spec-id"},
    {"sort-orders", "order-id", "default-sort-order-id", "add-sort-order", "sort-order",
     "set-default-sort-order", "sort-order-id", "assert-default-sort-order-id"},
};

const ordered_json& Part(const ordered_json& metadata, const char* name) {
  static const ordered_json kNone;
  const auto at = metadata.is_object() ? metadata.find(name) : metadata.end();
  return metadata.is_object() && at != metadata.end() ? *at : kNone;
}

bool HasId(const ordered_json& list, const char* name, const ordered_json& id) {
  return std::any_of(list.begin(), list.end(),
                     [&](const ordered_json& one) { return one.at(name) == id; });
}

void AddNumbered(const ordered_json& before, const ordered_json& after,
                 const Numbered& kind, RestUpdates* to) {
  const ordered_json& there = Part(before, kind.list);
  // The current one last: -1 is the one that was added last.
  std::vector<ordered_json> added;
  for (const ordered_json& one : Part(after, kind.list)) {
    if (!HasId(there, kind.id, one.at(kind.id))) added.push_back(one);
  }
  const ordered_json& current = after.at(kind.current);
  std::stable_partition(added.begin(), added.end(), [&](const ordered_json& one) {
    return one.at(kind.id) != current;
  });
  for (ordered_json& one : added) {
    ordered_json update{{"action", kind.add}, {kind.thing, std::move(one)}};
    if (kind.thing == std::string("schema")) {
      update["last-column-id"] = after.at("last-column-id");
    }
    to->updates.push_back(std::move(update));
  }
  const ordered_json& old = Part(before, kind.current);
  if (old == current) return;
  const bool is_new = !HasId(there, kind.id, current);
  to->updates.push_back(
      {{"action", kind.set}, {kind.set_id, is_new ? ordered_json(-1) : current}});
  if (!old.is_null()) {
    to->requirements.push_back({{"type", kind.require}, {kind.current, old}});
  }
}

void AddProperties(const ordered_json& before, const ordered_json& after,
                   RestUpdates* to) {
  ordered_json set = ordered_json::object(), removed = ordered_json::array();
  const ordered_json& there = Part(before, "properties");
  const ordered_json& wanted = Part(after, "properties");
  for (const auto& [name, value] : wanted.items()) {
    if (!there.contains(name) || there.at(name) != value) set[name] = value;
  }
  for (const auto& [name, value] : there.items()) {
    if (!wanted.contains(name)) removed.push_back(name);
  }
  if (!set.empty()) {
    to->updates.push_back({{"action", "set-properties"}, {"updates", std::move(set)}});
  }
  if (!removed.empty()) {
    to->updates.push_back(
        {{"action", "remove-properties"}, {"removals", std::move(removed)}});
  }
}

/// The snapshot of `main`; null when there is none.
ordered_json MainSnapshot(const ordered_json& metadata) {
  const ordered_json& main = Part(Part(metadata, "refs"), "main");
  return main.is_null() ? ordered_json() : main.at("snapshot-id");
}

void AddSnapshots(const ordered_json& before, const ordered_json& after,
                  RestUpdates* to) {
  const ordered_json& there = Part(before, "snapshots");
  for (const ordered_json& one : Part(after, "snapshots")) {
    if (HasId(there, "snapshot-id", one.at("snapshot-id"))) continue;
    to->updates.push_back({{"action", "add-snapshot"}, {"snapshot", one}});
  }
  ordered_json removed = ordered_json::array();
  for (const ordered_json& one : there) {
    const ordered_json& id = one.at("snapshot-id");
    if (!HasId(Part(after, "snapshots"), "snapshot-id", id)) removed.push_back(id);
  }
  if (!removed.empty()) {
    to->updates.push_back(
        {{"action", "remove-snapshots"}, {"snapshot-ids", std::move(removed)}});
  }
  const ordered_json main = MainSnapshot(after);
  if (main.is_null() || main == MainSnapshot(before)) return;
  to->updates.push_back({{"action", "set-snapshot-ref"},
                         {"ref-name", "main"},
                         {"type", "branch"},
                         {"snapshot-id", main}});
}

ordered_json UpgradeTo(const ordered_json& metadata) {
  return {{"action", "upgrade-format-version"},
          {"format-version", metadata.at("format-version")}};
}

}  // namespace

RestUpdates UpdatesBetween(const ordered_json& before, const ordered_json& after) {
  RestUpdates changes;
  if (before.is_null()) {
    changes.requirements.push_back({{"type", "assert-create"}});
    changes.updates.push_back(
        {{"action", "assign-uuid"}, {"uuid", after.at("table-uuid")}});
    changes.updates.push_back(UpgradeTo(after));
    changes.updates.push_back(
        {{"action", "set-location"}, {"location", after.at("location")}});
  } else {
    changes.requirements.push_back(
        {{"type", "assert-table-uuid"}, {"uuid", before.at("table-uuid")}});
    changes.requirements.push_back({{"type", "assert-ref-snapshot-id"},
                                    {"ref", "main"},
                                    {"snapshot-id", MainSnapshot(before)}});
    if (before.at("format-version") != after.at("format-version")) {
      changes.updates.push_back(UpgradeTo(after));
    }
  }
  for (const Numbered& kind : kNumbered) AddNumbered(before, after, kind, &changes);
  AddProperties(before, after, &changes);
  AddSnapshots(before, after, &changes);
  return changes;
}

ordered_json WithoutSnapshots(ordered_json metadata) {
  metadata["snapshots"] = ordered_json::array();
  metadata["refs"] = ordered_json::object();
  metadata["current-snapshot-id"] = -1;
  return metadata;
}

}  // namespace lakeseed::iceberg
