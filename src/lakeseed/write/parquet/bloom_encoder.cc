#include "lakeseed/write/parquet/bloom_encoder.h"

#include <arrow/array.h>
#include <arrow/type.h>
#include <parquet/xxhasher.h>

#include <algorithm>

#include "lakeseed/write/parquet/plain_value.h"

namespace lakeseed {
namespace {

class BloomEncoder final : public ColumnEncoder {
 public:
  BloomEncoder(const ColumnLayout& column, std::unique_ptr<ColumnEncoder> encoder)
      : is_coded_(column.type->id() == arrow::Type::DICTIONARY),
        encoder_(std::move(encoder)) {}

  arrow::Status Add(const arrow::Array& rows) override {
    is_coded_ ? AddCodes(static_cast<const arrow::DictionaryArray&>(rows))
              : AddValues(rows);
    return encoder_->Add(rows);
  }
  arrow::Status EndPage() override { return encoder_->EndPage(); }

  arrow::Status EndChunk(std::vector<EncodedChunk>* chunks) override {
    ARROW_RETURN_NOT_OK(encoder_->EndChunk(chunks));
    std::sort(hashes_.begin(), hashes_.end());
    hashes_.erase(std::unique(hashes_.begin(), hashes_.end()), hashes_.end());
    chunks->back().bloom_hashes = std::exchange(hashes_, {});
    std::fill(is_used_.begin(), is_used_.end(), false);
    return arrow::Status::OK();
  }

  bool is_compressed() const override { return encoder_->is_compressed(); }
  arrow::Result<ColumnStatistics> Statistics(std::string name) const override {
    return encoder_->Statistics(std::move(name));
  }

 private:
  static uint64_t HashOf(const arrow::Array& values, int64_t i) {
    return parquet::XxHasher().Hash(std::string_view(PlainValue(values, i)));
  }

  void AddValues(const arrow::Array& rows) {
    for (int64_t i = 0; i < rows.length(); ++i) {
      if (rows.IsValid(i)) hashes_.push_back(HashOf(rows, i));
    }
  }

  /// Each value in use once.
  void AddCodes(const arrow::DictionaryArray& rows) {
    const arrow::Array& values = *rows.dictionary();
    is_used_.resize(static_cast<size_t>(values.length()));
    for (int64_t i = 0; i < rows.length(); ++i) {
      if (rows.IsNull(i)) continue;
      const int64_t code = rows.GetValueIndex(i);
      if (is_used_[static_cast<size_t>(code)]) continue;
      is_used_[static_cast<size_t>(code)] = true;
      if (values.IsValid(code)) hashes_.push_back(HashOf(values, code));
    }
  }

  const bool is_coded_;
  const std::unique_ptr<ColumnEncoder> encoder_;
  std::vector<uint64_t> hashes_;  // Of the chunk.
  std::vector<bool> is_used_;     // Codes of the chunk.
};

}  // namespace

bool CanHaveBloomFilter(const arrow::DataType& type) {
  return type.id() != arrow::Type::BOOL && !arrow::is_nested(type.id());
}

std::unique_ptr<ColumnEncoder> WithBloomHashes(const ColumnLayout& column,
                                               std::unique_ptr<ColumnEncoder> encoder) {
  return std::make_unique<BloomEncoder>(column, std::move(encoder));
}

}  // namespace lakeseed
