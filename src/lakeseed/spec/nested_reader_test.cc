// Structs and lists as the file says them, and what people get wrong about them.

#include "lakeseed/spec/nested_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lakeseed/spec/load.h"

namespace lakeseed {
namespace {

constexpr char kHead[] =
    "dataset: x\n"
    "window: {from: 2024-01-01, to: 2024-01-31}\n"
    "tables:\n"
    "  t:\n"
    "    rows: 5\n"
    "    columns:\n"
    "      k: {key: {}}\n";

arrow::Result<DatasetSpec> Read(const std::string& columns) {
  return ParseDataset(kHead + columns, "f", "", {});
}

std::string Errors(const std::string& columns) {
  const auto spec = Read(columns);
  return spec.ok() ? "OK" : spec.status().message();
}

TEST(NestedReaderTest, FieldsAndElements) {
  const auto spec = Read(
      "      home: {struct: {city: k, geo: {struct: {lat: k}}}, null_fraction: 0.5}\n"
      "      lines: {list: {length: 2, let: {v: k}, of: {struct: {x: v, codes: {list: "
      "{length: 1, of: k}}}}}}\n");
  ASSERT_TRUE(spec.ok()) << spec.status().ToString();
  const TableSpec& table = *spec->FindTable("t");
  const ColumnSpec& home = table.columns[1];
  EXPECT_EQ(home.null_fraction, 0.5);
  ASSERT_EQ(home.fields.size(), 2U);
  EXPECT_EQ(home.fields[0].name, "home.city");
  EXPECT_EQ(home.fields[1].fields[0].name, "home.geo.lat");
  EXPECT_EQ(home.fields[1].fields[0].own_name(), "lat");
  const TableSpec* lines = spec->FindTable("t.lines");
  ASSERT_NE(lines, nullptr);
  EXPECT_TRUE(lines->is_hidden && lines->is_list());
  EXPECT_EQ(lines->children->parent, "t");
  EXPECT_EQ(lines->lets[0].name, "v");
  ASSERT_EQ(lines->columns.size(), 1U);
  EXPECT_EQ(lines->columns[0].fields[0].name, "x");
  const TableSpec* codes = spec->FindTable("t.lines.codes");
  ASSERT_NE(codes, nullptr);
  EXPECT_EQ(codes->children->parent, "t.lines");
}

TEST(NestedReaderTest, WhatIsInsideIsPartOfTheIdentity) {
  const auto text = [](const std::string& columns) {
    return Read(columns).ValueOrDie().canonical_text;
  };
  const std::string one = text("      a: {list: {length: 2, of: {struct: {x: k}}}}\n");
  EXPECT_NE(one, text("      a: {list: {length: 3, of: {struct: {x: k}}}}\n"));
  EXPECT_NE(one, text("      a: {list: {length: 2, of: {struct: {y: k}}}}\n"));
  EXPECT_NE(one, text("      a: {list: {length: 2, of: {struct: {x: k + 1}}}}\n"));
  EXPECT_NE(one, text("      a: {list: {length: 2, of: k}}\n"));
}

TEST(NestedReaderTest, MistakesAreReported) {
  EXPECT_EQ(Errors("      a: {struct: {}}\n"),
            "f:8:19: t.columns.a.struct: must be a mapping of fields\n\nhint: write its "
            "fields like columns: {struct: {city: home.city, zip: home.postal_code}}");
  EXPECT_EQ(Errors("      a: {struct: {x: k, X: k}}\n"),
            "f:8:26: t.columns.a.struct: names differ only in upper and lower case: X\n\n"
            "hint: rename it or `x`");
  EXPECT_EQ(Errors("      a: {struct: {x: {expr: k, unique: true}}}\n"),
            "f:8:23: t.columns.a.struct.x: only a column as a whole is unique\n\nhint: "
            "leave `unique` out");
  EXPECT_EQ(Errors("      a: {struct: {x: {expr: k, since: 2024-01-05}}}\n"),
            "f:8:23: t.columns.a.struct.x: only a column as a whole comes and goes\n\n"
            "hint: state `since` and `until` at the column");
  EXPECT_EQ(Errors("      a: {struct: {x: k}, type: text}\n"),
            "f:8:19: t.columns.a.struct: the types of a struct are those of what is in "
            "it\n\nhint: state `type` there");
  EXPECT_EQ(Errors("      a: {list: {lenght: 2, of: k}}\n"),
            "f:8:17: t.columns.a.list: missing key: length\n\nhint: for example {list: "
            "{length: {poisson: {mean: 2, max: 6}}, of: {uniform: [1, 9]}}}\n"
            "f:8:18: t.columns.a.list: unknown key: lenght\n\nhint: did you mean "
            "`length`?");
  EXPECT_EQ(Errors("      a: {list: {length: 2, of: {expr: k, unique: true}}}\n"),
            "f:8:33: t.columns.a.list.of: only a column as a whole is unique\n\nhint: "
            "leave `unique` out");
  EXPECT_EQ(
      Errors("      a: {list: {length: 2, let: {x: k}, of: {struct: {x: k}}}}\n"),
      "f:8:56: t.columns.a.list: duplicate name: x\n\nhint: a `let` of the list has "
      "it: f:8:35");
}

}  // namespace
}  // namespace lakeseed
