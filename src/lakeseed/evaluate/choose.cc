// case, coalesce, nullif, if, least, greatest: one of several values for each row.
//
// Texts that are all constants or dictionaries give a dictionary: the distinct
// texts in order of the branches. Of constants alone it is made once, when bound.
//
// A branch's errors count only in the rows that take it.

#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/evaluate/blend.h"
#include "lakeseed/evaluate/convert.h"
#include "lakeseed/evaluate/functions.h"
#include "lakeseed/evaluate/gather.h"
#include "lakeseed/evaluate/kernel.h"

namespace lakeseed {
namespace {

// Value k for each row; k is `choice[i]`.
struct Branches {
  std::vector<Vector> values;
  const uint16_t* choice;
};

// Branch k's value into the rows that take it; the first branch goes everywhere, so
// that all memory is written.
template <class Bits>
void Put(const Branches& branches, const EvaluateContext& context, size_t k,
         const Bits* from, bool constant, Bits* to) {
  const auto branch = static_cast<uint16_t>(k);
  if (k == 0 && constant) {
    std::fill_n(to, context.length, from[0]);
  } else if (k == 0) {
    std::copy_n(from, context.length, to);
  } else if (constant) {
    BlendValue(branches.choice, context.length, branch, from[0], to);
  } else {
    BlendColumn(branches.choice, context.length, branch, from, to);
  }
}

template <class T>
arrow::Status Pick(const Branches& branches, const EvaluateContext& context,
                   Vector* out) {
  ARROW_ASSIGN_OR_RAISE(T * to, NewValues<T>(out, context.length, context.pool));
  if constexpr (sizeof(T) > sizeof(int64_t)) {
    std::vector<const T*> from;
    std::vector<int64_t> step;
    for (const Vector& value : branches.values) {
      from.push_back(value.as<T>());
      step.push_back(value.constant ? 0 : 1);
    }
    for (int64_t i = 0; i < context.length; ++i) {
      const uint16_t k = branches.choice[i];
      to[i] = from[k][i * step[k]];
    }
  } else {
    using Bits = std::conditional_t<sizeof(T) == 8, int64_t, uint8_t>;
    for (size_t k = 0; k < branches.values.size(); ++k) {
      const Vector& value = branches.values[k];
      Put(branches, context, k, value.as<Bits>(), value.constant,
          reinterpret_cast<Bits*>(to));
    }
  }
  return arrow::Status::OK();
}

arrow::Status PickValidity(const Branches& branches, const EvaluateContext& context,
                           Vector* out) {
  const auto& values = branches.values;
  if (std::all_of(values.begin(), values.end(),
                  [](const Vector& v) { return v.valid == nullptr; })) {
    return arrow::Status::OK();
  }
  ARROW_ASSIGN_OR_RAISE(uint8_t * valid, NewValidity(out, context.length, context.pool));
  static const uint8_t kAlways = 1;
  for (size_t k = 0; k < values.size(); ++k) {
    const uint8_t* from = values[k].valid == nullptr ? &kAlways : values[k].valid;
    Put(branches, context, k, from, from == &kAlways || values[k].constant, valid);
  }
  return arrow::Status::OK();
}

class ChooseNode final : public Node {
 public:
  /// values has one more than conditions (case), or conditions is empty (coalesce).
  ChooseNode(ValueType type, Place place, std::vector<NodePtr> conditions,
             std::vector<NodePtr> values)
      : Node(type, std::move(place)),
        conditions_(std::move(conditions)),
        values_(std::move(values)) {}

  arrow::Result<Vector> Evaluate(const EvaluateContext& context) const override {
    Vector scratch;
    ARROW_ASSIGN_OR_RAISE(auto* choice,
                          NewValues<uint16_t>(&scratch, context.length, context.pool));
    ARROW_ASSIGN_OR_RAISE(auto* open,
                          NewValues<uint8_t>(&scratch, context.length, context.pool));
    MarkOpen(context.active, context.length, open);
    Branches branches{{}, choice};
    if (conditions_.empty()) {
      ARROW_RETURN_NOT_OK(FirstValid(context, choice, open, &branches.values));
    } else {
      ARROW_RETURN_NOT_OK(FirstTrue(context, choice, open));
      ARROW_RETURN_NOT_OK(TakeBranches(context, choice, open, &branches.values));
    }
    return Assemble(std::move(branches), context);
  }

