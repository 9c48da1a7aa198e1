#include "lakeseed/generate/tracked_generator.h"

#include <arrow/api.h>

#include <algorithm>
#include <vector>

#include "lakeseed/generate/changes.h"
#include "lakeseed/generate/gather.h"

namespace lakeseed {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

/// What tells two values of the root apart.
const arrow::Array& Compared(const ArrayPtr& array) {
  if (array->type_id() != arrow::Type::STRUCT) return *array;
  return *static_cast<const arrow::StructArray&>(*array).field(0);
}

arrow::Result<ArrayPtr> Replace(const ArrayPtr& values, const ArrayPtr& replacement,
                                const std::vector<int64_t>& at, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(ArrayPtr both, arrow::Concatenate({values, replacement}, pool));
  std::vector<int32_t> places(static_cast<size_t>(values->length()));
  for (size_t i = 0; i < places.size(); ++i) places[i] = static_cast<int32_t>(i);
  for (size_t i = 0; i < at.size(); ++i) {
    places[static_cast<size_t>(at[i])] = static_cast<int32_t>(values->length() + i);
  }
  const arrow::Int32Array indices(static_cast<int64_t>(places.size()),
                                  arrow::Buffer::Wrap(places));
  return Gather(both, indices, pool);
}

}  // namespace

/// The values so far. `probe` is what the law compares: all of a scalar, the
/// first field of a struct, whichever fields are wanted.
struct TrackedGenerator::Draw {
  ArrayPtr values;
  ArrayPtr probe;
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
  const bool is_struct = first_->type()->id() == arrow::Type::STRUCT;
  static constexpr int kFirstField[] = {0};
  GenerateRequest probe = request;
  probe.fields = kFirstField;

  Draw current;
  ARROW_ASSIGN_OR_RAISE(current.values, first_->Generate(request));
  if (is_struct) {
    ARROW_ASSIGN_OR_RAISE(current.probe, first_->Generate(probe));
  }
  std::vector<int32_t> versions(static_cast<size_t>(n));
  const Changes& changes = *rows_.changes();
  changes.VersionsOf(request.rows, view_days.raw_values(), versions.data());
  const int32_t last = n == 0 ? 1 : *std::max_element(versions.begin(), versions.end());
  for (int32_t version = 2; version <= last; ++version) {
    std::vector<int64_t> touched;
    for (int64_t i = 0; i < n; ++i) {
      if (versions[static_cast<size_t>(i)] >= version &&
          (changes.ChangedMask(request.rows[i], version, num_roots_) >> root_ & 1) != 0) {
        touched.push_back(i);
      }
    }
    if (!touched.empty()) {
      ARROW_RETURN_NOT_OK(Redraw(request, version, touched, &current));
    }
  }
  return current.values;
}

arrow::Status TrackedGenerator::Redraw(const GenerateRequest& request, int version,
                                       const std::vector<int64_t>& touched,
                                       Draw* current) const {
  static constexpr int kFirstField[] = {0};
  std::vector<int64_t> open = touched;
  for (int attempt = 0; attempt < kTries && !open.empty(); ++attempt) {
    ARROW_ASSIGN_OR_RAISE(GeneratorPtr generator, Bound(version, attempt));
    std::vector<int64_t> numbers;
    for (int64_t i : open) numbers.push_back(request.rows[i]);
    const arrow::Int64Array places(static_cast<int64_t>(open.size()),
                                   arrow::Buffer::Wrap(open));
    arrow::ArrayVector inputs;
    for (const ArrayPtr& input : request.inputs) {
      ARROW_ASSIGN_OR_RAISE(ArrayPtr some, Gather(input, places, request.pool));
      inputs.push_back(std::move(some));
    }
    const Rows rows(std::move(numbers));
    GenerateRequest again{rows, inputs, request.fields, request.pool};
    ARROW_ASSIGN_OR_RAISE(ArrayPtr values, generator->Generate(again));
    ArrayPtr probe = values;
    if (current->probe != nullptr) {
      again.fields = kFirstField;
      ARROW_ASSIGN_OR_RAISE(probe, generator->Generate(again));
    }
    const ArrayPtr& old = current->probe != nullptr ? current->probe : current->values;
    std::vector<int64_t> same, accepted, from;
    const bool final_attempt = attempt + 1 == kTries;
    for (size_t j = 0; j < open.size(); ++j) {
      const int64_t place = static_cast<int64_t>(j);
      const bool equal =
          Compared(probe).RangeEquals(Compared(old), place, place + 1, open[j]);
      if (equal && !final_attempt) {
        same.push_back(open[j]);
      } else {
        accepted.push_back(open[j]);
        from.push_back(place);
      }
    }
    const arrow::Int64Array chosen(static_cast<int64_t>(from.size()),
                                   arrow::Buffer::Wrap(from));
    ARROW_ASSIGN_OR_RAISE(values, Gather(values, chosen, request.pool));
    ARROW_ASSIGN_OR_RAISE(current->values,
                          Replace(current->values, values, accepted, request.pool));
    if (current->probe != nullptr) {
      ARROW_ASSIGN_OR_RAISE(probe, Gather(probe, chosen, request.pool));
      ARROW_ASSIGN_OR_RAISE(current->probe,
                            Replace(current->probe, probe, accepted, request.pool));
    }
    open = std::move(same);
  }
  return arrow::Status::OK();
}

}  // namespace lakeseed
