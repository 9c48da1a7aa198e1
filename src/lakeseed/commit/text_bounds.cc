#include "lakeseed/commit/text_bounds.h"

#include "lakeseed/base/date.h"
#include "lakeseed/write/value_text.h"

namespace lakeseed {
namespace {

constexpr size_t kBoundCharacters = 32, kMostBoundCharacters = 64;
constexpr std::string_view kLastCharacter = "\xF4\x8F\xBF\xBF";  // U+10FFFF
constexpr std::string_view kDelete = "\x7F";

}  // namespace

std::string LowerBound(std::string_view text) {
  return std::string(FirstLetters(text, kBoundCharacters));
}

std::string UpperBound(std::string_view text) {
  for (size_t count = kBoundCharacters; count <= kMostBoundCharacters; ++count) {
    const size_t end = FirstLetters(text, count).size();
    const std::string_view rest = text.substr(end);
    if (rest.empty()) return std::string(text);
    if (rest.starts_with(kLastCharacter)) continue;  // Nothing is after it.
    const bool is_low = static_cast<unsigned char>(rest[0]) < 0x7F;
    return std::string(text.substr(0, end)) +
           std::string(is_low ? kDelete : kLastCharacter);
  }
  return "";
}

bool IsKnownDay(int64_t days) {
  return days >= DaysFromCivil({1, 1, 1}) && days <= DaysFromCivil({9999, 12, 31});
}

}  // namespace lakeseed
