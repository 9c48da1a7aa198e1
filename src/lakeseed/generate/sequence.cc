// sequence: start, start + step, … by row number, as numbers or inside a text.

#include "lakeseed/generate/sequence.h"

#include <arrow/api.h>

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

/// out[i] = first + i * step. REQUIRES: none leaves its type.
void Count(int64_t first, int64_t step, int64_t length, int64_t* out) {
  // Without a sign, as a number behind the last one may leave the type.
  auto number = static_cast<uint64_t>(first);
  for (int64_t i = 0; i < length; ++i) {
    out[i] = static_cast<int64_t>(number);
    number += static_cast<uint64_t>(step);
  }
}

class Sequence final : public ColumnGenerator {
 public:
  Sequence(int64_t start, int64_t step, std::optional<NumberFormat> format)
      : type_(format ? arrow::utf8() : arrow::int64()),
        start_(start),
        step_(step),
        format_(std::move(format)) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }

  ColumnShape shape(int) const override {
    ColumnShape shape;
    shape.kind = format_      ? ShapeKind::kText
                 : step_ == 1 ? ShapeKind::kSequence
                 : step_ == 0 ? ShapeKind::kConstant
                 : step_ > 0  ? ShapeKind::kSorted
                              : ShapeKind::kUnknown;
    return shape;
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const int64_t length = request.rows.length();
    ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<int64_t>::Make(length, request.pool));
    int64_t* out = memory.data();
    bool overflow = false;
    const auto number_of = [&](int64_t row) {
      int64_t distance = 0, number = 0;
      overflow |= __builtin_mul_overflow(row, step_, &distance);
      overflow |= __builtin_add_overflow(distance, start_, &number);
      return number;
    };
    if (request.rows.is_range() && length > 0) {
      // Where both ends are numbers, so are those between them.
      const int64_t first = number_of(request.rows[0]);
      number_of(request.rows[length - 1]);
      if (!overflow) Count(first, step_, length, out);
    } else {
      for (int64_t i = 0; i < length; ++i) out[i] = number_of(request.rows[i]);
    }
    if (overflow) return arrow::Status::Invalid("sequence: number beyond 64 bits");
    if (!format_) return std::move(memory).Finish(type_);
    return Formatted(out, length, request.pool);
  }

 private:
  arrow::Result<std::shared_ptr<arrow::Array>> Formatted(const int64_t* numbers,
                                                         int64_t length,
                                                         arrow::MemoryPool* pool) const {
    arrow::StringBuilder builder(pool);
    ARROW_RETURN_NOT_OK(builder.Reserve(length));
    std::string text;
    for (int64_t i = 0; i < length; ++i) {
      text.clear();
      format_->Append(numbers[i], &text);
      ARROW_RETURN_NOT_OK(builder.Append(text));
    }
    return builder.Finish();
  }

  const std::shared_ptr<arrow::DataType> type_;
  const int64_t start_, step_;
  const std::optional<NumberFormat> format_;
};

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params, BindContext&) {
  ARROW_ASSIGN_OR_RAISE(const int64_t start, params.GetInt64Or("start", 1));
  ARROW_ASSIGN_OR_RAISE(const int64_t step, params.GetInt64Or("step", 1));
  std::optional<NumberFormat> format;
  if (params.Find("format") != nullptr) {
    ARROW_ASSIGN_OR_RAISE(const std::string text, params.GetText("format"));
    arrow::Result<NumberFormat> parsed = NumberFormat::Parse(text);
    if (!parsed.ok()) return params.Error("format", parsed.status().message(), text);
    format = *std::move(parsed);
  }
  ARROW_RETURN_NOT_OK(params.Finish());
  return MakeSequence(start, step, std::move(format));
}

}  // namespace

std::unique_ptr<ColumnGenerator> MakeSequence(int64_t start, int64_t step,
                                              std::optional<NumberFormat> format) {
  return std::make_unique<Sequence>(start, step, std::move(format));
}

extern const GeneratorDef kSequence{
    .name = "sequence",
    .summary = "count the rows up or down, as numbers or inside a text",
    .params =
        "start: number of the first row (1)\n"
        "step: distance of one row to the next (1)\n"
        "format: text with %d or %06d for the number (a plain number)",
    .example = "{sequence: {start: 1000, step: 5, format: \"ORD-%08d\"}}",
    .bind = Bind,
};

}  // namespace lakeseed
