#include "lakeseed/generate/block_kernel.h"

#include <arrow/api.h>

#include <utility>

namespace lakeseed {
namespace {

class KernelBlocks final : public ColumnBlocks {
 public:
  KernelBlocks(const BlockKernel& kernel, std::shared_ptr<arrow::DataType> type,
               std::shared_ptr<arrow::Array> dictionary, const Rows& rows)
      : ColumnBlocks(std::move(type), rows.length()),
        kernel_(kernel),
        dictionary_(std::move(dictionary)),
        rows_(rows) {}

  std::shared_ptr<arrow::Array> dictionary() const override { return dictionary_; }
  void Fill(int64_t begin, int64_t count, void* out) const override {
    kernel_.Fill(rows_.Slice(begin, begin + count), out);
  }

 private:
  const BlockKernel& kernel_;
  const std::shared_ptr<arrow::Array> dictionary_;
  const Rows rows_;
};

}  // namespace

std::shared_ptr<const ColumnBlocks> MakeBlocks(const BlockKernel& kernel,
                                               std::shared_ptr<arrow::DataType> type,
                                               std::shared_ptr<arrow::Array> dictionary,
                                               const Rows& rows) {
  return std::make_shared<KernelBlocks>(kernel, std::move(type), std::move(dictionary),
                                        rows);
}

arrow::Result<std::shared_ptr<arrow::Array>> KernelGenerator::Generate(
    const GenerateRequest& request) const {
  const int64_t length = request.rows.length();
  ARROW_ASSIGN_OR_RAISE(
      std::shared_ptr<arrow::Buffer> values,
      arrow::AllocateBuffer(length * type()->byte_width(), request.pool));
  Fill(request.rows, values->mutable_data());
  return arrow::MakeArray(
      arrow::ArrayData::Make(type(), length, {nullptr, std::move(values)}, 0));
}

std::shared_ptr<const ColumnBlocks> KernelGenerator::Blocks(
    const GenerateRequest& request) const {
  return MakeBlocks(*this, type(), nullptr, request.rows);
}

}  // namespace lakeseed
