#include "lakeseed/generate/age_law.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "lakeseed/base/function.h"
#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/cell_block.h"

namespace lakeseed {
namespace {

constexpr char kDefaultProfile[] = "online";
constexpr double kHalfYear = 0.5;  // From rounded to completed years.
constexpr double kLeastShare = 1e-9;

/// Normal distribution function, by halving the interval in which its inverse
/// crosses z: 60 halvings leave less than an ulp that matters.
double NormalShareBelow(double z) {
  double low = 0x1p-60, high = 1 - 0x1p-53;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (InverseNormal(middle) < z ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

/// Share of women from this age on.
constexpr std::pair<int, double> kFemaleShares[] = {{0, 0.489},  {20, 0.490}, {40, 0.500},
                                                    {60, 0.515}, {70, 0.535}, {80, 0.575},
                                                    {90, 0.680}};

}  // namespace

std::array<double, kOldestAge + 1> FemaleShares() {
  std::array<double, kOldestAge + 1> shares{};
  for (const auto& [from, share] : kFemaleShares) {
    std::fill(shares.begin() + from, shares.end(), share);
  }
  return shares;
}

arrow::Result<AgeLaw> AgeLaw::Read(Params& params) {
  const SpecNode* node = params.Find("age");
  if (node == nullptr) return Profile(params, kDefaultProfile);
  if (node->is_scalar()) return Profile(params, node->text);
  if (!node->is_mapping() || node->entries.size() != 1) {
    return params.Error(
        "age", "expected one law or a profile", std::nullopt,
        "for example {normal: {mean: 42, stddev: 15, min: 18, max: 95}}, or online");
  }
  const auto& [name, value] = node->entries.front();
  Params law({.name = name.text, .params = value, .place = name.place},
             params.path() + ".age");
  if (name.text == "normal") return Normal(law);
  if (name.text == "uniform") return Uniform(law);
  return params.Error("age", "unknown law of ages", name.text,
                      "known laws: normal, uniform");
}

arrow::Status AgeLaw::ReadRange(Params& params) {
  ARROW_ASSIGN_OR_RAISE(const int64_t min, params.GetInt64Or("min", min_));
  ARROW_ASSIGN_OR_RAISE(const int64_t max, params.GetInt64Or("max", max_));
  ARROW_RETURN_NOT_OK(params.Finish());
  if (min < 0 || min > kOldestAge) {
    return params.Error("min", fmt::format("an age must be in [0, {}]", kOldestAge),
                        std::to_string(min));
  }
  if (max < min || max > kOldestAge) {
    return params.Error("max",
                        fmt::format("the oldest age must be in [min, {}]", kOldestAge),
                        std::to_string(max));
  }
  min_ = static_cast<int32_t>(min);
  max_ = static_cast<int32_t>(max);
  return arrow::Status::OK();
}

arrow::Result<AgeLaw> AgeLaw::Normal(Params& params) {
  AgeLaw law;
  ARROW_ASSIGN_OR_RAISE(const double mean, params.GetDouble("mean"));
  ARROW_ASSIGN_OR_RAISE(const double stddev, params.GetDouble("stddev"));
  ARROW_RETURN_NOT_OK(law.ReadRange(params));
  if (!(stddev > 0)) {
    return params.Error("stddev", "a standard deviation must be positive",
                        fmt::format("{}", stddev));
  }
  const auto below = [&](int32_t years) {
    return NormalShareBelow((years - kHalfYear - mean) / stddev);
  };
  if (!(below(law.max_ + 1) - below(law.min_) > kLeastShare)) {
    return params.Error("mean", "hardly any of this law lies between min and max",
                        fmt::format("{}", mean));
  }
  for (int32_t years = law.min_; years <= law.max_; ++years) {
    law.AddBand(years, 1, below(years + 1) - below(years));
  }
  ARROW_RETURN_NOT_OK(law.Finish());
  return law;
}

arrow::Result<AgeLaw> AgeLaw::Uniform(Params& params) {
  AgeLaw law;
  ARROW_RETURN_NOT_OK(law.ReadRange(params));
  law.AddBand(law.min_, law.max_ + 1 - law.min_, 1);
  ARROW_RETURN_NOT_OK(law.Finish());
  return law;
}

arrow::Result<AgeLaw> AgeLaw::Profile(const Params& params, const std::string& name) {
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("age_pyramid"));
  ARROW_ASSIGN_OR_RAISE(const auto profiles, table->Text("profile"));
  ARROW_ASSIGN_OR_RAISE(const auto ages, table->Integers("age"));
  ARROW_ASSIGN_OR_RAISE(const auto widths, table->Integers("width"));
  ARROW_ASSIGN_OR_RAISE(const auto weights, table->Integers("weight"));
  AgeLaw law;
  law.min_ = kOldestAge;
  law.max_ = 0;
  std::vector<std::string> known;
  for (size_t i = 0; i < profiles.size(); ++i) {
    if (known.empty() || known.back() != profiles[i]) known.emplace_back(profiles[i]);
    if (profiles[i] != name) continue;
    law.AddBand(ages[i], widths[i], static_cast<double>(weights[i]));
    law.min_ = std::min(law.min_, static_cast<int32_t>(ages[i]));
    law.max_ = std::max(law.max_, static_cast<int32_t>(ages[i] + widths[i] - 1));
  }
  if (law.shares_.empty()) {
    return params.Error("age", "unknown age profile", name,
                        fmt::format("known profiles: {}", fmt::join(known, ", ")));
  }
  ARROW_RETURN_NOT_OK(law.Finish());
  return law;
}

void AgeLaw::AddBand(int64_t start, int64_t width, double share) {
  starts_.push_back(static_cast<double>(start));
  widths_.push_back(static_cast<double>(width));
  shares_.push_back(share);
}

arrow::Status AgeLaw::Finish() {
  ARROW_ASSIGN_OR_RAISE(law_, AliasTable::Make(shares_));
  return arrow::Status::OK();
}

void AgeLaw::AgesOf(const Key& key, const Rows& rows, double* ages) const {
  // A unit so near to 1 that the sum would round up to the band's end is kept below.
  constexpr double kMost = 1 - 0x1p-40;
  UnitsOf(key, rows, 0, rows.length(), 1, ages);
  ForEachCellBlock(key, rows, 0,
                   [&](int64_t first, int64_t count, const uint64_t* cells) {
                     for (int64_t i = 0; i < count; ++i) {
                       const auto band = static_cast<size_t>(law_.Pick(cells[i]));
                       double& age = ages[first + i];
                       age = starts_[band] + widths_[band] * (kMost * age);
                     }
                   });
}

}  // namespace lakeseed
