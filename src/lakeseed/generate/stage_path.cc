#include "lakeseed/generate/stage_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "lakeseed/base/date.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/real_column.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr int64_t kDefaultCap = 30 * kMicrosecondsPerDay;
constexpr const char* kDelayHint =
    "write 2h, {uniform: [2h, 5h]} or {lognormal: {mean: 2d, stddev: 1d}}";

/// A duration as it stands: "2h", or 0.
arrow::Result<int64_t> ReadDuration(const SpecNode& node, const std::string& path) {
  if (node.is_scalar() && node.text == "0") return 0;
  Params params({"duration", node, node.place}, path);
  return params.GetDuration("");
}

arrow::Result<RealLaw> ReadUniformDelay(const SpecNode& node, const std::string& path) {
  const SpecNode* min = node.is_mapping() ? node.Find("min") : nullptr;
  const SpecNode* max = node.is_mapping() ? node.Find("max") : nullptr;
  if (node.is_sequence() && node.items.size() == 2) {
    min = &node.items[0];
    max = &node.items[1];
  }
  if (min == nullptr || max == nullptr) {
    return SpecErrors(
        {{node.place, path, "needs two durations", std::nullopt, kDelayHint}});
  }
  ARROW_ASSIGN_OR_RAISE(const int64_t low, ReadDuration(*min, path));
  ARROW_ASSIGN_OR_RAISE(const int64_t high, ReadDuration(*max, path));
  if (high < low) {
    return SpecErrors({{max->place, path, "must not be below min", max->text, ""}});
  }
  return RealLaw::Uniform({static_cast<double>(low), static_cast<double>(high)});
}

arrow::Result<RealLaw> ReadDelay(const SpecNode& node, const std::string& path) {
  if (node.is_scalar()) {
    ARROW_ASSIGN_OR_RAISE(const int64_t delay, ReadDuration(node, path));
    return RealLaw::Constant(static_cast<double>(delay));
  }
  if (!node.is_mapping() || node.entries.size() != 1) {
    return SpecErrors({{node.place, path, "needs a delay", std::nullopt, kDelayHint}});
  }
  const auto& [name, value] = node.entries[0];
  if (name.text == "uniform") return ReadUniformDelay(value, path);
  if (name.text == "const") return ReadDelay(value, path);
  Params params({name.text, value, name.place}, path);
  if (name.text == "lognormal") return ReadLognormal(params, /*durations=*/true);
  if (name.text == "normal") return ReadNormal(params, /*durations=*/true);
  if (name.text == "exponential") return ReadExponential(params, /*durations=*/true);
  return SpecErrors({{name.place, path, "unknown law of delays", name.text,
                      "one of const, uniform, normal, lognormal, exponential"}});
}

/// out[i] = 1 where on[i] is and low <= units[i] < high, else 0.
LAKESEED_KERNEL(void, MarkWithin,
                (const double* units, double low, double high, const uint8_t* on,
                 int64_t count, uint8_t* out),
                (units, low, high, on, count, out)) {
  for (int64_t i = 0; i < count; ++i) {
    out[i] = static_cast<uint8_t>(on[i] & (units[i] >= low) & (units[i] < high));
  }
}

/// Where on[i] is, the delay after `before`, but never later than `cap` after the start.
LAKESEED_KERNEL(void, AddDelays,
                (const uint8_t* on, const int64_t* starts, const int64_t* before,
                 const int64_t* delays, int64_t cap, int64_t count, int64_t* times),
                (on, starts, before, delays, cap, count, times)) {
  for (int64_t i = 0; i < count; ++i) {
    // Who is not on the way has no time before either.
    const int64_t from = on[i] != 0 ? before[i] : starts[i];
    const int64_t reached = from + std::min(delays[i], starts[i] + cap - from);
    times[i] = on[i] != 0 ? reached : StagePath::kNever;
  }
}

}  // namespace

