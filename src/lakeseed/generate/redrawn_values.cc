#include "lakeseed/generate/redrawn_values.h"

#include <arrow/api.h>
#include <arrow/type_traits.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>
#include <utility>

#include "lakeseed/generate/coded_generator.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/marked_generator.h"
#include "lakeseed/generate/patchwork.h"
#include "lakeseed/generate/some_rows.h"

namespace lakeseed {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;
using GeneratorPtr = RedrawnValues::GeneratorPtr;

/// What tells two values of the root apart, of a draw that made `values`: the first
/// field of a struct is made for it where nobody else wants it.
arrow::Result<ArrayPtr> Compared(const ColumnGenerator& generator,
                                 GenerateRequest request, const ArrayPtr& values) {
  static constexpr int kFirstField[] = {0};
  if (values->type_id() != arrow::Type::STRUCT) return values;
  ArrayPtr made = values;
  if (request.fields.empty() || request.fields[0] != 0) {
    request.fields = kFirstField;
    ARROW_ASSIGN_OR_RAISE(made, generator.Generate(request));
  }
  return static_cast<const arrow::StructArray&>(*made).field(0);
}

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
  PatchedValues(ArrayPtr first, ArrayPtr compared, const GenerateRequest& request,
                std::vector<int64_t> order)
      : RedrawnValues(request, std::move(order)), values_{std::move(first)} {
    probes_.emplace_back(std::move(compared));
    places_.reserve(order_.size());
    for (const int64_t place : order_)
      places_.push_back({0, static_cast<int32_t>(place)});
  }

  // Without a branch, as nobody can guess which stay the same.
  arrow::Status Take(const GeneratorPtr& generator, const GenerateRequest& again,
                     bool last_try, std::vector<int64_t>* open) override {
    const auto number = static_cast<int32_t>(values_.size());
    ARROW_ASSIGN_OR_RAISE(ArrayPtr values, generator->Generate(again));
    ARROW_ASSIGN_OR_RAISE(ArrayPtr compared, Compared(*generator, again, values));
    values_.push_back(std::move(values));
    const Probe& probe = probes_.emplace_back(std::move(compared));
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
    return arrow::Status::OK();
  }

  arrow::Result<ArrayPtr> Current() override {
    if (values_.size() == 1) return values_[0];
    std::vector<Patch> patches;
    const auto length = static_cast<int32_t>(values_[0]->length());
    patches.reserve(static_cast<size_t>(length));
    for (int32_t i = 0; i < length; ++i) patches.push_back({0, i});
    for (size_t k = 0; k < order_.size(); ++k) {
      patches[static_cast<size_t>(order_[k])] = places_[k];
    }
    return MakePatchwork(values_, patches, request_.pool);
  }

 private:
  arrow::ArrayVector values_;
  std::vector<Probe> probes_;
  std::vector<Patch> places_;  ///< Where the values of the changes are.
};

/// RedrawnValues::Take() where values lie side by side. `same(k, j, equal)`: whether
/// change k stays the same by draw j, where the two are equal or not.
template <typename T, typename Same>
void TakeDrawn(const T* drawn, bool last_try, std::vector<T>* now,
               std::vector<int64_t>* open, Same same) {
  const auto counts = static_cast<size_t>(!last_try);
  size_t num_same = 0;
  // What stays the same may be written as well as not, and nobody can guess it.
  for (size_t j = 0; j < open->size(); ++j) {
    const int64_t k = (*open)[j];
    T& value = (*now)[static_cast<size_t>(k)];
    const bool stays = same(k, j, value == drawn[j]);
    value = drawn[j];
    (*open)[num_same] = k;
    num_same += counts & static_cast<size_t>(stays);
  }
  open->resize(num_same);
}

/// Numbers of 8 bytes: the values of the changes lie side by side.
class NumberValues final : public RedrawnValues {
 public:
  static constexpr int64_t kWidth = 8;

  NumberValues(ArrayPtr first, const GenerateRequest& request, std::vector<int64_t> order)
      : RedrawnValues(request, std::move(order)), first_(std::move(first)) {
    const auto* values = first_->data()->GetValues<int64_t>(1);
    now_.resize(order_.size());
    for (size_t k = 0; k < now_.size(); ++k) now_[k] = values[order_[k]];
    if (first_->null_count() == 0) return;
    null_.resize(order_.size());
    for (size_t k = 0; k < order_.size(); ++k) null_[k] = first_->IsNull(order_[k]);
  }

