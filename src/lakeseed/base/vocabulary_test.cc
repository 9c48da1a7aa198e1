#include "lakeseed/base/vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

using ::testing::HasSubstr;

TEST(Vocabulary, IsReadOnceFromItsDirectory) {
  const char* set = std::getenv("LAKESEED_VOCAB");
  const std::string saved = set == nullptr ? "" : set;
  unsetenv("LAKESEED_VOCAB");
  SetVocabularyDirectory("");
  EXPECT_THAT(Render(Vocabulary("time_zones").status()), HasSubstr("make build"));
  SetVocabularyDirectory(LAKESEED_SOURCE_DIR "/tests");
  EXPECT_THAT(Render(Vocabulary("time_zones").status()), HasSubstr("make build"));
  SetVocabularyDirectory(LAKESEED_SOURCE_DIR "/tests/golden/vocab");
  std::vector<std::shared_ptr<const VocabularyTable>> seen(4);
  {
    std::vector<std::jthread> threads;
    for (auto& one : seen) {
      threads.emplace_back([&one] { one = Vocabulary("time_zones").ValueOrDie(); });
    }
  }
  for (const auto& one : seen) EXPECT_EQ(one, seen[0]);
  EXPECT_THAT(Render(Vocabulary("time_zone").status()),
              HasSubstr("did you mean `time_zones`?"));
  EXPECT_FALSE(Vocabulary("../vocab/time_zones").ok());
  // Other tests may have added tables of users.
  EXPECT_THAT(VocabularyNames(), testing::Contains("time_zones"));
  EXPECT_THAT(VocabularyNames(), testing::Not(testing::Contains("us_places")));
  setenv("LAKESEED_VOCAB", "/nowhere", 1);
  EXPECT_FALSE(Vocabulary("time_zones").ok());
  saved.empty() ? unsetenv("LAKESEED_VOCAB") : setenv("LAKESEED_VOCAB", saved.c_str(), 1);
}

TEST(Vocabulary, AnEmptyFileHasNoHeader) {
  const char* set = std::getenv("LAKESEED_VOCAB");
  const std::string saved = set == nullptr ? "" : set;
  const std::string directory = testing::TempDir() + "vocabulary_test";
  std::filesystem::create_directories(directory);
  std::ofstream(directory + "/nothing.csv").flush();
  setenv("LAKESEED_VOCAB", directory.c_str(), 1);
  EXPECT_THAT(Render(Vocabulary("nothing").status()),
              HasSubstr("nothing.csv:1: table without a header"));
  saved.empty() ? unsetenv("LAKESEED_VOCAB") : setenv("LAKESEED_VOCAB", saved.c_str(), 1);
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace lakeseed
