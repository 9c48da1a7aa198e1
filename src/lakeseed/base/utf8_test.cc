#include "lakeseed/base/utf8.h"

#include <gtest/gtest.h>

namespace lakeseed {
namespace {

TEST(IsUtf8, TakesWholeCharactersAlone) {
  for (const char* text : {"", "Zoe", "Zoë", "日本", "😀", "a\tb\x7F"}) {
    EXPECT_TRUE(IsUtf8(text)) << text;
  }
  for (const char* bytes : {"Zo\xEB", "\xC3", "a\x80", "\xE6\x97", "\xF0\x9F\x98", "\xFF",
                            "\xC0\xAF", "\xED\xA0\x80"}) {
    EXPECT_FALSE(IsUtf8(bytes)) << bytes;
  }
}

}  // namespace
}  // namespace lakeseed
