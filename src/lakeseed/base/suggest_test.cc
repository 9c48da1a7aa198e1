#include "lakeseed/base/suggest.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lakeseed {
namespace {

const std::vector<std::string> kNames{"foreign_key", "sequence", "uniform", "uuid",
                                      "zipf"};

TEST(Suggest, CountsEdits) {
  EXPECT_EQ(EditDistance("", ""), 0);
  EXPECT_EQ(EditDistance("abc", ""), 3);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3);
  EXPECT_EQ(EditDistance("forein_key", "foreign_key"), 1);
  EXPECT_EQ(EditDistance("unifrom", "uniform"), 1) << "a swap is one edit";
  EXPECT_EQ(EditDistance("foreign-KEY", "foreign_key"), 0);
}

TEST(Suggest, FindsTheNearestOrNone) {
  EXPECT_EQ(NearestName("forein_key", kNames), "foreign_key");
  EXPECT_EQ(NearestName("Sequence", kNames), "sequence");
  EXPECT_EQ(NearestName("zpif", kNames), "zipf");
  EXPECT_EQ(NearestName("timestamp", kNames), "");
  EXPECT_EQ(NearestName("x", kNames), "") << "everything is near one letter";
  EXPECT_EQ(DidYouMean("uuidd", kNames), "did you mean `uuid`?");
  EXPECT_EQ(DidYouMean("timestamp", kNames), "");
  const std::vector<std::string_view> views(kNames.begin(), kNames.end());
  EXPECT_EQ(DidYouMean("uuidd", views), "did you mean `uuid`?");
  EXPECT_EQ(DidYouMean("uuid", std::vector<std::string>{}), "");
}

}  // namespace
}  // namespace lakeseed
