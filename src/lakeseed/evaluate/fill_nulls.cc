// coalesce of a column of numbers and a constant: what is null becomes the constant.
//
// The most common choice of all, and one pass: no row asks which branch it takes.

#include <algorithm>

#include "lakeseed/evaluate/bind.h"
#include "lakeseed/evaluate/blend.h"
#include "lakeseed/evaluate/functions.h"

namespace lakeseed {
namespace {

class FillNullsNode final : public Node {
 public:
  FillNullsNode(ValueType type, Place place, NodePtr column, NodePtr instead)
      : Node(type, std::move(place)),
        column_(std::move(column)),
        instead_(std::move(instead)) {}

  arrow::Result<Vector> Evaluate(const EvaluateContext& context) const override {
    ARROW_ASSIGN_OR_RAISE(Vector column, column_->Evaluate(context));
    if (column.valid == nullptr && !column.constant) return column;
    Vector out;
    ARROW_ASSIGN_OR_RAISE(auto* to,
                          NewValues<int64_t>(&out, context.length, context.pool));
    // Bits, also those of doubles.
    const int64_t instead = instead_->constant()->as<int64_t>()[0];
    const int64_t* from = column.as<int64_t>();
    if (column.constant) {
      std::fill_n(to, context.length, column.IsValid(0) ? from[0] : instead);
    } else {
      FillNulls(from, column.valid, context.length, instead, to);
    }
    return out;
  }

 private:
  const NodePtr column_, instead_;
};

}  // namespace

NodePtr BindFillNulls(const Place& place, const std::vector<NodePtr>& args) {
  if (args.size() != 2) return nullptr;
  const NodePtr &column = args[0], &instead = args[1];
  const Vector* constant = instead->constant();
  const bool fits = column->constant() == nullptr && constant != nullptr &&
                    constant->IsValid(0) && column->type().is_number() &&
                    !column->type().wide() && !instead->type().wide();
  if (!fits) return nullptr;
  ValueType type = column->type();
  type.limit = std::max(type.limit, instead->type().limit);
  type.nullable = false;
  return std::make_shared<FillNullsNode>(type, place, column, instead);
}

}  // namespace lakeseed
