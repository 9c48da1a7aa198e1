#include "lakeseed/base/column_blocks.h"

#include <arrow/api.h>

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

}  // namespace

arrow::Result<std::shared_ptr<arrow::Array>> ColumnBlocks::ToArray(
    int64_t begin, int64_t count, arrow::MemoryPool* pool) const {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> values,
                        arrow::AllocateBuffer(count * type_->byte_width(), pool));
  Fill(begin, count, values->mutable_data());
  auto data = arrow::ArrayData::Make(type_, count, {nullptr, std::move(values)}, 0);
  if (const auto texts = dictionary(); texts != nullptr) data->dictionary = texts->data();
  return arrow::MakeArray(std::move(data));
}

std::shared_ptr<const ColumnBlocks> MakeProgression(std::shared_ptr<arrow::DataType> type,
                                                    ColumnBlocks::Progression values,
                                                    int64_t length) {
  return std::make_shared<ProgressionBlocks>(std::move(type), values, length);
}

}  // namespace lakeseed
