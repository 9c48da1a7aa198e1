// distribution: a column that draws its values follows the declared law.

#include <arrow/api.h>
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <map>

#include "lakeseed/base/date.h"
#include "lakeseed/base/decimal.h"
#include "lakeseed/spec/literal.h"
#include "lakeseed/spec/params.h"
#include "lakeseed/validate/cells.h"
#include "lakeseed/validate/count_law.h"
#include "lakeseed/validate/law_fit.h"
#include "lakeseed/validate/relations.h"
#include "lakeseed/validate/season_check.h"
#include "lakeseed/validate/table_check.h"

namespace lakeseed {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Rows below which the sample's own spread says nothing of its mean.
constexpr int64_t kFewestForMean = 30;
constexpr double kStandardErrors = 8;
constexpr int kBins = 16;

// A value of the file as it prints in a column of this type; nothing: it is none.
std::optional<std::string> LabelAs(const SpecNode& node, const arrow::DataType& type) {
  if (IsTextLike(type)) return node.text;
  if (type.id() == arrow::Type::BOOL) return node.text;
  if (type.id() == arrow::Type::DATE32) return node.text;
  const auto number = ParseDecimal(node.text);
  if (!number.ok() || !HoldsIntegers(type)) return std::nullopt;
  const int scale = type.id() == arrow::Type::DECIMAL64
                        ? static_cast<const arrow::DecimalType&>(type).scale()
                        : 0;
  const auto scaled = Rescale(number->unscaled, number->scale, scale);
  if (!scaled.ok()) return std::nullopt;
  return IntegerText(*scaled, type);
}

struct WeightLaw {
  std::vector<std::string> labels;
  std::vector<double> shares;
  std::vector<int64_t> counts;
};

arrow::Result<WeightLaw> ReadWeights(Params& params, const arrow::DataType& type) {
  ARROW_ASSIGN_OR_RAISE(const auto weights, params.GetWeights(""));
  WeightLaw law;
  double sum = 0;
  for (const auto& one : weights) sum += one.second;
  for (const auto& [node, weight] : weights) {
    const auto label = LabelAs(node, type);
    if (!label)
      return arrow::Status::NotImplemented("no category of a ", type.ToString());
    law.labels.push_back(*label);
    law.shares.push_back(weight / sum);
  }
  law.counts.assign(law.labels.size(), 0);
  return law;
}

// Categories; with `by` a law for each value of another column.
class ChoiceCheck final : public TableCheck {
 public:
  ChoiceCheck(Check check, int64_t max_examples, std::string column, int slot, int by,
              std::map<std::string, WeightLaw> laws)
      : TableCheck(std::move(check), max_examples),
        column_(std::move(column)),
        slot_(slot),
        by_(by),
        laws_(std::move(laws)) {}

  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    const auto& cells = *block.slots[static_cast<size_t>(slot_)];
    const arrow::Array* by =
        by_ < 0 ? nullptr : block.slots[static_cast<size_t>(by_)].get();
    for (int64_t i = 0; i < block.length; ++i) {
      WeightLaw* law = LawOf(by, i);
      if (cells.IsNull(i) || block.IsDirty(i)) continue;
      if (by != nullptr && block.IsUnknown(i)) continue;
      const std::string label = Label(cells, i);
      const size_t at = law == nullptr ? 0 : Place(*law, label);
      if (law == nullptr || at == law->labels.size()) {
        Found(block, i, column_, "a declared value", label);
      } else {
        ++law->counts[at];
      }
    }
    return arrow::Status::OK();
  }

  arrow::Status End() override {
    for (const auto& [group, law] : laws_) {
      const LawFit test = FitLaw(law.shares, law.counts);
      double total = 0;
      for (const int64_t count : law.counts) total += static_cast<double>(count);
      for (size_t i = 0; i < law.labels.size() && total > 0; ++i) {
        check_.comparison.labels.push_back(by_ < 0 ? law.labels[i]
                                                   : group + ": " + law.labels[i]);
        check_.comparison.expected.push_back(law.shares[i]);
        check_.comparison.found.push_back(static_cast<double>(law.counts[i]) / total);
      }
      if (test.fits) continue;
      FoundAtAll(column_, fmt::format("chi-square up to {:.1f} {}", test.bound, group),
                 fmt::format("{:.1f}", test.statistic));
    }
    return arrow::Status::OK();
  }

