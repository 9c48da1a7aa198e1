// Loops of kernels: one or two arguments, each a column or a constant.
//
// Values under nulls are computed like others (they are some value), so the
// loops have no branch for them; only faults are looked at row by row.
//
// Thread safety: pure functions.

#pragma once

#include <utility>

#include "lakeseed/evaluate/kernel_loop.h"
#include "lakeseed/evaluate/node.h"

namespace lakeseed {

/// Set truth to null where the arguments were.
arrow::Status FinishTruth(int64_t length, Vector* out);

/// Validity of a strict kernel's result: valid where all arguments are.
arrow::Status SpreadValidity(const KernelCall& call, Vector* out);

/// Keep the arguments' memory alive with a result that points into it.
void ShareOwners(const KernelCall& call, Vector* out);

/// out[i] = f(a[i]).
template <class A, class R, class F>
arrow::Result<Vector> Map1(const KernelCall& call, F f) {
  Vector out;
  ARROW_ASSIGN_OR_RAISE(R * to, NewValues<R>(&out, call.length, call.pool()));
  const Vector& a = call.args[0];
  LoopOver1(a.as<A>(), a.constant ? 0 : 1, call.length, f, to);
  ARROW_RETURN_NOT_OK(SpreadValidity(call, &out));
  return out;
}

template <class A, class B, class G>
inline void ForEach2(const Vector& left, const Vector& right, int64_t length, G g) {
  const A* a = left.as<A>();
  const B* b = right.as<B>();
  if (left.constant && right.constant) {
    const A x = a[0];
    const B y = b[0];
    for (int64_t i = 0; i < length; ++i) g(i, x, y);
  } else if (left.constant) {
    const A x = a[0];
    for (int64_t i = 0; i < length; ++i) g(i, x, b[i]);
  } else if (right.constant) {
    const B y = b[0];
    for (int64_t i = 0; i < length; ++i) g(i, a[i], y);
  } else {
    for (int64_t i = 0; i < length; ++i) g(i, a[i], b[i]);
  }
}

/// out[i] = f(a[i], b[i]).
template <class A, class B, class R, class F>
arrow::Result<Vector> Map2(const KernelCall& call, F f) {
  Vector out;
  ARROW_ASSIGN_OR_RAISE(R * to, NewValues<R>(&out, call.length, call.pool()));
  const Vector &a = call.args[0], &b = call.args[1];
  LoopOver2(a.as<A>(), a.constant ? 0 : 1, b.as<B>(), b.constant ? 0 : 1, call.length, f,
            to);
  ARROW_RETURN_NOT_OK(SpreadValidity(call, &out));
  return out;
}

/// f(a[i], &out[i]) says true for a fault; the first that counts is the error.
template <class A, class R, class F>
arrow::Result<Vector> CheckedMap1(const KernelCall& call, const char* reason, F f) {
  Vector out;
  ARROW_ASSIGN_OR_RAISE(R * to, NewValues<R>(&out, call.length, call.pool()));
  const A* a = call.args[0].as<A>();
  const int64_t step = call.args[0].constant ? 0 : 1;
  bool fault = false;
  for (int64_t i = 0; i < call.length; ++i) fault |= f(a[i * step], &to[i]);
  for (int64_t i = 0; fault && i < call.length; ++i) {
    R unused;
    if (call.Counts(i) && f(a[i * step], &unused)) return call.Fail(i, reason);
  }
  ARROW_RETURN_NOT_OK(SpreadValidity(call, &out));
  return out;
}

template <class A, class B, class R, class F>
arrow::Result<Vector> CheckedMap2(const KernelCall& call, const char* reason, F f) {
  Vector out;
  ARROW_ASSIGN_OR_RAISE(R * to, NewValues<R>(&out, call.length, call.pool()));
  bool fault = false;
  ForEach2<A, B>(call.args[0], call.args[1], call.length,
                 [&](int64_t i, A x, B y) { fault |= f(x, y, &to[i]); });
  const A* a = call.args[0].as<A>();
  const B* b = call.args[1].as<B>();
  for (int64_t i = 0; fault && i < call.length; ++i) {
    R unused;
    if (call.Counts(i) &&
        f(a[call.args[0].index(i)], b[call.args[1].index(i)], &unused)) {
      return call.Fail(i, reason);
    }
  }
  ARROW_RETURN_NOT_OK(SpreadValidity(call, &out));
  return out;
}

/// As Map2, for truths.
template <class A, class B, class F>
arrow::Result<Vector> TruthMap2(const KernelCall& call, F f) {
  ARROW_ASSIGN_OR_RAISE(Vector out, (Map2<A, B, uint8_t>(call, [f](A x, B y) {
                          return static_cast<uint8_t>(f(x, y) ? kTrue : kFalse);
                        })));
  ARROW_RETURN_NOT_OK(FinishTruth(call.length, &out));
  return out;
}

/// As Map1, for truths.
template <class A, class F>
arrow::Result<Vector> TruthMap1(const KernelCall& call, F f) {
  ARROW_ASSIGN_OR_RAISE(Vector out, (Map1<A, uint8_t>(call, [&f](A x) {
                          return static_cast<uint8_t>(f(x) ? kTrue : kFalse);
                        })));
  ARROW_RETURN_NOT_OK(FinishTruth(call.length, &out));
  return out;
}

/// Call g with a null pointer of the layout's type: how kernels pick theirs.
template <class G>
auto WithLayout(const ValueType& type, G g) {
  if (type.is(ValueKind::kText)) return g(static_cast<std::string_view*>(nullptr));
  if (type.is(ValueKind::kDouble)) return g(static_cast<double*>(nullptr));
  if (type.is(ValueKind::kBoolean)) return g(static_cast<uint8_t*>(nullptr));
  if (type.wide()) return g(static_cast<Int128*>(nullptr));
  return g(static_cast<int64_t*>(nullptr));
}

}  // namespace lakeseed
