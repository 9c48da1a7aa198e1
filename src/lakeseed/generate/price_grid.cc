#include "lakeseed/generate/price_grid.h"

#include <algorithm>
#include <utility>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/vocabulary.h"

namespace lakeseed {
namespace {

constexpr double kCoarseShare = 0.35;  // Of prices from 200 to 1000 on the grid of 50.
constexpr double kRoundNineShare =
    0.75;  // Of whole-dollar prices above 100 that end in 9.
constexpr int64_t kSmallestEnding = 25;  // Of prices below one dollar.

/// Distance of the grid's points at this price, in dollars.
double StepAt(double dollars, double u) {
  if (dollars < 50) return 1;
  if (dollars < 200) return 5;
  if (dollars < 1000) return u < kCoarseShare ? 50 : 10;
  return 50;
}

}  // namespace

arrow::Result<PriceGrid> PriceGrid::Read() {
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("price_endings"));
  ARROW_ASSIGN_OR_RAISE(const auto profiles, table->Text("profile"));
  ARROW_ASSIGN_OR_RAISE(const auto cents, table->Integers("ending_cents"));
  ARROW_ASSIGN_OR_RAISE(const auto weights, table->Integers("weight"));
  PriceGrid grid;
  std::vector<std::vector<double>> shares;
  for (size_t i = 0; i < profiles.size(); ++i) {
    if (grid.profiles_.empty() || grid.profiles_.back().name != profiles[i]) {
      grid.profiles_.push_back({.name = std::string(profiles[i])});
      shares.emplace_back();
    }
    grid.profiles_.back().cents.push_back(static_cast<int32_t>(cents[i]));
    shares.back().push_back(static_cast<double>(weights[i]));
  }
  for (size_t i = 0; i < shares.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(grid.profiles_[i].law, AliasTable::Make(shares[i]));
  }
  return grid;
}

arrow::Result<int32_t> PriceGrid::FindProfile(std::string_view name) const {
  const auto found =
      std::find_if(profiles_.begin(), profiles_.end(),
                   [name](const Profile& profile) { return profile.name == name; });
  if (found == profiles_.end()) {
    return arrow::Status::Invalid("price_endings: no profile: ", name);
  }
  return static_cast<int32_t>(found - profiles_.begin());
}

int64_t PriceGrid::Snap(double dollars, int32_t profile, const Key& key, int64_t row,
                        uint64_t cell) const {
  const Profile& endings = profiles_[static_cast<size_t>(profile)];
  const int64_t ending = endings.cents[static_cast<size_t>(endings.law.Pick(cell))];
  const double step = StepAt(dollars, Unit(Cell(key, row, 1)));
  if (step == 1) {
    const double whole = internal::Rint(dollars - static_cast<double>(ending) / 100);
    const int64_t price = 100 * static_cast<int64_t>(std::max(whole, 0.0)) + ending;
    return price < kSmallestEnding ? price + 100 : price;
  }
  const int64_t point = static_cast<int64_t>(internal::Rint(dollars / step) * step);
  if (ending >= 50) return 100 * (point - 1) + ending;  // 199.99 rather than 200.99.
  const bool nine =
      ending == 0 && point > 100 && Unit(Cell(key, row, 2)) < kRoundNineShare;
  return 100 * (nine ? point - 1 : point) + ending;
}

}  // namespace lakeseed