 private:
  static std::string Label(const arrow::Array& cells, int64_t i) {
    if (IsTextLike(*cells.type())) return std::string(TextAt(cells, i));
    return CellText(cells, i);
  }
  static size_t Place(const WeightLaw& law, const std::string& label) {
    size_t at = 0;
    while (at < law.labels.size() && law.labels[at] != label) ++at;
    return at;
  }
  WeightLaw* LawOf(const arrow::Array* by, int64_t i) {
    if (by == nullptr) return &laws_.begin()->second;
    auto found = laws_.end();
    if (by->IsValid(i)) found = laws_.find(Label(*by, i));
    if (found == laws_.end()) found = laws_.find("default");
    return found == laws_.end() ? nullptr : &found->second;
  }

  const std::string column_;
  const int slot_, by_;
  std::map<std::string, WeightLaw> laws_;
};

// Bounds, the mean, and for an even law sixteen equal bins.
struct NumberLaw {
  double min = -kInfinity, max = kInfinity;
  std::optional<double> mean;
  bool even = false;
};

class NumberCheck final : public TableCheck {
 public:
  NumberCheck(Check check, int64_t max_examples, std::string column, int slot,
              const arrow::DataType& type, NumberLaw law)
      : TableCheck(std::move(check), max_examples),
        column_(std::move(column)),
        slot_(slot),
        unit_(UnitOf(type)),
        law_(law),
        bins_(kBins, 0) {}

  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    const auto& cells = *block.slots[static_cast<size_t>(slot_)];
    const bool real = cells.type_id() == arrow::Type::DOUBLE;
    if (!real) ReadIntegers(cells, &values_);
    const double slack = 1e-9 * unit_;
    for (int64_t i = 0; i < block.length; ++i) {
      if (cells.IsNull(i) || block.IsDirty(i)) continue;
      const double value =
          real ? static_cast<const arrow::DoubleArray&>(cells).Value(i)
               : static_cast<double>(values_[static_cast<size_t>(i)]) * unit_;
      if (value < law_.min - slack || value > law_.max + slack) {
        Found(block, i, column_, fmt::format("{} to {}", law_.min, law_.max),
              CellText(cells, i));
        continue;
      }
      ++count_;
      sum_ += value;
      squares_ += value * value;
      if (law_.even) ++bins_[BinOf(value, real)];
    }
    return arrow::Status::OK();
  }

  arrow::Status End() override {
    if (count_ == 0) return arrow::Status::OK();
    const double n = static_cast<double>(count_), mean = sum_ / n;
    const double variance = std::max(squares_ / n - mean * mean, 0.0);
    if (law_.mean && count_ >= kFewestForMean) {
      const double allowed = kStandardErrors * std::sqrt(variance / n) +
                             (unit_ > 0 ? 0.05 * unit_ : 1e-9 * std::abs(mean));
      if (std::abs(mean - *law_.mean) > allowed) {
        FoundAtAll(column_,
                   fmt::format("mean {:.6g} give or take {:.3g}", *law_.mean, allowed),
                   fmt::format("{:.6g}", mean));
      }
    }
    if (law_.even) CompareBins();
    return arrow::Status::OK();
  }

 private:
  static double UnitOf(const arrow::DataType& type) {
    if (type.id() == arrow::Type::DOUBLE) return 0;
    if (type.id() != arrow::Type::DECIMAL64) return 1;
    return std::pow(10.0, -static_cast<const arrow::DecimalType&>(type).scale());
  }
  double Values() const { return std::round((law_.max - law_.min) / unit_) + 1; }
  size_t BinOf(double value, bool real) const {
    const double place = real ? (value - law_.min) / (law_.max - law_.min)
                              : std::round((value - law_.min) / unit_) / Values();
    return static_cast<size_t>(std::clamp(place * kBins, 0.0, kBins - 1.0));
  }
  void CompareBins() {
    std::vector<double> shares(kBins, 1.0 / kBins);
    if (unit_ > 0) {
      // Bins of whole values do not all hold equally many.
      const double values = Values();
      for (int i = 0; i < kBins; ++i) {
        shares[i] =
            (std::ceil((i + 1) * values / kBins) - std::ceil(i * values / kBins)) /
            values;
      }
    }
    for (int i = 0; i < kBins; ++i) {
      const double from = law_.min + (law_.max - law_.min) * i / kBins;
      check_.comparison.labels.push_back(fmt::format("from {:.6g}", from));
      check_.comparison.expected.push_back(shares[i]);
      check_.comparison.found.push_back(static_cast<double>(bins_[i]) /
                                        static_cast<double>(count_));
    }
    const LawFit test = FitLaw(shares, bins_);
    if (test.fits) return;
    FoundAtAll(column_, fmt::format("chi-square up to {:.1f}", test.bound),
               fmt::format("{:.1f}", test.statistic));
  }

  const std::string column_;
  const int slot_;
  const double unit_;
  const NumberLaw law_;
  std::vector<int64_t> bins_;
  std::vector<int64_t> values_;
  int64_t count_ = 0;
  double sum_ = 0, squares_ = 0;
};

