#include "lakeseed/validate/fold.h"

#include <arrow/api.h>

#include <algorithm>

#include "lakeseed/validate/cells.h"

namespace lakeseed {

arrow::Result<FoldState> FoldState::Make(const std::string& name,
                                         const std::shared_ptr<arrow::DataType>& type) {
  FoldState state;
  state.kind_ = name == "sum"     ? Kind::kSum
                : name == "count" ? Kind::kCount
                : name == "min"   ? Kind::kMin
                                  : Kind::kMax;
  if (name == "avg") return arrow::Status::NotImplemented("avg is not recomputed");
  if (state.kind_ == Kind::kCount) {
    state.type_ = arrow::int64();
    return state;
  }
  state.real_ = type->id() == arrow::Type::DOUBLE;
  state.type_ = type;
  if (type->id() == arrow::Type::DECIMAL64 && state.kind_ == Kind::kSum) {
    state.type_ =
        arrow::decimal64(18, static_cast<const arrow::DecimalType&>(*type).scale());
  } else if (arrow::is_integer(type->id())) {
    state.type_ = arrow::int64();
  } else if (!state.real_ && !HoldsIntegers(*type)) {
    return arrow::Status::NotImplemented("no fold over ", type->ToString());
  }
  return state;
}

void FoldState::Start(int64_t num_parents) {
  const auto size = static_cast<size_t>(num_parents);
  if (real_) reals_.assign(size, 0.0);
  if (!real_) integers_.assign(size, 0);
  found_.assign(size, kind_ == Kind::kSum || kind_ == Kind::kCount ? 1 : 0);
}

arrow::Status FoldState::Add(const arrow::Int64Array& parents,
                             const arrow::Array* values) {
  std::vector<int64_t> numbers;
  if (kind_ != Kind::kCount && !real_) ReadIntegers(*values, &numbers);
  for (int64_t i = 0; i < parents.length(); ++i) {
    if (parents.IsNull(i) || (values != nullptr && values->IsNull(i))) continue;
    const auto at = static_cast<size_t>(parents.Value(i));
    if (kind_ == Kind::kCount) {
      ++integers_[at];
      continue;
    }
    if (real_) {
      const double value = static_cast<const arrow::DoubleArray&>(*values).Value(i);
      double& to = reals_[at];
      to = kind_ == Kind::kSum   ? to + value
           : !found_[at]         ? value
           : kind_ == Kind::kMin ? std::min(to, value)
                                 : std::max(to, value);
    } else {
      const int64_t value = numbers[static_cast<size_t>(i)];
      int64_t& to = integers_[at];
      if (kind_ == Kind::kSum) {
        if (__builtin_add_overflow(to, value, &to)) {
          return arrow::Status::Invalid("a sum over children leaves its type");
        }
      } else {
        to = !found_[at]           ? value
             : kind_ == Kind::kMin ? std::min(to, value)
                                   : std::max(to, value);
      }
    }
    found_[at] = 1;
  }
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::Array>> FoldState::Finish() {
  const auto length = static_cast<int64_t>(found_.size());
  std::shared_ptr<arrow::Buffer> valid;
  const auto missing = std::count(found_.begin(), found_.end(), uint8_t{0});
  if (missing > 0) {
    ARROW_ASSIGN_OR_RAISE(auto bits, arrow::AllocateEmptyBitmap(length));
    for (int64_t i = 0; i < length; ++i) {
      if (found_[static_cast<size_t>(i)])
        arrow::bit_util::SetBit(bits->mutable_data(), i);
    }
    valid = std::move(bits);
  }
  std::shared_ptr<arrow::Buffer> values;
  if (type_->id() == arrow::Type::DATE32) {
    values = arrow::Buffer::FromVector(
        std::vector<int32_t>(integers_.begin(), integers_.end()));
  } else {
    values = real_ ? arrow::Buffer::FromVector(std::move(reals_))
                   : arrow::Buffer::FromVector(std::move(integers_));
  }
  return arrow::MakeArray(arrow::ArrayData::Make(
      type_, length, {std::move(valid), std::move(values)}, missing));
}

}  // namespace lakeseed
