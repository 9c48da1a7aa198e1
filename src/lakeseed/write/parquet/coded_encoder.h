// CodedEncoder: what encoders share that write codes of a dictionary. Codes wait
// until the chunk ends; then its dictionary holds the values in use and no other.
//
// Thread safety: as ColumnEncoder.

#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lakeseed/write/parquet/code_pages.h"
#include "lakeseed/write/parquet/column_encoder.h"
#include "lakeseed/write/parquet/page_codec.h"
#include "lakeseed/write/parquet/paged_encoder.h"
#include "lakeseed/write/parquet/value_run.h"

namespace lakeseed {

class CodedEncoder : public ColumnEncoder {
 public:
  CodedEncoder(const ColumnLayout& column, const Options& options)
      : column_(column),
        options_(options),
        codec_(PageCodec::Make(options.codec)),
        dictionary_codec_(
            PageCodec::MakeDictionary(options.codec, *ValueType(column.type))),
        pages_(column.shape.nullable) {}

  arrow::Status Add(const arrow::Array& rows) final;
  arrow::Status AddBlocks(const ColumnBlocks& blocks, int64_t begin, int64_t count) final;
  arrow::Status EndPage() final;
  arrow::Status EndChunk(std::vector<EncodedChunk>* chunks) final;
  bool is_compressed() const final { return codec_ != nullptr; }

 protected:
  /// Look at the dictionary of rows, or nullptr, before they are staged.
  virtual arrow::Status Accept(const std::shared_ptr<arrow::ArrayData>&) {
    return arrow::Status::OK();
  }
  /// Write the code of each value of the run that is not null.
  virtual arrow::Status Stage(const ValueRun& run, uint32_t* codes) = 0;
  /// Look at the codes that were staged.
  virtual void Note(std::span<const uint32_t>) {}
  /// Bits that hold them all, after Note().
  virtual uint32_t BitsOf(std::span<const uint32_t> codes) const;
  /// Bounds of the values since the last call, for a page.
  virtual EncodedBounds TakePageBounds() = 0;

  /// The dictionary of the pages since the last call.
  struct Dictionary {
    std::shared_ptr<arrow::Buffer> page;  ///< PLAIN values.
    int64_t num_values = 0;
    bool is_sorted = false;
    /// Place of each code; empty: codes are places.
    std::span<const uint32_t> place_of = {};
    EncodedBounds bounds;
  };
  virtual arrow::Result<Dictionary> TakeDictionary() = 0;

  const ColumnLayout& column() const { return column_; }
  const Options& options() const { return options_; }
  int64_t null_count() const { return null_count_; }  ///< Of the pages that ended.
  /// Leave pages and dictionary as they are. REQUIRES: no chunk has ended.
  void DropCodec() {
    codec_ = nullptr;
    dictionary_codec_ = nullptr;
  }

 private:
  /// Rows of whose values the codes are staged.
  arrow::Status AddStaged(const uint8_t* validity, int64_t offset, int64_t rows,
                          int64_t num_values);

  const ColumnLayout column_;
  const Options options_;
  std::unique_ptr<PageCodec> codec_, dictionary_codec_;  // Null: none.
  CodePages pages_;
  ByteBuffer chunk_, page_;
  std::vector<parquet::EncodedStatistics> page_statistics_;
  uint32_t staged_[kRunRows];
  int64_t chunk_values_ = 0, chunk_nulls_ = 0, null_count_ = 0;
};

/// Codes of values whose order is known.
class RankedEncoder : public CodedEncoder {
 public:
  using CodedEncoder::CodedEncoder;

  arrow::Result<ColumnStatistics> Statistics(std::string name) const final;

 protected:
  /// Declare codes [0, rank.size()); code c is the rank[c]-th smallest. Called again
  /// when codes were added.
  void SetRanks(const std::vector<uint32_t>& rank);
  size_t num_codes() const { return code_of_rank_.size(); }

  /// Called before the codes staged so far are looked at: the place for SetRanks().
  virtual void EndStaging() {}
  /// The value of a code, PLAIN without a length.
  virtual std::string PlainOf(uint32_t code) const = 0;
  /// Append the values of codes, PLAIN.
  virtual arrow::Status AppendPlain(std::span<const uint32_t> codes,
                                    ByteBuffer* page) const;
  virtual arrow::Result<std::shared_ptr<arrow::Scalar>> ScalarOf(uint32_t code) const = 0;

 private:
  void Note(std::span<const uint32_t> codes) final;
  uint32_t BitsOf(std::span<const uint32_t> codes) const final;
  EncodedBounds TakePageBounds() final;
  arrow::Result<Dictionary> TakeDictionary() final;

  /// Lowest and highest code by rank among those marked.
  struct Ends {
    bool any = false;
    uint32_t low = 0, high = 0;
  };
  Ends EndsOf(const std::vector<uint8_t>& used) const;
  EncodedBounds BoundsOf(const Ends& ends) const;

  std::vector<uint32_t> code_of_rank_, place_of_;
  ByteBuffer dictionary_page_;
  std::vector<uint8_t> used_in_page_, used_in_chunk_, used_in_file_;
  bool page_uses_all_ = false;  // Nothing is left to be noted until the page ends.
};

/// Arrow dictionaries of text, integers and decimals.
arrow::Result<std::unique_ptr<ColumnEncoder>> MakeDictionaryEncoder(
    const ColumnLayout& column, const ColumnEncoder::Options& options);

/// Integers of which few values are declared.
arrow::Result<std::unique_ptr<ColumnEncoder>> MakeSmallRangeEncoder(
    const ColumnLayout& column, const ColumnEncoder::Options& options);

}  // namespace lakeseed
