// Roster: who is there in which days, where members come and go in their order.
//
// Sections of members stand one after another. The members of a section may come, evenly
// over some days, and may go, evenly over some later ones: those of lower numbers first.
// So who is there from one day to another is a range of each section, however many they
// are.
//
// Law: Present::NumberOf and MemberAt are inverse; numbers are dense, in the order of the
//      members.
//
// Days count from the epoch. Thread safety: immutable.

#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "lakeseed/base/row_range.h"
#include "lakeseed/generate/row_space.h"

namespace lakeseed {

class Roster {
 public:
  struct Section {
    int64_t count = 0;
    std::optional<DaySpan> opens,
        closes;  ///< Not set: there from the epoch on; for ever.
  };
  static constexpr int32_t kAlways = std::numeric_limits<int32_t>::min();
  static constexpr int32_t kNever = std::numeric_limits<int32_t>::max();

  /// Members that are always there.
  Roster(int64_t count = 0) : Roster(std::vector<Section>{{.count = count}}) {}
  explicit Roster(std::vector<Section> sections);

  int64_t count() const { return starts_.back(); }
  bool is_constant() const { return is_constant_; }
  int32_t OpensOn(int64_t member) const;   ///< kAlways: before the epoch.
  int32_t ClosesOn(int64_t member) const;  ///< kNever: it stays.

  /// Those that came before the first day and go after the last.
  class Present {
   public:
    int64_t count() const { return count_; }
    int64_t MemberAt(int64_t number) const;
    /// -1: it is not among them.
    int64_t NumberOf(int64_t member) const;

   private:
    friend class Roster;
    std::vector<RowRange> ranges_;
    int64_t count_ = 0;
  };
  Present Between(DaySpan days) const;

  /// Members that come, or go, before the day; and those of the day.
  int64_t OpenedBefore(int32_t day) const;
  int64_t ClosedBefore(int32_t day) const;
  std::vector<int64_t> OpeningOn(int32_t day) const;
  std::vector<int64_t> ClosingOn(int32_t day) const;

 private:
  using Days = std::optional<DaySpan> Section::*;
  /// Members of the section whose day comes before `day`.
  static int64_t Before(const Section& section, Days days, int32_t day);
  int64_t SumBefore(Days days, int32_t day) const;
  std::vector<int64_t> MembersOn(Days days, int32_t day) const;
  std::optional<int32_t> DayOf(Days days, int64_t member) const;

  std::vector<Section> sections_;
  std::vector<int64_t> starts_;  ///< First member of each, and the number of all.
  bool is_constant_ = true;
};

}  // namespace lakeseed
