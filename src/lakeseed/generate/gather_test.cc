// Values are gathered as Arrow's own Take does, whatever they are.

#include "lakeseed/generate/gather.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>
#include <arrow/json/from_string.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace lakeseed {
namespace {

std::shared_ptr<arrow::Array> Read(const std::shared_ptr<arrow::DataType>& type,
                                   const std::string& json) {
  return arrow::json::ArrayFromJSONString(type, json).ValueOrDie();
}

TEST(GatherTest, TakesAsArrowDoes) {
  const std::string numbers = "[7, -1, 3, 90000, 5]", some = "[7, null, 3, 90000, 5]";
  const std::string prices = R"(["7.00", "-1.25", "3.10", "0.00", "5.55"])";
  const std::string texts = R"(["a", "", "ccc", "d", "e"])";
  const std::vector<std::pair<std::shared_ptr<arrow::DataType>, std::string>> values = {
      {arrow::int64(), numbers},
      {arrow::int64(), some},
      {arrow::int32(), numbers},
      {arrow::float64(), numbers},
      {arrow::decimal64(12, 2), prices},
      {arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), numbers},
      {arrow::boolean(), "[true, false, null, true, true]"},
      {arrow::utf8(), texts},
      {arrow::dictionary(arrow::int32(), arrow::utf8()), texts},
      {arrow::dictionary(arrow::int64(), arrow::utf8()), texts}};
  for (const auto& [type, json] : values) {
    const auto whole = Read(type, json);
    for (const char* at : {"[]", "[0, 0, 2, 2, 1]", "[0, null, 2]"}) {
      const auto places = Read(arrow::int32(), at);
      for (const auto& from : {whole, whole->Slice(2, 3)}) {
        const auto taken = Gather(from, *places, arrow::default_memory_pool());
        const auto want = arrow::compute::Take(*from, *places);
        ASSERT_TRUE(taken.ok()) << taken.status().ToString();
        EXPECT_TRUE((*taken)->Equals(**want)) << type->ToString() << " at " << at;
        EXPECT_TRUE((*taken)->ValidateFull().ok());
      }
    }
  }
}

}  // namespace
}  // namespace lakeseed
