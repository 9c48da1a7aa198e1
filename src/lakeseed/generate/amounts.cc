#include "lakeseed/generate/amounts.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <utility>

#include "lakeseed/base/bijection.h"
#include "lakeseed/base/cell.h"
#include "lakeseed/base/quantiles.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/real_column.h"
#include "lakeseed/generate/real_law.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr int64_t kMostBlock = 1024;
constexpr double kHundredths = 100;
constexpr double kLargest = 1e13;
/// Draw of a block's cells that move its pairs.
constexpr int64_t kMoves = 1;

arrow::Result<std::optional<RealLaw>> ReadLaw(Params& params) {
  const std::string& name = params.generator();
  if (name == "lognormal") return ReadLognormal(params);
  if (name == "normal") return ReadNormal(params);
  if (name == "exponential") return ReadExponential(params);
  if (name != "uniform") return std::nullopt;
  const SpecNode& ends = params.value();
  if (!ends.is_sequence() || ends.items.size() != 2) {
    return params.Error("", "expected two amounts: [min, max]");
  }
  Params first({params.generator(), ends.items[0], ends.place}, params.path());
  Params second({params.generator(), ends.items[1], ends.place}, params.path());
  ARROW_ASSIGN_OR_RAISE(const double low, first.GetDouble(""));
  ARROW_ASSIGN_OR_RAISE(const double high, second.GetDouble(""));
  if (low > high) return params.Error("", "min must not be above max");
  return RealLaw::Uniform({low, high});
}

/// Amounts and weights of a law of few values.
arrow::Result<std::vector<std::pair<double, double>>> ReadValues(Params& params) {
  std::vector<std::pair<double, double>> values;
  if (params.generator() == "const") {
    ARROW_ASSIGN_OR_RAISE(const double value, params.GetDouble(""));
    return std::vector{std::pair{value, 1.0}};
  }
  if (params.generator() != "choice") {
    return params.Error("", "no law of amounts has this name", params.generator(),
                        "one of lognormal, normal, uniform, exponential, choice, const");
  }
  ARROW_ASSIGN_OR_RAISE(const auto pairs, params.GetWeights(""));
  for (const auto& [node, weight] : pairs) {
    Params one({params.generator(), node, node.place}, params.path());
    ARROW_ASSIGN_OR_RAISE(const double value, one.GetDouble(""));
    values.emplace_back(value, weight);
  }
  return values;
}

}  // namespace

arrow::Result<AmountTable> ReadAmounts(const GeneratorCall& law, const std::string& path,
                                       int32_t block) {
  Params params(law, path);
  ARROW_ASSIGN_OR_RAISE(const std::optional<RealLaw> real, ReadLaw(params));
  AmountTable table;
  std::vector<double> values;
  if (real) {
    table.is_spread = true;
    for (int32_t i = 0; i < block; ++i) {
      values.push_back(real->At((i + 0.5) / static_cast<double>(block)));
    }
  } else {
    ARROW_ASSIGN_OR_RAISE(const auto pairs, ReadValues(params));
    ARROW_RETURN_NOT_OK(params.Finish());
    CountLaw places;
    for (const auto& [value, weight] : pairs) places.probabilities.push_back(weight);
    const auto dealt = QuantileTable(places, block);
    if (!dealt.ok()) return params.Error("", dealt.status().message());
    for (const int64_t place : *dealt) {
      values.push_back(pairs[static_cast<size_t>(place)].first);
    }
    std::sort(values.begin(), values.end());
  }
  for (const double value : values) {
    if (!(value > 0 && value < kLargest)) {
      return params.Error("", "amounts must be above 0", std::to_string(value),
                          "state a min");
    }
    table.quantiles.push_back(std::max<int64_t>(RoundHalfAway(value * kHundredths), 1));
  }
  return table;
}

Amounts::Amounts(const Key& key, AmountTable table)
    : key_(key), table_(std::move(table)) {
  const std::vector<int64_t>& q = table_.quantiles;
  sum_ = std::accumulate(q.begin(), q.end(), int64_t{0});
  for (size_t i = 0; i + 1 < q.size(); i += 2) {
    const int64_t width = std::min((q[i + 1] - q[i]) / 2, q[i] - 1);
    half_.push_back(table_.is_spread ? width : 0);
  }
}

int64_t Amounts::At(const Key& key, int64_t place, int64_t level) const {
  const int64_t amount = level * table_.quantiles[static_cast<size_t>(place)];
  if (!table_.is_spread) return amount;
  const int64_t half = level * half_[static_cast<size_t>(place / 2)];
  const int64_t move = Below(Cell(key, place / 2, kMoves), 2 * half + 1) - half;
  return place % 2 == 0 ? amount + move : amount - move;
}

void Amounts::Block(int64_t member, int64_t block, int64_t level, int64_t count,
                    int64_t* out) const {
  const Key key = key_.Sub(member).Sub(block);
  std::iota(out, out + count, int64_t{0});
  Bijection(key, this->block()).ForwardOf(out, count, out);
  for (int64_t i = 0; i < count; ++i) out[i] = At(key, out[i], level);
}

void Amounts::AmountsOf(std::span<const int64_t> members, int64_t number,
                        const int64_t* levels, int64_t* out) const {
  Key keys[kBlockRows];
  int64_t places[kBlockRows];
  const auto count = static_cast<int64_t>(members.size());
  for (int64_t begin = 0; begin < count; begin += kBlockRows) {
    const int64_t size = std::min(kBlockRows, count - begin);
    for (int64_t i = 0; i < size; ++i) {
      keys[i] = key_.Sub(members[static_cast<size_t>(begin + i)]).Sub(number / block());
    }
    Bijection::KeyedForwardOf(keys, size, block(), number % block(), places);
    for (int64_t i = 0; i < size; ++i) {
      out[begin + i] = At(keys[i], places[i], levels[begin + i]);
    }
  }
}

int64_t Amounts::Amount(int64_t member, int64_t number, int64_t level) const {
  AmountsOf({&member, 1}, number, &level, &level);
  return level;
}

int64_t Amounts::Total(int64_t member, int64_t count, int64_t level) const {
  std::array<int64_t, kMostBlock> amounts;
  const int64_t rest = count % block();
  int64_t total = count / block() * level * sum_;
  if (rest == 0) return total;
  Block(member, count / block(), level, rest, amounts.data());
  return std::accumulate(amounts.data(), amounts.data() + rest, total);
}

int64_t Amounts::Draw(uint64_t cell, int64_t level) const {
  const auto place = static_cast<size_t>(Below(cell, block()));
  const int64_t half = level * half_[place / 2];
  // The place took the high bits; what moves the amount comes from the low ones.
  const int64_t move = Below(cell << 32, 2 * half + 1) - half;
  return level * table_.quantiles[place] + move;
}

}  // namespace lakeseed
