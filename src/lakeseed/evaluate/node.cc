#include "lakeseed/evaluate/node.h"

#include <arrow/array.h>
#include <fmt/format.h>

#include "lakeseed/evaluate/gather.h"

namespace lakeseed {

arrow::Status Node::Fail(const EvaluateContext& context, int64_t row, std::string reason,
                         std::string value) const {
  Diagnostic one;
  one.place = place_;
  one.reason = std::move(reason);
  one.value = std::move(value);
  if (context.names != nullptr && row >= 0) {
    std::string names;
    for (const auto& input : *context.names) {
      EvaluateContext plain = context;
      plain.active = nullptr;
      auto values = input->Evaluate(plain);
      if (!values.ok()) continue;
      if (!names.empty()) names += ", ";
      names +=
          fmt::format("{} = {}", input->name(), FormatValue(*values, input->type(), row));
    }
    if (!names.empty()) *one.value += fmt::format(" (row {}: {})", row, names);
  }
  return SpecErrors({std::move(one)});
}

arrow::Result<Vector> InputNode::Evaluate(const EvaluateContext& context) const {
  if (index_ < 0 || static_cast<size_t>(index_) >= context.inputs.size() ||
      context.inputs[index_] == nullptr) {
    return arrow::Status::UnknownError("no array given for ", name_);
  }
  const auto& array = context.inputs[index_];
  if (array->length() != context.length) {
    return arrow::Status::UnknownError(name_, " has ", array->length(), " rows, not ",
                                       context.length);
  }
  ARROW_ASSIGN_OR_RAISE(ValueType given, ValueTypeOf(*array->type()));
  if (given.kind != type().kind || given.scale != type().scale) {
    return arrow::Status::UnknownError(name_, " is ", array->type()->ToString(),
                                       ", which is not the type it was bound with");
  }
  if (type().dictionary && given.dictionary) {
    return ReadCodes(static_cast<const arrow::DictionaryArray&>(*array), context.pool);
  }
  if (type().dictionary != given.dictionary) {
    return arrow::Status::UnknownError(name_, ": dictionary and plain text are mixed");
  }
  return ReadArray(array, type(), context.pool);
}

arrow::Result<Vector> InputNode::ReadCodes(const arrow::DictionaryArray& array,
                                           arrow::MemoryPool* pool) const {
  const DictionaryMemory::Sources sources = {
      DictionaryMemory::Source(*array.data()->dictionary)};
  auto read = memory_.Find(sources);
  if (!read) {
    // Kept beyond this batch, so not from its pool.
    ARROW_ASSIGN_OR_RAISE(
        Vector made, ReadDictionary(array.dictionary(), arrow::default_memory_pool()));
    read = memory_.Keep(sources, made);
  }
  ARROW_ASSIGN_OR_RAISE(auto indices, ReadIndices(array, pool));
  if (read->values == nullptr) {
    indices.dictionary = read->dictionary;
    return indices;
  }
  return Gather(*read, type(), indices, array.length(), pool);
}

const ValueType& KernelCall::type(size_t arg) const { return node.args()[arg]->type(); }

bool KernelCall::Counts(int64_t row) const {
  if (!context.Matters(row)) return false;
  for (const Vector& arg : args) {
    if (!arg.IsValid(row)) return false;
  }
  return true;
}

arrow::Status KernelCall::Fail(int64_t row, std::string reason) const {
  const auto print = [&](size_t i) { return FormatValue(args[i], type(i), row); };
  std::string value;
  const bool is_operator = !node.name().empty() && !(node.name()[0] >= 'a');
  if (is_operator && args.size() == 2) {
    value = fmt::format("{} {} {}", print(0), node.name(), print(1));
  } else {
    for (size_t i = 0; i < args.size(); ++i) value += (i > 0 ? ", " : "") + print(i);
    value = fmt::format("{}({})", node.name(), value);
  }
  return node.Fail(context, row, std::move(reason), std::move(value));
}

arrow::Result<Vector> FunctionNode::Evaluate(const EvaluateContext& context) const {
  std::vector<Vector> args;
  args.reserve(args_.size());
  int num_varying = 0;
  size_t varying = 0;
  for (size_t i = 0; i < args_.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(Vector arg, args_[i]->Evaluate(context));
    if (!arg.constant) {
      ++num_varying;
      varying = i;
    }
    args.push_back(std::move(arg));
  }
  if (num_varying == 1 && args[varying].dictionary != nullptr) {
    return Lift(context, std::move(args), varying);
  }
  for (Vector& arg : args) {
    if (arg.dictionary == nullptr || reads_codes_) continue;
    ARROW_ASSIGN_OR_RAISE(arg,
                          Expand(arg, arg.constant ? 1 : context.length, context.pool));
  }
  return kernel_(KernelCall{context, args, context.length, *this});
}

arrow::Result<Vector> FunctionNode::EvaluateNarrow(const EvaluateContext& context) const {
  if (narrow_ == nullptr || is_large_.load(std::memory_order_relaxed)) return Vector{};
  std::vector<Vector> args;
  for (const NodePtr& arg : args_) {
    ARROW_ASSIGN_OR_RAISE(Vector value, arg->Evaluate(context));
    args.push_back(std::move(value));
  }
  ARROW_ASSIGN_OR_RAISE(Vector out,
                        narrow_(KernelCall{context, args, context.length, *this}));
  // What is large in one batch is in others: nothing is computed twice again.
  if (out.values == nullptr) is_large_.store(true, std::memory_order_relaxed);
  return out;
}

arrow::Result<Vector> FunctionNode::Lift(const EvaluateContext& context,
                                         std::vector<Vector> args, size_t varying) const {
  const Vector codes = args[varying];
  const DictionaryMemory::Sources sources = {codes.dictionary};
  auto made = memory_.Find(sources);
  if (!made) {
    Vector values;
    values.values = codes.dictionary->values.data();
    values.owners.push_back(codes.dictionary);
    args[varying] = values;
    const auto size = static_cast<int64_t>(codes.dictionary->values.size());
    EvaluateContext inner;
    inner.length = size;
    // Kept beyond this batch, so not from its pool.
    inner.pool = arrow::default_memory_pool();
    ARROW_ASSIGN_OR_RAISE(Vector result, kernel_(KernelCall{inner, args, size, *this}));
    if (type().dictionary) {
      ARROW_ASSIGN_OR_RAISE(result, Encode(result, size, inner.pool));
    }
    made = memory_.Keep(sources, result);
  }
  return Gather(*made, type(), codes, context.length, context.pool);
}

}  // namespace lakeseed
