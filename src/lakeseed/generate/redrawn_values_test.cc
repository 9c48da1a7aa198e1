// Redrawn values: every way of keeping them gives what the law says, row by row.

#include "lakeseed/generate/redrawn_values.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/generate/coded_generator.h"
#include "lakeseed/generate/marked_generator.h"
#include "lakeseed/generate/some_rows.h"

namespace lakeseed {
namespace {

constexpr int64_t kRows = 500;
const Key kKey = StreamKey(42, {"redrawn"});

/// Small numbers, so that redraws often stay the same; one in five has none.
std::optional<int64_t> NumberOf(int draw, int64_t row) {
  const int64_t number = Below(Cell(kKey.Sub(draw), row), 5);
  if (number == 4) return std::nullopt;
  return number;
}

/// The numbers of a draw, or texts of them.
class Numbers : public ColumnGenerator {
 public:
  Numbers(int draw, std::shared_ptr<arrow::DataType> type)
      : draw_(draw), type_(std::move(type)) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override { return {}; }

  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    std::unique_ptr<arrow::ArrayBuilder> builder;
    ARROW_RETURN_NOT_OK(arrow::MakeBuilder(request.pool, type_, &builder));
    for (int64_t i = 0; i < request.rows.length(); ++i) {
      const auto number = NumberOf(draw_, request.rows[i]);
      if (!number.has_value()) {
        ARROW_RETURN_NOT_OK(builder->AppendNull());
      } else if (type_->id() == arrow::Type::STRING) {
        ARROW_RETURN_NOT_OK(static_cast<arrow::StringBuilder&>(*builder).Append(
            "number " + std::to_string(*number)));
      } else {
        ARROW_RETURN_NOT_OK(static_cast<arrow::Int64Builder&>(*builder).Append(*number));
      }
    }
    return builder->Finish();
  }

 protected:
  const int draw_;

 private:
  const std::shared_ptr<arrow::DataType> type_;
};

/// Marks that are often equal where the values are not.
class MarkedNumbers final : public Numbers, public MarkedGenerator {
 public:
  using Numbers::Numbers;

  void MarksOf(const Rows& rows, int64_t* marks) const override {
    for (int64_t i = 0; i < rows.length(); ++i) {
      marks[i] = NumberOf(draw_, rows[i]).value_or(7) / 2;
    }
  }
};

/// The number is the code; no number has the code 9.
class CodedNumbers final : public Numbers, public CodedGenerator {
 public:
  using Numbers::Numbers;

  void CodesOf(const Rows& rows, int32_t* codes) const override {
    for (int64_t i = 0; i < rows.length(); ++i) {
      codes[i] = static_cast<int32_t>(NumberOf(draw_, rows[i]).value_or(kNone));
    }
  }
  arrow::Result<std::shared_ptr<arrow::Array>> ValuesOf(
      ColumnMemory<int32_t> codes, int64_t length,
      arrow::MemoryPool* pool) const override {
    arrow::Int64Builder builder(pool);
    for (int64_t i = 0; i < length; ++i) {
      const int32_t code = codes.data()[i];
      ARROW_RETURN_NOT_OK(code == kNone ? builder.AppendNull() : builder.Append(code));
    }
    return builder.Finish();
  }

 private:
  static constexpr int32_t kNone = 9;
};

template <typename Generator>
void ExpectLaw(const std::shared_ptr<arrow::DataType>& type) {
  const Rows rows(RowRange{1000, 1000 + kRows});
  const GenerateRequest request{rows, {}, {}, arrow::default_memory_pool()};
  std::vector<int64_t> order, open;
  std::vector<std::optional<int64_t>> expected;
  for (int64_t i = 0; i < kRows; ++i) {
    expected.push_back(NumberOf(0, rows[i]));
    if (i % 3 == 0) continue;  // Does not change.
    open.push_back(std::ssize(order));
    order.push_back(i);
  }
  const auto redrawn =
      RedrawnValues::Make(std::make_shared<Generator>(0, type), request, order)
          .ValueOrDie();
  size_t was_open = open.size();
  for (const int draw : {1, 2, 3}) {
    const bool last_try = draw == 3;
    std::vector<int64_t> places, still;
    for (const int64_t k : open) {
      places.push_back(redrawn->Place(k));
      auto& value = expected[static_cast<size_t>(places.back())];
      const auto drawn = NumberOf(draw, rows[places.back()]);
      if (drawn == value && !last_try) still.push_back(k);
      value = drawn;
    }
    const SomeRows some = SomeRows::At(request, places).ValueOrDie();
    ASSERT_TRUE(redrawn
                    ->Take(std::make_shared<Generator>(draw, type), some.Request(request),
                           last_try, &open)
                    .ok());
    ASSERT_EQ(open, still);
    ASSERT_LT(open.size(), was_open);
    was_open = open.size();
    ASSERT_TRUE(!open.empty() || last_try);
  }
  const auto values = redrawn->Current().ValueOrDie();
  ASSERT_TRUE(values->ValidateFull().ok());
  ASSERT_EQ(values->length(), kRows);
  for (int64_t i = 0; i < kRows; ++i) {
    const auto& number = expected[static_cast<size_t>(i)];
    const auto scalar = values->GetScalar(i).ValueOrDie();
    ASSERT_EQ(scalar->is_valid, number.has_value()) << i;
    if (!number.has_value()) continue;
    const std::string text = type->id() == arrow::Type::STRING ? "number " : "";
    ASSERT_EQ(scalar->ToString(), text + std::to_string(*number)) << i;
  }
}

TEST(RedrawnValues, Numbers) { ExpectLaw<Numbers>(arrow::int64()); }
TEST(RedrawnValues, Texts) { ExpectLaw<Numbers>(arrow::utf8()); }
TEST(RedrawnValues, Coded) { ExpectLaw<CodedNumbers>(arrow::int64()); }
TEST(RedrawnValues, Marked) { ExpectLaw<MarkedNumbers>(arrow::utf8()); }

}  // namespace
}  // namespace lakeseed
