#include "lakeseed/generate/birth_law.h"

#include <arrow/api.h>

#include "lakeseed/base/date.h"
#include "lakeseed/base/march_year.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/cell_block.h"

namespace lakeseed {
namespace {

constexpr double kSaturdayShare = 0.74, kSundayShare = 0.68;

using March = MarchYear<uint32_t>;

/// The day `years` before `at`, which lies in `march`; 28 February where the year has no
/// 29th: a birth in (Anniversary(k + 1), Anniversary(k)] gives exactly k completed years.
[[gnu::always_inline]] inline int32_t Anniversary(int32_t at, const March& march,
                                                  uint32_t years) {
  const uint32_t year = march.year - years;
  const uint32_t leap_days = LeapDaysBefore(year);
  const bool is_short = march.in_year == 365 && LeapDaysBefore(year + 1) == leap_days;
  const uint32_t between =
      365 * years + LeapDaysBefore(march.year) - leap_days + (is_short ? 1 : 0);
  return at - static_cast<int32_t>(between);
}

/// Weekday() of the days that march years of short words have.
[[gnu::always_inline]] inline int32_t ShortWeekday(int32_t day) {
  constexpr uint32_t kWeeks = kMostShortDays / 7 + 1;
  return static_cast<int32_t>((static_cast<uint32_t>(day) + 3 + 7 * kWeeks) % 7);
}

/// Births of people of those ages on the days `at`; their cells say which day of a week
/// a birth moves to.
LAKESEED_KERNEL(void, BirthsOf,
                (const double* ages, const int32_t* at, const uint64_t* cells,
                 int64_t count, int32_t* days, uint8_t* years),
                (ages, at, cells, count, days, years)) {
  constexpr auto kSaturdayCut = static_cast<uint32_t>(kSaturdayShare * 0x1p32);
  constexpr auto kSundayCut = static_cast<uint32_t>(kSundayShare * 0x1p32);
  for (int64_t i = 0; i < count; ++i) {
    const auto completed = static_cast<int32_t>(ages[i]);
    years[i] = static_cast<uint8_t>(completed);
    const March march = MarchYearOf<uint32_t>(at[i]);
    const auto k = static_cast<uint32_t>(completed);
    const int32_t last = Anniversary(at[i], march, k);
    const int32_t before = Anniversary(at[i], march, k + 1);
    const int32_t day =
        last - static_cast<int32_t>((ages[i] - completed) * (last - before));
    // Some week-end births move to a day from Monday to Friday of their week.
    const int32_t weekday = ShortWeekday(day);
    const auto low = static_cast<uint32_t>(cells[i]);
    const auto high = static_cast<uint32_t>(cells[i] >> 32);
    const uint32_t cut = weekday == 5 ? kSaturdayCut : kSundayCut;
    const auto back = static_cast<int32_t>((uint64_t{low} * 5) >> 32);
    const int32_t moved = day - (weekday - 4) - back;
    const bool moves = (weekday >= 5) & (high >= cut) & (moved > before);
    days[i] = moves ? moved : day;
  }
}

}  // namespace

arrow::Result<BirthLaw> BirthLaw::Read(Params& params, BindContext& context) {
  BirthLaw law;
  ARROW_ASSIGN_OR_RAISE(law.ages_, AgeLaw::Read(params));
  law.at_ = context.window().from;
  if (const SpecNode* node = params.Find("age_at"); node != nullptr) {
    const arrow::Result<int32_t> day =
        node->is_scalar() ? ParseDate(node->text) : arrow::Status::Invalid("not a date");
    if (day.ok()) {
      law.at_ = *day;
    } else {
      ARROW_ASSIGN_OR_RAISE(const BoundInput input, context.Input(*node));
      if (input.type->id() != arrow::Type::DATE32) {
        return params.Error("age_at", "expected a date, not " + input.type->ToString(),
                            node->text, "give YYYY-MM-DD or a date of the row");
      }
      law.at_input_ = input.index;
    }
  }
  return law;
}

BirthLaw::Births BirthLaw::Draw(const Key& key, const GenerateRequest& request) const {
  const auto n = static_cast<size_t>(request.rows.length());
  std::vector<double> ages(n);
  ages_.AgesOf(key.Sub(0), request.rows, ages.data());
  std::vector<int32_t> at(n, at_);
  if (at_input_ >= 0) {
    const auto& days = static_cast<const arrow::Date32Array&>(
        *request.inputs[static_cast<size_t>(at_input_)]);
    const bool has_nulls = days.null_count() > 0;
    for (size_t i = 0; i < n; ++i) {
      const auto row = static_cast<int64_t>(i);
      if (!has_nulls || !days.IsNull(row)) at[i] = days.Value(row);
    }
  }
  Births births{.days = std::vector<int32_t>(n), .years = std::vector<uint8_t>(n)};
  ForEachCellBlock(key.Sub(1), request.rows, 0,
                   [&](int64_t first, int64_t count, const uint64_t* cells) {
                     BirthsOf(ages.data() + first, at.data() + first, cells, count,
                              births.days.data() + first, births.years.data() + first);
                   });
  return births;
}

ColumnShape BirthLaw::shape() const {
  if (at_input_ >= 0) return {};
  const March march = MarchYearOf<uint32_t>(at_);
  return {.kind = ShapeKind::kBounded,
          .min = Anniversary(at_, march, static_cast<uint32_t>(ages_.max()) + 1) + 1,
          .max = Anniversary(at_, march, static_cast<uint32_t>(ages_.min()))};
}

}  // namespace lakeseed
