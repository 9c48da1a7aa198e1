// Evaluation of look-ups: values of the rows of other tables that foreign keys name.

#include <arrow/api.h>

#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

#include "lakeseed/generate/evaluation.h"
#include "lakeseed/generate/gather.h"
#include "lakeseed/generate/lookup_caches.h"
#include "lakeseed/generate/version_caches.h"

namespace lakeseed {

using ArrayPtr = std::shared_ptr<arrow::Array>;

namespace {

/// Pairs (row, day), numbered as they first appear. The hash reaches no value.
class RowsSeen {
 public:
  /// For at most `count` pairs: half of the slots stay free.
  explicit RowsSeen(int64_t count)
      : bits_(static_cast<int>(std::bit_width(static_cast<uint64_t>(count))) + 1),
        slots_(size_t{1} << bits_, -1) {
    pairs_.reserve(static_cast<size_t>(count));
  }

  int32_t PlaceOf(int64_t row, int32_t day) {
    const auto mixed = (static_cast<uint64_t>(row) + (static_cast<uint64_t>(day) << 40)) *
                       0x9E3779B97F4A7C15;
    for (size_t slot = mixed >> (64 - bits_);; slot = (slot + 1) & (slots_.size() - 1)) {
      int32_t& place = slots_[slot];
      if (place < 0) {
        place = static_cast<int32_t>(pairs_.size());
        pairs_.emplace_back(row, day);
        return place;
      }
      if (pairs_[static_cast<size_t>(place)] == std::make_pair(row, day)) return place;
    }
  }

 private:
  const int bits_;
  std::vector<int32_t> slots_;
  std::vector<std::pair<int64_t, int32_t>> pairs_;
};

/// Rows that are looked at before all of them are compared.
constexpr int64_t kLookedAt = 1'024;

/// Whether nearly every row names another row or sees it on another day: then making
/// some of them twice costs less than finding out which. REQUIRES: no null keys.
bool HardlyRepeat(const arrow::Int64Array& keys, const arrow::Int32Array& days) {
  if (keys.length() < kLookedAt) return false;
  RowsSeen seen(kLookedAt);
  int32_t distinct = 0;
  for (int64_t i = 0; i < kLookedAt; ++i) {
    distinct = std::max(distinct, seen.PlaceOf(keys.Value(i), days.Value(i)) + 1);
  }
  return distinct > kLookedAt * 15 / 16;
}

/// What is kept of the nodes that a look-up of a table takes together with its own.
const VersionCaches::Kept& KeptOf(const Program& program, int table,
                                  const GraphNode& lookup) {
  const Program::LookupGroup& group =
      program.lookups(table, lookup.inputs[0], lookup.other_table);
  return program.dataset().versions().Of(lookup.other_table, group.nodes, table);
}

bool IsText(const GraphNode& node) { return node.type->id() == arrow::Type::STRING; }

}  // namespace

arrow::Result<ArrayPtr> Evaluation::Lookup(const GraphNode& node) {
  ARROW_ASSIGN_OR_RAISE(ArrayPtr keys_array, Get(node.inputs[0]));
  const auto& keys = static_cast<const arrow::Int64Array&>(*keys_array);
  const GraphNode& other = program_.dataset()
                               .table(node.other_table)
                               .graph[static_cast<size_t>(node.other_node)];
  if (!other.as_of_dependent) {
    ARROW_ASSIGN_OR_RAISE(ArrayPtr cached,
                          program_.dataset().caches().Lookup(
                              node.other_table, node.other_node, keys, pool_));
    if (cached != nullptr) return cached;
  }
  ARROW_ASSIGN_OR_RAISE(const KnownVersions* versioned, VersionsAt(node, keys));
  if (versioned->cache != nullptr && versioned->cache->Holds(node.other_node)) {
    return versioned->cache->ValuesOf(node.other_node, *versioned, pool_);
  }
  DayValues* const of_day = KeptOf(program_, table_.index, node).days.get();
  if (of_day != nullptr && keys.null_count() == 0) {
    ARROW_ASSIGN_OR_RAISE(const auto days, LookDays());
    ARROW_ASSIGN_OR_RAISE(ArrayPtr kept,
                          of_day->ValuesOf(node.other_node, keys, *days, pool_));
    if (kept != nullptr) return kept;
  }
  ARROW_ASSIGN_OR_RAISE(const Joined* joined, Join(node, keys));
  ARROW_ASSIGN_OR_RAISE(ArrayPtr value, joined->other->Get(node.other_node));
  return joined->place == nullptr ? value : Gather(value, *joined->place, pool_);
}

arrow::Result<const KnownVersions*> Evaluation::VersionsAt(
    const GraphNode& node, const arrow::Int64Array& keys) {
  const auto where = std::make_pair(node.inputs[0], node.other_table);
  if (auto found = versioned_.find(where); found != versioned_.end()) {
    return &found->second;
  }
  KnownVersions versioned;
  VersionCache* const cache = KeptOf(program_, table_.index, node).versions.get();
  if (cache != nullptr) {
    ARROW_ASSIGN_OR_RAISE(const auto days, LookDays());
    ARROW_ASSIGN_OR_RAISE(versioned, cache->NumbersOf(keys, *days, pool_));
  }
  return &versioned_.emplace(where, std::move(versioned)).first->second;
}

arrow::Result<ArrayPtr> Evaluation::NumberedTexts(int index) {
  const GraphNode& node = table_.graph[static_cast<size_t>(index)];
  if (memo_[static_cast<size_t>(index)] != nullptr || !IsText(node)) return nullptr;
  if (node.kind == GraphNode::Kind::kNulls) {
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr texts, NumberedTexts(node.inputs[0]));
    if (texts == nullptr) return nullptr;
    ARROW_ASSIGN_OR_RAISE(const auto keep, KeptBy(index));
    return KeepWhere(texts, keep, pool_);
  }
  if (node.kind == GraphNode::Kind::kGenerator) {
    // What others need as texts is not made twice.
    if (!program_.is_target_alone(table_.index, index)) return nullptr;
    ARROW_ASSIGN_OR_RAISE(const std::vector<ArrayPtr> inputs, Inputs(node));
    ARROW_ASSIGN_OR_RAISE(
        ArrayPtr texts,
        node.generator->NumberedTexts(
            {.rows = rows_, .inputs = inputs, .fields = {}, .pool = pool_}));
    if (texts != nullptr) ReleaseInputs(node);
    return texts;
  }
  if (node.kind != GraphNode::Kind::kLookup) return nullptr;
  if (auto made = numbered_.find(index); made != numbered_.end()) return made->second;
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr keys, Get(node.inputs[0]));
  ARROW_ASSIGN_OR_RAISE(const KnownVersions* versioned,
                        VersionsAt(node, static_cast<const arrow::Int64Array&>(*keys)));
  if (versioned->cache == nullptr || !versioned->cache->Holds(node.other_node)) {
    return nullptr;
  }
  ARROW_ASSIGN_OR_RAISE(ArrayPtr texts,
                        versioned->cache->TextsOf(node.other_node, *versioned, pool_));
  return numbered_.emplace(index, std::move(texts)).first->second;
}

