// Five rows of every type, and expressions over them: the table tests share it.
//
// Thread safety: none; for tests only.

#pragma once

#include <arrow/array.h>

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lakeseed/evaluate/bound_expression.h"

namespace lakeseed {

using Arrays = std::map<std::string, std::shared_ptr<arrow::Array>>;

/// The columns a, b, … of the table tests; see the .cc.
const Arrays& CaseColumns();

/// Resolves names to given arrays; folds are the column "fold".
class ArrayResolver final : public NameResolver {
 public:
  explicit ArrayResolver(const Arrays& arrays) : arrays_(arrays) {}
  arrow::Result<Input> Resolve(const Expr& path) override;
  arrow::Result<Input> ResolveFold(const Expr& call) override;

  /// The arrays of the names that were resolved, in order of their index.
  std::vector<std::shared_ptr<arrow::Array>> inputs() const;

 private:
  const Arrays& arrays_;
  std::vector<std::string> names_;
};

/// Parse, bind and evaluate over columns of equal length.
arrow::Result<std::shared_ptr<arrow::Array>> Evaluate(const std::string& expression,
                                                      const Arrays& columns);

/// Sets the vocabulary to two small tables, states and codes, while it lives.
class VocabularyOfCases {
 public:
  VocabularyOfCases();
  ~VocabularyOfCases();

 private:
  std::string before_;
};

/// "decimal(12,2): 1.00 null …": type and values, dictionaries as their texts.
std::string Print(const arrow::Array& array);

struct ExpressionCase {
  const char* expression;
  const char* expected;  ///< As Print; for errors a part of the rendered error.
};

/// Each expression over the columns gives what is expected.
void ExpectCases(std::span<const ExpressionCase> cases);

}  // namespace lakeseed
