// PagedEncoder: what encoders share whose pages are final as soon as they end:
// levels, the page's body, its codec, statistics by page and chunk.
//
// Thread safety: as ColumnEncoder.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lakeseed/write/byte_buffer.h"
#include "lakeseed/write/parquet/column_encoder.h"
#include "lakeseed/write/parquet/page_codec.h"
#include "lakeseed/write/parquet/page_levels.h"
#include "lakeseed/write/parquet/value_run.h"
#include "lakeseed/write/range_statistics.h"

namespace lakeseed {

/// Values larger than this are left out of the statistics.
inline constexpr size_t kMaxStatisticsBytes = size_t{1} << 16;

/// Bounds as Parquet stores them.
struct EncodedBounds {
  bool any = false;
  std::string min, max;
};

template <typename T>
EncodedBounds PlainBounds(const RealRange<T>& range) {
  if (!range.any()) return {};
  const T low = range.low(), high = range.high();
  return {true, std::string(reinterpret_cast<const char*>(&low), sizeof(T)),
          std::string(reinterpret_cast<const char*>(&high), sizeof(T))};
}

parquet::EncodedStatistics EncodeStatistics(EncodedBounds bounds, int64_t num_values,
                                            int64_t null_count, bool is_signed);

class PagedEncoder : public ColumnEncoder {
 public:
  PagedEncoder(const ColumnLayout& column, const Options& options)
      : column_(column),
        options_(options),
        codec_(PageCodec::MakePlain(options.codec, *column.type)) {}

  arrow::Status Add(const arrow::Array& rows) final;
  arrow::Status AddBlocks(const ColumnBlocks& blocks, int64_t begin, int64_t count) final;
  arrow::Status EndPage() final;
  arrow::Status EndChunk(std::vector<EncodedChunk>* chunks) final;
  bool is_compressed() const final { return codec_ != nullptr; }

 protected:
  /// Encode rows of the run into body(); returns how many fit into the page: all,
  /// or fewer to end the page before the next. An empty page takes at least one.
  virtual arrow::Result<int64_t> Encode(const ValueRun& run) = 0;
  /// Encode values of which none is null from the two that say all of them; false: only
  /// made values can be encoded.
  virtual arrow::Result<bool> Encode(const ColumnBlocks::Progression&,
                                     int64_t /*count*/) {
    return false;
  }
  /// Append what is still waiting.
  virtual arrow::Status EndBody() { return arrow::Status::OK(); }
  /// Write what stands before the values, at most header_room() bytes, so that it ends
  /// at `end`; returns its begin.
  virtual uint8_t* WriteHeader(uint8_t* end) { return end; }
  virtual int64_t header_room() const { return 32; }
  /// Append a page that is whole, compressed. REQUIRES: there is a codec.
  virtual arrow::Status Compress(const uint8_t* page, int64_t size, ByteBuffer* out) {
    return codec_->Append(page, size, out);
  }
  virtual parquet::Encoding::type encoding() const { return parquet::Encoding::PLAIN; }

  /// Bounds of the values since the last call for a page, and for a chunk.
  virtual EncodedBounds TakePageBounds() = 0;
  virtual EncodedBounds TakeChunkBounds() = 0;

  const ColumnLayout& column() const { return column_; }
  /// The page so far. Reserve before writing; offsets below are from its data().
  ByteBuffer* body() { return codec_ == nullptr ? &chunk_ : &page_; }
  /// Where the values of the page begin in body().
  int64_t values_begin() const { return values_begin_; }
  int64_t null_count() const { return null_count_; }  ///< Of the pages that ended.

 private:
  arrow::Status BeginPage();
  /// Make room for a chunk's pages, of which the others will be about as long. What is
  /// not written to costs nothing.
  arrow::Status ReserveFor(const EncodedPage& first);
  /// Take the body into the chunk; fills in offset and size.
  arrow::Status StorePage(const uint8_t* begin, EncodedPage* page);

  const ColumnLayout column_;
  const Options options_;
  const std::unique_ptr<PageCodec> codec_;  // Null: pages stay as they are.
  PageLevels levels_;
  ByteBuffer chunk_, page_;  // page_: only with a codec.
  bool page_is_open_ = false;
  bool chunk_is_done_ = false;  // Its memory is kept until the next Add().
  int64_t values_begin_ = 0;
  std::vector<EncodedPage> pages_;
  int64_t chunk_values_ = 0, chunk_nulls_ = 0;
  int64_t null_count_ = 0;
};

/// PagedEncoder with a range of values in three layers: page, chunk, file.
template <typename Range>
class RangedEncoder : public PagedEncoder {
 public:
  using PagedEncoder::PagedEncoder;

  arrow::Result<ColumnStatistics> Statistics(std::string name) const final {
    return StatisticsOf(std::move(name), ValueType(column().type), null_count(),
                        file_range_);
  }

 protected:
  virtual EncodedBounds BoundsOf(const Range& range) const = 0;

  Range* page_range() { return &page_range_; }

 private:
  EncodedBounds TakePageBounds() final {
    chunk_range_.Merge(page_range_);
    return BoundsOf(std::exchange(page_range_, Range{}));
  }
  EncodedBounds TakeChunkBounds() final {
    file_range_.Merge(chunk_range_);
    return BoundsOf(std::exchange(chunk_range_, Range{}));
  }

  Range page_range_, chunk_range_, file_range_;
};

}  // namespace lakeseed
