// Nanoseconds for each row of common expressions, in batches of 65536 rows.

#include <arrow/array.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_decimal.h>
#include <arrow/array/builder_dict.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/util/decimal.h>
#include <benchmark/benchmark.h>

#include "lakeseed/base/cell.h"
#include "lakeseed/evaluate/bound_expression.h"

namespace lakeseed {
namespace {

constexpr int64_t kRows = 65536;

class Columns final : public NameResolver {
 public:
  arrow::Result<Input> Resolve(const Expr& path) override {
    const char kind = path.path[0][0];
    for (size_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == path.path[0]) return Input{static_cast<int>(i), arrays[i]->type()};
    }
    names_.push_back(path.path[0]);
    arrays.push_back(Make(kind));
    return Input{static_cast<int>(arrays.size()) - 1, arrays.back()->type()};
  }
  arrow::Result<Input> ResolveFold(const Expr& call) override { return Resolve(call); }
  std::vector<std::shared_ptr<arrow::Array>> arrays;

 private:
  static std::shared_ptr<arrow::Array> Make(char kind) {
    const Key key{1, static_cast<uint64_t>(kind)};
    arrow::Decimal64Builder money(arrow::decimal64(kind == 'm' ? 18 : 12, 2));
    arrow::DoubleBuilder real;
    arrow::Int32Builder count;
    arrow::StringBuilder text;
    arrow::StringDictionary32Builder codes;
    for (int64_t i = 0; i < kRows; ++i) {
      const uint64_t cell = Cell(key, i);
      const auto amount = arrow::Decimal64(Below(cell, 100'000));
      const bool null = kind == 'n' && (cell & 3) == 0;
      (void)(null ? money.AppendNull() : money.Append(amount));
      (void)real.Append(Unit(cell));
      (void)count.Append(static_cast<int32_t>(Below(cell, 100)));
      (void)text.Append("name " + std::to_string(cell % 1000));
      (void)codes.Append(std::to_string(cell % 50));
    }
    if (kind == 'x') return real.Finish().ValueOrDie();
    if (kind == 'q') return count.Finish().ValueOrDie();
    if (kind == 't') return text.Finish().ValueOrDie();
    if (kind == 's') return codes.Finish().ValueOrDie();
    return money.Finish().ValueOrDie();
  }
  std::vector<std::string> names_;
};

void Expression(benchmark::State& state, const char* text) {
  Columns columns;
  const auto tree = ParseExpression(text, Place{}).ValueOrDie();
  const auto bound = BoundExpression::Bind(*tree, "t.c", &columns).ValueOrDie();
  for (auto _ : state) {
    auto array = bound->Evaluate(columns.arrays, kRows, arrow::default_memory_pool());
    benchmark::DoNotOptimize(array.ValueOrDie());
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}

BENCHMARK_CAPTURE(Expression, total, "p1 + p2 + p3 - coalesce(n1, 0.00)");
BENCHMARK_CAPTURE(Expression, total_of_18_digits, "m1 + m2 + m3 - coalesce(n1, 0.00)");
BENCHMARK_CAPTURE(Expression, line_total, "q * p1");
BENCHMARK_CAPTURE(Expression, rounded_with_double, "round(p1 * x, 2)");
BENCHMARK_CAPTURE(Expression, rounded_tax, "round(p1 * 0.0825, 2)");
BENCHMARK_CAPTURE(Expression, quotient, "round(p1 / (q + 1), 2)");
BENCHMARK_CAPTURE(Expression, double_sum, "x * 2 + x");
BENCHMARK_CAPTURE(Expression, comparison, "p1 > 500.00 and q < 50");
BENCHMARK_CAPTURE(
    Expression, label,
    "case when p1 > 900.00 then 'big' when p1 > 100.00 then 'mid' else 'small' end");
BENCHMARK_CAPTURE(Expression, upper_codes, "upper(s)");
BENCHMARK_CAPTURE(Expression, equal_codes, "s = '7'");
BENCHMARK_CAPTURE(Expression, concat, "t || '-' || s");
BENCHMARK_CAPTURE(Expression, format_id, "format_id('SKU%06d', q)");
BENCHMARK_CAPTURE(Expression, lower_text, "lower(t)");

}  // namespace
}  // namespace lakeseed
