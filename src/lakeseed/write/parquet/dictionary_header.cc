#include "lakeseed/write/parquet/dictionary_header.h"

#include "lakeseed/write/byte_buffer.h"

namespace lakeseed {
namespace {

/// One struct of Thrift's compact protocol, field by field.
class CompactStruct {
 public:
  CompactStruct(uint8_t* out) : out_(out) {}

  void AddInteger(int id, int32_t value) {
    Begin(id, kInteger);
    out_ = WriteZigZag(value, out_);
  }
  void AddBoolean(int id, bool value) { Begin(id, value ? kTrue : kFalse); }
  /// The struct's fields follow.
  CompactStruct AddStruct(int id) {
    Begin(id, kStruct);
    return CompactStruct(out_);
  }
  void EndStruct(CompactStruct inner) { out_ = inner.End(); }
  uint8_t* End() {
    *out_++ = 0;
    return out_;
  }

 private:
  static constexpr int kTrue = 1, kFalse = 2, kInteger = 5, kStruct = 12;

  void Begin(int id, int type) {
    *out_++ = static_cast<uint8_t>((id - last_id_) << 4 | type);
    last_id_ = id;
  }

  uint8_t* out_;
  int last_id_ = 0;
};

constexpr int32_t kDictionaryPage = 2;

int32_t EncodingNumber(parquet::Encoding::type encoding) {
  return encoding == parquet::Encoding::PLAIN_DICTIONARY ? 2 : 0;
}

}  // namespace

std::string DictionaryHeader::ToBytes() const {
  uint8_t bytes[64];
  CompactStruct header(bytes);
  header.AddInteger(1, kDictionaryPage);
  header.AddInteger(2, static_cast<int32_t>(uncompressed_size));
  header.AddInteger(3, static_cast<int32_t>(size));
  if (checksum) header.AddInteger(4, static_cast<int32_t>(*checksum));
  CompactStruct dictionary = header.AddStruct(7);
  dictionary.AddInteger(1, static_cast<int32_t>(num_values));
  dictionary.AddInteger(2, EncodingNumber(encoding));
  dictionary.AddBoolean(3, is_sorted);
  header.EndStruct(dictionary);
  const uint8_t* const end = header.End();
  return {reinterpret_cast<const char*>(bytes), static_cast<size_t>(end - bytes)};
}

}  // namespace lakeseed
