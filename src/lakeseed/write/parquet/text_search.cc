#include "lakeseed/write/parquet/text_search.h"

#include <arrow/array.h>

#include <algorithm>
#include <vector>

#include "lakeseed/write/parquet/delta_encoder.h"
#include "lakeseed/write/parquet/page_codec.h"
#include "lakeseed/write/parquet/text_snappy.h"
#include "lakeseed/write/parquet/text_values.h"

namespace lakeseed {
namespace {

/// So many bytes of PLAIN texts are compressed for the choice; fewer decide nothing.
constexpr int64_t kSample = int64_t{1} << 17;

/// Some texts, PLAIN and one behind the other.
struct Sample {
  ByteBuffer plain, texts;
  std::vector<int32_t> lengths;

  bool is_whole() const { return plain.size() >= kSample; }

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

arrow::Result<Sample> SampleOf(const arrow::ArrayVector& rows) {
  Sample sample;
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

/// Streams may be so much larger than what the library makes of PLAIN texts. A page
/// becomes smaller than a sample, as ours reach back over more of it than the library.
constexpr struct {
  TextSearch search;
  int64_t max_percent;
} kSearches[] = {{TextSearch::kAffixes, 113}, {TextSearch::kPhrases, 110}};

}  // namespace

arrow::Result<std::optional<TextSearch>> SearchThatPays(
    const arrow::ArrayVector& rows, const ColumnEncoder::Options& options) {
  if (options.profile != ParquetProfile::kFast || options.codec == nullptr ||
      options.codec->compression_type() != arrow::Compression::SNAPPY) {
    return std::nullopt;
  }
  ARROW_ASSIGN_OR_RAISE(const Sample sample, SampleOf(rows));
  if (!sample.is_whole()) return std::nullopt;
  ByteBuffer library, lengths, ours;
  ARROW_RETURN_NOT_OK(PageCodec(options.codec)
                          .Append(sample.plain.data(), sample.plain.size(), &library));
  DeltaEncoder<int32_t> delta;
  ARROW_RETURN_NOT_OK(
      delta.Add(sample.lengths.data(), std::ssize(sample.lengths), &lengths));
  ARROW_RETURN_NOT_OK(delta.End(&lengths));
  const int64_t size = sample.texts.size();
  ARROW_RETURN_NOT_OK(
      ours.Reserve(TextSnappy::MaxSize(size, std::ssize(sample.lengths))));
  std::optional<TextSearch> best;
  int64_t least = 0;
  for (const auto& [search, max_percent] : kSearches) {
    const int64_t compressed =
        lengths.size() + TextSnappy(search).Compress(sample.texts.data(), size,
                                                     sample.lengths, ours.end());
    const bool pays = 100 * compressed <= max_percent * library.size();
    if (!pays || (best && compressed >= least)) continue;
    best = search;
    least = compressed;
  }
  return best;
}

}  // namespace lakeseed