 private:
  arrow::Status FirstTrue(const EvaluateContext& context, uint16_t* choice,
                          uint8_t* open) const {
    const auto last = static_cast<uint16_t>(conditions_.size());
    std::fill(choice, choice + context.length, last);
    EvaluateContext inner = context;
    inner.active = open;
    for (size_t k = 0; k < conditions_.size(); ++k) {
      ARROW_ASSIGN_OR_RAISE(Vector truth, conditions_[k]->Evaluate(inner));
      ARROW_ASSIGN_OR_RAISE(const uint8_t* value,
                            Bytes(truth.as<uint8_t>(), context, &truth));
      TakeWhereTrue(value, context.length, last, static_cast<uint16_t>(k), choice, open);
    }
    return arrow::Status::OK();
  }

  arrow::Status TakeBranches(const EvaluateContext& context, const uint16_t* choice,
                             uint8_t* active, std::vector<Vector>* values) const {
    EvaluateContext inner = context;
    inner.active = active;
    for (size_t k = 0; k < values_.size(); ++k) {
      MarkBranch(choice, context.length, static_cast<uint16_t>(k), context.active,
                 active);
      ARROW_ASSIGN_OR_RAISE(Vector value, values_[k]->Evaluate(inner));
      values->push_back(std::move(value));
    }
    return arrow::Status::OK();
  }

  arrow::Status FirstValid(const EvaluateContext& context, uint16_t* choice,
                           uint8_t* open, std::vector<Vector>* values) const {
    std::fill(choice, choice + context.length, uint16_t{0});
    EvaluateContext inner = context;
    inner.active = open;
    for (size_t k = 0; k < values_.size(); ++k) {
      ARROW_ASSIGN_OR_RAISE(Vector value, values_[k]->Evaluate(inner));
      // The last one stays chosen, null or not.
      if (k + 1 < values_.size()) {
        ARROW_RETURN_NOT_OK(PassOn(context, value, k, choice, open));
      }
      values->push_back(std::move(value));
    }
    return arrow::Status::OK();
  }

  arrow::Status PassOn(const EvaluateContext& context, const Vector& value, size_t k,
                       uint16_t* choice, uint8_t* open) const {
    Vector scratch;
    const uint8_t* valid = value.valid;
    if (type().is(ValueKind::kBoolean)) {
      const int64_t length = value.constant ? 1 : context.length;
      ARROW_ASSIGN_OR_RAISE(uint8_t * known, NewValidity(&scratch, length, context.pool));
      for (int64_t i = 0; i < length; ++i) known[i] = value.as<uint8_t>()[i] != kUnknown;
      valid = known;
    }
    if (valid == nullptr) {
      std::fill_n(open, context.length, uint8_t{0});
      return arrow::Status::OK();
    }
    scratch.constant = value.constant;
    ARROW_ASSIGN_OR_RAISE(valid, Bytes(valid, context, &scratch));
    PassWhereNull(valid, context.length, static_cast<uint16_t>(k), choice, open);
    return arrow::Status::OK();
  }

  // A byte for each row: those given, or the one of a constant, spread.
  static arrow::Result<const uint8_t*> Bytes(const uint8_t* bytes,
                                             const EvaluateContext& context,
                                             Vector* memory) {
    if (!memory->constant) return bytes;
    const uint8_t one = bytes[0];
    ARROW_ASSIGN_OR_RAISE(uint8_t * all,
                          NewValidity(memory, context.length, context.pool));
    std::fill_n(all, context.length, one);
    return all;
  }

