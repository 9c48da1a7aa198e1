// Evaluation: laws that move in time.

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "lakeseed/base/date.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/drift.h"
#include "lakeseed/generate/evaluation.h"
#include "lakeseed/generate/real_column.h"

namespace lakeseed {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

/// Rows that follow each other are mostly of one day.
class Levels {
 public:
  explicit Levels(const DriftGrowth& growth) : growth_(growth) {}
  double On(int32_t day) {
    if (day != day_) {
      day_ = day;
      level_ = growth_.LevelOn(day);
    }
    return level_;
  }

 private:
  const DriftGrowth& growth_;
  int32_t day_ = std::numeric_limits<int32_t>::min();
  double level_ = 0;
};

/// Values of the wanted laws, by row. T: the type of the values in memory.
template <typename T>
arrow::Result<ArrayPtr> Mixed(const arrow::Int32Array& laws,
                              const std::vector<ArrayPtr>& values,
                              const std::shared_ptr<arrow::DataType>& type,
                              arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<T>::Make(laws.length(), pool));
  std::vector<const T*> from;
  for (const ArrayPtr& array : values) {
    from.push_back(array->data()->GetValues<T>(1));
  }
  for (int64_t i = 0; i < laws.length(); ++i) {
    memory.data()[i] = from[static_cast<size_t>(laws.Value(i))][i];
  }
  return std::move(memory).Finish(type);
}

arrow::Result<ArrayPtr> MixedBooleans(const arrow::Int32Array& laws,
                                      const std::vector<ArrayPtr>& values,
                                      arrow::MemoryPool* pool) {
  arrow::BooleanBuilder builder(pool);
  ARROW_RETURN_NOT_OK(builder.Reserve(laws.length()));
  for (int64_t i = 0; i < laws.length(); ++i) {
    const auto& from = *values[static_cast<size_t>(laws.Value(i))];
    builder.UnsafeAppend(static_cast<const arrow::BooleanArray&>(from).Value(i));
  }
  return builder.Finish();
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::Int32Array>> Evaluation::OwnDays() {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer,
                        arrow::AllocateBuffer(num_rows() * 4, pool_));
  int32_t* const days = buffer->mutable_data_as<int32_t>();
  if (table_.rows->population() != nullptr && table_.parent < 0) {
    table_.rows->BornOf(rows_, days);
  } else {
    table_.rows->DaysOf(rows_, days);
  }
  return std::make_shared<arrow::Int32Array>(num_rows(), std::move(buffer));
}

arrow::Result<ArrayPtr> Evaluation::Law(const GraphNode& node) {
  ARROW_ASSIGN_OR_RAISE(const auto days, OwnDays());
  ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<int32_t>::Make(num_rows(), pool_));
  double units[kBlockRows];
  // Rows that follow each other are mostly of one day.
  DriftMixture::Shares shares;
  int32_t day = std::numeric_limits<int32_t>::min();
  for (int64_t first = 0; first < num_rows(); first += kBlockRows) {
    const int64_t count = std::min(kBlockRows, num_rows() - first);
    UnitsOf(node.null_key, rows_, first, count, 0, units);
    for (int64_t i = 0; i < count; ++i) {
      if (days->Value(first + i) != day) {
        day = days->Value(first + i);
        shares = node.mixture->SharesOn(day);
      }
      memory.data()[first + i] = shares.LawOf(units[i]);
    }
  }
  // By name, as a choice asks for it.
  arrow::StringBuilder names;
  for (int32_t law = 0; law < node.mixture->num_laws(); ++law) {
    ARROW_RETURN_NOT_OK(names.Append(fmt::format("{}", law)));
  }
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr dictionary, names.Finish());
  return std::move(memory).FinishCodes(node.type, dictionary);
}

arrow::Result<ArrayPtr> Evaluation::Mix(const GraphNode& node) {
  ARROW_ASSIGN_OR_RAISE(std::vector<ArrayPtr> inputs, Inputs(node));
  const auto laws = std::static_pointer_cast<arrow::Int32Array>(
      static_cast<const arrow::DictionaryArray&>(*inputs[0]).indices());
  inputs.erase(inputs.begin());
  if (node.type->id() == arrow::Type::BOOL) return MixedBooleans(*laws, inputs, pool_);
  if (node.type->id() == arrow::Type::DATE32) {
    return Mixed<int32_t>(*laws, inputs, node.type, pool_);
  }
  return Mixed<int64_t>(*laws, inputs, node.type, pool_);
}

arrow::Result<ArrayPtr> Evaluation::Grow(const GraphNode& node) {
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr value, Get(node.inputs[0]));
  ARROW_ASSIGN_OR_RAISE(const auto days, OwnDays());
  Levels levels(*node.growth);
  if (node.type->id() == arrow::Type::DOUBLE) {
    ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<double>::Make(num_rows(), pool_));
    const double* const from = value->data()->GetValues<double>(1);
    for (int64_t i = 0; i < num_rows(); ++i) {
      memory.data()[i] = from[i] * levels.On(days->Value(i));
    }
    return std::move(memory).Finish(node.type);
  }
  ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<int64_t>::Make(num_rows(), pool_));
  const int64_t* const from = value->data()->GetValues<int64_t>(1);
  const auto limit = static_cast<double>(LargestWhole(*node.type));
  for (int64_t i = 0; i < num_rows(); ++i) {
    const double grown = static_cast<double>(from[i]) * levels.On(days->Value(i));
    if (!(std::abs(grown) <= limit)) {
      return arrow::Status::Invalid(
          node.name, ": has drifted out of ", node.type->ToString(), " on ",
          FormatDate(days->Value(i) + program_.dataset().spec().epoch));
    }
    memory.data()[i] = RoundHalfAway(grown);
  }
  return std::move(memory).Finish(node.type);
}

}  // namespace lakeseed
