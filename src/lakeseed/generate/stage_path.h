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

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "lakeseed/base/key.h"
#include "lakeseed/generate/cell_block.h"
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
    /// Units of the rows at `from` that go here.
    double low = 0, high = 1;
    bool is_branch = false;
    RealLaw delay;  ///< Microseconds after `from`.
    Key key;
  };

  /// Of the rows of a block, for each stage.
  using OnPath = std::vector<std::array<uint8_t, kBlockRows>>;

  /// Read the stages, `or` and `cap`; `start` is the caller's.
  static arrow::Result<StagePath> Read(Params& params, const BindContext& context);

  /// In an order in which `from` comes first.
  const std::vector<Stage>& stages() const { return stages_; }
  /// Microseconds from the start after which every stage is reached.
  int64_t cap() const { return cap_; }

  /// Ask for a stage and for all before it.
  void Ask(size_t stage, std::vector<bool>* asked) const;

  /// Which of the stages asked for each row comes to: on[s][i] = 1 where the path of row
  /// rows[first + i] has stage s, else 0. REQUIRES: count <= kBlockRows.
  void Follow(const Rows& rows, int64_t first, int64_t count,
              const std::vector<bool>& asked, OnPath* on) const;

  /// times[s][i] = instant at which row rows[first + i], which began at starts[i],
  /// reaches stage s, or kNever; of the stages asked for. REQUIRES: `on` says where
  /// these rows come to; times[s] holds `count`.
  void TimesOf(const Rows& rows, int64_t first, int64_t count, const int64_t* starts,
               const OnPath& on, const std::vector<bool>& asked,
               const std::vector<int64_t*>& times) const;

 private:
  arrow::Status AddStage(Params& params, const BindContext& context,
                         const std::string& name, const SpecNode& delay);
  arrow::Status AddBranch(Params& params, const BindContext& context,
                          const std::string& name, const SpecNode& node);
  /// Instants of a stage after `before`, that of the stage before it.
  void TimesAfter(const Stage& stage, const Rows& rows, int64_t first, int64_t count,
                  const int64_t* starts, const uint8_t* on, const int64_t* before,
                  int64_t* times) const;
  /// Set the units that lead to each stage.
  void SetForks();
  int FindStage(const std::string& name) const;

  std::vector<Stage> stages_;
  std::vector<Key> branch_keys_;    ///< One for each stage.
  std::vector<bool> has_branches_;  ///< Of each stage.
  int64_t cap_ = 0;
};

}  // namespace lakeseed
