// Values that are kept come back, distinct texts once, in the room that was said.

#include "lakeseed/generate/kept_values.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lakeseed {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

std::shared_ptr<arrow::Int32Array> Places(const std::vector<int32_t>& places,
                                          const std::vector<bool>& valid) {
  arrow::Int32Builder builder;
  EXPECT_TRUE(builder.AppendValues(places, valid).ok());
  return std::static_pointer_cast<arrow::Int32Array>(builder.Finish().ValueOrDie());
}

/// Ten values of a type, every fourth null if that may be.
ArrayPtr Values(const std::shared_ptr<arrow::DataType>& type, bool nullable) {
  arrow::StringBuilder builder;
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE((nullable && i % 4 == 3 ? builder.AppendNull()
                                        : builder.Append(std::to_string(i % 7 + 1)))
                    .ok());
  }
  const ArrayPtr texts = builder.Finish().ValueOrDie();
  if (type->id() == arrow::Type::DICTIONARY) {
    return arrow::compute::DictionaryEncode(texts).ValueOrDie().make_array();
  }
  return arrow::compute::Cast(*texts, type).ValueOrDie();
}

TEST(KeptValuesTest, ComeBack) {
  const auto places = Places({19, 0, 3, 0, 7, 12}, {true, true, true, false, true, true});
  for (const auto& type :
       {arrow::utf8(), arrow::int8(), arrow::int16(), arrow::int32(), arrow::int64(),
        arrow::float64(), arrow::dictionary(arrow::int32(), arrow::utf8())}) {
    for (const bool nullable : {false, true}) {
      SCOPED_TRACE(type->ToString() + (nullable ? " with nulls" : ""));
      ASSERT_TRUE(KeptValues::CanKeep(*type));
      const ArrayPtr values = Values(type, nullable);
      const int64_t least = KeptValues::LeastBytesFor(20, *type);
      EXPECT_GE(least, 20);
      EXPECT_GE(KeptValues::BytesFor(20, *values), least);
      EXPECT_EQ(KeptValues::BytesFor(20, *values) > least,
                type->id() == arrow::Type::STRING);
      KeptValues kept = KeptValues::Make(20, nullable, *values).ValueOrDie();
      ASSERT_TRUE(kept.Add(*values));
      ASSERT_TRUE(kept.Add(*values));
      EXPECT_FALSE(kept.Add(*values)) << "there is room for 20";
      const auto both = arrow::Concatenate({values, values}).ValueOrDie();
      const auto expected = arrow::compute::Take(*both, *places).ValueOrDie();
      const auto pool = arrow::default_memory_pool();
      EXPECT_TRUE(kept.At(*places, pool).ValueOrDie()->Equals(*expected));
      ASSERT_EQ(kept.is_dictionary(), type->id() == arrow::Type::STRING && !nullable);
      if (!kept.is_dictionary()) continue;
      EXPECT_EQ(kept.num_texts(), 7);
      const auto coded = kept.AsDictionary(7, *places, pool).ValueOrDie();
      EXPECT_TRUE(coded->ValidateFull().ok());
      EXPECT_TRUE(arrow::compute::Cast(*coded, type).ValueOrDie()->Equals(*expected));
    }
  }
  for (const auto& type :
       {arrow::boolean(), arrow::decimal128(20, 2), arrow::list(arrow::int32())}) {
    EXPECT_FALSE(KeptValues::CanKeep(*type)) << type->ToString();
  }
}

TEST(KeptValuesTest, LongerTextsThanTheSampleFindNoRoom) {
  arrow::StringBuilder builder;
  ASSERT_TRUE(builder.AppendValues({"a", "b"}).ok());
  const ArrayPtr sample = builder.Finish().ValueOrDie();
  KeptValues kept = KeptValues::Make(1000, false, *sample).ValueOrDie();
  ASSERT_TRUE(kept.Add(*sample));
  ASSERT_TRUE(builder.Append(std::string(100'000, 'x')).ok());
  EXPECT_FALSE(kept.Add(*builder.Finish().ValueOrDie()));
  // What is said of a null that may not be there.
  ASSERT_TRUE(builder.AppendNull().ok());
  EXPECT_FALSE(kept.Add(*builder.Finish().ValueOrDie()));
}

}  // namespace
}  // namespace lakeseed
