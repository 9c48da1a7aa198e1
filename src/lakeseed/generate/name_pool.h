// NamePool: first names by decade of birth and sex, and surnames, by frequency; of
// other locales than en_US by sex alone, and all alike.
//
// Law: a birth before the first decade of the table takes that decade's names, one
// after the last takes the last's.
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/base/alias_table.h"
#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/category_pool.h"
#include "lakeseed/generate/held_pools.h"
#include "lakeseed/generate/text_block.h"

namespace lakeseed {

inline constexpr uint8_t kFemale = 0, kMale = 1;

class NamePool {
 public:
  NamePool() = default;

  /// Of en_US the tables us_first_names and us_surnames, else local_names.
  static arrow::Result<NamePool> Read(const std::string& locale);
  /// The same, read once for all who hold it at the same time.
  static HeldPoolPtr<NamePool> Hold(const std::string& locale);

  const CategoryPool& first_names() const { return first_names_; }
  const CategoryPool& surnames() const { return surnames_; }
  /// The same, to be copied into longer texts.
  const PaddedTexts& first_texts() const { return first_texts_; }
  const PaddedTexts& surname_texts() const { return surname_texts_; }
  /// Their lower case letters without accents, for e-mail addresses; never empty.
  const PaddedTexts& first_slugs() const { return first_slugs_; }
  const PaddedTexts& surname_slugs() const { return surname_slugs_; }
  /// Surnames in ASCII, by code.
  const std::vector<std::string_view>& surname_ascii() const {
    return local_table_ == nullptr ? surnames_.texts() : surname_ascii_;
  }

  /// Codes of first names for births on those days, from one cell each.
  void PickFirstNames(const int32_t* births, const uint8_t* sexes, const uint64_t* cells,
                      int64_t count, int32_t* codes) const;

  /// Whether surnames depend on the sex.
  bool has_gendered_surnames() const { return !surname_codes_[kFemale].empty(); }
  int32_t PickSurname(uint8_t sex, uint64_t u) const {
    if (!has_gendered_surnames()) return static_cast<int32_t>(surname_laws_[0].Pick(u));
    return surname_codes_[sex][static_cast<size_t>(surname_laws_[sex].Pick(u))];
  }

 private:
  arrow::Status ReadFirstNames();
  arrow::Status ReadSurnames();
  arrow::Status ReadLocalNames(const std::string& locale);
  const std::vector<std::string_view>& first_ascii() const {
    return local_table_ == nullptr ? first_names_.texts() : first_ascii_;
  }

  CategoryPool first_names_, surnames_;
  std::vector<int32_t> decade_starts_;       ///< First days of all decades but the first.
  std::vector<AliasTable> first_name_laws_;  ///< At decade * 2 + sex.
  std::vector<std::vector<int32_t>> first_name_codes_;  ///< Beside the laws.
  /// By sex; only the first, whose picks are codes, where surnames do not depend on it.
  AliasTable surname_laws_[2];
  std::vector<int32_t> surname_codes_[2];  ///< Beside the laws, if there are two.
  std::shared_ptr<const VocabularyTable> local_table_;  ///< Of other locales than en_US.
  std::vector<std::string_view> first_ascii_, surname_ascii_;  ///< Texts of that table.
  PaddedTexts first_texts_, surname_texts_, first_slugs_, surname_slugs_;
};

}  // namespace lakeseed
