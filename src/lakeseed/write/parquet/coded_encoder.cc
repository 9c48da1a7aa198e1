#include "lakeseed/write/parquet/coded_encoder.h"

#include <arrow/array.h>

#include <algorithm>
#include <bit>

#include "lakeseed/write/parquet/code_kernels.h"

namespace lakeseed {

arrow::Status CodedEncoder::Add(const arrow::Array& rows) {
  const arrow::ArrayData& data = *rows.data();
  ARROW_RETURN_NOT_OK(Accept(data.dictionary));
  for (int64_t begin = 0; begin < data.length; begin += kRunRows) {
    const ValueRun run =
        ValueRun::Of(data, begin, std::min(kRunRows, data.length - begin));
    ARROW_RETURN_NOT_OK(Stage(run, staged_));
    ARROW_RETURN_NOT_OK(
        AddStaged(run.validity, run.offset, run.num_rows, run.num_values));
  }
  return arrow::Status::OK();
}

arrow::Status CodedEncoder::AddBlocks(const ColumnBlocks& blocks, int64_t begin,
                                      int64_t count) {
  const auto dictionary = blocks.dictionary();
  ARROW_RETURN_NOT_OK(Accept(dictionary == nullptr ? nullptr : dictionary->data()));
  return AddRunsOf(blocks, begin, count,
                   [&](const ValueRun& run, const uint8_t* validity, int64_t row,
                       int64_t num_rows) -> arrow::Status {
                     ARROW_RETURN_NOT_OK(Stage(run, staged_));
                     return AddStaged(validity, row, num_rows, run.num_values);
                   });
}

arrow::Status CodedEncoder::AddStaged(const uint8_t* validity, int64_t offset,
                                      int64_t rows, int64_t num_values) {
  const std::span<const uint32_t> codes(staged_, static_cast<size_t>(num_values));
  Note(codes);
  return pages_.Add(validity, offset, rows, staged_, num_values, BitsOf(codes));
}

arrow::Status CodedEncoder::EndPage() {
  if (!pages_.page_is_open()) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(pages_.EndPage());
  const CodePages::Page& page = pages_.pages().back();
  const int64_t nulls = page.num_rows - page.num_values;
  page_statistics_.push_back(
      EncodeStatistics(TakePageBounds(), page.num_values, nulls, options_.is_signed));
  chunk_values_ += page.num_values;
  chunk_nulls_ += nulls;
  return arrow::Status::OK();
}

arrow::Status CodedEncoder::EndChunk(std::vector<EncodedChunk>* chunks) {
  ARROW_RETURN_NOT_OK(EndPage());
  ARROW_ASSIGN_OR_RAISE(Dictionary dictionary, TakeDictionary());
  EncodedChunk chunk;
  chunk_.Clear();
  if (dictionary_codec_ != nullptr) {
    ARROW_RETURN_NOT_OK(dictionary_codec_->Append(dictionary.page->data(),
                                                  dictionary.page->size(), &chunk_));
  }
  const int64_t compressed_dictionary = chunk_.size();
  for (size_t i = 0; i < pages_.pages().size(); ++i) {
    EncodedPage page;
    page.encoding = options_.codes;
    page.statistics = std::move(page_statistics_[i]);
    ByteBuffer* const out = codec_ == nullptr ? &chunk_ : &page_;
    page_.Clear();
    ARROW_RETURN_NOT_OK(
        pages_.Write(i, dictionary.place_of, dictionary.num_values, out, &page));
    if (codec_ != nullptr) {
      page.offset = chunk_.size();
      ARROW_RETURN_NOT_OK(codec_->Append(page_.data(), page.size, &chunk_));
      page.size = chunk_.size() - page.offset;
    }
    chunk.pages.push_back(std::move(page));
  }
  chunk.data = chunk_.data();
  chunk.dictionary_uncompressed_size = dictionary.page->size();
  chunk.dictionary =
      dictionary_codec_ == nullptr
          ? std::move(dictionary.page)
          : std::make_shared<arrow::Buffer>(chunk_.data(), compressed_dictionary);
  chunk.dictionary_values = dictionary.num_values;
  chunk.dictionary_is_sorted = dictionary.is_sorted;
  chunk.statistics = EncodeStatistics(std::move(dictionary.bounds), chunk_values_,
                                      chunk_nulls_, options_.is_signed);
  null_count_ += std::exchange(chunk_nulls_, 0);
  chunk_values_ = 0;
  page_statistics_.clear();
  pages_.Clear();
  chunks->push_back(std::move(chunk));
  return arrow::Status::OK();
}

uint32_t CodedEncoder::BitsOf(std::span<const uint32_t> codes) const {
  return BitsOfCodes(codes.data(), std::ssize(codes));
}

uint32_t RankedEncoder::BitsOf(std::span<const uint32_t> codes) const {
  // They fit a byte, whichever they are.
  constexpr uint32_t kByte = 0xFF;
  return num_codes() <= kByte + 1 ? kByte : CodedEncoder::BitsOf(codes);
}

void RankedEncoder::SetRanks(const std::vector<uint32_t>& rank) {
  code_of_rank_.resize(rank.size());
  for (uint32_t code = 0; code < rank.size(); ++code) code_of_rank_[rank[code]] = code;
  used_in_page_.resize(num_codes());
  used_in_chunk_.resize(num_codes());
  used_in_file_.resize(num_codes());
  page_uses_all_ = false;
}

void RankedEncoder::Note(std::span<const uint32_t> codes) {
  EndStaging();
  if (page_uses_all_) return;
  uint8_t* const used = used_in_page_.data();
  if (num_codes() > 64) {
    for (const uint32_t code : codes) used[code] = 1;
    return;
  }
  uint64_t mask = MaskOfCodes(codes.data(), std::ssize(codes));
  for (; mask != 0; mask &= mask - 1) used[std::countr_zero(mask)] = 1;
  page_uses_all_ = std::count(used, used + num_codes(), 1) == std::ssize(code_of_rank_);
}

EncodedBounds RankedEncoder::TakePageBounds() {
  EncodedBounds bounds = BoundsOf(EndsOf(used_in_page_));
  for (size_t code = 0; code < num_codes(); ++code) {
    used_in_chunk_[code] |= used_in_page_[code];
  }
  std::fill(used_in_page_.begin(), used_in_page_.end(), uint8_t{0});
  page_uses_all_ = false;
  return bounds;
}

arrow::Status RankedEncoder::AppendPlain(std::span<const uint32_t> codes,
                                         ByteBuffer* page) const {
  const bool is_text = ValueType(column().type)->id() == arrow::Type::STRING ||
                       ValueType(column().type)->id() == arrow::Type::LARGE_STRING;
  for (const uint32_t code : codes) {
    const std::string value = PlainOf(code);
    const auto length = static_cast<uint32_t>(value.size());
    ARROW_RETURN_NOT_OK(page->Reserve(int64_t{sizeof(length)} + length));
    if (is_text) page->Append(&length, sizeof(length));
    page->Append(value.data(), length);
  }
  return arrow::Status::OK();
}

arrow::Result<CodedEncoder::Dictionary> RankedEncoder::TakeDictionary() {
  std::vector<uint32_t> order;
  order.reserve(num_codes());
  for (const uint32_t code : code_of_rank_) {
    if (used_in_chunk_[code]) order.push_back(code);
  }
  place_of_.assign(num_codes(), 0);
  bool moved = false;
  for (uint32_t place = 0; place < order.size(); ++place) {
    place_of_[order[place]] = place;
    moved |= order[place] != place;
  }
  dictionary_page_.Clear();
  ARROW_RETURN_NOT_OK(AppendPlain(order, &dictionary_page_));
  Dictionary dictionary;
  dictionary.page =
      std::make_shared<arrow::Buffer>(dictionary_page_.data(), dictionary_page_.size());
  dictionary.num_values = static_cast<int64_t>(order.size());
  dictionary.is_sorted = true;
  if (moved) dictionary.place_of = place_of_;
  dictionary.bounds = BoundsOf(EndsOf(used_in_chunk_));
  for (const uint32_t code : order) used_in_file_[code] = 1;
  std::fill(used_in_chunk_.begin(), used_in_chunk_.end(), uint8_t{0});
  return dictionary;
}

RankedEncoder::Ends RankedEncoder::EndsOf(const std::vector<uint8_t>& used) const {
  const auto is_used = [&](uint32_t code) { return used[code] != 0; };
  const auto low = std::find_if(code_of_rank_.begin(), code_of_rank_.end(), is_used);
  if (low == code_of_rank_.end()) return {};
  const auto high = std::find_if(code_of_rank_.rbegin(), code_of_rank_.rend(), is_used);
  return {true, *low, *high};
}

EncodedBounds RankedEncoder::BoundsOf(const Ends& ends) const {
  if (!ends.any) return {};
  return {true, PlainOf(ends.low), PlainOf(ends.high)};
}

arrow::Result<ColumnStatistics> RankedEncoder::Statistics(std::string name) const {
  ColumnStatistics result{std::move(name), ValueType(column().type), null_count()};
  const Ends ends = EndsOf(used_in_file_);
  if (!ends.any) return result;
  ARROW_ASSIGN_OR_RAISE(result.min, ScalarOf(ends.low));
  ARROW_ASSIGN_OR_RAISE(result.max, ScalarOf(ends.high));
  return result;
}

}  // namespace lakeseed
