// StreetLines: the street, first and second line of an address.
//
// Law: line1 is "{number} {street}", or "PO Box {number}" where street is "PO Box";
// line2 is a unit of the building, never of a post-office box.
//
// Shares: US street name list and postal practice; see the vocabulary tables
// us_streets and us_street_suffixes.
//
// Thread safety: immutable.

#pragma once

#include <arrow/api.h>

#include <cstdint>
#include <memory>

#include "lakeseed/base/alias_table.h"
#include "lakeseed/base/key.h"
#include "lakeseed/generate/rows.h"
#include "lakeseed/generate/text_block.h"

namespace lakeseed {

class StreetLines {
 public:
  /// \param has_boxes  whether some lines are those of post-office boxes
  static arrow::Result<StreetLines> Read(const Key& key, bool has_boxes);

  arrow::Result<std::shared_ptr<arrow::Array>> Line1(const Rows& rows,
                                                     arrow::MemoryPool* pool) const;
  /// Numbers of which it holds: where they differ, so do the first lines: the house's, or
  /// below 0 the box's.
  void MarksOf(const Rows& rows, int64_t* marks) const;
  arrow::Result<std::shared_ptr<arrow::Array>> Line2(const Rows& rows,
                                                     arrow::MemoryPool* pool) const;
  arrow::Result<std::shared_ptr<arrow::Array>> Street(const Rows& rows,
                                                      arrow::MemoryPool* pool) const;

 private:
  class Draws;

  /// One text for each row: the box's, or number and street as they are asked for.
  arrow::Result<std::shared_ptr<arrow::Array>> Lines(const Rows& rows, bool numbers,
                                                     arrow::MemoryPool* pool) const;
  int64_t BoxNumber(int64_t row) const;
  char* WriteUnit(int64_t row, char* out) const;
  int64_t max_street_size() const;

  double box_share_ = 0;
  Key box_key_, number_key_, street_key_, suffix_key_, unit_key_;
  PaddedTexts names_, suffixes_;  ///< Suffixes with the blank before them.
  AliasTable name_law_, suffix_law_;
};

}  // namespace lakeseed
