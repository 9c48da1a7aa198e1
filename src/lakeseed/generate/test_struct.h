// TestStruct: fields of a generated struct as plain values, and the laws that every
// struct generator keeps. For tests only.

#pragma once

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/generate/test_context.h"

namespace lakeseed {

class TestStruct {
 public:
  TestStruct(TestContext& context, const ColumnGenerator& generator, const Rows& rows,
             const std::vector<std::string>& fields) {
    std::vector<int> wanted;
    const auto& type = static_cast<const arrow::StructType&>(*generator.type());
    for (int i = 0; i < type.num_fields(); ++i) {
      for (const std::string& field : fields) {
        if (type.field(i)->name() == field) wanted.push_back(i);
      }
    }
    EXPECT_EQ(wanted.size(), fields.size()) << "a field does not exist";
    const auto array = context.Generate(generator, rows, wanted);
    EXPECT_TRUE(array.ok()) << array.status().ToString();
    struct_ = std::static_pointer_cast<arrow::StructArray>(array.ValueOrDie());
    EXPECT_TRUE(struct_->ValidateFull().ok());
  }

  std::shared_ptr<arrow::Array> array(const std::string& field) const {
    return struct_->GetFieldByName(field);
  }

  /// Text of a utf8 or dictionary field; "" for null.
  std::vector<std::string> Texts(const std::string& field) const {
    const auto values = array(field);
    std::vector<std::string> texts;
    texts.reserve(static_cast<size_t>(values->length()));
    for (int64_t i = 0; i < values->length(); ++i) {
      if (values->IsNull(i)) {
        texts.emplace_back();
      } else if (values->type_id() == arrow::Type::DICTIONARY) {
        const auto& coded = static_cast<const arrow::DictionaryArray&>(*values);
        const auto& words = static_cast<const arrow::StringArray&>(*coded.dictionary());
        texts.push_back(words.GetString(coded.GetValueIndex(i)));
      } else {
        texts.push_back(static_cast<const arrow::StringArray&>(*values).GetString(i));
      }
    }
    return texts;
  }

  /// Values of a fixed-width field, as stored.
  template <typename T>
  std::vector<T> Values(const std::string& field) const {
    const auto data = array(field)->data();
    const T* values = data->GetValues<T>(1);
    return {values, values + data->length};
  }

  double NullShare(const std::string& field) const {
    return static_cast<double>(array(field)->null_count()) /
           static_cast<double>(struct_->length());
  }

 private:
  std::shared_ptr<arrow::StructArray> struct_;
};

/// Share of values that `holds` is true for.
template <typename Values, typename Holds>
double ShareOf(const Values& values, Holds holds) {
  int64_t count = 0;
  for (const auto& value : values) count += holds(value);
  return static_cast<double>(count) / static_cast<double>(values.size());
}

/// The split, random and subset laws, at rows where the classes of unique numbers change.
inline void ExpectStructLaws(TestContext& context, const ColumnGenerator& generator) {
  constexpr int64_t kBegin = 70, kMiddle = 97, kEnd = 1030;
  const auto all = context.Generate(generator, Rows(RowRange{kBegin, kEnd})).ValueOrDie();
  ASSERT_TRUE(all->ValidateFull().ok());
  EXPECT_TRUE(all->type()->Equals(generator.type()));
  const auto again =
      context.Generate(generator, Rows(RowRange{kBegin, kEnd})).ValueOrDie();
  EXPECT_TRUE(all->Equals(again)) << "pure";
  const auto head =
      context.Generate(generator, Rows(RowRange{kBegin, kMiddle})).ValueOrDie();
  const auto tail =
      context.Generate(generator, Rows(RowRange{kMiddle, kEnd})).ValueOrDie();
  EXPECT_TRUE(all->Slice(0, kMiddle - kBegin)->Equals(head)) << "split, head";
  EXPECT_TRUE(all->Slice(kMiddle - kBegin)->Equals(tail)) << "split, tail";

  std::vector<int64_t> numbers;
  for (int64_t i = 0; i < 500; ++i)
    numbers.push_back(kBegin + i * 7919 % (kEnd - kBegin));
  const auto picked = context.Generate(generator, Rows(numbers)).ValueOrDie();
  for (int64_t i = 0; i < 500; ++i) {
    ASSERT_TRUE(
        picked->RangeEquals(*all, i, i + 1, numbers[static_cast<size_t>(i)] - kBegin))
        << "random, row " << numbers[static_cast<size_t>(i)];
  }

  const auto& whole = static_cast<const arrow::StructArray&>(*all);
  for (int field = 0; field < generator.type()->num_fields(); ++field) {
    const auto one =
        context.Generate(generator, Rows(RowRange{kBegin, kEnd}), {field}).ValueOrDie();
    const auto& part = static_cast<const arrow::StructArray&>(*one);
    ASSERT_EQ(part.num_fields(), 1);
    EXPECT_TRUE(part.field(0)->Equals(whole.field(field)))
        << "subset, " << generator.type()->field(field)->name();
    EXPECT_EQ(generator.shape(field).nullable,
              generator.type()->field(field)->nullable());
  }
  EXPECT_EQ(context.Generate(generator, Rows(RowRange{5, 5})).ValueOrDie()->length(), 0);
}

}  // namespace lakeseed
