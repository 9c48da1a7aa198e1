#include "lakeseed/generate/redrawn_values.h"

#include <arrow/api.h>
#include <arrow/type_traits.h>

#include <bit>
#include <cstring>
#include <string_view>
#include <utility>

#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/patchwork.h"

namespace lakeseed {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

/// Text of a cell, where `array` holds texts or codes of texts.
std::string_view TextAt(const arrow::Array& array, int64_t i) {
  if (array.type_id() == arrow::Type::STRING) {
    return static_cast<const arrow::StringArray&>(array).GetView(i);
  }
  const auto& coded = static_cast<const arrow::DictionaryArray&>(array);
  return static_cast<const arrow::StringArray&>(*coded.dictionary())
      .GetView(coded.GetValueIndex(i));
}

bool HoldsTexts(const arrow::DataType& type) {
  if (type.id() == arrow::Type::STRING) return true;
  return type.id() == arrow::Type::DICTIONARY &&
         static_cast<const arrow::DictionaryType&>(type).value_type()->id() ==
             arrow::Type::STRING;
}

/// Bytes of a value whose equality is that of its bytes; 0: it is not.
int64_t PlainBytes(const arrow::DataType& type) {
  if (!arrow::is_integer(type.id()) && !arrow::is_decimal(type.id()) &&
      !arrow::is_date(type.id())) {
    return 0;
  }
  return static_cast<const arrow::FixedWidthType&>(type).bit_width() / 8;
}

/// The values of one draw that are compared, told apart by what a kernel may read.
class Probe {
 public:
  explicit Probe(ArrayPtr array)
      : array_(std::move(array)), width_(PlainBytes(*array_->type())) {
    if (width_ > 0) {
      values_ = array_->data()->GetValues<uint8_t>(1, array_->offset() * width_);
    }
  }

  // RangeEquals is made for long ranges: of codes it compares the dictionaries each
  // time.
  bool Same(int64_t i, const Probe& other, int64_t j) const {
    if (width_ == 0 && !texts_) return array_->RangeEquals(*other.array_, i, i + 1, j);
    if (nulls_ || other.nulls_) {
      const bool null = array_->IsNull(i), other_null = other.array_->IsNull(j);
      if (null || other_null) return null == other_null;
    }
    if (texts_) return TextAt(*array_, i) == TextAt(*other.array_, j);
    return std::memcmp(values_ + i * width_, other.values_ + j * width_,
                       static_cast<size_t>(width_)) == 0;
  }

 private:
  ArrayPtr array_;
  int64_t width_;  ///< PlainBytes.
  bool texts_ = HoldsTexts(*array_->type());
  bool nulls_ = array_->null_count() != 0;
  const uint8_t* values_ = nullptr;
};

/// Any type: the draws are kept, and for each change where its value is.
class PatchedValues final : public RedrawnValues {
 public:
  PatchedValues(Draw first, std::vector<int64_t> order)
      : RedrawnValues(std::move(order)), values_{std::move(first.values)} {
    probes_.emplace_back(std::move(first.compared));
    places_.reserve(order_.size());
    for (const int64_t row : order_) places_.push_back({0, static_cast<int32_t>(row)});
  }

  // Without a branch, as nobody can guess which stay the same.
  void Take(Draw draw, bool last_try, std::vector<int64_t>* open) override {
    const auto number = static_cast<int32_t>(values_.size());
    values_.push_back(std::move(draw.values));
    const Probe& probe = probes_.emplace_back(std::move(draw.compared));
    std::vector<uint8_t> same(open->size());
    for (size_t j = 0; j < same.size() && !last_try; ++j) {
      const Patch& now = places_[static_cast<size_t>((*open)[j])];
      const Probe& before = probes_[static_cast<size_t>(now.array)];
      same[j] = probe.Same(static_cast<int64_t>(j), before, now.place) ? 1 : 0;
    }
    size_t num_same = 0;
    for (size_t j = 0; j < same.size(); ++j) {
      const int64_t k = (*open)[j];
      const uint64_t keep = -uint64_t{same[j]};
      const Patch drawn{number, static_cast<int32_t>(j)};
      Patch& place = places_[static_cast<size_t>(k)];
      place = std::bit_cast<Patch>((std::bit_cast<uint64_t>(place) & keep) |
                                   (std::bit_cast<uint64_t>(drawn) & ~keep));
      (*open)[num_same] = k;
      num_same += same[j];
    }
    open->resize(num_same);
  }

