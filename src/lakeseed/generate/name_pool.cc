#include "lakeseed/generate/name_pool.h"

#include <algorithm>
#include <string>

#include "lakeseed/base/date.h"
#include "lakeseed/base/vocabulary.h"

namespace lakeseed {

arrow::Result<NamePool> NamePool::Read() {
  NamePool pool;
  ARROW_RETURN_NOT_OK(pool.ReadFirstNames());
  ARROW_RETURN_NOT_OK(pool.ReadSurnames());
  return pool;
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
  return first_names_.Freeze();
}

arrow::Status NamePool::ReadSurnames() {
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("us_surnames"));
  ARROW_ASSIGN_OR_RAISE(const auto names, table->Text("name"));
  ARROW_ASSIGN_OR_RAISE(const auto weights, table->Integers("weight"));
  std::vector<double> shares;
  for (size_t i = 0; i < names.size(); ++i) {
    if (surnames_.Add(names[i]) + 1 != static_cast<int32_t>(i) + 1) {
      return arrow::Status::Invalid("us_surnames: twice: ", names[i]);
    }
    shares.push_back(static_cast<double>(weights[i]));
  }
  ARROW_ASSIGN_OR_RAISE(surname_law_, AliasTable::Make(shares));
  return surnames_.Freeze();
}

}  // namespace lakeseed
