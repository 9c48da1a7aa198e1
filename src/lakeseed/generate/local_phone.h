// Telephone numbers of countries other than the United States; the generator `phone`
// asks for them (phone.cc).
//
// Source  Table locales of the vocabulary: the ranges that the regulators of some
//         countries keep for fiction, and the usual form of a number.
//
// Thread safety: immutable.

#pragma once

#include <arrow/api.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/generate/generator.h"
#include "lakeseed/generate/text_block.h"
#include "lakeseed/generate/text_pattern.h"

namespace lakeseed {

class LocalPhone final : public ColumnGenerator {
 public:
  /// REQUIRES: !patterns.empty().
  LocalPhone(const Key& key, const std::vector<std::string>& patterns)
      : which_key_(key.Sub(0)), digits_key_(key.Sub(1)) {
    for (const std::string& pattern : patterns) {
      patterns_.emplace_back(pattern);
      max_size_ = std::max(max_size_, patterns_.back().size());
    }
  }

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int = -1) const override { return {.kind = ShapeKind::kText}; }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const int64_t n = request.rows.length();
    ARROW_ASSIGN_OR_RAISE(TextBlock block,
                          TextBlock::Make(n, max_size_, false, request.pool));
    const auto count = static_cast<int64_t>(patterns_.size());
    for (int64_t i = 0; i < n; ++i) {
      const int64_t row = request.rows[i];
      const auto which = static_cast<size_t>(Below(Cell(which_key_, row), count));
      block.End(patterns_[which].Write(digits_key_, row, {}, block.cursor()));
    }
    return block.Finish();
  }

 private:
  const std::shared_ptr<arrow::DataType> type_ = arrow::utf8();
  const Key which_key_, digits_key_;
  std::vector<TextPattern> patterns_;
  int64_t max_size_ = 0;
};

}  // namespace lakeseed