int StagePath::FindStage(const std::string& name) const {
  for (size_t i = 0; i < stages_.size(); ++i) {
    if (stages_[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

arrow::Status StagePath::AddStage(Params& params, const BindContext& context,
                                  const std::string& name, const SpecNode& delay) {
  Stage stage;
  stage.name = name;
  stage.from = static_cast<int>(stages_.size()) - 1;
  stage.key = context.key("delay of " + name);
  ARROW_ASSIGN_OR_RAISE(stage.delay, ReadDelay(delay, params.path() + "." + name));
  if (stage.from < 0 && (stage.delay.min() != 0 || stage.delay.max() != 0)) {
    return params.Error(name, "is the first stage, which begins with the row", delay.text,
                        "write " + name + ": 0");
  }
  stages_.push_back(std::move(stage));
  return arrow::Status::OK();
}

arrow::Status StagePath::AddBranch(Params& params, const BindContext& context,
                                   const std::string& name, const SpecNode& node) {
  Params branch({"or", node, node.place}, params.path() + ".or." + name);
  ARROW_ASSIGN_OR_RAISE(const std::string from, branch.GetText("from"));
  Stage stage;
  stage.name = name;
  stage.is_branch = true;
  stage.from = FindStage(from);
  if (stage.from < 0) {
    std::vector<std::string> names;
    for (const Stage& one : stages_) names.push_back(one.name);
    return branch.Error("from", "unknown stage", from, DidYouMean(from, names));
  }
  if (FindStage(name) >= 0) return branch.Error("", "is a stage already", name);
  ARROW_ASSIGN_OR_RAISE(stage.share, branch.GetDouble("share"));
  double together = stage.share;
  for (const Stage& one : stages_) {
    if (one.is_branch && one.from == stage.from) together += one.share;
  }
  if (!(stage.share >= 0) || together > 1 + 1e-12) {
    return branch.Error("share",
                        "must be at least 0, and at most 1 with the other branches",
                        fmt::format("{}", stage.share));
  }
  const SpecNode* after = branch.Find("after");
  stage.delay = RealLaw::Constant(static_cast<double>(kMicrosecondsPerDay));
  if (after != nullptr) {
    ARROW_ASSIGN_OR_RAISE(stage.delay, ReadDelay(*after, branch.path() + ".after"));
  }
  stage.key = context.key("delay of " + name);
  ARROW_RETURN_NOT_OK(branch.Finish());
  stages_.push_back(std::move(stage));
  return arrow::Status::OK();
}

arrow::Result<StagePath> StagePath::Read(Params& params, const BindContext& context) {
  StagePath path;
  path.cap_ = kDefaultCap;
  const SpecNode* branches = params.Find("or");
  if (const SpecNode* cap = params.Find("cap"); cap != nullptr) {
    ARROW_ASSIGN_OR_RAISE(path.cap_, ReadDuration(*cap, params.path() + ".cap"));
  }
  for (const auto& [name, delay] : params.value().entries) {
    if (name.text == "or" || name.text == "cap" || name.text == "start") continue;
    params.Find(name.text);
    ARROW_RETURN_NOT_OK(path.AddStage(params, context, name.text, delay));
  }
  if (path.stages_.empty()) {
    return params.Error("", "needs stages", std::nullopt,
                        "for example {progress: {Pending: 0, Done: 2h}}");
  }
  if (path.cap_ < 0) return params.Error("cap", "must not be negative");
  if (branches != nullptr && !branches->is_mapping()) {
    return params.Error("or", "needs branches", std::nullopt,
                        "for example or: {Cancelled: {from: Pending, share: 0.05}}");
  }
  if (branches != nullptr) {
    for (const auto& [name, node] : branches->entries) {
      ARROW_RETURN_NOT_OK(path.AddBranch(params, context, name.text, node));
    }
  }
  for (const Stage& stage : path.stages_) {
    if (stage.delay.min() < 0) {
      return params.Error("", "a delay must not be negative", stage.name,
                          "give it min: 0");
    }
    path.branch_keys_.push_back(context.key("branch at " + stage.name));
  }
  path.SetForks();
  return path;
}

void StagePath::SetForks() {
  has_branches_.assign(stages_.size(), false);
  // Branches share the units of those who could take them, in their order; who goes on
  // takes what they leave.
  std::vector<double> taken(stages_.size(), 0);
  for (Stage& stage : stages_) {
    if (!stage.is_branch) continue;
    const auto from = static_cast<size_t>(stage.from);
    has_branches_[from] = true;
    stage.low = taken[from];
    stage.high = taken[from] += stage.share;
  }
  for (Stage& stage : stages_) {
    if (!stage.is_branch && stage.from >= 0) {
      stage.low = taken[static_cast<size_t>(stage.from)];
    }
  }
}

void StagePath::Ask(size_t stage, std::vector<bool>* asked) const {
  for (int s = static_cast<int>(stage); s >= 0;
       s = stages_[static_cast<size_t>(s)].from) {
    (*asked)[static_cast<size_t>(s)] = true;
  }
}

void StagePath::Follow(const Rows& rows, int64_t first, int64_t count,
                       const std::vector<bool>& asked, OnPath* on) const {
  double units[kBlockRows];
  for (size_t from = 0; from < stages_.size(); ++from) {
    if (!asked[from]) continue;
    uint8_t* const here = (*on)[from].data();
    if (stages_[from].from < 0) std::fill_n(here, count, uint8_t{1});
    bool is_drawn = false;
    for (size_t s = from + 1; s < stages_.size(); ++s) {
      const Stage& stage = stages_[s];
      if (!asked[s] || stage.from != static_cast<int>(from)) continue;
      if (!has_branches_[from]) {
        std::copy_n(here, count, (*on)[s].data());
        continue;
      }
      if (!is_drawn) UnitsOf(branch_keys_[from], rows, first, count, 0, units);
      is_drawn = true;
      MarkWithin(units, stage.low, stage.high, here, count, (*on)[s].data());
    }
  }
}

void StagePath::TimesAfter(const Stage& stage, const Rows& rows, int64_t first,
                           int64_t count, const int64_t* starts, const uint8_t* on,
                           const int64_t* before, int64_t* times) const {
  double delays[kBlockRows];
  int64_t whole[kBlockRows];
  if (2 * std::count(on, on + count, uint8_t{1}) >= count) {
    // Side by side all are cheaper than many one by one.
    UnitsOf(stage.key, rows, first, count, 0, delays);
    stage.delay.Of({delays, static_cast<size_t>(count)}, delays);
    RoundWithin(delays, count, 1.0, 0, cap_, whole);
    return AddDelays(on, starts, before, whole, cap_, count, times);
  }
  // Only the rows that come here draw a delay: most branches are rare.
  int64_t here[kBlockRows], numbers[kBlockRows];
  int64_t num_here = 0;
  for (int64_t i = 0; i < count; ++i) {
    times[i] = kNever;
    here[num_here] = i;
    num_here += on[i];
  }
  for (int64_t j = 0; j < num_here; ++j) numbers[j] = rows[first + here[j]];
  const auto size = static_cast<size_t>(num_here);
  UnitsOf({&stage.key, 1}, std::span<const int64_t>(numbers, size), 0, delays);
  stage.delay.Of({delays, size}, delays);
  RoundWithin(delays, num_here, 1.0, 0, cap_, whole);
  for (int64_t j = 0; j < num_here; ++j) {
    const int64_t i = here[j];
    times[i] = before[i] + std::min(whole[j], starts[i] + cap_ - before[i]);
  }
}

void StagePath::TimesOf(const Rows& rows, int64_t first, int64_t count,
                        const int64_t* starts, const OnPath& on,
                        const std::vector<bool>& asked,
                        const std::vector<int64_t*>& times) const {
  for (size_t s = 0; s < stages_.size(); ++s) {
    if (!asked[s]) continue;
    if (stages_[s].from < 0) {
      std::copy_n(starts, count, times[s]);
    } else {
      TimesAfter(stages_[s], rows, first, count, starts, on[s].data(),
                 times[static_cast<size_t>(stages_[s].from)], times[s]);
    }
  }
}

}  // namespace lakeseed
