// Evaluation: facts of rows: numbers, days, instants, and who is alive.

#include <arrow/api.h>

#include "lakeseed/generate/evaluation.h"
#include "lakeseed/generate/population.h"

namespace lakeseed {

using ArrayPtr = std::shared_ptr<arrow::Array>;

arrow::Result<ArrayPtr> Evaluation::Alive() {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Int32Array> views, ViewDays());
  std::vector<int32_t> births(static_cast<size_t>(num_rows())), deaths(births.size());
  table_.rows->DaysOf(rows_, births.data());
  table_.rows->population()->DeathsOf(rows_, deaths.data());
  arrow::BooleanBuilder alive(pool_);
  ARROW_RETURN_NOT_OK(alive.Reserve(num_rows()));
  for (size_t i = 0; i < births.size(); ++i) {
    const int32_t day = views->Value(static_cast<int64_t>(i));
    alive.UnsafeAppend(births[i] <= day && day < deaths[i]);
  }
  return alive.Finish();
}

arrow::Result<ArrayPtr> Evaluation::FactOf(Fact fact) {
  const int64_t n = num_rows();
  const int32_t epoch = program_.dataset().spec().epoch;
  if (fact == Fact::kAlive) return Alive();
  if (fact >= Fact::kMember) return VersionFact(fact);
  const bool wide = fact == Fact::kRow || fact == Fact::kTime || fact == Fact::kAsOf;
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer,
                        arrow::AllocateBuffer(n * (wide ? 8 : 4), pool_));
  auto* wide_values = buffer->mutable_data_as<int64_t>();
  auto* days = buffer->mutable_data_as<int32_t>();
  switch (fact) {
    case Fact::kRow:
      for (int64_t i = 0; i < n; ++i) wide_values[i] = rows_[i];
      return std::make_shared<arrow::Int64Array>(n, std::move(buffer));
    case Fact::kTime:
      table_.rows->TimesOf(rows_, wide_values);
      break;
    case Fact::kAsOf: {
      ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Int32Array> views, ViewDays());
      for (int64_t i = 0; i < n; ++i) {
        const bool same = i > 0 && views->Value(i) == views->Value(i - 1);
        // The last microsecond of the day: all of it is known.
        wide_values[i] =
            same ? wide_values[i - 1] : table_.rows->DayStart(views->Value(i) + 1) - 1;
      }
      break;
    }
    case Fact::kDay:
      table_.rows->DaysOf(rows_, days);
      break;
    case Fact::kArrival:
      table_.rows->ArrivalDaysOf(rows_, days);
      break;
    case Fact::kBorn:
      table_.rows->BornOf(rows_, days);
      break;
    default:  // Made above.
      break;
  }
  if (wide) {
    return std::make_shared<arrow::TimestampArray>(
        arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), n, std::move(buffer));
  }
  for (int64_t i = 0; i < n; ++i) days[i] += epoch;
  return std::make_shared<arrow::Date32Array>(n, std::move(buffer));
}

}  // namespace lakeseed