  arrow::Result<Vector> Assemble(Branches branches,
                                 const EvaluateContext& context) const {
    if (type().dictionary) return AssembleCodes(std::move(branches), context);
    Vector out;
    for (Vector& value : branches.values) {
      if (value.dictionary != nullptr) {
        ARROW_ASSIGN_OR_RAISE(
            value, Expand(value, value.constant ? 1 : context.length, context.pool));
      }
      // Texts are views, others copies.
      if (!type().is(ValueKind::kText)) continue;
      out.owners.insert(out.owners.end(), value.owners.begin(), value.owners.end());
    }
    ARROW_RETURN_NOT_OK(WithLayout(type(), [&](auto* layout) {
      return Pick<std::remove_pointer_t<decltype(layout)>>(branches, context, &out);
    }));
    if (!type().is(ValueKind::kBoolean)) {
      ARROW_RETURN_NOT_OK(PickValidity(branches, context, &out));
    }
    return out;
  }

  // One dictionary for all branches; each branch's codes are moved by its place in it.
  arrow::Result<Vector> Merge(const std::vector<Vector>& values) const {
    static const auto kAnchor = std::make_shared<const int>(0);
    DictionaryMemory::Sources sources = {kAnchor};
    std::vector<std::string_view> texts;
    for (const Vector& value : values) {
      if (value.dictionary != nullptr) {
        sources.push_back(value.dictionary);
        texts.insert(texts.end(), value.dictionary->values.begin(),
                     value.dictionary->values.end());
      } else if (value.IsValid(0)) {
        texts.push_back(value.as<std::string_view>()[0]);
      }
    }
    if (auto known = memory_.Find(sources)) return std::move(*known);
    Vector all;
    all.values = texts.data();
    ARROW_ASSIGN_OR_RAISE(Vector made, Encode(all, static_cast<int64_t>(texts.size()),
                                              arrow::default_memory_pool()));
    return memory_.Keep(std::move(sources), made);
  }

  arrow::Result<Vector> AssembleCodes(Branches branches,
                                      const EvaluateContext& context) const {
    ARROW_ASSIGN_OR_RAISE(Vector merged, Merge(branches.values));
    const int32_t* moved = merged.as<int32_t>();
    Vector out;
    out.dictionary = merged.dictionary;
    ARROW_ASSIGN_OR_RAISE(auto* to,
                          NewValues<int32_t>(&out, context.length, context.pool));
    for (size_t k = 0; k < branches.values.size(); ++k) {
      const Vector& value = branches.values[k];
      const int32_t* codes = value.dictionary != nullptr ? value.as<int32_t>() : nullptr;
      const size_t size =
          codes != nullptr ? value.dictionary->values.size() : (value.IsValid(0) ? 1 : 0);
      if (size == 0 || codes == nullptr || value.constant) {
        const int32_t one = size == 0 ? 0 : moved[codes == nullptr ? 0 : codes[0]];
        Put(branches, context, k, &one, true, to);
      } else if (k == 0) {
        MoveCodes(moved, size, codes, context.length, to);
      } else {
        BlendCodes(branches.choice, context.length, static_cast<uint16_t>(k), moved, size,
                   codes, to);
      }
      moved += size;
    }
    ARROW_RETURN_NOT_OK(PickValidity(branches, context, &out));
    if (out.valid != nullptr) KeepCodes(to, out.valid, context.length, to);
    return out;
  }

