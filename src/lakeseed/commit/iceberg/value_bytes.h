// Values in Iceberg's binary form.
//
// Source: the Iceberg table specification, appendix D, "Single-value serialization".
//
// Thread safety: pure functions.

#pragma once

#include <arrow/util/decimal.h>

#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace lakeseed::iceberg {

static_assert(std::endian::native == std::endian::little);

template <typename Value>
std::string LittleEndian(Value value) {
  std::string bytes(sizeof(Value), '\0');
  std::memcpy(bytes.data(), &value, sizeof(Value));
  return bytes;
}

/// A number in two's complement, the highest byte first, without bytes that say no more
/// than its sign.
inline std::string Shortest(const std::string& bytes) {
  size_t skip = 0;
  const char fill = (bytes[0] & 0x80) != 0 ? '\xFF' : '\0';
  while (skip + 1 < bytes.size() && bytes[skip] == fill &&
         (bytes[skip + 1] & 0x80) == (fill & 0x80)) {
    ++skip;
  }
  return bytes.substr(skip);
}

inline std::string DecimalBytes(const arrow::Decimal128& value) {
  const auto little = value.ToBytes();
  return Shortest(std::string(little.rbegin(), little.rend()));
}

inline nlohmann::ordered_json BinaryJson(const std::string& bytes) {
  return nlohmann::ordered_json::binary(std::vector<uint8_t>(bytes.begin(), bytes.end()));
}

}  // namespace lakeseed::iceberg
