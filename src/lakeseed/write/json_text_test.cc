#include "lakeseed/write/json_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace lakeseed {
namespace {

TEST(JsonText, AnotherParserReadsTheSameText) {
  // Any length and place, so that every way of looking at the bytes sees each.
  for (size_t size = 0; size <= 40; ++size) {
    for (size_t at = 0; at <= size; ++at) {
      for (const char* odd : {"", "\"", "\\", "\n", "\r", "\t", "\x01", "\x1f", " ",
                              "\x7f", "\xC3\xA9", "\xF0\x9F\x8D\x8E"}) {
        std::string text(size, 'x');
        text.insert(at, odd);
        std::string json = "[";
        AppendJsonText(text, &json);
        EXPECT_TRUE(std::none_of(json.begin(), json.end(),
                                 [](unsigned char c) { return c < 0x20; }));
        EXPECT_EQ(nlohmann::json::parse(json + "]")[0].get<std::string>(), text);
      }
    }
  }
}

}  // namespace
}  // namespace lakeseed