  const std::vector<NodePtr> conditions_;
  const std::vector<NodePtr> values_;
  mutable DictionaryMemory memory_;
};

// Values must be unified before. `coalesces`: null only if all are.
NodePtr MakeChoice(Binder& binder, const Place& place, std::vector<NodePtr> conditions,
                   std::vector<NodePtr> values) {
  const bool coalesces = conditions.empty();
  ValueType type = values[0]->type();
  bool constant = true, codes = true, nullable = coalesces;
  for (const NodePtr& condition : conditions)
    constant &= condition->constant() != nullptr;
  for (const NodePtr& value : values) {
    const ValueType& other = value->type();
    constant &= value->constant() != nullptr;
    codes &= value->constant() != nullptr || other.dictionary;
    if (coalesces)
      nullable &= other.nullable;
    else
      nullable |= other.nullable;
    type.limit = std::max(type.limit, other.limit);
  }
  type.dictionary = type.is(ValueKind::kText) && codes;
  type.nullable = nullable;
  if (type.is(ValueKind::kNull)) return values[0];
  auto node =
      std::make_shared<ChooseNode>(type, place, std::move(conditions), std::move(values));
  return constant ? binder.Fold(node) : node;
}

NodePtr BindCoalesce(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  if (!Unify(binder, call.place, "coalesce", &args)) return nullptr;
  if (NodePtr filled = BindFillNulls(call.place, args)) return filled;
  return MakeChoice(binder, call.place, {}, std::move(args));
}

NodePtr BindNullif(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  Expr equal = call;
  equal.text = "=";
  NodePtr same = BindComparison(binder, equal, args[0], args[1]);
  if (same == nullptr) return nullptr;
  NodePtr none = binder.Null(call.place, args[0]->type());
  return MakeChoice(binder, call.place, {same}, {none, args[0]});
}

NodePtr BindIf(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  return BindCase(binder, call, std::move(args));
}

template <class T, bool kLeast>
arrow::Result<Vector> ExtremeKernel(const KernelCall& call) {
  ARROW_ASSIGN_OR_RAISE(Vector out, (Map2<T, T, T>(call, [](T a, T b) {
                          return kLeast ? (b < a ? b : a) : (a < b ? b : a);
                        })));
  ShareOwners(call, &out);
  return out;
}

template <bool kLeast>
arrow::Result<Vector> Extreme(const KernelCall& call) {
  return WithLayout(call.type(0), [&](auto* layout) {
    return ExtremeKernel<std::remove_pointer_t<decltype(layout)>, kLeast>(call);
  });
}

template <bool kLeast>
NodePtr BindExtreme(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  if (!Unify(binder, call.place, call.text, &args)) return nullptr;
  NodePtr node = args[0];
  for (size_t i = 1; node != nullptr && i < args.size(); ++i) {
    ValueType type = node->type();
    if (type.is(ValueKind::kNull)) return node;
    type.limit = std::max(type.limit, args[i]->type().limit);
    node = binder.Function(call.place, type, call.text, {node, args[i]}, Extreme<kLeast>);
  }
  return node;
}

constexpr Function kFunctions[] = {
    {{"coalesce", "coalesce(a, b, …)", "the first value that is not null"},
     "a",
     1,
     -1,
     BindCoalesce},
    {{"greatest", "greatest(a, b, …)", "the largest of the row's values; null if one is"},
     "o",
     2,
     -1,
     BindExtreme<false>},
    {{"if", "if(condition, a, b)", "a where the condition is true, else b"},
     "baa",
     3,
     3,
     BindIf},
    {{"least", "least(a, b, …)", "the smallest of the row's values; null if one is"},
     "o",
     2,
     -1,
     BindExtreme<true>},
    {{"max", "max(a, b, …)", "greatest; max(table.column) folds a child table"},
     "o",
     1,
     -1,
     BindExtreme<false>},
    {{"min", "min(a, b, …)", "least; min(table.column) folds a child table"},
     "o",
     1,
     -1,
     BindExtreme<true>},
    {{"nullif", "nullif(a, b)", "a, but null where it equals b"}, "a", 2, 2, BindNullif},
};

}  // namespace

NodePtr BindCase(Binder& binder, const Expr& call, std::vector<NodePtr> args) {
  std::vector<NodePtr> conditions, values;
  for (size_t i = 0; i + 1 < args.size(); i += 2) {
    NodePtr condition = args[i];
    if (condition->type().is(ValueKind::kNull)) {
      condition = BooleanConstant(condition->place(), kFalse);
    }
    if (!condition->type().is(ValueKind::kBoolean)) {
      return binder.Fail(condition->place(), "when takes a condition",
                         Describe(condition->type()), "compare it with something");
    }
    conditions.push_back(condition);
    values.push_back(args[i + 1]);
  }
  values.push_back(args.size() % 2 == 1 ? args.back()
                                        : binder.Null(call.place, ValueType{}));
  if (!Unify(binder, call.place, "case", &values)) return nullptr;
  return MakeChoice(binder, call.place, std::move(conditions), std::move(values));
}

std::span<const Function> ChoiceFunctions() { return kFunctions; }

}  // namespace lakeseed