  arrow::Result<ArrayPtr> Current(arrow::MemoryPool* pool) const override {
    if (values_.size() == 1) return values_[0];
    std::vector<Patch> patches;
    const auto length = static_cast<int32_t>(values_[0]->length());
    patches.reserve(static_cast<size_t>(length));
    for (int32_t i = 0; i < length; ++i) patches.push_back({0, i});
    for (size_t k = 0; k < order_.size(); ++k) {
      patches[static_cast<size_t>(order_[k])] = places_[k];
    }
    return MakePatchwork(values_, patches, pool);
  }

 private:
  arrow::ArrayVector values_;
  std::vector<Probe> probes_;
  std::vector<Patch> places_;  ///< Where the values of the changes are.
};

/// Numbers of 8 bytes: the values of the changes lie side by side.
class NumberValues final : public RedrawnValues {
 public:
  static constexpr int64_t kWidth = 8;

  NumberValues(ArrayPtr first, std::vector<int64_t> order)
      : RedrawnValues(std::move(order)), first_(std::move(first)) {
    const auto* values = first_->data()->GetValues<int64_t>(1);
    now_.reserve(order_.size());
    for (const int64_t row : order_) now_.push_back(values[row]);
    null_.resize(order_.size());
    if (first_->null_count() == 0) return;
    for (size_t k = 0; k < order_.size(); ++k) null_[k] = first_->IsNull(order_[k]);
  }

  // What stays the same may be written as well as not, and nobody can guess it.
  void Take(Draw draw, bool last_try, std::vector<int64_t>* open) override {
    const auto* drawn = draw.values->data()->GetValues<int64_t>(1);
    const bool nulls = draw.values->null_count() != 0;
    const auto counts = static_cast<size_t>(!last_try);
    size_t num_same = 0;
    for (size_t j = 0; j < open->size(); ++j) {
      const int64_t k = (*open)[j];
      int64_t& now = now_[static_cast<size_t>(k)];
      uint8_t& null = null_[static_cast<size_t>(k)];
      const uint8_t no_value = nulls && draw.values->IsNull(static_cast<int64_t>(j));
      const bool same = (null == no_value) & ((now == drawn[j]) | (no_value != 0));
      now = drawn[j];
      null = no_value;
      (*open)[num_same] = k;
      num_same += counts & static_cast<size_t>(same);
    }
    open->resize(num_same);
  }

  arrow::Result<ArrayPtr> Current(arrow::MemoryPool* pool) const override {
    ARROW_ASSIGN_OR_RAISE(auto memory,
                          ColumnMemory<int64_t>::Make(first_->length(), pool));
    const auto* values = first_->data()->GetValues<int64_t>(1);
    std::copy_n(values, first_->length(), memory.data());
    std::vector<uint8_t> null(static_cast<size_t>(first_->length()));
    if (first_->null_count() != 0) {
      for (size_t i = 0; i < null.size(); ++i) {
        null[i] = first_->IsNull(static_cast<int64_t>(i));
      }
    }
    for (size_t k = 0; k < order_.size(); ++k) {
      memory.data()[order_[k]] = now_[k];
      null[static_cast<size_t>(order_[k])] = null_[k];
    }
    for (size_t i = 0; i < null.size(); ++i) {
      if (null[i] != 0) {
        ARROW_RETURN_NOT_OK(memory.validity().SetNull(static_cast<int64_t>(i)));
      }
    }
    return std::move(memory).Finish(first_->type());
  }

 private:
  const ArrayPtr first_;
  std::vector<int64_t> now_;   ///< Of each change.
  std::vector<uint8_t> null_;  ///< 1: it has no value.
};

}  // namespace

std::unique_ptr<RedrawnValues> RedrawnValues::Make(Draw first,
                                                   std::vector<int64_t> order) {
  if (PlainBytes(*first.values->type()) == NumberValues::kWidth) {
    return std::make_unique<NumberValues>(std::move(first.values), std::move(order));
  }
  return std::make_unique<PatchedValues>(std::move(first), std::move(order));
}

}  // namespace lakeseed
