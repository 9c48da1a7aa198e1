#include "lakeseed/write/parquet/nested_leaves.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/compute/api.h>
#include <arrow/util/key_value_metadata.h>

#include <cstdlib>

#include "lakeseed/write/parquet/stored_array.h"

namespace lakeseed {
namespace {

constexpr char kFieldId[] = "PARQUET:field_id";

ColumnLayout LayoutOf(const arrow::Field& field, std::string name) {
  ColumnLayout layout{std::move(name), field.type(), {}};
  layout.shape.nullable = field.nullable();
  if (field.metadata() != nullptr) {
    const auto id = field.metadata()->Get(kFieldId);
    if (id.ok()) layout.field_id = std::atoi(id->c_str());
  }
  return layout;
}

void AddLeaves(const ColumnLayout& column, std::vector<std::string> path, int num_lists,
               std::vector<LeafColumn>* leaves) {
  path.push_back(column.name);
  if (!arrow::is_nested(column.type->id())) {
    leaves->push_back({std::move(path), column, num_lists});
    return;
  }
  if (column.type->id() == arrow::Type::LIST) {
    path.push_back("list");
    ++num_lists;
  }
  for (const ColumnLayout& child : ChildrenOf(column)) {
    AddLeaves(child, path, num_lists, leaves);
  }
}

/// An array on the way from a column to a leaf.
struct Step {
  std::shared_ptr<arrow::Array> array;
  bool nullable;
};

/// Writes the levels of one leaf.
class LeafWalk {
 public:
  explicit LeafWalk(std::vector<Step> steps) : steps_(std::move(steps)) {
    for (size_t i = 0; i < steps_.size(); ++i) {
      if (steps_[i].array->type_id() == arrow::Type::LIST) inside_ = i + 1;
    }
  }

  arrow::Result<LeafRows> Walk() {
    rows_.nullable = steps_.back().nullable;
    // A level is of one value of one of the arrays.
    int64_t most = 0;
    for (const Step& step : steps_) most += step.array->length();
    rows_.definition.resize(static_cast<size_t>(most));
    rows_.repetition.resize(static_cast<size_t>(most));
    ARROW_RETURN_NOT_OK(places_.Reserve(most));
    const int64_t num_rows = steps_[0].array->length();
    for (int64_t row = 0; row < num_rows; ++row) Visit(0, row, {0, 0, 0});
    rows_.definition.resize(num_levels_);
    rows_.repetition.resize(num_levels_);
    ARROW_ASSIGN_OR_RAISE(arrow::Datum values, AsStored(steps_.back().array));
    if (!in_order_ || places_.length() != values.length()) {
      ARROW_ASSIGN_OR_RAISE(const auto places, places_.Finish());
      ARROW_ASSIGN_OR_RAISE(values, arrow::compute::Take(values, places));
    }
    auto data = values.array()->Copy();
    if (!rows_.nullable) {
      // Only what is around it is null, and the levels say so.
      data->buffers[0] = nullptr;
      data->null_count = 0;
    }
    rows_.values = arrow::MakeArray(std::move(data));
    return std::move(rows_);
  }

 private:
  struct Levels {
    int16_t definition, repetition;
    int16_t num_lists;
  };

  void Emit(const Levels& levels) {
    rows_.definition[num_levels_] = levels.definition;
    rows_.repetition[num_levels_++] = levels.repetition;
  }

  void Visit(size_t step, int64_t i, Levels levels) {
    const arrow::Array& array = *steps_[step].array;
    if (steps_[step].nullable) {
      if (array.IsNull(i)) {
        Emit(levels);
        if (step < inside_) return;
        // A null that the values do not have themselves must be put there.
        in_order_ &= step + 1 == steps_.size() && i == places_.length();
        places_.UnsafeAppendNull();
        return;
      }
      ++levels.definition;
    }
    if (array.type_id() == arrow::Type::STRUCT) return Visit(step + 1, i, levels);
    if (array.type_id() != arrow::Type::LIST) {
      Emit(levels);
      in_order_ &= i == places_.length();
      places_.UnsafeAppend(i);
      return;
    }
    const auto& list = static_cast<const arrow::ListArray&>(array);
    const int64_t begin = list.value_offset(i), end = list.value_offset(i + 1);
    if (begin == end) Emit(levels);
    ++levels.definition;
    ++levels.num_lists;
    for (int64_t at = begin; at < end; ++at) {
      Visit(step + 1, at, levels);
      levels.repetition = levels.num_lists;
    }
  }

  const std::vector<Step> steps_;
  size_t inside_ = 0;  // The first step inside all lists.
  LeafRows rows_;
  size_t num_levels_ = 0;
  arrow::Int64Builder places_;  // Of the values inside all lists.
  bool in_order_ = true;        // They are 0, 1, 2, …
};

arrow::Status ShredInto(std::vector<Step> steps, std::vector<LeafRows>* leaves) {
  const std::shared_ptr<arrow::Array> array = steps.back().array;
  const arrow::DataType& type = *array->type();
  if (type.id() == arrow::Type::STRUCT) {
    const auto& rows = static_cast<const arrow::StructArray&>(*array);
    for (int i = 0; i < type.num_fields(); ++i) {
      auto below = steps;
      below.push_back({rows.field(i), type.field(i)->nullable()});
      ARROW_RETURN_NOT_OK(ShredInto(std::move(below), leaves));
    }
    return arrow::Status::OK();
  }
  if (type.id() == arrow::Type::LIST) {
    const auto& lists = static_cast<const arrow::ListArray&>(*array);
    steps.push_back({lists.values(), type.field(0)->nullable()});
    return ShredInto(std::move(steps), leaves);
  }
  ARROW_ASSIGN_OR_RAISE(auto leaf, LeafWalk(std::move(steps)).Walk());
  leaves->push_back(std::move(leaf));
  return arrow::Status::OK();
}

}  // namespace

std::vector<ColumnLayout> ChildrenOf(const ColumnLayout& column) {
  std::vector<ColumnLayout> children;
  const bool is_list = column.type->id() == arrow::Type::LIST;
  for (const auto& field : column.type->fields()) {
    children.push_back(LayoutOf(*field, is_list ? "element" : field->name()));
  }
  return children;
}

std::vector<LeafColumn> LeavesOf(const ColumnLayout& column) {
  std::vector<LeafColumn> leaves;
  AddLeaves(column, {}, 0, &leaves);
  return leaves;
}

arrow::Result<std::vector<LeafRows>> ShredRows(const std::shared_ptr<arrow::Array>& rows,
                                               bool nullable) {
  std::vector<LeafRows> leaves;
  ARROW_RETURN_NOT_OK(ShredInto({{rows, nullable}}, &leaves));
  return leaves;
}

arrow::Status WriteLeaf(const LeafRows& rows, parquet::ColumnWriter* writer,
                        parquet::ArrowWriteContext* context) {
  return writer->WriteArrow(rows.definition.data(), rows.repetition.data(),
                            static_cast<int64_t>(rows.definition.size()), *rows.values,
                            context, rows.nullable);
}

}  // namespace lakeseed
