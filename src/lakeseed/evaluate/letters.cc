#include "lakeseed/evaluate/letters.h"

#include <array>

namespace lakeseed {
namespace {

// Base letters of U+00C0 … U+017F, two bytes each; '.' for none.
constexpr std::string_view kPlain =
    "a.a.a.a.a.a.aec.e.e.e.e.i.i.i.i.d.n.o.o.o.o.o.. o.u.u.u.u.y.thss"   // C0-DF
    "a.a.a.a.a.a.aec.e.e.e.e.i.i.i.i.d.n.o.o.o.o.o.. o.u.u.u.u.y.thy."   // E0-FF
    "a.a.a.a.a.a.c.c.c.c.c.c.c.c.d.d.d.d.e.e.e.e.e.e.e.e.e.e.g.g.g.g."   // 100-11F
    "g.g.g.g.h.h.h.h.i.i.i.i.i.i.i.i.i.i.ijijj.j.k.k.k.l.l.l.l.l.l.l."   // 120-13F
    "l.l.l.n.n.n.n.n.n.n.n.n.o.o.o.o.o.o.oeoer.r.r.r.r.r.s.s.s.s.s.s."   // 140-15F
    "s.s.t.t.t.t.t.t.u.u.u.u.u.u.u.u.u.u.u.u.w.w.y.y.y.z.z.z.z.z.z.s.";  // 160-17F
static_assert(kPlain.size() == 2 * (0x180 - 0xC0));

constexpr char kAscii[] = "0123456789abcdefghijklmnopqrstuvwxyz";

// Pairs of upper and lower case in Latin Extended-A start at even letters, but in
// two stretches at odd ones.
bool IsOddStretch(uint32_t letter) {
  return (letter >= 0x139 && letter <= 0x148) || (letter >= 0x179 && letter <= 0x17E);
}

bool IsPaired(uint32_t letter) {
  return letter >= 0x100 && letter <= 0x17E && letter != 0x130 && letter != 0x131 &&
         letter != 0x138 && letter != 0x149 && letter != 0x178;
}

}  // namespace

uint32_t NextLetter(std::string_view text, size_t* at) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint32_t first = byte((*at)++);
  if (first < 0x80) return first;
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
  if (more == 0 || *at + static_cast<size_t>(more) > text.size()) return first;
  uint32_t letter = first & (0x3FU >> more);
  for (int i = 0; i < more; ++i) letter = (letter << 6) | (byte((*at)++) & 0x3FU);
  return letter;
}

void AppendLetter(uint32_t letter, std::string* out) {
  const auto put = [out](uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (letter < 0x80) {
    put(letter);
  } else if (letter < 0x800) {
    put(0xC0 | (letter >> 6));
    put(0x80 | (letter & 0x3F));
  } else if (letter < 0x10000) {
    put(0xE0 | (letter >> 12));
    put(0x80 | ((letter >> 6) & 0x3F));
    put(0x80 | (letter & 0x3F));
  } else {
    put(0xF0 | (letter >> 18));
    put(0x80 | ((letter >> 12) & 0x3F));
    put(0x80 | ((letter >> 6) & 0x3F));
    put(0x80 | (letter & 0x3F));
  }
}

uint32_t UpperOf(uint32_t letter) {
  if (letter >= 'a' && letter <= 'z') return letter - 32;
  if (letter >= 0xE0 && letter <= 0xFE && letter != 0xF7) return letter - 32;
  if (letter == 0xFF) return 0x178;
  if (!IsPaired(letter)) return letter;
  const bool is_lower = ((letter & 1) == 0) == IsOddStretch(letter);
  return is_lower ? letter - 1 : letter;
}

uint32_t LowerOf(uint32_t letter) {
  if (letter >= 'A' && letter <= 'Z') return letter + 32;
  if (letter >= 0xC0 && letter <= 0xDE && letter != 0xD7) return letter + 32;
  if (letter == 0x178) return 0xFF;
  if (!IsPaired(letter)) return letter;
  const bool is_upper = ((letter & 1) == 1) == IsOddStretch(letter);
  return is_upper ? letter + 1 : letter;
}

std::string_view PlainOf(uint32_t letter) {
  const std::string_view ascii = kAscii;
  if (letter >= '0' && letter <= '9') return ascii.substr(letter - '0', 1);
  if (letter >= 'A' && letter <= 'Z') return ascii.substr(10 + letter - 'A', 1);
  if (letter >= 'a' && letter <= 'z') return ascii.substr(10 + letter - 'a', 1);
  if (letter < 0xC0 || letter >= 0x180) return {};
  const std::string_view plain = kPlain.substr(2 * (letter - 0xC0), 2);
  if (plain[0] == '.') return {};
  return plain[1] == '.' ? plain.substr(0, 1) : plain;
}

int64_t CountLetters(std::string_view text) {
  int64_t count = 0;
  for (char c : text) count += (static_cast<uint8_t>(c) & 0xC0) != 0x80;
  return count;
}

size_t PositionOf(std::string_view text, int64_t n) {
  size_t at = 0;
  for (; n > 0 && at < text.size(); --n) {
    ++at;
    while (at < text.size() && (static_cast<uint8_t>(text[at]) & 0xC0) == 0x80) ++at;
  }
  return at;
}

}  // namespace lakeseed