  arrow::Status Take(const GeneratorPtr& generator, const GenerateRequest& again,
                     bool last_try, std::vector<int64_t>* open) override {
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr values, generator->Generate(again));
    if (values->null_count() != 0) null_.resize(order_.size());
    const auto* drawn = values->data()->GetValues<int64_t>(1);
    TakeDrawn(drawn, last_try, &now_, open, [&](int64_t k, size_t j, bool equal) {
      return null_.empty() ? equal
                           : TakeNull(k, values->IsNull(static_cast<int64_t>(j)), equal);
    });
    return arrow::Status::OK();
  }

  arrow::Result<ArrayPtr> Current() override {
    ARROW_ASSIGN_OR_RAISE(auto memory,
                          ColumnMemory<int64_t>::Make(first_->length(), request_.pool));
    const auto* values = first_->data()->GetValues<int64_t>(1);
    std::copy_n(values, first_->length(), memory.data());
    for (size_t k = 0; k < order_.size(); ++k) memory.data()[order_[k]] = now_[k];
    if (!null_.empty()) ARROW_RETURN_NOT_OK(WriteNulls(&memory.validity()));
    return std::move(memory).Finish(first_->type());
  }

 private:
  /// Whether the change stays the same, where `equal` says it of two numbers.
  bool TakeNull(int64_t k, bool null, bool equal) {
    uint8_t& was_null = null_[static_cast<size_t>(k)];
    const bool same = (was_null != 0) == null && (null || equal);
    was_null = null;
    return same;
  }

  arrow::Status WriteNulls(Validity* validity) const {
    std::vector<uint8_t> null(static_cast<size_t>(first_->length()));
    for (size_t i = 0; i < null.size(); ++i) {
      null[i] = first_->IsNull(static_cast<int64_t>(i));
    }
    for (size_t k = 0; k < order_.size(); ++k) {
      null[static_cast<size_t>(order_[k])] = null_[k];
    }
    for (size_t i = 0; i < null.size(); ++i) {
      if (null[i] != 0) {
        ARROW_RETURN_NOT_OK(validity->SetNull(static_cast<int64_t>(i)));
      }
    }
    return arrow::Status::OK();
  }

  const ArrayPtr first_;
  std::vector<int64_t> now_;   ///< Of each change.
  std::vector<uint8_t> null_;  ///< 1: it has no value. Empty: all have.
};

/// What has codes: the values are made of the last ones.
class CodedValues final : public RedrawnValues {
 public:
  static arrow::Result<std::unique_ptr<RedrawnValues>> Make(
      const GeneratorPtr& first, const GenerateRequest& request,
      std::vector<int64_t> order) {
    ARROW_ASSIGN_OR_RAISE(
        auto codes, ColumnMemory<int32_t>::Make(request.rows.length(), request.pool));
    Codes(*first).CodesOf(request.rows, codes.data());
    return std::unique_ptr<RedrawnValues>(
        new CodedValues(first, std::move(codes), request, std::move(order)));
  }

  arrow::Status Take(const GeneratorPtr& generator, const GenerateRequest& again,
                     bool last_try, std::vector<int64_t>* open) override {
    Codes(*generator).CodesOf(again.rows, drawn_.data());
    TakeDrawn(drawn_.data(), last_try, &now_, open,
              [](int64_t, size_t, bool equal) { return equal; });
    return arrow::Status::OK();
  }

  arrow::Result<ArrayPtr> Current() override {
    for (size_t k = 0; k < order_.size(); ++k) codes_.data()[order_[k]] = now_[k];
    return Codes(*first_).ValuesOf(std::move(codes_), request_.rows.length(),
                                   request_.pool);
  }

 private:
  CodedValues(GeneratorPtr first, ColumnMemory<int32_t> codes,
              const GenerateRequest& request, std::vector<int64_t> order)
      : RedrawnValues(request, std::move(order)),
        first_(std::move(first)),
        codes_(std::move(codes)),
        now_(order_.size()),
        drawn_(order_.size()) {
    for (size_t k = 0; k < now_.size(); ++k) now_[k] = codes_.data()[order_[k]];
  }

  static const CodedGenerator& Codes(const ColumnGenerator& generator) {
    return dynamic_cast<const CodedGenerator&>(generator);
  }

  const GeneratorPtr first_;
  ColumnMemory<int32_t> codes_;  ///< Of all rows, before any change.
  std::vector<int32_t> now_;     ///< Of each change.
  std::vector<int32_t> drawn_;
};

/// What has marks: only the values of the last draws are made, each once.
class MarkedValues final : public RedrawnValues {
 public:
  MarkedValues(GeneratorPtr first, const GenerateRequest& request,
               std::vector<int64_t> order)
      : RedrawnValues(request, std::move(order)),
        generators_{std::move(first)},
        marks_(order_.size()),
        draws_(order_.size()) {
    std::vector<int64_t> members(order_.size());
    for (size_t k = 0; k < members.size(); ++k) members[k] = request.rows[order_[k]];
    Marks(*generators_[0]).MarksOf(Rows(std::move(members)), marks_.data());
  }

