// sequence: start, start + step, … by row number, as numbers or inside a text.

#include "lakeseed/generate/sequence.h"

#include <arrow/api.h>

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

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
    if (const auto all = OfRange(request.rows)) {
      for (int64_t i = 0; i < length; ++i) out[i] = (*all)[i];
    } else {
      bool overflow = false;
      for (int64_t i = 0; i < length; ++i) {
        out[i] = NumberOf(request.rows[i], &overflow);
      }
      if (overflow) return arrow::Status::Invalid("sequence: number beyond 64 bits");
    }
    if (!format_) return std::move(memory).Finish(type_);
    return Formatted(out, length, request.pool);
  }

  std::shared_ptr<const ColumnBlocks> Blocks(
      const GenerateRequest& request) const override {
    if (format_) return nullptr;
    const auto all = OfRange(request.rows);
    return all ? MakeProgression(type_, *all, request.rows.length()) : nullptr;
  }

 private:
  int64_t NumberOf(int64_t row, bool* overflow) const {
    int64_t distance = 0, number = 0;
    *overflow |= __builtin_mul_overflow(row, step_, &distance);
    *overflow |= __builtin_add_overflow(distance, start_, &number);
    return number;
  }

  /// None: no range, or a number is beyond 64 bits.
  std::optional<ColumnBlocks::Progression> OfRange(const Rows& rows) const {
    if (!rows.is_range() || rows.length() == 0) return std::nullopt;
    // Where both ends are numbers, so are those between them.
    bool overflow = false;
    const int64_t first = NumberOf(rows[0], &overflow);
    NumberOf(rows[rows.length() - 1], &overflow);
    if (overflow) return std::nullopt;
    return ColumnBlocks::Progression{first, step_};
  }

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
