#include "lakeseed/spec/drift_reader.h"

#include <fmt/format.h>

#include "lakeseed/base/date.h"

namespace lakeseed {
namespace {

constexpr char kHowToWrite[] =
    "write 5% per year, or {to: {a: 0.3, b: 0.7}, by: 2025-01-01}";
constexpr std::string_view kPer = " per ";

/// "5% per year": the number may be an expression over parameters.
void ReadGrowth(const Field& field, DriftSpec* drift) {
  const std::string& text = field.node.text;
  const size_t per = text.rfind(kPer);
  if (per == std::string::npos) {
    return field.Error("a rate has a unit: day, week, month or year", kHowToWrite);
  }
  SpecNode unit = field.node;
  unit.text = "1" + text.substr(per);
  const auto per_day = ReadRate(Field{unit, field.path, field.errors}, kDay);
  if (!per_day) return;
  drift->unit_days = 1 / *per_day;
  drift->rate = field.node;
  drift->rate->text = text.substr(0, per);
}

std::optional<DriftStep> ReadStep(const Field& field) {
  DriftStep step;
  step.place = field.node.place;
  for (const char* key : {"to", "by"}) {
    if (field.node.Find(key) != nullptr) continue;
    field.errors->Add(field.node.place, field.path, "missing key", key, kHowToWrite);
    return std::nullopt;
  }
  const auto to = Child(field, "to"), by = Child(field, "by");
  if (!to || !by) return std::nullopt;
  const auto day = ReadDate(*by);
  if (!day) return std::nullopt;
  step.to = to->node;
  step.by = *day;
  if (const auto share = Child(field, "share")) step.share = share->node;
  return step;
}

void ReadSteps(const Field& field, DriftSpec* drift) {
  for (const SpecNode& item : field.node.items) {
    const Field child{item, field.path, field.errors};
    if (!IsMapping(child)) return;
    CheckKeys(child, {"to", "by", "share"});
    const auto step = ReadStep(child);
    if (!step) return;
    drift->steps.push_back(*step);
  }
  if (drift->steps.empty()) field.Error("names no law", kHowToWrite);
}

void CheckDays(const Field& field, const DriftSpec& drift) {
  std::optional<int32_t> last = drift.from;
  for (const DriftStep& step : drift.steps) {
    if (last && step.by <= *last) {
      field.errors->Add(step.place, field.path, "days must ascend",
                        fmt::format("{} <= {}", FormatDate(step.by), FormatDate(*last)));
    }
    last = step.by;
  }
}

}  // namespace

std::shared_ptr<const DriftSpec> ReadDrift(const Field& field) {
  if (field.node.broken) return nullptr;
  auto drift = std::make_shared<DriftSpec>();
  drift->place = field.node.place;
  if (field.node.is_scalar()) {
    ReadGrowth(field, drift.get());
  } else if (field.node.is_sequence()) {
    ReadSteps(field, drift.get());
  } else if (field.node.is_mapping()) {
    CheckKeys(field, {"to", "by", "share", "from"});
    if (const auto from = Child(field, "from")) drift->from = ReadDate(*from);
    if (const auto step = ReadStep(field)) drift->steps.push_back(*step);
  } else {
    field.Error("is no drift", kHowToWrite);
  }
  CheckDays(field, *drift);
  return drift->rate || !drift->steps.empty() ? drift : nullptr;
}

}  // namespace lakeseed
