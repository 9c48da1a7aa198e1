#include "lakeseed/generate/tracked_generator.h"

#include <arrow/api.h>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "lakeseed/generate/changes.h"
#include "lakeseed/generate/redrawn_values.h"
#include "lakeseed/generate/some_rows.h"

namespace lakeseed {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

/// Places of the rows that have a version beyond the first, the latest versions first;
/// `reached` becomes how many have come to each version.
std::vector<int64_t> LatestFirst(const std::vector<int32_t>& versions, int32_t last,
                                 std::vector<size_t>* reached) {
  // Neighbours count for themselves: one would wait for the other's count.
  constexpr size_t kLanes = 4;
  std::vector<size_t> next((static_cast<size_t>(last) + 1) * kLanes);
  const auto at = [&](size_t i) -> size_t& {
    return next[static_cast<size_t>(versions[i]) * kLanes + i % kLanes];
  };
  for (size_t i = 0; i < versions.size(); ++i) ++at(i);
  reached->resize(static_cast<size_t>(last) + 1);
  size_t begin = 0;
  for (auto version = static_cast<size_t>(last) + 1; version-- > 0;) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      begin += std::exchange(next[version * kLanes + lane], begin);
    }
    (*reached)[version] = begin;
  }
  // All rows, as nobody can guess which have changed; these come first.
  std::vector<int64_t> order(versions.size());
  for (size_t i = 0; i < order.size(); ++i) order[at(i)++] = static_cast<int64_t>(i);
  order.resize((*reached)[2]);
  return order;
}

/// The rows of the changes `open`, ascending, where those of all are `members`.
arrow::Result<SomeRows> RowsOf(const std::vector<int64_t>& open, const Rows& members,
                               const RedrawnValues& redrawn,
                               const GenerateRequest& request) {
  const auto size = std::ssize(open);
  if (request.inputs.empty() && (size == 0 || open.back() + 1 == size)) {
    return SomeRows{members.Slice(0, size), {}};
  }
  std::vector<int64_t> places(open.size());
  for (size_t j = 0; j < open.size(); ++j) places[j] = redrawn.Place(open[j]);
  return SomeRows::At(request, std::move(places));
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
  const auto place = static_cast<size_t>(version * kTries + attempt);
  if (place >= bound_.size()) bound_.resize(place + 1);
  GeneratorPtr& generator = bound_[place];
  if (generator == nullptr) {
    ARROW_ASSIGN_OR_RAISE(generator, factory_(version, attempt));
  }
  return generator;
}

arrow::Result<ArrayPtr> TrackedGenerator::Generate(
    const GenerateRequest& request, const std::vector<int32_t>& versions) const {
  const Changes& changes = *rows_.changes();
  const int32_t last =
      versions.empty() ? 1 : *std::max_element(versions.begin(), versions.end());
  if (last <= 1) return first_->Generate(request);
  std::vector<size_t> reached;
  std::vector<int64_t> order = LatestFirst(versions, last, &reached);
  std::vector<int64_t> numbers(order.size());
  for (size_t k = 0; k < order.size(); ++k) numbers[k] = request.rows[order[k]];
  const Rows members(std::move(numbers));
  ARROW_ASSIGN_OR_RAISE(const auto redrawn,
                        RedrawnValues::Make(first_, request, std::move(order)));
  for (int32_t version = 2; version <= last; ++version) {
    std::vector<int64_t> touched(reached[static_cast<size_t>(version)]);
    std::iota(touched.begin(), touched.end(), int64_t{0});
    if (num_roots_ > 1) {  // A change of one root touches it.
      std::vector<uint64_t> masks(touched.size());
      changes.ChangedMasksOf(members.Slice(0, std::ssize(touched)), version, num_roots_,
                             masks.data());
      size_t num_touched = 0;
      for (size_t k = 0; k < touched.size(); ++k) {
        touched[num_touched] = static_cast<int64_t>(k);
        num_touched += masks[k] >> root_ & 1;
      }
      touched.resize(num_touched);
    }
    ARROW_RETURN_NOT_OK(
        Redraw(request, members, version, std::move(touched), redrawn.get()));
  }
  return redrawn->Current();
}

arrow::Status TrackedGenerator::Redraw(const GenerateRequest& request,
                                       const Rows& members, int version,
                                       std::vector<int64_t> open,
                                       RedrawnValues* redrawn) const {
  for (int attempt = 0; attempt < kTries && !open.empty(); ++attempt) {
    ARROW_ASSIGN_OR_RAISE(GeneratorPtr generator, Bound(version, attempt));
    ARROW_ASSIGN_OR_RAISE(const SomeRows some, RowsOf(open, members, *redrawn, request));
    ARROW_RETURN_NOT_OK(
        redrawn->Take(generator, some.Request(request), attempt + 1 == kTries, &open));
  }
  return arrow::Status::OK();
}

}  // namespace lakeseed
