#include "lakeseed/generate/drift.h"

#include "lakeseed/base/function.h"

namespace lakeseed {

DriftGrowth::DriftGrowth(double rate, double unit_days)
    : log_per_day_(Log(1 + rate) / unit_days) {}

double DriftGrowth::LevelOn(int32_t day) const {
  return Exp(static_cast<double>(day) * log_per_day_);
}

DriftMixture::DriftMixture(int32_t from, std::vector<Step> steps)
    : from_(from), steps_(std::move(steps)) {}

DriftMixture::Shares DriftMixture::SharesOn(int32_t day) const {
  int32_t begin = from_;
  double share = 1;
  for (size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    const auto law = static_cast<int32_t>(i);
    if (day < step.day) {
      const double way = day <= begin ? 0
                                      : static_cast<double>(day - begin) /
                                            static_cast<double>(step.day - begin);
      return {{law, (1 - way) * share}, {law + 1, way * step.share}};
    }
    begin = step.day;
    share = step.share;
  }
  return {{0, 0}, {static_cast<int32_t>(steps_.size()), share}};
}

}  // namespace lakeseed