double NumberOr(Params& params, std::string_view key, double fallback) {
  const auto value = params.GetDoubleOr(key, fallback);
  return value.ok() ? *value : fallback;
}

arrow::Result<NumberLaw> EvenLaw(Params& params) {
  const SpecNode* low = params.is_mapping() ? params.Find("min") : nullptr;
  const SpecNode* high = params.is_mapping() ? params.Find("max") : nullptr;
  if (!params.is_mapping() && params.value().items.size() == 2) {
    low = &params.value().items[0];
    high = &params.value().items[1];
  }
  const auto number = [](const SpecNode* node) -> std::optional<double> {
    if (node == nullptr) return std::nullopt;
    if (const auto day = ParseDate(node->text); day.ok()) return *day;
    return ParseDoubleLiteral(node->text);
  };
  const auto min = number(low), max = number(high);
  if (!min || !max) return arrow::Status::NotImplemented("bounds are no plain numbers");
  return NumberLaw{.min = *min, .max = *max, .even = *min < *max};
}

// The laws with a mean; anything else is not checked here.
arrow::Result<NumberLaw> LawOf(const GeneratorCall& call,
                               const Params::ConstantEvaluator& constant) {
  Params params(call, "law", constant);
  if (call.name == "uniform") return EvenLaw(params);
  if (!params.is_mapping()) {
    ARROW_ASSIGN_OR_RAISE(const double mean, params.GetDouble(""));
    return NumberLaw{.min = 0, .mean = mean};
  }
  NumberLaw law{NumberOr(params, "min", -kInfinity), NumberOr(params, "max", kInfinity)};
  if (call.name == "lognormal") {
    double mu = 0, sigma = 0;
    if (params.Find("median") != nullptr) {
      ARROW_ASSIGN_OR_RAISE(const double median, params.GetDouble("median"));
      ARROW_ASSIGN_OR_RAISE(sigma, params.GetDouble("log_sigma"));
      mu = std::log(median);
    } else {
      ARROW_ASSIGN_OR_RAISE(const double mean, params.GetDouble("mean"));
      ARROW_ASSIGN_OR_RAISE(const double stddev, params.GetDouble("stddev"));
      sigma = std::sqrt(std::log1p(stddev * stddev / (mean * mean)));
      mu = std::log(mean) - sigma * sigma / 2;
    }
    law.mean = TruncatedLognormalMean(mu, sigma, law.min, law.max);
    return law;
  }
  ARROW_ASSIGN_OR_RAISE(const double mean, params.GetDouble("mean"));
  if (call.name == "normal") {
    ARROW_ASSIGN_OR_RAISE(const double stddev, params.GetDouble("stddev"));
    law.mean = TruncatedNormalMean(mean, stddev, law.min, law.max);
  } else if (call.name == "exponential") {
    law.mean = TruncatedExponentialMean(mean, law.min, law.max);
    law.min = std::max(law.min, 0.0);
  } else {
    law.min = std::max(law.min, 0.0);
    law.mean = TruncatedPoissonMean(mean, law.min, law.max);
  }
  return law;
}

