#include "lakeseed/write/bucket_hash.h"

#include <bit>
#include <cstring>
#include <string>

namespace lakeseed {
namespace {

static_assert(std::endian::native == std::endian::little);

uint32_t Scrambled(uint32_t block) {
  return std::rotl(block * 0xCC9E2D51U, 15) * 0x1B873593U;
}

}  // namespace

uint32_t BucketHash(std::string_view bytes) {
  constexpr size_t kBlock = sizeof(uint32_t);
  uint32_t hash = 0;
  const size_t whole = bytes.size() / kBlock * kBlock;
  for (size_t at = 0; at < whole; at += kBlock) {
    uint32_t block = 0;
    std::memcpy(&block, bytes.data() + at, kBlock);
    hash = std::rotl(hash ^ Scrambled(block), 13) * 5 + 0xE6546B64U;
  }
  uint32_t rest = 0;
  if (whole < bytes.size()) {
    std::memcpy(&rest, bytes.data() + whole, bytes.size() - whole);
    hash ^= Scrambled(rest);
  }
  hash ^= static_cast<uint32_t>(bytes.size());
  hash = (hash ^ (hash >> 16)) * 0x85EBCA6BU;
  hash = (hash ^ (hash >> 13)) * 0xC2B2AE35U;
  return hash ^ (hash >> 16);
}

uint32_t BucketHash(int64_t value) {
  char bytes[sizeof(value)];
  std::memcpy(bytes, &value, sizeof(value));
  return BucketHash(std::string_view(bytes, sizeof(bytes)));
}

uint32_t DecimalBucketHash(int64_t unscaled) {
  // The highest byte first, and no more bytes than the number and its sign need.
  std::string bytes;
  bool is_done = false;
  for (int64_t rest = unscaled; !is_done; rest >>= 8) {
    const auto byte = static_cast<unsigned char>(rest & 0xFF);
    bytes.insert(bytes.begin(), static_cast<char>(byte));
    const int64_t above = rest >> 8;
    is_done = (above == 0 && byte < 0x80) || (above == -1 && byte >= 0x80);
  }
  return BucketHash(bytes);
}

}  // namespace lakeseed
