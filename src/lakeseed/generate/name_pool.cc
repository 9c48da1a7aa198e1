#include "lakeseed/generate/name_pool.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "lakeseed/base/date.h"
#include "lakeseed/generate/locale.h"

namespace lakeseed {
namespace {

/// Lower case letters only; never empty.
PaddedTexts Slugs(const std::vector<std::string_view>& names) {
  size_t bytes = 0, longest = 0;
  for (const std::string_view name : names) {
    bytes += std::max<size_t>(name.size(), 1);
    longest = std::max(longest, name.size());
  }
  PaddedTexts slugs;
  slugs.Reserve(names.size(), bytes);
  std::string slug(longest, ' ');
  for (const std::string_view name : names) {
    size_t size = 0;
    for (const char c : name) {
      const char lower = static_cast<char>(c | ('a' - 'A'));
      slug[size] = lower;
      size += lower >= 'a' && lower <= 'z';
    }
    slugs.Add(size == 0 ? "x" : std::string_view(slug).substr(0, size));
  }
  return slugs;
}

}  // namespace

arrow::Result<NamePool> NamePool::Read(const std::string& locale) {
  NamePool pool;
  if (locale != kAmericanLocale) {
    ARROW_RETURN_NOT_OK(pool.ReadLocalNames(locale));
  } else {
    ARROW_RETURN_NOT_OK(pool.ReadFirstNames());
    ARROW_RETURN_NOT_OK(pool.ReadSurnames());
  }
  ARROW_RETURN_NOT_OK(pool.first_names_.Freeze());
  ARROW_RETURN_NOT_OK(pool.surnames_.Freeze());
  pool.first_texts_ = PaddedTexts(pool.first_names_.texts());
  pool.surname_texts_ = PaddedTexts(pool.surnames_.texts());
  pool.first_slugs_ = Slugs(pool.first_ascii());
  pool.surname_slugs_ = Slugs(pool.surname_ascii());
  return pool;
}

HeldPoolPtr<NamePool> NamePool::Hold(const std::string& locale) {
  static HeldPools<NamePool> pools;
  return pools.Hold(locale, [locale] { return Read(locale); });
}

void NamePool::PickFirstNames(const int32_t* births, const uint8_t* sexes,
                              const uint64_t* cells, int64_t count,
                              int32_t* codes) const {
  // Decades by the starts, not by the births: such a loop compilers make wide.
  for (int64_t i = 0; i < count; ++i) codes[i] = sexes[i];
  for (const int32_t start : decade_starts_) {
    for (int64_t i = 0; i < count; ++i) codes[i] += births[i] >= start ? 2 : 0;
  }
  for (int64_t i = 0; i < count; ++i) {
    const auto law = static_cast<size_t>(codes[i]);
    const int64_t pick = first_name_laws_[law].Pick(cells[i]);
    codes[i] = first_name_codes_[law][static_cast<size_t>(pick)];
  }
}

arrow::Status NamePool::ReadLocalNames(const std::string& locale) {
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("local_names"));
  ARROW_ASSIGN_OR_RAISE(const auto locales, table->Text("locale"));
  ARROW_ASSIGN_OR_RAISE(const auto kinds, table->Text("kind"));
  ARROW_ASSIGN_OR_RAISE(const auto sexes, table->Text("sex"));
  ARROW_ASSIGN_OR_RAISE(const auto names, table->Text("name"));
  ARROW_ASSIGN_OR_RAISE(const auto ascii, table->Text("ascii"));
  ARROW_ASSIGN_OR_RAISE(const auto weights, table->Integers("weight"));
  first_name_codes_.resize(2);
  std::vector<double> first_shares[2], surname_shares[2];
  const auto add = [&](size_t row, CategoryPool* pool,
                       std::vector<std::string_view>* plain) {
    const int32_t code = pool->Add(names[row]);
    if (static_cast<size_t>(code) == plain->size()) plain->push_back(ascii[row]);
    return code;
  };
  for (size_t i = 0; i < names.size(); ++i) {
    if (locales[i] != locale) continue;
    const auto weight = static_cast<double>(weights[i]);
    for (const uint8_t sex : {kFemale, kMale}) {
      if (sexes[i] == (sex == kFemale ? "M" : "F")) continue;
      if (kinds[i] == "first") {
        first_name_codes_[sex].push_back(add(i, &first_names_, &first_ascii_));
        first_shares[sex].push_back(weight);
      } else {
        surname_codes_[sex].push_back(add(i, &surnames_, &surname_ascii_));
        surname_shares[sex].push_back(weight);
      }
    }
  }
  for (const uint8_t sex : {kFemale, kMale}) {
    ARROW_ASSIGN_OR_RAISE(first_name_laws_.emplace_back(),
                          AliasTable::Make(first_shares[sex]));
    ARROW_ASSIGN_OR_RAISE(surname_laws_[sex], AliasTable::Make(surname_shares[sex]));
  }
  local_table_ = table;
  return arrow::Status::OK();
}

arrow::Status NamePool::ReadFirstNames() {
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("us_first_names"));
  ARROW_ASSIGN_OR_RAISE(const auto decades, table->Integers("decade"));
  ARROW_ASSIGN_OR_RAISE(const auto sexes, table->Text("sex"));
  ARROW_ASSIGN_OR_RAISE(const auto names, table->Text("name"));
  ARROW_ASSIGN_OR_RAISE(const auto weights, table->Integers("weight"));
  const int64_t first = *std::min_element(decades.begin(), decades.end());
  const int64_t last = *std::max_element(decades.begin(), decades.end());
  for (int64_t decade = first + 10; decade <= last; decade += 10) {
    decade_starts_.push_back(DaysFromCivil(static_cast<int32_t>(decade), 1, 1));
  }
  std::vector<std::vector<double>> shares(2 * (decade_starts_.size() + 1));
  first_name_codes_.resize(shares.size());
  for (size_t i = 0; i < names.size(); ++i) {
    const auto law = static_cast<size_t>((decades[i] - first) / 10 * 2) +
                     (sexes[i] == "F" ? kFemale : kMale);
    first_name_codes_[law].push_back(first_names_.Add(names[i]));
    shares[law].push_back(static_cast<double>(weights[i]));
  }
  for (const std::vector<double>& law : shares) {
    ARROW_ASSIGN_OR_RAISE(first_name_laws_.emplace_back(), AliasTable::Make(law));
  }
  return arrow::Status::OK();
}

arrow::Status NamePool::ReadSurnames() {
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("us_surnames"));
  ARROW_ASSIGN_OR_RAISE(const auto names, table->Text("name"));
  ARROW_ASSIGN_OR_RAISE(const auto weights, table->Integers("weight"));
  surnames_.Reserve(names.size());
  std::vector<double> shares;
  shares.reserve(names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    if (surnames_.Add(names[i]) + 1 != static_cast<int32_t>(i) + 1) {
      return arrow::Status::Invalid("us_surnames: twice: ", names[i]);
    }
    shares.push_back(static_cast<double>(weights[i]));
  }
  return AliasTable::Make(shares).Value(&surname_laws_[0]);
}

}  // namespace lakeseed