arrow::Status AddChoice(CheckBuilder& builder, const ColumnSpec& column,
                        const NameResolver::Input& slot) {
  Params params(*column.generator, column.name);
  std::map<std::string, WeightLaw> laws;
  int by_slot = -1;
  const SpecNode& value = column.generator->params;
  const SpecNode* by = value.is_mapping() ? value.Find("by") : nullptr;
  const SpecNode* of = value.is_mapping() ? value.Find("of") : nullptr;
  if (by != nullptr && of != nullptr && of->is_mapping()) {
    ARROW_ASSIGN_OR_RAISE(const ExprPtr path, ParseExpression(by->text, by->place));
    if (path->kind != Expr::Kind::kPath) {
      return arrow::Status::NotImplemented("depends on an expression: ", by->text);
    }
    ARROW_ASSIGN_OR_RAISE(const auto input, builder.scope().Path(path->path));
    by_slot = input.index;
    for (const auto& [name, node] : of->entries) {
      Params part({"choice", node, name.place}, column.name);
      ARROW_ASSIGN_OR_RAISE(laws[name.text], ReadWeights(part, *slot.type));
    }
  } else {
    ARROW_ASSIGN_OR_RAISE(laws[""], ReadWeights(params, *slot.type));
  }
  builder.Add(std::make_unique<ChoiceCheck>(builder.Start("distribution", column.name),
                                            builder.max_examples(), column.name,
                                            slot.index, by_slot, std::move(laws)));
  return arrow::Status::OK();
}

arrow::Status AddOne(CheckBuilder& builder, const ColumnSpec& column) {
  const std::string& name = column.generator->name;
  const bool number = name == "uniform" || name == "normal" || name == "lognormal" ||
                      name == "exponential" || name == "poisson";
  if (name != "choice" && name != "boolean" && !number) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const auto slot, builder.scope().Column(column.name));
  if (name == "choice") return AddChoice(builder, column, slot);
  const auto constant = [&builder](const SpecNode& number) {
    return StatedNumber(builder.dataset(), number);
  };
  if (name == "boolean") {
    Params params(*column.generator, column.name, constant);
    ARROW_ASSIGN_OR_RAISE(const double share,
                          params.GetDouble(params.is_mapping() ? "probability" : ""));
    std::map<std::string, WeightLaw> laws;
    laws[""] = {{"true", "false"}, {share, 1 - share}, {0, 0}};
    builder.Add(std::make_unique<ChoiceCheck>(builder.Start("distribution", column.name),
                                              builder.max_examples(), column.name,
                                              slot.index, -1, std::move(laws)));
    return arrow::Status::OK();
  }
  ARROW_ASSIGN_OR_RAISE(const NumberLaw law, LawOf(*column.generator, constant));
  if (!HoldsIntegers(*slot.type) && slot.type->id() != arrow::Type::DOUBLE) {
    return arrow::Status::NotImplemented("is no number");
  }
  builder.Add(std::make_unique<NumberCheck>(builder.Start("distribution", column.name),
                                            builder.max_examples(), column.name,
                                            slot.index, *slot.type, law));
  return arrow::Status::OK();
}

}  // namespace

void MakeDistributionChecks(CheckBuilder& builder) {
  for (const ColumnSpec& column : builder.table().columns) {
    if (!column.generator) continue;
    // A change takes a value that differs, so rare values come to be more frequent.
    const arrow::Status status =
        IsTracked(builder.table(), column.name)
            ? arrow::Status::NotImplemented("changes move the law of ", column.name)
        : column.drift != nullptr
            ? arrow::Status::NotImplemented("the law of ", column.name, " drifts")
            : AddOne(builder, column);
    if (!status.ok()) builder.Skip("distribution", column.name, status);
  }
  AddSeasonChecks(builder);
}

}  // namespace lakeseed
