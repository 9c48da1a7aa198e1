#include "lakeseed/generate/birth_law.h"

#include <arrow/api.h>

#include <algorithm>
#include <string>
#include <utility>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/date.h"

namespace lakeseed {
namespace {

constexpr double kSaturdayShare = 0.74, kSundayShare = 0.68;

/// The day `years` before `at`: a birth in (Anniversary(k + 1), Anniversary(k)]
/// gives exactly k completed years.
int32_t Anniversary(const CivilDate& at, int32_t years) {
  const int32_t year = at.year - years;
  return DaysFromCivil(year, at.month, std::min(at.day, DaysInMonth(year, at.month)));
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
  const CivilDate at = CivilFromDays(law.at_);
  for (int32_t years = 0; years <= kOldestAge + 1; ++years) {
    law.anniversaries_[static_cast<size_t>(years)] = Anniversary(at, years);
  }
  return law;
}

template <typename YearOf>
BirthLaw::Births BirthLaw::DrawBefore(const Key& key, const Rows& rows,
                                      YearOf year_of) const {
  constexpr auto kSaturdayCut = static_cast<uint64_t>(kSaturdayShare * 0x1p32);
  constexpr auto kSundayCut = static_cast<uint64_t>(kSundayShare * 0x1p32);
  const int64_t n = rows.length();
  const Key weekday_key = key.Sub(1);
  std::vector<double> ages(static_cast<size_t>(n));
  ages_.AgesOf(key.Sub(0), rows, ages.data());
  Births births{.days = std::vector<int32_t>(ages.size()),
                .years = std::vector<uint8_t>(ages.size())};
  for (int64_t i = 0; i < n; ++i) {
    const double age = ages[static_cast<size_t>(i)];
    const auto years = static_cast<int32_t>(age);
    const auto [before, last] = year_of(i, years);
    const int32_t first = before + 1;
    const int32_t day = last - static_cast<int32_t>((age - years) * (last - first + 1));
    // Some week-end births move to a day from Monday to Friday of their week.
    const int32_t weekday = Weekday(day);
    const uint64_t u = Cell(weekday_key, rows[i]);
    const uint64_t cut = weekday == 5 ? kSaturdayCut : kSundayCut;
    const auto back = static_cast<int32_t>(((u & 0xFFFFFFFF) * 5) >> 32);
    const int32_t moved = day - (weekday - 4) - back;
    const bool moves = weekday >= 5 && (u >> 32) >= cut && moved >= first;
    births.days[static_cast<size_t>(i)] = moves ? moved : day;
    births.years[static_cast<size_t>(i)] = static_cast<uint8_t>(years);
  }
  return births;
}

BirthLaw::Births BirthLaw::Draw(const Key& key, const GenerateRequest& request) const {
  if (at_input_ < 0) {
    return DrawBefore(key, request.rows, [this](int64_t, int32_t years) {
      const auto k = static_cast<size_t>(years);
      return std::pair(anniversaries_[k + 1], anniversaries_[k]);
    });
  }
  const auto& at = static_cast<const arrow::Date32Array&>(
      *request.inputs[static_cast<size_t>(at_input_)]);
  return DrawBefore(key, request.rows, [this, &at](int64_t i, int32_t years) {
    const CivilDate day = CivilFromDays(at.IsNull(i) ? at_ : at.Value(i));
    return std::pair(Anniversary(day, years + 1), Anniversary(day, years));
  });
}

ColumnShape BirthLaw::shape() const {
  if (at_input_ >= 0) return {};
  return {.kind = ShapeKind::kBounded,
          .min = anniversaries_[static_cast<size_t>(ages_.max()) + 1] + 1,
          .max = anniversaries_[static_cast<size_t>(ages_.min())]};
}

}  // namespace lakeseed
