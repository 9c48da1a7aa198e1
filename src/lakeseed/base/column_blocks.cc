#include "lakeseed/base/column_blocks.h"

#include <arrow/api.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_ops.h>

#include <utility>

namespace lakeseed {
namespace {

class ProgressionBlocks final : public ColumnBlocks {
 public:
  ProgressionBlocks(std::shared_ptr<arrow::DataType> type, Progression values,
                    int64_t length)
      : ColumnBlocks(std::move(type), length), values_(values) {}

  std::optional<Progression> progression() const override { return values_; }

  void Fill(int64_t begin, int64_t count, void* out) const override {
    auto* const numbers = static_cast<int64_t*>(out);
    for (int64_t i = 0; i < count; ++i) numbers[i] = values_[begin + i];
  }

 private:
  const Progression values_;
};

/// Move values that stand at the begin to the rows that are not null, from the last on;
/// the others get zeros.
template <typename Word>
void Spread(const uint8_t* valid, int64_t num_values, int64_t num_rows, Word* values) {
  for (int64_t i = num_rows - 1; i >= 0; --i) {
    values[i] = arrow::bit_util::GetBit(valid, i) ? values[--num_values] : Word{0};
  }
}

}  // namespace

int64_t ColumnBlocks::CountValues(int64_t begin, int64_t count) const {
  if (validity_ == nullptr) return count;
  return arrow::internal::CountSetBits(validity_->data(), begin, count);
}

arrow::Result<std::shared_ptr<arrow::Array>> ColumnBlocks::ToArray(
    int64_t begin, int64_t count, arrow::MemoryPool* pool) const {
  const int64_t num_values = CountValues(begin, count);
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> values,
                        arrow::AllocateBuffer(count * type_->byte_width(), pool));
  Fill(CountValues(0, begin), num_values, values->mutable_data());
  std::shared_ptr<arrow::Buffer> valid;
  if (num_values < count) {
    ARROW_ASSIGN_OR_RAISE(
        valid, arrow::internal::CopyBitmap(pool, validity_->data(), begin, count));
    if (type_->byte_width() == 4) {
      Spread(valid->data(), num_values, count, values->mutable_data_as<uint32_t>());
    } else {
      Spread(valid->data(), num_values, count, values->mutable_data_as<uint64_t>());
    }
  }
  auto data = arrow::ArrayData::Make(type_, count, {std::move(valid), std::move(values)},
                                     count - num_values);
  if (const auto texts = dictionary(); texts != nullptr) data->dictionary = texts->data();
  return arrow::MakeArray(std::move(data));
}

std::shared_ptr<const ColumnBlocks> MakeProgression(std::shared_ptr<arrow::DataType> type,
                                                    ColumnBlocks::Progression values,
                                                    int64_t length) {
  return std::make_shared<ProgressionBlocks>(std::move(type), values, length);
}

}  // namespace lakeseed
