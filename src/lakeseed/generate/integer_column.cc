#include "lakeseed/generate/integer_column.h"

#include <arrow/type.h>
#include <arrow/type_traits.h>

#include <algorithm>

#include "lakeseed/base/cell.h"
#include "lakeseed/generate/block_kernel.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/literal.h"

namespace lakeseed {
namespace {

ColumnShape BoundedShape(int64_t min, int64_t max) {
  ColumnShape shape;
  shape.kind = min == max ? ShapeKind::kConstant : ShapeKind::kBounded;
  shape.min = min;
  shape.max = max;
  return shape;
}

/// Write values of the type's width from blocks of cells.
template <typename T, typename Kernel>
void FillWords(const Key& key, const Rows& rows, const Kernel& kernel, T* out) {
  ForEachCellBlock(key, rows, 0,
                   [&](int64_t first, int64_t count, const uint64_t* cells) {
                     for (int64_t i = 0; i < count; ++i) {
                       out[first + i] = static_cast<T>(kernel(cells[i]));
                     }
                   });
}

template <typename Kernel>
void FillByWidth(const arrow::DataType& type, const Key& key, const Rows& rows,
                 const Kernel& kernel, void* out) {
  if (type.id() == arrow::Type::DATE32) {
    return FillWords(key, rows, kernel, static_cast<int32_t*>(out));
  }
  return FillWords(key, rows, kernel, static_cast<int64_t*>(out));
}

class EvenColumn final : public KernelGenerator {
 public:
  EvenColumn(const Key& key, std::shared_ptr<arrow::DataType> type, int64_t min,
             int64_t step, uint64_t count)
      : key_(key),
        type_(std::move(type)),
        min_(static_cast<uint64_t>(min)),
        step_(static_cast<uint64_t>(step)),
        count_(count) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override {
    // Unsigned: the ends wrap to where the signed values are.
    return BoundedShape(static_cast<int64_t>(min_),
                        static_cast<int64_t>(min_ + step_ * (count_ - 1)));
  }
  void Fill(const Rows& rows, void* out) const override {
    if (count_ == 0) {
      const auto any = [&](uint64_t u) { return static_cast<int64_t>(min_ + u); };
      return FillByWidth(*type_, key_, rows, any, out);
    }
    const auto one = [&](uint64_t u) {
      return static_cast<int64_t>(min_ + step_ * MulHi(u, count_));
    };
    FillByWidth(*type_, key_, rows, one, out);
  }

 private:
  const Key key_;
  const std::shared_ptr<arrow::DataType> type_;
  const uint64_t min_, step_, count_;
};

class TableColumn final : public KernelGenerator {
 public:
  TableColumn(const Key& key, std::shared_ptr<arrow::DataType> type,
              std::vector<int64_t> values, AliasTable law)
      : key_(key),
        type_(std::move(type)),
        values_(std::move(values)),
        law_(std::move(law)) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override {
    const auto [min, max] = std::minmax_element(values_.begin(), values_.end());
    return BoundedShape(*min, *max);
  }
  void Fill(const Rows& rows, void* out) const override {
    const auto one = [&](uint64_t u) {
      return values_[static_cast<size_t>(law_.Pick(u))];
    };
    FillByWidth(*type_, key_, rows, one, out);
  }

 private:
  const Key key_;
  const std::shared_ptr<arrow::DataType> type_;
  const std::vector<int64_t> values_;
  const AliasTable law_;
};

}  // namespace

std::unique_ptr<ColumnGenerator> MakeEvenColumn(const Key& key,
                                                std::shared_ptr<arrow::DataType> type,
                                                int64_t min, int64_t step,
                                                uint64_t count) {
  return std::make_unique<EvenColumn>(key, std::move(type), min, step, count);
}

std::unique_ptr<ColumnGenerator> MakeTableColumn(const Key& key,
                                                 std::shared_ptr<arrow::DataType> type,
                                                 std::vector<int64_t> values,
                                                 AliasTable law) {
  return std::make_unique<TableColumn>(key, std::move(type), std::move(values),
                                       std::move(law));
}

std::shared_ptr<arrow::DataType> IntegerTypeFor(
    const std::shared_ptr<arrow::DataType>& stated) {
  return arrow::is_integer(stated->id()) ? arrow::int64() : stated;
}

arrow::Result<std::shared_ptr<arrow::Array>> IntegerArray(
    const std::shared_ptr<arrow::DataType>& type, const int64_t* values, int64_t length,
    arrow::MemoryPool* pool) {
  if (type->id() == arrow::Type::DATE32) {
    ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<int32_t>::Make(length, pool));
    std::transform(values, values + length, memory.data(),
                   [](int64_t value) { return static_cast<int32_t>(value); });
    return std::move(memory).Finish(type);
  }
  ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<int64_t>::Make(length, pool));
  std::copy_n(values, length, memory.data());
  return std::move(memory).Finish(type);
}

}  // namespace lakeseed
