// zipf: ranks from 1 to n, rank k with weight k^-s.
//
// Method  base/zipf.h: the first 64 ranks exactly, the tail by the midpoint
//         integral; total variation distance below 7e-7.

#include "lakeseed/base/zipf.h"

#include <arrow/type.h>
#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr int64_t kLargestRank = int64_t{1} << 50;

class Zipf final : public ColumnGenerator {
 public:
  Zipf(const Key& key, const FastZipf& law) : key_(key), law_(law) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override {
    ColumnShape shape;
    shape.kind = law_.n() == 1 ? ShapeKind::kConstant : ShapeKind::kBounded;
    shape.min = 1;
    shape.max = law_.n();
    return shape;
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const Rows& rows = request.rows;
    const int64_t length = rows.length();
    ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<int64_t>::Make(length, request.pool));
    int64_t* out = memory.data();
    if (rows.is_range()) {
      law_.Of(key_, rows.range().begin, length, out);
    } else {
      law_.Of(key_, {rows.numbers(), static_cast<size_t>(length)}, out);
    }
    for (int64_t i = 0; i < length; ++i) out[i] += 1;
    return std::move(memory).Finish(type_);
  }

 private:
  const std::shared_ptr<arrow::DataType> type_ = arrow::int64();
  const Key key_;
  const FastZipf law_;
};

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  ARROW_ASSIGN_OR_RAISE(const double s, params.GetDouble("s"));
  ARROW_ASSIGN_OR_RAISE(const int64_t n, params.GetInt64("n"));
  ARROW_RETURN_NOT_OK(params.Finish());
  if (!(s >= 0 && s <= 20)) {
    return params.Error("s", "must be between 0 and 20", fmt::format("{}", s),
                        "0 is even, 1 is strongly skewed");
  }
  if (n < 1 || n > kLargestRank) {
    return params.Error("n", "must be between 1 and 2^50", fmt::format("{}", n));
  }
  return std::make_unique<Zipf>(context.key("value"), FastZipf(n, s));
}

}  // namespace

extern const GeneratorDef kZipf{
    .name = "zipf",
    .summary = "draw ranks 1 to n, rank k with weight k^-s",
    .params =
        "s: exponent, 0 (even) to 20\n"
        "n: number of ranks",
    .example = "{zipf: {s: 1.1, n: 1000}}",
    .bind = Bind,
};

}  // namespace lakeseed
