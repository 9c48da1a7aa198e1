#include "lakeseed/generate/tracked_generator.h"

#include <arrow/api.h>
#include <arrow/type_traits.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "lakeseed/generate/changes.h"
#include "lakeseed/generate/gather.h"
#include "lakeseed/generate/patchwork.h"

namespace lakeseed {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

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
    if (width_ == 8) return Eight(i) == other.Eight(j);
    return std::memcmp(values_ + i * width_, other.values_ + j * width_,
                       static_cast<size_t>(width_)) == 0;
  }

 private:
  uint64_t Eight(int64_t i) const {
    uint64_t value;
    std::memcpy(&value, values_ + i * 8, 8);
    return value;
  }

  ArrayPtr array_;
  int64_t width_;  ///< PlainBytes.
  bool texts_ = HoldsTexts(*array_->type());
  bool nulls_ = array_->null_count() != 0;
  const uint8_t* values_ = nullptr;
};

/// Places of the rows that have a version beyond the first, the latest versions first;
/// `reached` becomes how many have come to each version.
std::vector<int64_t> LatestFirst(const std::vector<int32_t>& versions, int32_t last,
                                 std::vector<size_t>* reached) {
  reached->assign(static_cast<size_t>(last) + 2, 0);
  for (const int32_t version : versions) ++(*reached)[static_cast<size_t>(version)];
  for (auto v = static_cast<size_t>(last); v-- > 2;) (*reached)[v] += (*reached)[v + 1];
  std::vector<size_t> next(reached->begin() + 1, reached->end());  // By version.
  std::vector<int64_t> order((*reached)[2]);
  for (size_t i = 0; i < versions.size(); ++i) {
    if (versions[i] < 2) continue;
    order[next[static_cast<size_t>(versions[i])]++] = static_cast<int64_t>(i);
  }
  return order;
}

/// The inputs of the rows order[k], for every k of `open`.
arrow::Result<arrow::ArrayVector> InputsOf(const GenerateRequest& request,
                                           const std::vector<int64_t>& order,
                                           const std::vector<int64_t>& open) {
  arrow::ArrayVector inputs;
  if (request.inputs.empty()) return inputs;
  std::vector<int64_t> rows;
  rows.reserve(open.size());
  for (const int64_t k : open) rows.push_back(order[static_cast<size_t>(k)]);
  const arrow::Int64Array places(std::ssize(rows), arrow::Buffer::Wrap(rows));
  for (const ArrayPtr& input : request.inputs) {
    ARROW_ASSIGN_OR_RAISE(ArrayPtr some, Gather(input, places, request.pool));
    inputs.push_back(std::move(some));
  }
  return inputs;
}

}  // namespace

/// The values so far of the rows that change, the latest versions first, so that those
/// of a draw lie in their order: the first draw, then what each redraw gave. `probes`
/// are what the law compares: all of a scalar, the first field of a struct, whichever
/// fields are wanted.
struct TrackedGenerator::Draws {
  Draws(ArrayPtr first, ArrayPtr compared, const GenerateRequest& request,
        std::vector<int64_t> changing)
      : values{std::move(first)}, order(std::move(changing)) {
    probes.emplace_back(std::move(compared));
    members.reserve(order.size());
    places.reserve(order.size());
    for (const int64_t i : order) {
      members.push_back(request.rows[i]);
      places.push_back({0, static_cast<int32_t>(i)});
    }
  }

  bool SameAsNow(int64_t k, const Probe& probe, int64_t i) const {
    const Patch& now = places[static_cast<size_t>(k)];
    return probe.Same(i, probes[static_cast<size_t>(now.array)], now.place);
  }

  /// Give the rows `open` the values of a draw, but those that would not change: these
  /// stay in `open`, and become so many. Without a branch, as nobody can guess which.
  size_t Take(int32_t draw, const Probe& probe, bool final_attempt,
              std::vector<int64_t>* open) {
    std::vector<uint8_t> same(open->size());
    for (size_t j = 0; j < same.size() && !final_attempt; ++j) {
      same[j] = SameAsNow((*open)[j], probe, static_cast<int64_t>(j)) ? 1 : 0;
    }
    size_t num_same = 0;
    for (size_t j = 0; j < same.size(); ++j) {
      const int64_t k = (*open)[j];
      const uint64_t keep = -uint64_t{same[j]};
      const Patch now{draw, static_cast<int32_t>(j)};
      Patch& place = places[static_cast<size_t>(k)];
      place = std::bit_cast<Patch>((std::bit_cast<uint64_t>(place) & keep) |
                                   (std::bit_cast<uint64_t>(now) & ~keep));
      (*open)[num_same] = k;
      num_same += same[j];
    }
    return num_same;
  }

