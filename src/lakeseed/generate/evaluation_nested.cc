// Evaluation: structs and lists.
//
// Law: texts inside are plain, never codes: readers of files differ in what they make of
// dictionaries there.

#include <arrow/api.h>
#include <arrow/util/bit_util.h>

#include "lakeseed/generate/evaluation.h"
#include "lakeseed/generate/gather.h"

namespace lakeseed {

using ArrayPtr = std::shared_ptr<arrow::Array>;

namespace {

arrow::Result<ArrayPtr> Plain(const ArrayPtr& values, arrow::MemoryPool* pool) {
  if (values->type_id() != arrow::Type::DICTIONARY) return values;
  const auto& codes = static_cast<const arrow::DictionaryArray&>(*values);
  return Gather(codes.dictionary(), *codes.indices(), pool);
}

}  // namespace

arrow::Result<ArrayPtr> Evaluation::Struct(const GraphNode& node) {
  ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector fields, Inputs(node));
  for (ArrayPtr& field : fields) {
    ARROW_ASSIGN_OR_RAISE(field, Plain(field, pool_));
  }
  return std::make_shared<arrow::StructArray>(node.type, num_rows(), std::move(fields));
}

arrow::Result<ArrayPtr> Evaluation::List(const GraphNode& node) {
  ARROW_ASSIGN_OR_RAISE(Family * family, FamilyOf(node.other_table));
  ARROW_ASSIGN_OR_RAISE(ArrayPtr values, family->children->Get(node.other_node));
  ARROW_ASSIGN_OR_RAISE(values, Plain(values, pool_));
  return std::make_shared<arrow::ListArray>(
      node.type, num_rows(),
      arrow::Buffer::FromVector(std::vector<int32_t>(family->offsets)),
      std::move(values));
}

arrow::Result<ArrayPtr> Evaluation::Member(const GraphNode& node) {
  ARROW_ASSIGN_OR_RAISE(ArrayPtr whole, Get(node.inputs[0]));
  return static_cast<const arrow::StructArray&>(*whole).GetFlattenedField(node.field,
                                                                          pool_);
}

arrow::Result<ArrayPtr> Evaluation::Within(const GraphNode& node) {
  ARROW_ASSIGN_OR_RAISE(ArrayPtr value, Get(node.inputs[0]));
  ARROW_ASSIGN_OR_RAISE(ArrayPtr owner, Get(node.inputs[1]));
  if (owner->null_count() == 0) return value;
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> keep,
                        arrow::AllocateEmptyBitmap(num_rows(), pool_));
  for (int64_t i = 0; i < num_rows(); ++i) {
    arrow::bit_util::SetBitTo(keep->mutable_data(), i, owner->IsValid(i));
  }
  return KeepWhere(value, keep, pool_);
}

}  // namespace lakeseed
