#include "lakeseed/base/late_library.h"

#include <gtest/gtest.h>

namespace lakeseed {
namespace {

TEST(LateLibrary, IsLoadedWhenItIsOpened) {
  LateLibrary library("libm.so.6");
  ASSERT_TRUE(library.Open().ok());
  ASSERT_TRUE(library.Open().ok());
  const auto root = reinterpret_cast<double (*)(double)>(library.Find("sqrt"));
  EXPECT_EQ(root(9.0), 3.0);
}

TEST(LateLibrary, OneThatIsMissingIsAnError) {
  LateLibrary library("liblakeseed_is_not_there.so.1");
  for (int i = 0; i < 2; ++i) {
    const arrow::Status status = library.Open();
    EXPECT_TRUE(status.IsIOError());
    EXPECT_NE(status.message().find("liblakeseed_is_not_there"), std::string::npos);
  }
}

}  // namespace
}  // namespace lakeseed