arrow::Result<const Evaluation::Joined*> Evaluation::Join(const GraphNode& node,
                                                          const arrow::Int64Array& keys) {
  const auto where = std::make_pair(node.inputs[0], node.other_table);
  if (auto found = joined_.find(where); found != joined_.end()) return &found->second;

  ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<arrow::Int32Array> days, LookDays());
  std::vector<int64_t> numbers;
  std::shared_ptr<arrow::Array> view_days = days, places;
  if (keys.null_count() == 0 && HardlyRepeat(keys, *days)) {
    numbers.reserve(static_cast<size_t>(num_rows()));
    for (int64_t i = 0; i < num_rows(); ++i) numbers.push_back(keys.Value(i) - 1);
  } else {
    arrow::Int32Builder view(pool_), place(pool_);
    ARROW_RETURN_NOT_OK(place.Reserve(num_rows()));
    ARROW_RETURN_NOT_OK(view.Reserve(num_rows()));
    RowsSeen seen(num_rows());
    for (int64_t i = 0; i < num_rows(); ++i) {
      if (keys.IsNull(i)) {
        place.UnsafeAppendNull();
        continue;
      }
      const int64_t row = keys.Value(i) - 1;
      const int32_t day = days->Value(i);
      const int32_t at = seen.PlaceOf(row, day);
      if (static_cast<size_t>(at) == numbers.size()) {
        numbers.push_back(row);
        view.UnsafeAppend(day);
      }
      place.UnsafeAppend(at);
    }
    ARROW_RETURN_NOT_OK(view.Finish(&view_days));
    ARROW_RETURN_NOT_OK(place.Finish(&places));
  }
  Joined joined;
  const Program::LookupGroup& group =
      program_.lookups(table_.index, node.inputs[0], node.other_table);
  joined.other = std::make_unique<Evaluation>(
      *group.program, node.other_table, Rows(std::move(numbers)),
      std::static_pointer_cast<arrow::Int32Array>(view_days), as_of_, pool_);
  joined.place = std::static_pointer_cast<arrow::Int32Array>(places);
  return &joined_.emplace(where, std::move(joined)).first->second;
}

}  // namespace lakeseed
