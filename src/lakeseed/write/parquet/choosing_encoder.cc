#include "lakeseed/write/parquet/choosing_encoder.h"

#include <utility>

namespace lakeseed {

arrow::Status ChoosingEncoder::Add(const arrow::Array& rows) {
  if (encoder_ != nullptr) return encoder_->Add(rows);
  const int64_t taken = Look(*rows.data());
  waiting_.push_back(rows.Slice(0, taken));
  if (!knows_enough()) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(SetEncoder());
  return taken < rows.length() ? encoder_->Add(*rows.Slice(taken)) : arrow::Status::OK();
}

arrow::Status ChoosingEncoder::AddBlocks(const ColumnBlocks& blocks, int64_t begin,
                                         int64_t count) {
  if (encoder_ != nullptr) return encoder_->AddBlocks(blocks, begin, count);
  return ColumnEncoder::AddBlocks(blocks, begin, count);
}

arrow::Status ChoosingEncoder::EndPage() {
  if (encoder_ == nullptr) ARROW_RETURN_NOT_OK(SetEncoder());
  return encoder_->EndPage();
}

arrow::Status ChoosingEncoder::EndChunk(std::vector<EncodedChunk>* chunks) {
  if (encoder_ == nullptr) ARROW_RETURN_NOT_OK(SetEncoder());
  return encoder_->EndChunk(chunks);
}

bool ChoosingEncoder::is_compressed() const {
  return encoder_ == nullptr ? options_.codec != nullptr : encoder_->is_compressed();
}

arrow::Result<ColumnStatistics> ChoosingEncoder::Statistics(std::string name) const {
  if (encoder_ != nullptr) return encoder_->Statistics(std::move(name));
  return ColumnStatistics{std::move(name), column_.type};
}

arrow::Status ChoosingEncoder::SetEncoder() {
  ARROW_ASSIGN_OR_RAISE(encoder_, Choose(waiting_));
  for (const auto& rows : waiting_) ARROW_RETURN_NOT_OK(encoder_->Add(*rows));
  waiting_.clear();
  return arrow::Status::OK();
}

}  // namespace lakeseed
