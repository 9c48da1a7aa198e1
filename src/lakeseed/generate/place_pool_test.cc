#include "lakeseed/generate/place_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PlacePoolOf : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(directory_);
    setenv("LAKESEED_VOCAB", directory_.c_str(), 1);
  }
  void TearDown() override {
    setenv("LAKESEED_VOCAB", before_.c_str(), 1);
    std::filesystem::remove_all(directory_);
  }
  void Write(const std::string& rows) const {
    std::ofstream(directory_ + "/us_places.csv")
        << "zip,city,state,area_codes,latitude:double,longitude:double,weight:int\n"
        << rows;
  }

  const std::string before_ = std::getenv("LAKESEED_VOCAB");
  const std::string directory_ = testing::TempDir() + "place_pool_test";
};

TEST_F(PlacePoolOf, ReadsAKindWhenItIsAskedFor) {
  Write(
      "01001,Agawam,MA,413,42,-72,1\n01002,Bath,ME,207 413,43,-70,2\n"
      "01003,Agawam,MA,207 413,x,-71,0\n");
  const auto held = PlacePool::Hold(true);
  const PlacePool* pool = held->Get().ValueOrDie();
  EXPECT_THAT(pool->law().probabilities(), ElementsAre(1.0 / 3, 2.0 / 3, 0));
  const auto* cities = pool->TextsOf(PlacePool::Kind::kCity).ValueOrDie();
  EXPECT_THAT(cities->code_of, ElementsAre(0, 1, 0));
  EXPECT_THAT(cities->pool.texts(), ElementsAre("Agawam", "Bath"));
  EXPECT_EQ(pool->TextsOf(PlacePool::Kind::kCity).ValueOrDie(), cities);
  const auto* codes = pool->area_codes().ValueOrDie();
  EXPECT_THAT(codes->begins, ElementsAre(0, 1, 3, 5));
  EXPECT_THAT(codes->list, ElementsAre(0, 1, 0, 1, 0));
  EXPECT_THAT(Render(pool->points().status()),
              HasSubstr("us_places.csv:4: latitude: not a number: x"));
  EXPECT_THAT(Render(pool->TextsOf(PlacePool::Kind::kCounty).status()),
              HasSubstr("vocabulary table us_places has no column: county"));
}

TEST_F(PlacePoolOf, RefusesPlacesThatCannotBe) {
  std::filesystem::create_directories(directory_ + "/twice");
  setenv("LAKESEED_VOCAB", (directory_ + "/twice").c_str(), 1);
  std::ofstream(directory_ + "/twice/us_places.csv")
      << "zip,area_codes,weight:int\n01001,413,1\n01001,,1\n";
  const auto held = PlacePool::Hold(false);
  const PlacePool* pool = held->Get().ValueOrDie();
  EXPECT_THAT(pool->law().probabilities(), ElementsAre(0.5, 0.5));
  EXPECT_THAT(pool->TextsOf(PlacePool::Kind::kZip).status().message(),
              HasSubstr("us_places: twice: 01001"));
  EXPECT_THAT(pool->area_codes().status().message(), HasSubstr("no area code"));
}

}  // namespace
}  // namespace lakeseed
