#include "lakeseed/base/key.h"

#include <sodium.h>

#include <bit>
#include <cstring>
#include <string>

#include "lakeseed/base/cell.h"

namespace lakeseed {

static_assert(std::endian::native == std::endian::little, "keys are little-endian words");

namespace {

void Append(crypto_generichash_state* state, std::string_view part) {
  const uint64_t size = part.size();
  unsigned char prefix[sizeof(size)];
  std::memcpy(prefix, &size, sizeof(size));
  crypto_generichash_update(state, prefix, sizeof(prefix));
  crypto_generichash_update(state, reinterpret_cast<const unsigned char*>(part.data()),
                            part.size());
}

}  // namespace

Key Key::Sub(int64_t n) const { return {Cell(*this, n, 0xA), Cell(*this, n, 0xB)}; }

Key StreamKey(int64_t seed, std::initializer_list<std::string_view> names) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, 16);
  Append(&state, std::to_string(seed));
  for (std::string_view name : names) Append(&state, name);
  unsigned char digest[16];
  crypto_generichash_final(&state, digest, sizeof(digest));
  Key key;
  std::memcpy(&key.a, digest, 8);
  std::memcpy(&key.b, digest + 8, 8);
  return key;
}

}  // namespace lakeseed
