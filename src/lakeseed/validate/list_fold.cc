#include "lakeseed/validate/list_fold.h"

#include <arrow/api.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "lakeseed/validate/relations.h"

namespace lakeseed {

using ArrayPtr = std::shared_ptr<arrow::Array>;

// The names of an element: the list's own is the element, others are fields inside.
class ListFold::Elements final : public NameResolver {
 public:
  Elements(std::string list, std::shared_ptr<arrow::DataType> type)
      : list_(std::move(list)), type_(std::move(type)) {}

  arrow::Result<Input> Resolve(const Expr& path) override {
    if (path.kind != Expr::Kind::kPath || path.path[0] != list_) {
      return arrow::Status::NotImplemented(FormatExpression(path),
                                           " is no value of an element of ", list_);
    }
    std::shared_ptr<arrow::DataType> type = type_;
    std::vector<int> fields;
    for (size_t i = 1; i < path.path.size(); ++i) {
      const bool is_struct = type->id() == arrow::Type::STRUCT;
      const int field =
          is_struct
              ? static_cast<const arrow::StructType&>(*type).GetFieldIndex(path.path[i])
              : -1;
      if (field < 0) {
        return arrow::Status::NotImplemented("the elements have no field ",
                                             FormatExpression(path));
      }
      fields.push_back(field);
      type = type->field(field)->type();
    }
    const auto known = std::find(paths_.begin(), paths_.end(), fields);
    const auto index = static_cast<int>(known - paths_.begin());
    if (known == paths_.end()) paths_.push_back(std::move(fields));
    return Input{index, type, true};
  }

  arrow::Result<Input> ResolveFold(const Expr& call) override {
    return arrow::Status::NotImplemented("no fold inside of a fold: ",
                                         FormatExpression(call));
  }

  /// The arrays of the names, of these elements.
  arrow::Result<std::vector<ArrayPtr>> Of(const ArrayPtr& elements) const {
    std::vector<ArrayPtr> arrays;
    for (const std::vector<int>& fields : paths_) {
      ArrayPtr at = elements;
      for (const int field : fields) {
        ARROW_ASSIGN_OR_RAISE(
            at, static_cast<const arrow::StructArray&>(*at).GetFlattenedField(field));
      }
      arrays.push_back(std::move(at));
    }
    return arrays;
  }

 private:
  const std::string list_;
  const std::shared_ptr<arrow::DataType> type_;
  std::vector<std::vector<int>> paths_;
};

namespace {

// Which of the elements belongs to which list, and the elements of all of them.
struct Owners {
  std::shared_ptr<arrow::Int64Array> of;
  ArrayPtr elements;
};

arrow::Result<Owners> OwnersOf(const arrow::ListArray& lists) {
  Owners owners;
  const int64_t begin = lists.length() == 0 ? 0 : lists.value_offset(0);
  const int64_t end = lists.length() == 0 ? 0 : lists.value_offset(lists.length());
  owners.elements = lists.values()->Slice(begin, end - begin);
  arrow::Int64Builder of;
  ARROW_RETURN_NOT_OK(of.Reserve(end - begin));
  for (int64_t row = 0; row < lists.length(); ++row) {
    for (int64_t i = 0; i < lists.value_length(row); ++i) {
      // What lies under a list that is null is nobody's.
      lists.IsNull(row) ? of.UnsafeAppendNull() : of.UnsafeAppend(row);
    }
  }
  ARROW_RETURN_NOT_OK(of.Finish(&owners.of));
  return owners;
}

// The values, null where the lists are.
arrow::Result<ArrayPtr> NullWhere(const arrow::Array& lists, ArrayPtr values) {
  if (lists.null_count() == 0) return values;
  ARROW_ASSIGN_OR_RAISE(auto bits, arrow::AllocateEmptyBitmap(lists.length()));
  for (int64_t i = 0; i < lists.length(); ++i) {
    if (lists.IsValid(i) && values->IsValid(i)) {
      arrow::bit_util::SetBit(bits->mutable_data(), i);
    }
  }
  auto data = values->data()->Copy();
  data->buffers[0] = std::move(bits);
  data->null_count = arrow::kUnknownNullCount;
  return arrow::MakeArray(std::move(data));
}

}  // namespace

std::string FoldedList(const TableSpec& table, const Expr& call) {
  if (!IsFold(call)) return "";
  for (const Expr* path : PathsOf(*call.args[0])) {
    const ColumnSpec* column = FindColumnSpec(table, path->path[0]);
    if (column != nullptr && column->list != nullptr) return path->path[0];
  }
  return "";
}

ListFold::ListFold(FoldState state) : state_(std::move(state)) {}
ListFold::~ListFold() = default;

arrow::Result<std::unique_ptr<ListFold>> ListFold::Make(
    const Expr& call, const std::string& list,
    const std::shared_ptr<arrow::DataType>& type) {
  if (type->id() != arrow::Type::LIST) {
    return arrow::Status::NotImplemented("the files have no list ", list);
  }
  auto elements = std::make_unique<Elements>(list, type->field(0)->type());
  std::shared_ptr<const BoundExpression> value;
  std::shared_ptr<arrow::DataType> of = arrow::int64();
  const Expr& inner = *call.args[0];
  const bool is_whole = inner.kind == Expr::Kind::kPath && inner.path.size() == 1;
  if (!is_whole || call.text != "count") {
    ARROW_ASSIGN_OR_RAISE(value, BoundExpression::Bind(inner, list, elements.get()));
    of = value->type();
  }
  ARROW_ASSIGN_OR_RAISE(FoldState state, FoldState::Make(call.text, of));
  std::unique_ptr<ListFold> fold(new ListFold(std::move(state)));
  fold->elements_ = std::move(elements);
  fold->value_ = std::move(value);
  return fold;
}

arrow::Result<ArrayPtr> ListFold::Of(const arrow::Array& lists) {
  ARROW_ASSIGN_OR_RAISE(const Owners owners,
                        OwnersOf(static_cast<const arrow::ListArray&>(lists)));
  ArrayPtr values;
  if (value_ != nullptr) {
    ARROW_ASSIGN_OR_RAISE(const auto inputs, elements_->Of(owners.elements));
    ARROW_ASSIGN_OR_RAISE(values, value_->Evaluate(inputs, owners.elements->length(),
                                                   arrow::default_memory_pool()));
  }
  state_.Start(lists.length());
  ARROW_RETURN_NOT_OK(state_.Add(*owners.of, values.get()));
  ARROW_ASSIGN_OR_RAISE(ArrayPtr folded, state_.Finish());
  return NullWhere(lists, std::move(folded));
}

}  // namespace lakeseed
