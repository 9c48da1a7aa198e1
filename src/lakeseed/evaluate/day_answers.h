// Answers about days that are asked again and again: rows mostly come by day, so most of
// them ask what the last ones did.
//
// Law: with it or without it the values are the same.
//
// Thread safety: one object per thread.

#pragma once

#include <array>
#include <cstdint>

#include "lakeseed/base/business_day.h"

namespace lakeseed {

/// A function of a day, with its last answer.
template <class F>
class ByDay {
 public:
  explicit ByDay(F f) : f_(f) {}
  int64_t operator()(int32_t day) {
    if (day != day_) {
      answer_ = f_(day);
      day_ = day;
    }
    return answer_;
  }

 private:
  F f_;
  int32_t day_ = INT32_MIN;  ///< No day that is asked for.
  int64_t answer_ = 0;
};

/// AddBusinessDays, with the answers for a few neighbours.
class BusinessDaysAfter {
 public:
  int64_t operator()(int32_t day, int32_t n) {
    const auto mixed = static_cast<uint64_t>(int64_t{day} * 4 + n);
    Answer& answer = answers_[mixed % answers_.size()];
    if (answer.from != day || answer.n != n) answer = {day, n, AddBusinessDays(day, n)};
    return answer.day;
  }

 private:
  struct Answer {
    int32_t from = INT32_MIN, n = 0, day = 0;
  };
  std::array<Answer, 16> answers_;
};

}  // namespace lakeseed
