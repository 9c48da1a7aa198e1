#include "lakeseed/generate/child_count.h"

#include <optional>
#include <utility>

#include "lakeseed/base/status.h"

namespace lakeseed {

namespace {

constexpr int64_t kMostChildren = 1'000'000;

struct StatedLaw {
  CountLaw law;
  std::optional<double> mean;
};

arrow::Status CheckRange(const Params& params, int64_t lo, int64_t hi) {
  if (lo < 0) return params.Error("min", "must be at least 0", std::to_string(lo));
  if (hi > kMostChildren) {
    return params.Error("max", "must be at most 1000000", std::to_string(hi));
  }
  if (lo > hi) return params.Error("max", "must be at least min", std::to_string(hi));
  return arrow::Status::OK();
}

arrow::Result<StatedLaw> LawWithMean(Params& params, bool geometric) {
  ARROW_ASSIGN_OR_RAISE(const double mean, params.GetDouble("mean"));
  ARROW_ASSIGN_OR_RAISE(const int64_t lo, params.GetInt64Or("min", geometric ? 1 : 0));
  ARROW_ASSIGN_OR_RAISE(const int64_t hi, params.GetInt64("max"));
  ARROW_RETURN_NOT_OK(CheckRange(params, lo, hi));
  const auto law = geometric ? GeometricLaw(mean, lo, hi) : PoissonLaw(mean, lo, hi);
  if (!law.ok()) {
    return params.Error("mean", "must lie between min and max", std::to_string(mean));
  }
  if (geometric) return StatedLaw{*law, mean};
  ARROW_ASSIGN_OR_RAISE(const double stddev, params.GetDoubleOr("stddev", 0));
  if (stddev == 0) return StatedLaw{*law, mean};
  const auto spread = PoissonLaw(mean, stddev, lo, hi);
  if (!spread.ok()) return params.Error("stddev", spread.status().message());
  return StatedLaw{*spread, mean};
}

arrow::Result<StatedLaw> Uniform(Params& params) {
  int64_t lo = 0, hi = 0;
  if (params.is_mapping()) {
    ARROW_ASSIGN_OR_RAISE(lo, params.GetInt64("min"));
    ARROW_ASSIGN_OR_RAISE(hi, params.GetInt64("max"));
  } else {
    const SpecNode& ends = params.value();
    if (!ends.is_sequence() || ends.items.size() != 2) {
      return params.Error("", "expected two counts: [min, max]");
    }
    Params first({params.generator(), ends.items[0], ends.place}, params.path());
    Params second({params.generator(), ends.items[1], ends.place}, params.path());
    ARROW_ASSIGN_OR_RAISE(lo, first.GetInt64(""));
    ARROW_ASSIGN_OR_RAISE(hi, second.GetInt64(""));
  }
  ARROW_RETURN_NOT_OK(CheckRange(params, lo, hi));
  ARROW_ASSIGN_OR_RAISE(CountLaw law, UniformLaw(lo, hi));
  return StatedLaw{std::move(law), std::nullopt};
}

arrow::Result<StatedLaw> Choice(Params& params) {
  ARROW_ASSIGN_OR_RAISE(const auto pairs, params.GetWeights(""));
  std::vector<int64_t> values;
  std::vector<double> weights;
  for (const auto& [node, weight] : pairs) {
    Params one({params.generator(), node, node.place}, params.path());
    ARROW_ASSIGN_OR_RAISE(const int64_t value, one.GetInt64(""));
    ARROW_RETURN_NOT_OK(CheckRange(params, value, value));
    values.push_back(value);
    weights.push_back(weight);
  }
  ARROW_ASSIGN_OR_RAISE(CountLaw law, ChoiceLaw(values, weights));
  return StatedLaw{std::move(law), std::nullopt};
}

arrow::Result<StatedLaw> Const(Params& params) {
  ARROW_ASSIGN_OR_RAISE(const int64_t count, params.GetInt64(""));
  ARROW_RETURN_NOT_OK(CheckRange(params, count, count));
  ARROW_ASSIGN_OR_RAISE(CountLaw law, UniformLaw(count, count));
  return StatedLaw{std::move(law), std::nullopt};
}

arrow::Result<StatedLaw> Read(Params& params) {
  const std::string& name = params.generator();
  if (name == "geometric" || name == "poisson") {
    return LawWithMean(params, name == "geometric");
  }
  if (name == "uniform") return Uniform(params);
  if (name == "choice") return Choice(params);
  if (name == "const") return Const(params);
  return params.Error("", "no law of counts has this name", name,
                      "one of geometric, poisson, uniform, choice, const");
}

}  // namespace

arrow::Result<ChildCounts> ChildCountsOf(const GeneratorCall& law,
                                         const std::string& path,
                                         Params::ConstantEvaluator constant) {
  Params params(law, path, std::move(constant));
  ARROW_ASSIGN_OR_RAISE(const StatedLaw stated, Read(params));
  ARROW_RETURN_NOT_OK(params.Finish());
  ChildCounts counts;
  ARROW_ASSIGN_OR_RAISE(counts.table,
                        QuantileTable(stated.law, kFanoutBlock, stated.mean));
  counts.mean = FractionOf(stated.mean.value_or(MeanOf(stated.law)));
  counts.law = stated.law;
  return counts;
}

arrow::Result<std::vector<int64_t>> ChildCountTable(const GeneratorCall& law,
                                                    const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(ChildCounts counts, ChildCountsOf(law, path, nullptr));
  return std::move(counts.table);
}

}  // namespace lakeseed
