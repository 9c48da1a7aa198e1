#include "lakeseed/evaluate/bound_expression.h"

#include <arrow/array.h>
#include <arrow/type.h>
#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/base/decimal.h"
#include "lakeseed/evaluate/bind.h"
#include "lakeseed/evaluate/gather.h"

namespace lakeseed {
namespace {

class Bound final : public BoundExpression {
 public:
  Bound(NodePtr root, std::vector<std::shared_ptr<const InputNode>> names,
        std::shared_ptr<arrow::DataType> type, std::string path)
      : root_(std::move(root)),
        names_(std::move(names)),
        type_(std::move(type)),
        path_(std::move(path)) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  bool nullable() const override { return root_->type().nullable; }

  arrow::Result<std::shared_ptr<arrow::Array>> Evaluate(
      std::span<const std::shared_ptr<arrow::Array>> inputs, int64_t length,
      arrow::MemoryPool* pool) const override {
    EvaluateContext context;
    context.inputs = inputs;
    context.length = length;
    context.pool = pool;
    context.names = &names_;
    if (const auto* name = dynamic_cast<const InputNode*>(root_.get())) {
      // Only a name: the very array, in its own type.
      const auto index = static_cast<size_t>(name->index());
      if (index < inputs.size() && inputs[index] != nullptr &&
          inputs[index]->length() == length && inputs[index]->type()->Equals(*type_)) {
        return inputs[index];
      }
    }
    ValueType made = root_->type();
    auto values = made.wide() ? root_->EvaluateNarrow(context) : Vector{};
    if (values.ok() && values->values != nullptr) {
      made.limit = kMaxInt64;
    } else if (values.ok()) {
      values = root_->Evaluate(context);
    }
    if (!values.ok()) return WithPath(values.status());
    Misfit misfit;
    ARROW_ASSIGN_OR_RAISE(auto array,
                          WriteArray(*values, made, type_, length, pool, &misfit));
    if (misfit.row < 0) return array;
    return WithPath(root_->Fail(context, misfit.row, misfit.reason, misfit.value));
  }

 private:
  arrow::Status WithPath(const arrow::Status& status) const {
    if (!status.IsInvalid()) return status;
    std::vector<Diagnostic> all = DiagnosticsOf(status);
    for (Diagnostic& one : all) {
      if (one.path.empty()) one.path = path_;
    }
    return SpecErrors(std::move(all));
  }

  const NodePtr root_;
  const std::vector<std::shared_ptr<const InputNode>> names_;
  const std::shared_ptr<arrow::DataType> type_;
  const std::string path_;
};

// A constant text is a dictionary of one text, so that a column of it is codes.
arrow::Result<NodePtr> AsDictionary(NodePtr node) {
  const auto text = ConstantText(*node);
  if (!text || node->type().dictionary) return node;
  auto codes = std::make_shared<int32_t>(0);
  Vector vector;
  vector.values = codes.get();
  vector.constant = true;
  vector.owners.push_back(std::move(codes));
  ARROW_ASSIGN_OR_RAISE(vector.dictionary, MakeDictionary({*text}));
  ValueType type = node->type();
  type.dictionary = true;
  return std::make_shared<ConstantNode>(type, node->place(), std::move(vector));
}

// Types that exist only inside expressions.
NodePtr CheckColumnType(Binder& binder, NodePtr node) {
  const ValueType& type = node->type();
  if (type.is(ValueKind::kDuration)) {
    return binder.Fail(node->place(), "a duration is no column", std::nullopt,
                       "compare it, or count it with seconds_between(a, b)");
  }
  if (type.scale > kMaxScale) {
    return binder.Fail(node->place(), "more than 18 digits after the point",
                       std::to_string(type.scale), "round it, as in round(x, 2)");
  }
  return node;
}

}  // namespace

arrow::Result<std::shared_ptr<const BoundExpression>> BoundExpression::Bind(
    const Expr& expression, const std::string& path, NameResolver* resolver) {
  Binder binder(path, resolver);
  NodePtr root = binder.Bind(expression);
  if (root != nullptr) root = CheckColumnType(binder, root);
  if (root == nullptr || !binder.diagnostics().empty()) {
    if (binder.diagnostics().empty()) ARROW_RETURN_NOT_OK(binder.broken());
    return SpecErrors(std::move(binder.diagnostics()));
  }
  ARROW_ASSIGN_OR_RAISE(root, AsDictionary(root));
  std::shared_ptr<arrow::DataType> type = ArrowTypeOf(root->type());
  if (const auto* name = dynamic_cast<const InputNode*>(root.get())) {
    if (name->given() != nullptr) type = name->given();
  }
  return std::make_shared<Bound>(root, binder.inputs(), std::move(type), path);
}

}  // namespace lakeseed
