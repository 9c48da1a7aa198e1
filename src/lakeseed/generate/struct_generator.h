// StructGenerator: what all generators of things with fields have in common.
//
// A subclass says which fields it offers and opens a block for each request; the
// block makes the wanted fields one by one and keeps what several of them need
// (the birth day, say), so a field never depends on which others are wanted.
//
// Thread safety: immutable; a block belongs to one call.

#pragma once

#include <arrow/api.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/generate/generator.h"

namespace lakeseed {

class CategoryPool;

class StructGenerator : public ColumnGenerator {
 public:
  struct Field {
    std::string name;
    std::shared_ptr<arrow::DataType> type;
    ColumnShape shape;
  };

  const std::shared_ptr<arrow::DataType>& type() const final { return type_; }
  ColumnShape shape(int field = -1) const final;
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const final;

 protected:
  /// The rows of one request.
  class Block {
   public:
    virtual ~Block() = default;
    /// Values of one field, all rows.
    virtual arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) = 0;
  };

  static Field TextField(std::string name, bool nullable = false);
  static Field RealField(std::string name);
  /// A text of the pool, which is frozen.
  static Field CategoryField(std::string name, const CategoryPool& pool);

  /// Say which fields there are, in their order; once, while binding.
  void SetFields(const std::vector<Field>& fields);

  virtual arrow::Result<std::unique_ptr<Block>> Open(
      const GenerateRequest& request) const = 0;

 private:
  std::shared_ptr<arrow::DataType> type_;
  std::vector<ColumnShape> shapes_;
};

}  // namespace lakeseed
