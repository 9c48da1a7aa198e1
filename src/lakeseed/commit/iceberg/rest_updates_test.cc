// Tests: what a REST catalog is told of a new table, of rows, of columns and properties.

#include "lakeseed/commit/iceberg/rest_updates.h"

#include <gtest/gtest.h>

namespace lakeseed::iceberg {
namespace {

using nlohmann::ordered_json;

ordered_json Schema(int id, int columns) {
  ordered_json fields = ordered_json::array();
  for (int i = 1; i <= columns; ++i) fields.push_back({{"id", i}});
  return {{"type", "struct"}, {"schema-id", id}, {"fields", fields}};
}

ordered_json Metadata() {
  return {{"format-version", 2},
          {"table-uuid", "u"},
          {"location", "file:///lake/t"},
          {"last-column-id", 2},
          {"current-schema-id", 0},
          {"schemas", ordered_json::array({Schema(0, 2)})},
          {"default-spec-id", 0},
          {"partition-specs", ordered_json::parse(R"([{"spec-id": 0, "fields": []}])")},
          {"default-sort-order-id", 0},
          {"sort-orders", ordered_json::parse(R"([{"order-id": 0, "fields": []}])")},
          {"properties", {{"kept", "1"}}},
          {"refs", {{"main", {{"snapshot-id", 7}, {"type", "branch"}}}}},
          {"snapshots", ordered_json::parse(R"([{"snapshot-id": 7}])")}};
}

std::vector<std::string> Actions(const RestUpdates& changes) {
  std::vector<std::string> actions;
  for (const ordered_json& one : changes.updates) {
    actions.push_back(one.at("action").get<std::string>());
  }
  return actions;
}

using Names = std::vector<std::string>;

TEST(RestUpdatesTest, NewTablesMustNotBeThere) {
  const RestUpdates changes = UpdatesBetween(nullptr, Metadata());
  EXPECT_EQ(changes.requirements, ordered_json::parse(R"([{"type": "assert-create"}])"));
  EXPECT_EQ(Actions(changes),
            (Names{"assign-uuid", "upgrade-format-version", "set-location", "add-schema",
                   "set-current-schema", "add-spec", "set-default-spec", "add-sort-order",
                   "set-default-sort-order", "set-properties", "add-snapshot",
                   "set-snapshot-ref"}));
  EXPECT_EQ(changes.updates[3].at("last-column-id"), 2);
  EXPECT_EQ(changes.updates[4].at("schema-id"), -1);
  EXPECT_EQ(changes.updates[8].at("sort-order-id"), -1);
}

TEST(RestUpdatesTest, RowsNeedTheSnapshotThatTheyWereAddedTo) {
  ordered_json after = Metadata();
  after["snapshots"].push_back({{"snapshot-id", 8}, {"parent-snapshot-id", 7}});
  after["refs"]["main"]["snapshot-id"] = 8;
  const RestUpdates changes = UpdatesBetween(Metadata(), after);
  EXPECT_EQ(changes.requirements, ordered_json::parse(R"([
      {"type": "assert-table-uuid", "uuid": "u"},
      {"type": "assert-ref-snapshot-id", "ref": "main", "snapshot-id": 7}])"));
  EXPECT_EQ(changes.updates, ordered_json::parse(R"([
      {"action": "add-snapshot", "snapshot": {"snapshot-id": 8, "parent-snapshot-id": 7}},
      {"action": "set-snapshot-ref", "ref-name": "main", "type": "branch",
       "snapshot-id": 8}])"));
}

TEST(RestUpdatesTest, ATableWithoutRowsMustStillHaveNone) {
  const RestUpdates changes = UpdatesBetween(WithoutSnapshots(Metadata()), Metadata());
  EXPECT_TRUE(changes.requirements[1].at("snapshot-id").is_null());
  EXPECT_EQ(Actions(changes), (Names{"add-snapshot", "set-snapshot-ref"}));
}

TEST(RestUpdatesTest, ColumnsAndPropertiesThatChange) {
  ordered_json after = Metadata();
  after["schemas"].push_back(Schema(1, 3));
  after["current-schema-id"] = 1;
  after["last-column-id"] = 3;
  after["properties"] = {{"new", "2"}};
  const RestUpdates changes = UpdatesBetween(Metadata(), after);
  EXPECT_EQ(Actions(changes), (Names{"add-schema", "set-current-schema", "set-properties",
                                     "remove-properties"}));
  EXPECT_EQ(changes.requirements[2],
            ordered_json::parse(
                R"({"type": "assert-current-schema-id", "current-schema-id": 0})"));
  after["format-version"] = 3;
  EXPECT_EQ(UpdatesBetween(Metadata(), after).updates[0],
            ordered_json::parse(
                R"({"action": "upgrade-format-version", "format-version": 3})"));
  after["format-version"] = 2;
  // Back to columns that the table had before.
  const RestUpdates back = UpdatesBetween(after, [&] {
    ordered_json again = after;
    again["current-schema-id"] = 0;
    return again;
  }());
  EXPECT_EQ(back.updates,
            ordered_json::parse(R"([{"action": "set-current-schema", "schema-id": 0}])"));
}

}  // namespace
}  // namespace lakeseed::iceberg
