#include "lakeseed/generate/pick_target.h"

#include "lakeseed/base/cell.h"

namespace lakeseed {

PickTarget::PickTarget(const RowSpace& rows, const PickLaw& law, const Key& order_key)
    : rows_(rows), population_(rows.population()), law_(law), fixed_(rows.fixed_count()) {
  if (population_ != nullptr || fixed_ <= 0 || law.s == 0) return;
  order_ = Bijection(order_key, fixed_);
  if (law.offset == 0) zipf_.emplace(fixed_, law.s);
}

void PickTarget::PickOf(const Key& key, const Rows& rows, const int32_t* days,
                        int64_t* out) const {
  if (population_ != nullptr) return population_->PickOf(key, rows, days, law_, out);
  if (fixed_ >= 0) return PickFixed(key, rows, out);
  PickGrowing(key, rows, days, out);
}

void PickTarget::PickFixed(const Key& key, const Rows& rows, int64_t* out) const {
  const int64_t size = rows.length();
  for (int64_t i = 0; i < size; ++i) {
    if (fixed_ == 0) {
      out[i] = -1;
    } else if (law_.s == 0) {
      out[i] = Below(Cell(key, rows[i]), fixed_);
    } else {
      out[i] = zipf_.has_value()
                   ? zipf_->At(key, rows[i])
                   : ZipfExact(key, rows[i], fixed_, law_.s, 1 + law_.offset);
    }
  }
  if (fixed_ > 0 && law_.s != 0) order_.InverseOf(out, size, out);
}

void PickTarget::PickGrowing(const Key& key, const Rows& rows, const int32_t* days,
                             int64_t* out) const {
  int32_t day = -1;
  int64_t count = 0;
  for (int64_t i = 0; i < rows.length(); ++i) {
    if (i == 0 || days[i] != day) {
      day = days[i];
      count = rows_.Extent({0, day}).end;
    }
    out[i] = count == 0 ? -1 : Below(Cell(key, rows[i]), count);
  }
}

int64_t PickTarget::Count(int32_t day) const {
  if (population_ != nullptr) {
    return law_.alive ? population_->Living(day) : population_->Ever(day);
  }
  return fixed_ >= 0 ? fixed_ : rows_.Extent({0, day}).end;
}

bool PickTarget::Has(int64_t target, int32_t day) const {
  if (population_ != nullptr && law_.alive) return population_->Alive(target, day);
  return target < Count(day);
}

int32_t PickTarget::horizon() const {
  return population_ != nullptr ? population_->horizon() : INT32_MAX;
}

}  // namespace lakeseed
