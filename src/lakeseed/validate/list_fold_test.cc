// Folds over lists: of scalars, of fields, of expressions; nulls and empty lists.

#include "lakeseed/validate/list_fold.h"

#include <arrow/api.h>
#include <arrow/json/from_string.h>
#include <gtest/gtest.h>

#include "lakeseed/spec/expression.h"

namespace lakeseed {
namespace {

const auto kLine = arrow::struct_(
    {arrow::field("n", arrow::int64()), arrow::field("x", arrow::int64())});

std::shared_ptr<arrow::Array> Lists(const std::shared_ptr<arrow::DataType>& element,
                                    const std::string& json) {
  const auto type = arrow::list(arrow::field("element", element));
  return arrow::json::ArrayFromJSONString(type, json).ValueOrDie();
}

arrow::Result<std::shared_ptr<arrow::Array>> Folded(const std::string& call,
                                                    const arrow::Array& lists) {
  ARROW_ASSIGN_OR_RAISE(const ExprPtr parsed, ParseExpression(call, {"t", 1, 1}));
  ARROW_ASSIGN_OR_RAISE(auto fold, ListFold::Make(*parsed, "lines", lists.type()));
  return fold->Of(lists);
}

void ExpectFolded(const std::string& call, const arrow::Array& lists,
                  const std::string& json) {
  const auto found = Folded(call, lists);
  ASSERT_TRUE(found.ok()) << found.status().ToString();
  const auto wanted = arrow::json::ArrayFromJSONString(arrow::int64(), json).ValueOrDie();
  EXPECT_TRUE((*found)->Equals(*wanted)) << call << ": " << (*found)->ToString();
}

TEST(ListFoldTest, OfFieldsAndExpressions) {
  const auto lists = Lists(kLine, R"([[{"n": 1, "x": 5}, {"n": 3, "x": 7}], [], null,
      [{"n": 2, "x": null}, null, {"n": 4, "x": 1}]])");
  ExpectFolded("count(lines)", *lists, "[2, 0, null, 3]");
  ExpectFolded("count(lines.x)", *lists, "[2, 0, null, 1]");
  ExpectFolded("sum(lines.x)", *lists, "[12, 0, null, 1]");
  ExpectFolded("sum(lines.n * lines.x)", *lists, "[26, 0, null, 4]");
  ExpectFolded("max(lines.n * 2)", *lists, "[6, null, null, 8]");
  ExpectFolded("min(lines.x)", *lists, "[5, null, null, 1]");
  ExpectFolded("sum(lines.x)", *lists->Slice(1, 3), "[0, null, 1]");
  ExpectFolded("count(lines)", *lists->Slice(0, 0), "[]");
}

TEST(ListFoldTest, OfScalars) {
  const auto lists = Lists(arrow::int64(), "[[1, 2, 3], [null, 9], [], null]");
  ExpectFolded("sum(lines)", *lists, "[6, 9, 0, null]");
  ExpectFolded("max(lines)", *lists, "[3, 9, null, null]");
  ExpectFolded("count(lines)", *lists, "[3, 2, 0, null]");
}

TEST(ListFoldTest, WhatAnElementDoesNotHave) {
  const auto lists = Lists(kLine, "[[]]");
  EXPECT_FALSE(Folded("sum(lines.y)", *lists).ok());
  EXPECT_FALSE(Folded("sum(lines.n * other)", *lists).ok());
  EXPECT_FALSE(Folded("sum(lines.n)", *Lists(arrow::int64(), "[[]]")).ok());
}

}  // namespace
}  // namespace lakeseed