  arrow::Result<ArrayPtr> Current(arrow::MemoryPool* pool) const {
    if (values.size() == 1) return values[0];
    std::vector<Patch> patches;
    const auto length = static_cast<int32_t>(values[0]->length());
    patches.reserve(static_cast<size_t>(length));
    for (int32_t i = 0; i < length; ++i) patches.push_back({0, i});
    for (size_t k = 0; k < order.size(); ++k) {
      patches[static_cast<size_t>(order[k])] = places[k];
    }
    return MakePatchwork(values, patches, pool);
  }

  arrow::ArrayVector values;
  std::vector<Probe> probes;
  const std::vector<int64_t> order;  ///< Which rows of the request they are.
  std::vector<int64_t> members;      ///< Their numbers.
  std::vector<Patch> places;         ///< Where their values are.
};

TrackedGenerator::TrackedGenerator(GeneratorPtr first, Factory factory,
                                   const RowSpace& rows, int root, int num_roots)
    : first_(std::move(first)),
      factory_(std::move(factory)),
      rows_(rows),
      root_(root),
      num_roots_(num_roots) {}

arrow::Result<TrackedGenerator::GeneratorPtr> TrackedGenerator::Bound(int version,
                                                                      int attempt) const {
  std::lock_guard<std::mutex> lock(mutex_);
  GeneratorPtr& generator = bound_[{version, attempt}];
  if (generator == nullptr) {
    ARROW_ASSIGN_OR_RAISE(generator, factory_(version, attempt));
  }
  return generator;
}

arrow::Result<ArrayPtr> TrackedGenerator::Generate(
    const GenerateRequest& request, const arrow::Int32Array& view_days) const {
  const int64_t n = request.rows.length();
  ARROW_ASSIGN_OR_RAISE(ArrayPtr values, first_->Generate(request));
  std::vector<int32_t> versions(static_cast<size_t>(n));
  const Changes& changes = *rows_.changes();
  changes.VersionsOf(request.rows, view_days.raw_values(), versions.data());
  const int32_t last = n == 0 ? 1 : *std::max_element(versions.begin(), versions.end());
  if (last <= 1) return values;
  ARROW_ASSIGN_OR_RAISE(ArrayPtr compared, Compared(*first_, request, values));
  std::vector<size_t> reached;
  std::vector<int64_t> order = LatestFirst(versions, last, &reached);
  Draws draws(std::move(values), std::move(compared), request, std::move(order));
  for (int32_t version = 2; version <= last; ++version) {
    std::vector<int64_t> touched(reached[static_cast<size_t>(version)]);
    size_t num_touched = 0;
    for (size_t k = 0; k < touched.size(); ++k) {
      touched[num_touched] = static_cast<int64_t>(k);
      const uint64_t mask = changes.ChangedMask(draws.members[k], version, num_roots_);
      num_touched += mask >> root_ & 1;
    }
    touched.resize(num_touched);
    if (!touched.empty()) {
      ARROW_RETURN_NOT_OK(Redraw(request, version, std::move(touched), &draws));
    }
  }
  return draws.Current(request.pool);
}

arrow::Status TrackedGenerator::Redraw(const GenerateRequest& request, int version,
                                       std::vector<int64_t> open, Draws* draws) const {
  for (int attempt = 0; attempt < kTries && !open.empty(); ++attempt) {
    ARROW_ASSIGN_OR_RAISE(GeneratorPtr generator, Bound(version, attempt));
    std::vector<int64_t> numbers;
    numbers.reserve(open.size());
    for (int64_t k : open) numbers.push_back(draws->members[static_cast<size_t>(k)]);
    ARROW_ASSIGN_OR_RAISE(const arrow::ArrayVector inputs,
                          InputsOf(request, draws->order, open));
    const Rows rows(std::move(numbers));
    const GenerateRequest again{rows, inputs, request.fields, request.pool};
    ARROW_ASSIGN_OR_RAISE(ArrayPtr values, generator->Generate(again));
    ARROW_ASSIGN_OR_RAISE(ArrayPtr compared, Compared(*generator, again, values));
    Probe probe(std::move(compared));
    const auto draw = static_cast<int32_t>(draws->values.size());
    const size_t num_same = draws->Take(draw, probe, attempt + 1 == kTries, &open);
    open.resize(num_same);
    draws->values.push_back(std::move(values));
    draws->probes.push_back(std::move(probe));
  }
  return arrow::Status::OK();
}

}  // namespace lakeseed
