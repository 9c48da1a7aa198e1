// PickedMembers: where the members stand that a thread picked last: who picks a member
// mostly asks for its standing next, which is then read and not computed.
//
// It is pure and droppable: a member's cohort and standing are those of its id. Of one
// call no more than kMost picks are known, and of kMostPopulations, so memory has a
// bound. Nothing is noted down until somebody has asked, nor again before somebody has.
//
// Thread safety: of one thread alone.

#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lakeseed {

class PickedMembers {
 public:
  static constexpr int64_t kMost = int64_t{1} << 17;
  static constexpr int kMostPopulations = 4;

  /// What this thread has picked of a population; `number`: which no other one has had.
  static PickedMembers& Of(uint64_t number);

  /// Forget all; whether picks are worth being noted down.
  bool Begin();
  /// REQUIRES: Begin() has said so.
  void Add(std::span<const int64_t> ids, const int32_t* cohorts,
           const int64_t* standings);

  /// Whether any are known. Who asks will ask again.
  bool Ask();
  /// Read those of `ids` that are found in the order in which they were picked; what was
  /// picked may be left out, and others may stand between. Return the places of those.
  std::vector<int32_t> Read(std::span<const int64_t> ids, int32_t* cohorts,
                            int64_t* standings);

 private:
  /// So many picks may be left out between two that are asked for.
  static constexpr size_t kAhead = 8;

  /// Go on to an id, if it is one of the next ones.
  bool Find(int64_t id);

  uint64_t number_ = 0;
  bool is_asked_ = false;
  size_t next_ = 0;  ///< Behind those that were read last.
  std::vector<int64_t> ids_, standings_;
  std::vector<int32_t> cohorts_;
};

}  // namespace lakeseed
