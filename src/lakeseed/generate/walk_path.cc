#include "lakeseed/generate/walk_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"

namespace lakeseed {

namespace {

constexpr double kUsualSeconds = 20, kLongest = 1800, kUsualSigma = 0.9, kMostSigma = 3;
constexpr int kQuantileBits = 10;

}  // namespace

auto WalkPath::ReadLaw(Params& params, std::string_view key) -> arrow::Result<Law> {
  Law law;
  std::vector<double> weights;
  const SpecNode* node = params.Find(key);
  if (node != nullptr && node->is_scalar()) {  // One event.
    ARROW_ASSIGN_OR_RAISE(const std::string name, params.GetText(key));
    law.codes.push_back(events_.Add(name));
    weights.push_back(1);
  } else {
    ARROW_ASSIGN_OR_RAISE(const auto given, params.GetWeights(key));
    for (const auto& [event, weight] : given) {
      law.codes.push_back(events_.Add(event.text));
      weights.push_back(weight);
    }
  }
  auto table = AliasTable::Make(weights);
  if (!table.ok()) {
    return params.Error(key, "needs weights of at least 0 that are not all 0");
  }
  law.table = *std::move(table);
  return law;
}

arrow::Status WalkPath::ReadStage(const SpecNode& node, const std::string& path) {
  Params params(GeneratorCall{.name = "walk", .params = node, .place = node.place}, path);
  if (!node.is_mapping()) {
    return params.Error("", "must be a stage", std::nullopt,
                        "write {first: page_view, then: {page_view: 0.7, search: 0.3}}");
  }
  Stage stage;
  ARROW_ASSIGN_OR_RAISE(stage.first, ReadLaw(params, "first"));
  stage.share = 0;
  if (params.Find("then") != nullptr) {
    ARROW_ASSIGN_OR_RAISE(stage.then, ReadLaw(params, "then"));
    ARROW_ASSIGN_OR_RAISE(stage.share, params.GetDoubleOr("share", 1));
    if (!(stage.share >= 0)) return params.Error("share", "must be at least 0");
  }
  ARROW_RETURN_NOT_OK(params.Finish());
  stages_.push_back(std::move(stage));
  return arrow::Status::OK();
}

arrow::Status WalkPath::ReadLengths(Params& params) {
  medians_.assign(static_cast<size_t>(events_.size()), kUsualSeconds);
  if (params.Find("seconds") != nullptr) {
    ARROW_ASSIGN_OR_RAISE(const auto given, params.GetWeights("seconds"));
    for (const auto& [event, median] : given) {
      int32_t code = 0;
      while (code < events_.size() && events_.text(code) != event.text) ++code;
      if (code == events_.size()) {
        return params.Error("seconds", "no stage has this event", event.text);
      }
      if (!(median >= 1 && median <= kLongest)) {
        return params.Error("seconds", "must be from 1 to 1800",
                            fmt::format("{}", median));
      }
      medians_[static_cast<size_t>(code)] = median;
    }
  }
  ARROW_ASSIGN_OR_RAISE(const double sigma, params.GetDoubleOr("log_sigma", kUsualSigma));
  if (!(sigma >= 0 && sigma <= kMostSigma)) {
    return params.Error("log_sigma", "must be from 0 to 3", fmt::format("{}", sigma));
  }
  constexpr int kSize = 1 << kQuantileBits;
  for (int i = 0; i < kSize; ++i) {
    const double z = InverseNormal((i + 0.5) / kSize);
    spreads_.push_back(Exp(sigma * z));
  }
  return arrow::Status::OK();
}

arrow::Result<WalkPath> WalkPath::Read(Params& params, const Key& key) {
  WalkPath path;
  path.event_key_ = key.Sub(0);
  path.stage_key_ = key.Sub(1);
  path.length_key_ = key.Sub(2);
  const SpecNode* stages = params.Find("stages");
  if (stages == nullptr || !stages->is_sequence() || stages->items.empty()) {
    return params.Error("stages", "needs a list of stages", std::nullopt,
                        "write stages: [{first: page_view, then: {page_view: 1}}, …]");
  }
  for (const SpecNode& node : stages->items) {
    ARROW_RETURN_NOT_OK(path.ReadStage(node, params.path() + ".walk.stages"));
  }
  if (!(path.stages_.front().share > 0)) {
    return params.Error("stages", "the first one needs `then`: all visits go through it");
  }
  std::vector<double> shares;
  for (const Stage& stage : path.stages_) {
    shares.push_back(stage.share);
    ARROW_ASSIGN_OR_RAISE(AliasTable table, AliasTable::Make(shares));
    path.shares_.push_back(std::move(table));
  }
  ARROW_RETURN_NOT_OK(path.ReadLengths(params));
  ARROW_RETURN_NOT_OK(path.events_.Freeze());
  return path;
}

void WalkPath::Fill(int64_t parent, int64_t first_child, int64_t size, int64_t depth,
                    Visit* visit) const {
  visit->events.resize(static_cast<size_t>(size));
  std::vector<int32_t>& counts = visit->counts;
  counts.assign(static_cast<size_t>(depth), 1);
  const AliasTable& shares = shares_[static_cast<size_t>(depth) - 1];
  for (int64_t extra = 0; extra < size - depth; ++extra) {
    ++counts[static_cast<size_t>(shares.Pick(Cell(stage_key_, parent, extra)))];
  }
  int64_t line = 0;
  double elapsed = 0;
  for (size_t s = 0; s < counts.size(); ++s) {
    const Stage& stage = stages_[s];
    for (int32_t k = 0; k < counts[s]; ++k, ++line) {
      const int64_t row = first_child + line;
      Event& event = visit->events[static_cast<size_t>(line)];
      event.stage = static_cast<int32_t>(s) + 1;
      event.opens = k == 0;
      event.code = (k == 0 ? stage.first : stage.then).Pick(Cell(event_key_, row));
      event.seconds = static_cast<int32_t>(elapsed);
      const uint64_t place = Cell(length_key_, row) >> (64 - kQuantileBits);
      const double length = medians_[static_cast<size_t>(event.code)] *
                            spreads_[static_cast<size_t>(place)];
      elapsed += std::clamp(internal::Rint(length), 1.0, kLongest);
    }
  }
}

}  // namespace lakeseed
