#include "lakeseed/evaluate/text_writer.h"

#include <gtest/gtest.h>

#include <string>

namespace lakeseed {
namespace {

TEST(TextWriter, CopiesATextOfAnyLengthAndNoByteMore) {
  for (size_t size = 0; size <= 80; ++size) {
    std::string text;
    for (size_t i = 0; i < size; ++i) text.push_back(static_cast<char>('0' + i % 75));
    std::string out(size + 40, '#');
    const char* const end = CopyText(text, out.data() + 20);
    EXPECT_EQ(end - out.data(), static_cast<int64_t>(20 + size));
    EXPECT_EQ(out, std::string(20, '#') + text + std::string(20, '#'));
  }
}

}  // namespace
}  // namespace lakeseed
