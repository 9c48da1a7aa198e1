// NamePool: first names by decade of birth and sex, and surnames, by frequency.
//
// Law: a birth before the first decade of the table takes that decade's names, one
// after the last takes the last's.
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <vector>

#include "lakeseed/base/alias_table.h"
#include "lakeseed/generate/category_pool.h"

namespace lakeseed {

inline constexpr uint8_t kFemale = 0, kMale = 1;

class NamePool {
 public:
  NamePool() = default;

  /// Read the tables us_first_names and us_surnames.
  static arrow::Result<NamePool> Read();

  const CategoryPool& first_names() const { return first_names_; }
  const CategoryPool& surnames() const { return surnames_; }

  /// Code of a first name for a birth on that day, from one cell.
  int32_t PickFirstName(int32_t birth, uint8_t sex, uint64_t u) const {
    size_t decade = 0;
    for (const int32_t start : decade_starts_) decade += birth >= start;
    const size_t law = 2 * decade + sex;
    const int64_t pick = first_name_laws_[law].Pick(u);
    return first_name_codes_[law][static_cast<size_t>(pick)];
  }

  int32_t PickSurname(uint64_t u) const {
    return static_cast<int32_t>(surname_law_.Pick(u));
  }

 private:
  arrow::Status ReadFirstNames();
  arrow::Status ReadSurnames();

  CategoryPool first_names_, surnames_;
  std::vector<int32_t> decade_starts_;       ///< First days of all decades but the first.
  std::vector<AliasTable> first_name_laws_;  ///< At decade * 2 + sex.
  std::vector<std::vector<int32_t>> first_name_codes_;  ///< Beside the laws.
  AliasTable surname_law_;
};

}  // namespace lakeseed
