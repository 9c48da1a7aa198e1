// BirthLaw: days of birth from a law of ages and the day on which it holds.
//
// Law: on that day the person has exactly the completed years drawn.
//
// Births are moved off week-ends as often as hospitals do (NCHS: Saturdays have
// 0.74, Sundays 0.68 of an average day's births).
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <vector>

#include "lakeseed/base/column_shape.h"
#include "lakeseed/base/key.h"
#include "lakeseed/generate/age_law.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {

class BirthLaw {
 public:
  /// Read `age` and `age_at`.
  static arrow::Result<BirthLaw> Read(Params& params, BindContext& context);

  struct Births {
    std::vector<int32_t> days;   ///< Since 1970-01-01.
    std::vector<uint8_t> years;  ///< Completed on the law's day.
  };

  Births Draw(const Key& key, const GenerateRequest& request) const;

  ColumnShape shape() const;

 private:
  AgeLaw ages_;
  int32_t at_ = 0;
  int at_input_ = -1;  ///< Input with a day for each row, or -1.
};

}  // namespace lakeseed
