#include "lakeseed/write/parquet/paged_encoder.h"

#include <arrow/array.h>

#include "lakeseed/base/large_pages.h"

namespace lakeseed {

parquet::EncodedStatistics EncodeStatistics(EncodedBounds bounds, int64_t num_values,
                                            int64_t null_count, bool is_signed) {
  parquet::EncodedStatistics statistics;
  statistics.set_is_signed(is_signed);
  statistics.set_null_count(null_count);
  statistics.all_null_value = num_values == 0;
  if (bounds.any) {
    statistics.set_min(std::move(bounds.min));
    statistics.set_max(std::move(bounds.max));
    statistics.is_min_value_exact = statistics.is_max_value_exact = true;
    statistics.ApplyStatSizeLimits(kMaxStatisticsBytes);
  }
  return statistics;
}

arrow::Status PagedEncoder::AddBlocks(const ColumnBlocks& blocks, int64_t begin,
                                      int64_t count) {
  if (std::exchange(chunk_is_done_, false)) chunk_.Clear();
  if (const auto all = blocks.progression(); all && count > 0) {
    if (!page_is_open_) ARROW_RETURN_NOT_OK(BeginPage());
    ARROW_ASSIGN_OR_RAISE(const bool taken, Encode(all->From(begin), count));
    if (taken) {
      levels_.Add(nullptr, 0, count, count);
      return arrow::Status::OK();
    }
  }
  return AddRunsOf(blocks, begin, count,
                   [&](const ValueRun& run, const uint8_t* validity, int64_t row,
                       int64_t num_rows) -> arrow::Status {
                     if (!page_is_open_) ARROW_RETURN_NOT_OK(BeginPage());
                     ARROW_RETURN_NOT_OK(Encode(run).status());
                     levels_.Add(validity, row, num_rows, run.num_values);
                     return arrow::Status::OK();
                   });
}

arrow::Status PagedEncoder::Add(const arrow::Array& rows) {
  const arrow::ArrayData& data = *rows.data();
  if (std::exchange(chunk_is_done_, false)) chunk_.Clear();
  for (int64_t begin = 0; begin < data.length;) {
    const ValueRun run =
        ValueRun::Of(data, begin, std::min(kRunRows, data.length - begin));
    if (!page_is_open_) ARROW_RETURN_NOT_OK(BeginPage());
    ARROW_ASSIGN_OR_RAISE(const int64_t taken, Encode(run));
    if (taken == run.num_rows) {
      levels_.Add(run.validity, run.offset, taken, run.num_values);
    } else {
      const ValueRun part = ValueRun::Of(data, begin, taken);
      levels_.Add(part.validity, part.offset, taken, part.num_values);
      ARROW_RETURN_NOT_OK(EndPage());
    }
    begin += taken;
  }
  return arrow::Status::OK();
}

arrow::Status PagedEncoder::BeginPage() {
  if (codec_ == nullptr && pages_.size() == 1) ARROW_RETURN_NOT_OK(ReserveFor(pages_[0]));
  page_.Clear();
  const int64_t room = header_room() + (column_.shape.nullable ? PageLevels::kRoom : 0);
  ARROW_RETURN_NOT_OK(body()->Reserve(room));
  body()->Advance(room);
  values_begin_ = body()->size();
  page_is_open_ = true;
  return arrow::Status::OK();
}

arrow::Status PagedEncoder::ReserveFor(const EncodedPage& first) {
  constexpr int64_t kShort = int64_t{1} << 19;
  if (first.num_rows < kBlockRows && first.uncompressed_size < kShort) {
    return arrow::Status::OK();  // It is the last as well.
  }
  const int64_t pages =
      options_.pages_per_chunk * kBlockRows / std::max<int64_t>(first.num_rows, 1);
  // A first page of one long text says nothing about the others.
  constexpr int64_t kMost = int64_t{32} << 20;
  const int64_t bytes = std::min(first.size * 9 / 8 * pages, kMost);
  ARROW_RETURN_NOT_OK(chunk_.Reserve(bytes));
  constexpr int64_t kLong = int64_t{4} << 20;
  if (bytes >= kLong) PreferLargePages(chunk_.end(), static_cast<size_t>(bytes));
  return arrow::Status::OK();
}

arrow::Status PagedEncoder::EndPage() {
  if (!page_is_open_) return arrow::Status::OK();
  page_is_open_ = false;
  ARROW_RETURN_NOT_OK(EndBody());
  uint8_t* begin = WriteHeader(body()->data() + values_begin_);
  if (column_.shape.nullable) begin = levels_.WriteBefore(begin);
  EncodedPage page;
  page.num_rows = page.num_values = levels_.num_rows();
  page.encoding = encoding();
  page.statistics = EncodeStatistics(TakePageBounds(), levels_.num_values(),
                                     levels_.null_count(), options_.is_signed);
  ARROW_RETURN_NOT_OK(StorePage(begin, &page));
  pages_.push_back(std::move(page));
  chunk_values_ += levels_.num_values();
  chunk_nulls_ += levels_.null_count();
  levels_.Clear();
  return arrow::Status::OK();
}

arrow::Status PagedEncoder::StorePage(const uint8_t* begin, EncodedPage* page) {
  page->uncompressed_size = page->size = body()->end() - begin;
  if (codec_ == nullptr) {
    page->offset = begin - chunk_.data();
    return arrow::Status::OK();
  }
  page->offset = chunk_.size();
  ARROW_RETURN_NOT_OK(Compress(begin, page->size, &chunk_));
  page->size = chunk_.size() - page->offset;
  return pages_.empty() ? ReserveFor(*page) : arrow::Status::OK();
}

arrow::Status PagedEncoder::EndChunk(std::vector<EncodedChunk>* chunks) {
  ARROW_RETURN_NOT_OK(EndPage());
  EncodedChunk chunk;
  chunk.data = chunk_.data();
  chunk.pages = std::exchange(pages_, {});
  chunk.statistics = EncodeStatistics(TakeChunkBounds(), chunk_values_, chunk_nulls_,
                                      options_.is_signed);
  null_count_ += std::exchange(chunk_nulls_, 0);
  chunk_values_ = 0;
  chunk_is_done_ = true;
  chunks->push_back(std::move(chunk));
  return arrow::Status::OK();
}

}  // namespace lakeseed
