// Comparisons, in and between: truths of three values, null where a side is null.
//
// Exact numbers compare exactly across int and decimal; text by its bytes, which
// is the order of code points.

#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/evaluate/convert.h"
#include "lakeseed/evaluate/kernel.h"

namespace lakeseed {
namespace {

ValueType TruthType() {
  ValueType type;
  type.kind = ValueKind::kBoolean;
  return type;
}

enum class Order { kEqual, kDiffers, kLess, kLessEqual, kMore, kMoreEqual };

Order OrderOf(const std::string& op) {
  if (op == "=" || op == "==") return Order::kEqual;
  if (op == "!=" || op == "<>") return Order::kDiffers;
  if (op == "<") return Order::kLess;
  if (op == "<=") return Order::kLessEqual;
  return op == ">" ? Order::kMore : Order::kMoreEqual;
}

// Truth bytes: null where a side is; they have no validity of their own.
arrow::Result<Vector> CompareTruths(const KernelCall& call, bool equal) {
  return Map2<uint8_t, uint8_t, uint8_t>(call, [equal](uint8_t a, uint8_t b) -> uint8_t {
    if (a == kUnknown || b == kUnknown) return kUnknown;
    return (a == b) == equal ? kTrue : kFalse;
  });
}

template <class T>
arrow::Result<Vector> CompareKernel(const KernelCall& call, Order order) {
  switch (order) {
    case Order::kEqual:
      return TruthMap2<T, T>(call, [](T a, T b) { return a == b; });
    case Order::kDiffers:
      return TruthMap2<T, T>(call, [](T a, T b) { return a != b; });
    case Order::kLess:
      return TruthMap2<T, T>(call, [](T a, T b) { return a < b; });
    case Order::kLessEqual:
      return TruthMap2<T, T>(call, [](T a, T b) { return a <= b; });
    case Order::kMore:
      return TruthMap2<T, T>(call, [](T a, T b) { return a > b; });
    case Order::kMoreEqual:
      return TruthMap2<T, T>(call, [](T a, T b) { return a >= b; });
  }
  return arrow::Status::UnknownError("no such order");
}

NodePtr Compare(Binder& binder, const Place& place, const std::string& op, NodePtr a,
                NodePtr b) {
  std::vector<NodePtr> sides = {a, b};
  if (!Unify(binder, place, "comparison", &sides)) return nullptr;
  const ValueType& type = sides[0]->type();
  const Order order = OrderOf(op);
  if (type.is(ValueKind::kNull)) return binder.Null(place, TruthType());
  if (type.is(ValueKind::kBoolean)) {
    if (order != Order::kEqual && order != Order::kDiffers) {
      return binder.Fail(place, fmt::format("{} does not compare conditions", op));
    }
    return binder.Function(place, TruthType(), op, sides,
                           [order](const KernelCall& call) {
                             return CompareTruths(call, order == Order::kEqual);
                           });
  }
  return binder.Function(place, TruthType(), op, sides, [order](const KernelCall& call) {
    return WithLayout(call.type(0), [&](auto* layout) {
      using T = std::remove_pointer_t<decltype(layout)>;
      return CompareKernel<T>(call, order);
    });
  });
}

template <class T>
arrow::Result<Vector> InKernel(const KernelCall& call, bool negated) {
  std::vector<T> items;
  for (const Vector& item : call.args.subspan(1)) items.push_back(item.as<T>()[0]);
  std::sort(items.begin(), items.end());
  const uint8_t found = negated ? kFalse : kTrue;
  const uint8_t missing = negated ? kTrue : kFalse;
  const bool few = items.size() <= 8;
  ARROW_ASSIGN_OR_RAISE(Vector out, (Map1<T, uint8_t>(call, [&](T x) {
                          bool is_in = false;
                          if (few) {
                            for (const T& item : items) is_in |= item == x;
                          } else {
                            is_in = std::binary_search(items.begin(), items.end(), x);
                          }
                          return is_in ? found : missing;
                        })));
  ARROW_RETURN_NOT_OK(FinishTruth(call.length, &out));
  return out;
}

// `in` as a chain of `or`: for lists that are not constant, or have a null.
NodePtr InChain(Binder& binder, const Expr& call, const std::vector<NodePtr>& args) {
  std::vector<NodePtr> equals;
  for (size_t i = 1; i < args.size(); ++i) {
    equals.push_back(Compare(binder, call.place, "=", args[0], args[i]));
    if (equals.back() == nullptr) return nullptr;
  }
  Expr any = call;
  any.text = "or";
  NodePtr node = BindLogic(binder, any, std::move(equals));
  return node != nullptr && call.text == "not" ? BindNot(binder, call.place, node) : node;
}

}  // namespace

NodePtr BindComparison(Binder& binder, const Expr& call, NodePtr a, NodePtr b) {
  return Compare(binder, call.place, call.text, a, b);
}

NodePtr BindIn(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  if (!Unify(binder, call.place, "list", &args)) return nullptr;
  const ValueType type = args[0]->type();
  if (type.is(ValueKind::kNull)) return binder.Null(call.place, TruthType());
  bool simple = !type.is(ValueKind::kBoolean);
  for (size_t i = 1; i < args.size(); ++i) {
    const Vector* value = args[i]->constant();
    simple &= value != nullptr && value->IsValid(0);
  }
  if (!simple) return InChain(binder, call, args);
  const bool negated = call.text == "not";
  return binder.Function(
      call.place, TruthType(), "in", std::move(args), [negated](const KernelCall& c) {
        return WithLayout(c.type(0), [&](auto* layout) {
          return InKernel<std::remove_pointer_t<decltype(layout)>>(c, negated);
        });
      });
}

NodePtr BindBetween(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  NodePtr low = Compare(binder, call.place, ">=", args[0], args[1]);
  if (low == nullptr) return nullptr;
  NodePtr high = Compare(binder, call.place, "<=", args[0], args[2]);
  if (high == nullptr) return nullptr;
  Expr both = call;
  both.text = "and";
  NodePtr node = BindLogic(binder, both, {low, high});
  return node != nullptr && call.text == "not" ? BindNot(binder, call.place, node) : node;
}

}  // namespace lakeseed
