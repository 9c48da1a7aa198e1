// Evaluation: facts of rows: numbers, days, instants, and who is alive.

#include <arrow/api.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_generate.h>

#include <algorithm>
#include <numeric>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/evaluation.h"
#include "lakeseed/generate/population.h"

namespace lakeseed {

using ArrayPtr = std::shared_ptr<arrow::Array>;

namespace {

/// Days of the window, counted from the epoch.
LAKESEED_KERNEL(void, CountFrom, (int32_t epoch, int64_t count, int32_t* days),
                (epoch, count, days)) {
  for (int64_t i = 0; i < count; ++i) days[i] += epoch;
}

/// Where the days that are the same as days[begin] end.
int64_t EndOfRun(const int32_t* days, int64_t begin, int64_t count) {
  constexpr int64_t kNeighbours = 64;  // Compared without a branch for each.
  int64_t end = begin;
  for (; end + kNeighbours <= count; end += kNeighbours) {
    int32_t differs = 0;
    for (int64_t k = 0; k < kNeighbours; ++k) differs |= days[end + k] ^ days[begin];
    if (differs != 0) break;
  }
  while (end < count && days[end] == days[begin]) ++end;
  return end;
}

}  // namespace

arrow::Result<ArrayPtr> Evaluation::Alive() {
  const int64_t n = num_rows();
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> alive,
                        arrow::AllocateEmptyBitmap(n, pool_));
  const auto write = [&](auto lives) {
    arrow::internal::GenerateBitsUnrolled(alive->mutable_data(), 0, n, lives);
  };
  if (seen_versions_) {  // Nobody has a version before birth or after death.
    write([version = seen_versions_->data()]() mutable { return *version++ > 0; });
  } else {
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Int32Array> views, ViewDays());
    std::vector<uint8_t> lives(static_cast<size_t>(n));
    table_.rows->population()->LivesOf(rows_, views->raw_values(), lives.data());
    write([one = lives.data()]() mutable { return *one++ != 0; });
  }
  return std::make_shared<arrow::BooleanArray>(n, std::move(alive));
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
      if (rows_.is_range()) {
        std::iota(wide_values, wide_values + n, rows_.range().begin);
      } else {
        std::copy_n(rows_.numbers(), n, wide_values);
      }
      return std::make_shared<arrow::Int64Array>(n, std::move(buffer));
    case Fact::kTime:
      table_.rows->TimesOf(rows_, wide_values);
      break;
    case Fact::kAsOf: {
      ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Int32Array> views, ViewDays());
      const int32_t* const view = views->raw_values();
      for (int64_t i = 0, end = 0; i < n; i = end) {
        end = EndOfRun(view, i, n);
        // The last microsecond of the day: all of it is known.
        std::fill(wide_values + i, wide_values + end,
                  table_.rows->DayStart(view[i] + 1) - 1);
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
  CountFrom(epoch, n, days);
  return std::make_shared<arrow::Date32Array>(n, std::move(buffer));
}

}  // namespace lakeseed
