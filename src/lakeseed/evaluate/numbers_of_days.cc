#include "lakeseed/evaluate/numbers_of_days.h"

#include <arrow/api.h>
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/evaluate/bound_expression.h"

namespace lakeseed {
namespace {

constexpr double kMost = 1e6;

arrow::Status ErrorAt(const Expr& at, const std::string& path, std::string reason,
                      std::optional<std::string> value, std::string hint = "") {
  return SpecErrors(
      {{at.place, path, std::move(reason), std::move(value), std::move(hint)}});
}

/// Knows `$day`.
class DayResolver final : public NameResolver {
 public:
  explicit DayResolver(const std::string& path) : path_(path) {}

  arrow::Result<Input> Resolve(const Expr& path) override {
    if (path.path == std::vector<std::string>{"$day"}) {
      return Input{0, arrow::date32(), false};
    }
    return ErrorAt(path, path_, "is no day", FormatExpression(path),
                   "write an expression of $day, as if(weekday($day) > 5, 1.5, 1)");
  }

  arrow::Result<Input> ResolveFold(const Expr& call) override {
    return ErrorAt(call, path_, "days have no rows to fold", FormatExpression(call));
  }

 private:
  const std::string& path_;
};

}  // namespace

arrow::Result<std::vector<double>> NumbersOfDays(const Expr& expression,
                                                 const std::string& path, int32_t first,
                                                 int32_t count) {
  Expr number;
  number.kind = Expr::Kind::kCall;
  number.text = "double";
  number.place = expression.place;
  number.args = {std::make_shared<const Expr>(expression)};
  DayResolver resolver(path);
  ARROW_ASSIGN_OR_RAISE(const auto bound, BoundExpression::Bind(number, path, &resolver));
  arrow::Date32Builder builder;
  for (int32_t i = 0; i < count; ++i) ARROW_RETURN_NOT_OK(builder.Append(first + i));
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Array> days, builder.Finish());
  ARROW_ASSIGN_OR_RAISE(const auto made,
                        bound->Evaluate({&days, 1}, count, arrow::default_memory_pool()));
  const auto& values = static_cast<const arrow::DoubleArray&>(*made);
  std::vector<double> numbers;
  for (int32_t i = 0; i < count; ++i) {
    const double one = values.IsNull(i) ? -1 : values.Value(i);
    if (!(one >= 0 && one <= kMost)) {
      return ErrorAt(
          expression, path, fmt::format("is no number from 0 to {}", kMost),
          fmt::format("{} on {}", values.IsNull(i) ? "null" : fmt::format("{}", one),
                      FormatDate(first + i)));
    }
    numbers.push_back(one);
  }
  return numbers;
}

}  // namespace lakeseed