  arrow::Status Take(const GeneratorPtr& generator, const GenerateRequest& again,
                     bool last_try, std::vector<int64_t>* open) override {
    const auto draw = static_cast<int32_t>(generators_.size());
    generators_.push_back(generator);
    std::vector<int64_t> marks(open->size());
    Marks(*generator).MarksOf(again.rows, marks.data());
    size_t num_same = 0;
    for (size_t j = 0; j < marks.size(); ++j) {
      const int64_t k = (*open)[j];
      const auto at = static_cast<size_t>(k);
      if (marks[j] == marks_[at] && !last_try) [[unlikely]] {
        ARROW_ASSIGN_OR_RAISE(const bool same, SameAsNow(k, *generator));
        if (same) {
          (*open)[num_same++] = k;
          continue;
        }
      }
      marks_[at] = marks[j];
      draws_[at] = draw;
    }
    open->resize(num_same);
    return arrow::Status::OK();
  }

  arrow::Result<ArrayPtr> Current() override {
    std::vector<int32_t> draw_of(static_cast<size_t>(request_.rows.length()));
    for (size_t k = 0; k < order_.size(); ++k) {
      draw_of[static_cast<size_t>(order_[k])] = draws_[k];
    }
    std::vector<std::vector<int64_t>> places(generators_.size());
    std::vector<Patch> patches(draw_of.size());
    for (size_t i = 0; i < draw_of.size(); ++i) {
      std::vector<int64_t>& of_draw = places[static_cast<size_t>(draw_of[i])];
      patches[i] = {draw_of[i], static_cast<int32_t>(of_draw.size())};
      of_draw.push_back(static_cast<int64_t>(i));
    }
    arrow::ArrayVector values(generators_.size());
    for (size_t draw = 0; draw < values.size(); ++draw) {
      ARROW_ASSIGN_OR_RAISE(const SomeRows some,
                            SomeRows::At(request_, std::move(places[draw])));
      ARROW_ASSIGN_OR_RAISE(values[draw],
                            generators_[draw]->Generate(some.Request(request_)));
    }
    return MakePatchwork(values, patches, request_.pool);
  }

 private:
  static const MarkedGenerator& Marks(const ColumnGenerator& generator) {
    return dynamic_cast<const MarkedGenerator&>(generator);
  }

  arrow::Result<bool> SameAsNow(int64_t k, const ColumnGenerator& generator) const {
    ARROW_ASSIGN_OR_RAISE(const SomeRows one, SomeRows::At(request_, {Place(k)}));
    const ColumnGenerator& now = *generators_[static_cast<size_t>(draws_[k])];
    const GenerateRequest request = one.Request(request_);
    ARROW_ASSIGN_OR_RAISE(ArrayPtr before, now.Generate(request));
    ARROW_ASSIGN_OR_RAISE(before, Compared(now, request, before));
    ARROW_ASSIGN_OR_RAISE(ArrayPtr after, generator.Generate(request));
    ARROW_ASSIGN_OR_RAISE(after, Compared(generator, request, after));
    return Probe(std::move(after)).Same(0, Probe(std::move(before)), 0);
  }

  std::vector<GeneratorPtr> generators_;  ///< By draw.
  std::vector<int64_t> marks_;            ///< Of each change.
  std::vector<int32_t> draws_;            ///< Of each change: what its value is of.
};

}  // namespace

arrow::Result<std::unique_ptr<RedrawnValues>> RedrawnValues::Make(
    const GeneratorPtr& first, const GenerateRequest& request,
    std::vector<int64_t> order) {
  if (dynamic_cast<const CodedGenerator*>(first.get()) != nullptr) {
    return CodedValues::Make(first, request, std::move(order));
  }
  if (dynamic_cast<const MarkedGenerator*>(first.get()) != nullptr) {
    return std::make_unique<MarkedValues>(first, request, std::move(order));
  }
  ARROW_ASSIGN_OR_RAISE(ArrayPtr values, first->Generate(request));
  if (PlainBytes(*values->type()) == NumberValues::kWidth) {
    return std::make_unique<NumberValues>(std::move(values), request, std::move(order));
  }
  ARROW_ASSIGN_OR_RAISE(ArrayPtr compared, Compared(*first, request, values));
  return std::make_unique<PatchedValues>(std::move(values), std::move(compared), request,
                                         std::move(order));
}

}  // namespace lakeseed
