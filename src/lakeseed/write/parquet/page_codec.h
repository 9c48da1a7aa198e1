// PageCodec: compresses the pages of one column, data or dictionary.
//
// Texts under Snappy and LZ4 are compressed by words (word_compressor.h), those of a
// dictionary under Snappy by phrases (phrase_snappy.h), where that is no larger: the
// first page that is long enough decides for all that follow.
//
// Law: the bytes depend on the pages and their order.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>
#include <arrow/util/compression.h>

#include <cstdint>
#include <memory>

#include "lakeseed/write/byte_buffer.h"

namespace lakeseed {

class PageCodec {
 public:
  /// \param codec  outlives the result; null: null.
  static std::unique_ptr<PageCodec> Make(arrow::util::Codec* codec);
  /// The same for PLAIN pages of values of a type.
  static std::unique_ptr<PageCodec> MakePlain(arrow::util::Codec* codec,
                                              const arrow::DataType& type);
  /// The same for PLAIN dictionaries: nothing stands before their values.
  static std::unique_ptr<PageCodec> MakeDictionary(arrow::util::Codec* codec,
                                                   const arrow::DataType& type);

  explicit PageCodec(arrow::util::Codec* codec) : codec_(codec) {}
  virtual ~PageCodec() = default;

  /// Append the compressed page.
  virtual arrow::Status Append(const uint8_t* page, int64_t size, ByteBuffer* out);

 protected:
  arrow::util::Codec* codec() const { return codec_; }

 private:
  arrow::util::Codec* const codec_;
};

}  // namespace lakeseed
