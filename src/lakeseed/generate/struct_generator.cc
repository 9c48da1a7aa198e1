#include "lakeseed/generate/struct_generator.h"

#include "lakeseed/generate/category_pool.h"

namespace lakeseed {

StructGenerator::Field StructGenerator::TextField(std::string name, bool nullable) {
  return {
      std::move(name), arrow::utf8(), {.kind = ShapeKind::kText, .nullable = nullable}};
}

StructGenerator::Field StructGenerator::RealField(std::string name) {
  return {std::move(name), arrow::float64(), {.kind = ShapeKind::kReal}};
}

StructGenerator::Field StructGenerator::CategoryField(std::string name,
                                                      const CategoryPool& pool) {
  return {std::move(name), pool.type(), pool.shape()};
}

void StructGenerator::SetFields(const std::vector<Field>& fields) {
  arrow::FieldVector children;
  shapes_.clear();
  for (const Field& field : fields) {
    children.push_back(arrow::field(field.name, field.type, field.shape.nullable));
    shapes_.push_back(field.shape);
  }
  type_ = arrow::struct_(std::move(children));
}

ColumnShape StructGenerator::shape(int field) const {
  return field < 0 ? ColumnShape{} : shapes_[static_cast<size_t>(field)];
}

arrow::Result<std::shared_ptr<arrow::Array>> StructGenerator::Generate(
    const GenerateRequest& request) const {
  ARROW_ASSIGN_OR_RAISE(std::unique_ptr<Block> block, Open(request));
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const int field : request.fields) {
    fields.push_back(type_->field(field));
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Array> array, block->Make(field));
    arrays.push_back(std::move(array));
  }
  return std::make_shared<arrow::StructArray>(arrow::struct_(std::move(fields)),
                                              request.rows.length(), std::move(arrays));
}

}  // namespace lakeseed
