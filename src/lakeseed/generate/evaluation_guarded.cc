// Evaluation: values that are made only for the rows in which they are seen.

#include <arrow/api.h>
#include <arrow/util/bitmap_ops.h>

#include <utility>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/evaluate/bits.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/evaluation.h"
#include "lakeseed/generate/gather.h"

namespace lakeseed {

using ArrayPtr = std::shared_ptr<arrow::Array>;
using BufferPtr = std::shared_ptr<arrow::Buffer>;

namespace {

/// Bits of a condition: null is not true.
arrow::Result<BufferPtr> WhereTrue(const arrow::Array& condition,
                                   arrow::MemoryPool* pool) {
  const arrow::ArrayData& data = *condition.data();
  ARROW_ASSIGN_OR_RAISE(BufferPtr bits,
                        arrow::internal::CopyBitmap(pool, data.buffers[1]->data(),
                                                    data.offset, data.length));
  if (condition.null_count() != 0) {
    arrow::internal::BitmapAnd(bits->data(), 0, condition.null_bitmap_data(), data.offset,
                               data.length, 0, bits->mutable_data());
  }
  return bits;
}

/// The first cell whose uniform number is `fraction` or more, as there is one: below 1.
uint64_t FirstCellOf(double fraction) {
  uint64_t below = 0, from = UINT64_MAX;
  if (Unit(below) >= fraction) return below;
  while (from - below > 1) {
    const uint64_t middle = below + (from - below) / 2;
    (Unit(middle) < fraction ? below : from) = middle;
  }
  return from;
}

LAKESEED_KERNEL(void, MarkFrom,
                (const uint64_t* cells, int64_t count, uint64_t first, uint8_t* marks),
                (cells, count, first, marks)) {
  for (int64_t i = 0; i < count; ++i) marks[i] = cells[i] >= first ? 1 : 0;
}

/// Bits of the rows that a null fraction leaves as they are.
arrow::Result<BufferPtr> DrawKept(const GraphNode& node, const Rows& rows,
                                  arrow::MemoryPool* pool) {
  const int64_t n = rows.length();
  ARROW_ASSIGN_OR_RAISE(BufferPtr kept, arrow::AllocateEmptyBitmap(n, pool));
  if (node.null_fraction >= 1) return kept;
  const uint64_t from = FirstCellOf(node.null_fraction);
  static_assert(kBlockRows % 8 == 0);
  ForEachCellBlock(node.null_key, rows, 0,
                   [&](int64_t first, int64_t count, const uint64_t* cells) {
                     uint8_t marks[kBlockRows];
                     MarkFrom(cells, count, from, marks);
                     PackBits(marks, count, 0, kept->mutable_data() + first / 8);
                   });
  return kept;
}

/// From this share on a selection saves less than the way there and back costs.
constexpr double kMostRows = 2.0 / 3;

}  // namespace

arrow::Result<ArrayPtr> Evaluation::GuardedValue(int node, int set) {
  ARROW_ASSIGN_OR_RAISE(Guarded * guarded, GuardedBy(set));
  if (!guarded->selection) return nullptr;
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr some, SomeOf(node, set));
  return guarded->selection->Spread(some, pool_);
}

arrow::Result<Evaluation::Guarded*> Evaluation::GuardedBy(int set) {
  const auto& sets = program_.guards(table_.index).sets();
  guarded_.resize(sets.size());
  std::unique_ptr<Guarded>& guarded = guarded_[static_cast<size_t>(set)];
  if (guarded != nullptr) return guarded.get();
  const int64_t n = num_rows();
  ARROW_ASSIGN_OR_RAISE(BufferPtr seen, arrow::AllocateEmptyBitmap(n, pool_));
  uint8_t* bits = seen->mutable_data();
  for (const Guard& guard : sets[static_cast<size_t>(set)]) {
    ARROW_ASSIGN_OR_RAISE(const BufferPtr one, WhereHolds(guard));
    arrow::internal::BitmapOr(bits, 0, one->data(), 0, n, 0, bits);
  }
  const int64_t count = arrow::internal::CountSetBits(bits, 0, n);
  // Not before: conditions may have made other selections.
  auto made = std::make_unique<Guarded>();
  if (static_cast<double>(count) < kMostRows * static_cast<double>(n)) {
    made->selection.emplace(rows_, bits, count);
    made->memo.resize(table_.graph.size());
  }
  guarded_[static_cast<size_t>(set)] = std::move(made);
  return guarded_[static_cast<size_t>(set)].get();
}

