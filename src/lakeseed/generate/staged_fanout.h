// StagedFanout: children of rows that come different ways: a count by a law, and so many
// more for every stage of a funnel beyond the first.
//
// Law: children = the fan-out's count + per_stage * (stage - 1); the laws of Fanout hold.
//
// Thread safety: as Fanout.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "lakeseed/generate/fanout.h"
#include "lakeseed/generate/funnel.h"

namespace lakeseed {

class StagedFanout final : public Fanout {
 public:
  /// `mean`: of the law alone. `funnel`: of the parents; must live longer. `window`: the
  /// parents of the window, over which mean() is taken.
  static arrow::Result<std::unique_ptr<Fanout>> Make(const Key& key,
                                                     std::vector<int64_t> table,
                                                     FanoutMean mean, RowRange window,
                                                     const Funnel& funnel,
                                                     int64_t per_stage);

  int64_t max() const override;
  FanoutMean mean() const override;
  int64_t FirstChild(int64_t parent) const override;
  int64_t Count(int64_t parent) const override;
  int64_t Parent(int64_t child) const override;
  void CountsOf(RowRange parents, int32_t* counts) const override;
  void ParentsOf(const Rows& children, int64_t* parents) const override;
  void FirstChildrenOf(const Rows& parents, int64_t* children) const override;

 private:
  StagedFanout(const Funnel& funnel, int64_t per_stage, RowRange window)
      : funnel_(funnel), per_stage_(per_stage), window_(window) {}

  const Funnel& funnel_;
  const int64_t per_stage_;
  const RowRange window_;
};

}  // namespace lakeseed
