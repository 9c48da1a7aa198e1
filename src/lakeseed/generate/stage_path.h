// StagePath: the stages an event goes through, when it reaches each, and which
// branch it takes.
//
//   {Pending: 0, Processing: 2h, Shipped: {lognormal: {mean: 2d, stddev: 1d}},
//    or: {Cancelled: {from: Processing, share: 0.05, after: 3h}}, cap: 30d}
//
// Law: the times are cells of the row and of nothing else; each stage has a
// stream of its own, so a stage that is added moves no other delay.
// Law: along a row's path times never go back; all lie within `cap` of its start.
//
// Thread safety: immutable after Read().

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <string>
#include <vector>

#include "lakeseed/base/key.h"
#include "lakeseed/generate/real_law.h"
#include "lakeseed/generate/rows.h"

namespace lakeseed {

class BindContext;
class Params;
struct SpecNode;

class StagePath {
 public:
  /// Time of a stage that a row never reaches.
  static constexpr int64_t kNever = INT64_MAX;

  struct Stage {
    std::string name;
    int from = -1;     ///< Stage before it; -1 for the first.
    double share = 0;  ///< Branches: share of the rows at `from` that go here.
    bool is_branch = false;
    RealLaw delay;  ///< Microseconds after `from`.
    Key key;
  };

  /// Read the stages, `or` and `cap`; `start` is the caller's.
  static arrow::Result<StagePath> Read(Params& params, const BindContext& context);

  /// In an order in which `from` comes first.
  const std::vector<Stage>& stages() const { return stages_; }
  /// Microseconds from the start after which every stage is reached.
  int64_t cap() const { return cap_; }

  /// times[stage][i] = instant at which row rows[first + i], which began at
  /// starts[i], reaches the stage, or kNever. REQUIRES: times[s] holds `count`
  /// for every stage; count <= kBlockRows.
  void TimesOf(const Rows& rows, int64_t first, int64_t count, const int64_t* starts,
               const std::vector<int64_t*>& times) const;

 private:
  arrow::Status AddStage(Params& params, const BindContext& context,
                         const std::string& name, const SpecNode& delay);
  arrow::Status AddBranch(Params& params, const BindContext& context,
                          const std::string& name, const SpecNode& node);
  /// Stage taken from each: its main successor, or a branch by one cell.
  void ChooseNext(int from, const Rows& rows, int64_t first, int64_t count,
                  int32_t* next) const;
  /// Delays of a stage in the rows first + here[j] of a block of `count`.
  void DrawDelays(const Stage& stage, const Rows& rows, int64_t first, int64_t count,
                  const int64_t* here, int64_t num_here, double* delays) const;
  int FindStage(const std::string& name) const;

  std::vector<Stage> stages_;
  std::vector<Key> branch_keys_;  ///< One for each stage.
  int64_t cap_ = 0;
};

}  // namespace lakeseed
