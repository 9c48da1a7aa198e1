// mixture: several laws, each with its share; histogram: uniform inside each of
// a list of bins.
//
// Law     A value comes from exactly one law; the shares are those stated.
// Method  One uniform number chooses the law, and what is left of it draws
// (RealLaw).

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/real_column.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr char kHowMixture[] =
    "write [{share: 0.7, normal: {mean: 20, stddev: 2}}, {share: 0.3, …}]";

arrow::Result<RealLaw> ReadLaw(Params& params) {
  const std::string& name = params.generator();
  if (name == "normal") return ReadNormal(params);
  if (name == "lognormal") return ReadLognormal(params);
  if (name == "exponential") return ReadExponential(params);
  return params.Error("", "no law of a mixture has this name", name,
                      "one of normal, lognormal, exponential, and `histogram` for bins");
}

arrow::Result<std::unique_ptr<ColumnGenerator>> BindMixture(Params& params,
                                                            BindContext& context) {
  const SpecNode& list = params.value();
  if (!list.is_sequence() || list.items.empty()) {
    return params.Error("", "needs a list of laws", std::nullopt, kHowMixture);
  }
  std::vector<std::pair<double, RealLaw>> parts;
  double sum = 0;
  for (const SpecNode& item : list.items) {
    if (!item.is_mapping() || item.entries.size() != 2 || item.Find("share") == nullptr) {
      return params.Error("", "each law needs a share", std::nullopt, kHowMixture);
    }
    double share = 0;
    std::optional<RealLaw> law;
    for (const auto& [key, node] : item.entries) {
      Params one({key.text, node, node.place}, params.path());
      if (key.text == "share") {
        ARROW_ASSIGN_OR_RAISE(share, one.GetDouble(""));
      } else {
        ARROW_ASSIGN_OR_RAISE(law, ReadLaw(one));
      }
    }
    if (!(share >= 0 && share < 1e9)) {
      return params.Error("", "a share must be at least 0", fmt::format("{}", share));
    }
    sum += share;
    parts.emplace_back(share, *law);
  }
  if (!(sum > 0)) return params.Error("", "no law has a share");
  ARROW_RETURN_NOT_OK(params.Finish());
  return MakeRealColumn(params, context, RealLaw::Mixture(std::move(parts)));
}

arrow::Result<std::vector<double>> ReadNumbers(Params& params, std::string_view key) {
  const SpecNode* list = params.Find(key);
  if (list == nullptr || !list->is_sequence()) {
    return params.Error(key, "needs a list of numbers");
  }
  std::vector<double> numbers;
  for (const SpecNode& item : list->items) {
    Params one({params.generator(), item, item.place}, params.path());
    ARROW_ASSIGN_OR_RAISE(const double number, one.GetDouble(""));
    numbers.push_back(number);
  }
  return numbers;
}

arrow::Result<std::unique_ptr<ColumnGenerator>> BindHistogram(Params& params,
                                                              BindContext& context) {
  if (!params.is_mapping()) return params.Error("", "needs edges and shares");
  ARROW_ASSIGN_OR_RAISE(const std::vector<double> edges, ReadNumbers(params, "edges"));
  ARROW_ASSIGN_OR_RAISE(const std::vector<double> shares, ReadNumbers(params, "shares"));
  ARROW_RETURN_NOT_OK(params.Finish());
  if (shares.empty() || edges.size() != shares.size() + 1) {
    return params.Error("shares", "needs one share for each bin between two edges",
                        fmt::format("{} edges, {} shares", edges.size(), shares.size()));
  }
  std::vector<std::pair<double, RealLaw>> bins;
  double sum = 0;
  for (size_t i = 0; i < shares.size(); ++i) {
    if (!(edges[i] < edges[i + 1])) {
      return params.Error("edges", "must ascend", fmt::format("{}", edges[i + 1]));
    }
    if (!(shares[i] >= 0 && shares[i] < 1e9)) {
      return params.Error("shares", "a share must be at least 0",
                          fmt::format("{}", shares[i]));
    }
    sum += shares[i];
    bins.emplace_back(shares[i], RealLaw::Uniform({edges[i], edges[i + 1]}));
  }
  if (!(sum > 0)) return params.Error("shares", "no bin has a share");
  return MakeRealColumn(params, context, RealLaw::Mixture(std::move(bins)));
}

}  // namespace

extern const GeneratorDef kHistogram{
    .name = "histogram",
    .summary = "draw from bins with shares, evenly inside each",
    .params =
        "edges: ascending list, one more than bins\n"
        "shares: share of each bin; they need not sum to 1",
    .example =
        "{histogram: {edges: [0, 18, 35, 65, 100], shares: [0.2, 0.3, "
        "0.35, 0.15]}}",
    .bind = BindHistogram,
};

extern const GeneratorDef kMixture{
    .name = "mixture",
    .summary = "draw from several laws, each with its share",
    .params =
        "a list of laws: share, and normal, lognormal or exponential with its "
        "parameters",
    .example =
        "{mixture: [{share: 0.7, normal: {mean: 20, stddev: 2}}, {share: 0.3, "
        "exponential: {mean: 60, max: 400}}]}",
    .bind = BindMixture,
};

}  // namespace lakeseed