arrow::Result<BufferPtr> Evaluation::WhereHolds(const Guard& guard) {
  if (guard.holds == Guard::Holds::kKept) return KeptBy(guard.node);
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr condition, Get(guard.node));
  ARROW_ASSIGN_OR_RAISE(BufferPtr truth, WhereTrue(*condition, pool_));
  if (guard.holds == Guard::Holds::kNotTrue) {
    arrow::internal::InvertBitmap(truth->data(), 0, num_rows(), truth->mutable_data(), 0);
  }
  return truth;
}

arrow::Result<ArrayPtr> Evaluation::SomeOf(int node, int set) {
  const auto at = static_cast<size_t>(node);
  Guarded& guarded = *guarded_[static_cast<size_t>(set)];
  if (guarded.memo[at] != nullptr) return guarded.memo[at];
  const GraphNode& n = table_.graph[at];
  if (program_.guards(table_.index).set_of(node) != set) {
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr all, Get(node));
    return guarded.selection->Take(all, pool_);
  }
  std::vector<ArrayPtr> inputs;
  inputs.reserve(n.inputs.size());
  for (const int input : n.inputs) {
    ARROW_ASSIGN_OR_RAISE(ArrayPtr some, SomeOf(input, set));
    inputs.push_back(std::move(some));
  }
  ArrayPtr made;
  if (n.kind == GraphNode::Kind::kField) {
    made = FieldOf(n, *inputs[0]);
  } else {
    const GenerateRequest request{.rows = guarded.selection->rows(),
                                  .inputs = inputs,
                                  .fields = program_.fields(table_.index, node),
                                  .pool = pool_};
    ARROW_ASSIGN_OR_RAISE(made, n.generator->Generate(request));
  }
  ReleaseInputs(n);
  return guarded.memo[at] = std::move(made);
}

void Evaluation::ReleaseInputs(const GraphNode& node) {
  for (const int input : node.inputs) {
    const auto at = static_cast<size_t>(input);
    if (--uses_left_[at] != 0) continue;
    memo_[at] = nullptr;
    for (const auto& guarded : guarded_) {
      if (guarded != nullptr && guarded->selection) guarded->memo[at] = nullptr;
    }
  }
}

arrow::Result<BufferPtr> Evaluation::KeptBy(int index) {
  BufferPtr& known = kept_[index];
  if (known != nullptr) return known;
  const GraphNode& node = table_.graph[static_cast<size_t>(index)];
  const int64_t n = num_rows();
  BufferPtr kept;
  if (node.null_fraction > 0) {
    ARROW_ASSIGN_OR_RAISE(kept, DrawKept(node, rows_, pool_));
  }
  if (node.inputs.size() > 1) {
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr condition, Get(node.inputs[1]));
    ARROW_ASSIGN_OR_RAISE(const BufferPtr truth, WhereTrue(*condition, pool_));
    if (kept != nullptr) {
      arrow::internal::BitmapAnd(truth->data(), 0, kept->data(), 0, n, 0,
                                 truth->mutable_data());
    }
    kept = truth;
  }
  return known = std::move(kept);
}

arrow::Result<ArrayPtr> Evaluation::Nulls(const GraphNode& node, int index) {
  // First the value: where it is guarded by this node, the bits are made for it.
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr value, Get(node.inputs[0]));
  ARROW_ASSIGN_OR_RAISE(const BufferPtr kept, KeptBy(index));
  kept_.erase(index);
  return KeepWhere(value, kept, pool_);
}

}  // namespace lakeseed
