#include "lakeseed/write/parquet/text_search.h"

#include <arrow/array.h>

#include <algorithm>
#include <vector>

#include "lakeseed/write/parquet/delta_encoder.h"
#include "lakeseed/write/parquet/page_codec.h"
#include "lakeseed/write/parquet/text_encoder.h"
#include "lakeseed/write/parquet/text_snappy.h"
#include "lakeseed/write/parquet/text_values.h"

namespace lakeseed {
namespace {

/// So many bytes of PLAIN texts are compressed by the library; fewer decide nothing.
constexpr int64_t kSample = int64_t{1} << 17;

/// What a search is tried on, and how much larger than what the library makes of PLAIN
/// texts its stream may be.
struct Trial {
  TextSearch search;
  int64_t sample;
  int64_t max_percent;
};
/// By affixes a page becomes smaller than a sample, as its begin finds nothing. Phrases
/// are found in all of a page, so all of it is tried.
constexpr Trial kTrials[] = {{TextSearch::kAffixes, kSample, 113},
                             {TextSearch::kPhrases, kTextPageBytes, 104}};

/// Some texts, PLAIN and one behind the other.
struct Sample {
  ByteBuffer plain, texts;
  std::vector<int32_t> lengths;

  int64_t size;  ///< Of the PLAIN bytes, once it is whole.

  bool is_whole() const { return plain.size() >= size; }

  arrow::Status Add(const ValueRun& run) {
    arrow::Status status;
    VisitTexts(run, [&](std::string_view text) {
      if (is_whole() || !status.ok()) return;
      const auto size = static_cast<uint32_t>(std::min<size_t>(text.size(), kSample));
      status = plain.Reserve(size + int64_t{sizeof(size)}) & texts.Reserve(size);
      if (!status.ok()) return;
      plain.Append(&size, sizeof(size));
      plain.Append(text.data(), size);
      texts.Append(text.data(), size);
      lengths.push_back(static_cast<int32_t>(size));
    });
    return status;
  }
};

arrow::Result<Sample> SampleOf(const arrow::ArrayVector& rows, int64_t size) {
  Sample sample = {.size = size};
  int64_t left_out = 0;
  for (const auto& array : rows) left_out += array->length();
  left_out /= 4;  // The first rows may be of another kind.
  for (const auto& array : rows) {
    int64_t begin = std::min(left_out, array->length());
    left_out -= begin;
    for (; begin < array->length() && !sample.is_whole(); begin += kRunRows) {
      ARROW_RETURN_NOT_OK(sample.Add(ValueRun::Of(
          *array->data(), begin, std::min(kRunRows, array->length() - begin))));
    }
  }
  return sample;
}

/// Bytes of the stream and of the lengths.
arrow::Result<int64_t> CompressedSize(const Sample& sample, TextSearch search) {
  ByteBuffer lengths, stream;
  DeltaEncoder<int32_t> delta;
  ARROW_RETURN_NOT_OK(
      delta.Add(sample.lengths.data(), std::ssize(sample.lengths), &lengths));
  ARROW_RETURN_NOT_OK(delta.End(&lengths));
  const int64_t size = sample.texts.size();
  ARROW_RETURN_NOT_OK(
      stream.Reserve(TextSnappy::MaxSize(size, std::ssize(sample.lengths))));
  return lengths.size() + TextSnappy(search).Compress(sample.texts.data(), size,
                                                      sample.lengths, stream.end());
}

}  // namespace

arrow::Result<std::optional<FoundSearch>> SearchThatPays(
    const arrow::ArrayVector& rows, const ColumnEncoder::Options& options) {
  if (options.profile != ParquetProfile::kFast || options.codec == nullptr ||
      options.codec->compression_type() != arrow::Compression::SNAPPY) {
    return std::nullopt;
  }
  std::optional<FoundSearch> best;
  double left_by_library = 0;
  for (const auto& [search, size, max_percent] : kTrials) {
    ARROW_ASSIGN_OR_RAISE(const Sample sample, SampleOf(rows, size));
    if (sample.plain.size() < kSample) return std::nullopt;
    if (left_by_library == 0) {
      ByteBuffer library;
      ARROW_RETURN_NOT_OK(
          PageCodec(options.codec)
              .Append(sample.plain.data(), sample.plain.size(), &library));
      left_by_library =
          static_cast<double>(library.size()) / static_cast<double>(sample.plain.size());
    }
    ARROW_ASSIGN_OR_RAISE(const int64_t compressed, CompressedSize(sample, search));
    const double left =
        static_cast<double>(compressed) / static_cast<double>(sample.plain.size());
    if (100 * left > static_cast<double>(max_percent) * left_by_library) continue;
    const double bytes_per_text =
        static_cast<double>(compressed) / static_cast<double>(sample.lengths.size());
    if (best && best->bytes_per_text <= bytes_per_text) continue;
    best = FoundSearch{search, bytes_per_text};
  }
  return best;
}

}  // namespace lakeseed
