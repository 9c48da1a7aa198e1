#include "lakeseed/generate/tracked_generator.h"

#include <arrow/api.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "lakeseed/generate/changes.h"
#include "lakeseed/generate/gather.h"
#include "lakeseed/generate/redrawn_values.h"

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

/// The rows at some places, in whose memory they are written.
Rows SomeOf(const Rows& rows, std::vector<int64_t> places) {
  for (int64_t& place : places) place = rows[place];
  return Rows(std::move(places));
}

/// The inputs of some rows.
arrow::Result<arrow::ArrayVector> InputsOf(const GenerateRequest& request,
                                           const std::vector<int64_t>& rows) {
  arrow::ArrayVector inputs;
  if (request.inputs.empty()) return inputs;
  const arrow::Int64Array places(std::ssize(rows), arrow::Buffer::Wrap(rows));
  for (const ArrayPtr& input : request.inputs) {
    ARROW_ASSIGN_OR_RAISE(ArrayPtr some, Gather(input, places, request.pool));
    inputs.push_back(std::move(some));
  }
  return inputs;
}

}  // namespace

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
  const std::vector<int64_t> order = LatestFirst(versions, last, &reached);
  const auto redrawn =
      RedrawnValues::Make({std::move(values), std::move(compared)}, order);
  for (int32_t version = 2; version <= last; ++version) {
    std::vector<int64_t> touched(reached[static_cast<size_t>(version)]);
    std::iota(touched.begin(), touched.end(), int64_t{0});
    if (num_roots_ > 1) {  // A change of one root touches it.
      size_t num_touched = 0;
      for (size_t k = 0; k < touched.size(); ++k) {
        touched[num_touched] = static_cast<int64_t>(k);
        const uint64_t mask =
            changes.ChangedMask(request.rows[order[k]], version, num_roots_);
        num_touched += mask >> root_ & 1;
      }
      touched.resize(num_touched);
    }
    ARROW_RETURN_NOT_OK(Redraw(request, version, std::move(touched), redrawn.get()));
  }
  return redrawn->Current(request.pool);
}

arrow::Status TrackedGenerator::Redraw(const GenerateRequest& request, int version,
                                       std::vector<int64_t> open,
                                       RedrawnValues* redrawn) const {
  for (int attempt = 0; attempt < kTries && !open.empty(); ++attempt) {
    ARROW_ASSIGN_OR_RAISE(GeneratorPtr generator, Bound(version, attempt));
    std::vector<int64_t> places(open.size());
    for (size_t j = 0; j < open.size(); ++j) places[j] = redrawn->Row(open[j]);
    ARROW_ASSIGN_OR_RAISE(const arrow::ArrayVector inputs, InputsOf(request, places));
    const Rows rows = SomeOf(request.rows, std::move(places));
    const GenerateRequest again{rows, inputs, request.fields, request.pool};
    ARROW_ASSIGN_OR_RAISE(ArrayPtr values, generator->Generate(again));
    ARROW_ASSIGN_OR_RAISE(ArrayPtr compared, Compared(*generator, again, values));
    redrawn->Take({std::move(values), std::move(compared)}, attempt + 1 == kTries, &open);
  }
  return arrow::Status::OK();
}

}  // namespace lakeseed
