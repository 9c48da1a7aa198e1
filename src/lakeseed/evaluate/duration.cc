// Durations, and + - * of dates, times and durations.
//
//   date + int, date + days(n): a date; date + hours(n): a time; date - date: int
//   time + duration: a time; time - time: a duration; duration * int: a duration
//
// A duration has no column type: it is compared, or counted by seconds(a, b).

#include <fmt/format.h>

#include "lakeseed/base/date.h"
#include "lakeseed/evaluate/convert.h"
#include "lakeseed/evaluate/functions.h"
#include "lakeseed/evaluate/kernel.h"

namespace lakeseed {
namespace {

constexpr char kOutOfRange[] = "time is out of range";

ValueType DurationType(bool whole_days) {
  return {.kind = ValueKind::kDuration, .whole_days = whole_days};
}

template <int64_t kUnit>
NodePtr BindUnit(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  NodePtr n = Narrow(binder, args[0]);
  if (n == nullptr) return nullptr;
  const ValueType type = DurationType(kUnit % kMicrosecondsPerDay == 0);
  return binder.Function(call.place, type, call.text, {n}, [](const KernelCall& c) {
    return CheckedMap1<int64_t, int64_t>(c, kOutOfRange, [](int64_t x, int64_t* r) {
      return __builtin_mul_overflow(x, kUnit, r);
    });
  });
}

NodePtr BindSecondsBetween(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  for (NodePtr& arg : args) {
    if ((arg = ConvertTo(binder, arg, TypeOf(ValueKind::kTimestamp))) == nullptr) {
      return nullptr;
    }
  }
  return binder.Function(call.place, TypeOf(ValueKind::kInteger), call.text, args,
                         [](const KernelCall& c) {
                           return CheckedMap2<int64_t, int64_t, int64_t>(
                               c, kOutOfRange, [](int64_t a, int64_t b, int64_t* r) {
                                 const bool bad = __builtin_sub_overflow(b, a, r);
                                 *r /= kMicrosecondsPerSecond;
                                 return bad;
                               });
                         });
}

// a + b or a - b on 64 bits, where b counts in units of a.
NodePtr Shift(Binder& binder, const Expr& call, NodePtr a, NodePtr b, ValueType type,
              int64_t unit) {
  const bool minus = call.text == "-";
  return binder.Function(
      call.place, type, call.text, {a, b}, [minus, unit](const KernelCall& c) {
        return CheckedMap2<int64_t, int64_t, int64_t>(
            c, kOutOfRange, [minus, unit](int64_t x, int64_t y, int64_t* r) {
              y /= unit;
              return minus ? __builtin_sub_overflow(x, y, r)
                           : __builtin_add_overflow(x, y, r);
            });
      });
}

NodePtr Refuse(Binder& binder, const Expr& call, const NodePtr& a, const NodePtr& b) {
  const bool time_and_int = a->type().is(ValueKind::kTimestamp) && b->type().is_number();
  return binder.Fail(
      call.place,
      fmt::format("{} does not take {} and {}", call.text, KindName(a->type().kind),
                  KindName(b->type().kind)),
      std::nullopt,
      time_and_int ? "write days(n), hours(n), minutes(n) or seconds(n)" : "");
}

NodePtr Scale(Binder& binder, const Expr& call, NodePtr duration, NodePtr n) {
  n = Narrow(binder, n);
  if (n == nullptr) return nullptr;
  return binder.Function(call.place, duration->type(), "*", {duration, n},
                         [](const KernelCall& c) {
                           return CheckedMap2<int64_t, int64_t, int64_t>(
                               c, kOutOfRange, [](int64_t x, int64_t y, int64_t* r) {
                                 return __builtin_mul_overflow(x, y, r);
                               });
                         });
}

NodePtr ShiftDate(Binder& binder, const Expr& call, NodePtr a, NodePtr b) {
  if (b->type().is(ValueKind::kInteger)) {
    b = Narrow(binder, b);
    return b == nullptr ? nullptr
                        : Shift(binder, call, a, b, TypeOf(ValueKind::kDate), 1);
  }
  if (b->type().whole_days) {
    return Shift(binder, call, a, b, TypeOf(ValueKind::kDate), kMicrosecondsPerDay);
  }
  const ValueType time = TypeOf(ValueKind::kTimestamp);
  a = ConvertTo(binder, a, time);
  return a == nullptr ? nullptr : Shift(binder, call, a, b, time, 1);
}

NodePtr Difference(Binder& binder, const Expr& call, NodePtr a, NodePtr b) {
  if (a->type().is(ValueKind::kDate) && b->type().is(ValueKind::kDate)) {
    ValueType days = TypeOf(ValueKind::kInteger);
    return Shift(binder, call, a, b, days, 1);
  }
  std::vector<NodePtr> sides = {a, b};
  if (!Unify(binder, call.place, "difference", &sides)) return nullptr;
  return Shift(binder, call, sides[0], sides[1], TypeOf(ValueKind::kDuration), 1);
}

constexpr Function kFunctions[] = {
    {{"days", "days(n)", "a duration of n days"},
     "i",
     1,
     1,
     BindUnit<kMicrosecondsPerDay>},
    {{"hours", "hours(n)", "a duration of n hours"},
     "i",
     1,
     1,
     BindUnit<kMicrosecondsPerHour>},
    {{"minutes", "minutes(n)", "a duration of n minutes"},
     "i",
     1,
     1,
     BindUnit<60'000'000>},
    {{"seconds", "seconds(n)", "a duration of n seconds"},
     "i",
     1,
     1,
     BindUnit<kMicrosecondsPerSecond>},
    {{"seconds_between", "seconds_between(a, b)", "whole seconds from a to b"},
     "DD",
     2,
     2,
     BindSecondsBetween},
    {{"weeks", "weeks(n)", "a duration of n weeks"},
     "i",
     1,
     1,
     BindUnit<7 * kMicrosecondsPerDay>},
};

}  // namespace

NodePtr BindDateArithmetic(Binder& binder, const Expr& call, NodePtr a, NodePtr b) {
  const auto is = [](const NodePtr& n, ValueKind kind) { return n->type().is(kind); };
  const bool plus = call.text == "+", minus = call.text == "-";
  if (call.text == "*") {
    if (is(a, ValueKind::kInteger) && is(b, ValueKind::kDuration)) std::swap(a, b);
    const bool fits = is(a, ValueKind::kDuration) && is(b, ValueKind::kInteger);
    return fits ? Scale(binder, call, a, b) : Refuse(binder, call, a, b);
  }
  if (!plus && !minus) return Refuse(binder, call, a, b);
  // The time first: int + date, duration + time.
  if (plus && (is(b, ValueKind::kDate) || is(b, ValueKind::kTimestamp))) std::swap(a, b);
  if (is(a, ValueKind::kDate) &&
      (is(b, ValueKind::kInteger) || is(b, ValueKind::kDuration))) {
    return ShiftDate(binder, call, a, b);
  }
  if (is(a, ValueKind::kTimestamp) && is(b, ValueKind::kDuration)) {
    return Shift(binder, call, a, b, TypeOf(ValueKind::kTimestamp), 1);
  }
  if (is(a, ValueKind::kDuration) && is(b, ValueKind::kDuration)) {
    const bool whole = a->type().whole_days && b->type().whole_days;
    return Shift(binder, call, a, b, DurationType(whole), 1);
  }
  const auto is_time = [&](const NodePtr& n) {
    return is(n, ValueKind::kDate) || is(n, ValueKind::kTimestamp);
  };
  if (minus && is_time(a) && is_time(b)) return Difference(binder, call, a, b);
  return Refuse(binder, call, a, b);
}

std::span<const Function> DurationFunctions() { return kFunctions; }

}  // namespace lakeseed
