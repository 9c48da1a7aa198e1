// Evaluation: values that are made where they are written.

#include <arrow/api.h>

#include <utility>

#include "lakeseed/base/simd_level.h"
#include "lakeseed/generate/evaluation.h"

namespace lakeseed {

using BlocksPtr = std::shared_ptr<const ColumnBlocks>;

namespace {

/// out[i] = first + step * places[i], modulo 2^64.
LAKESEED_KERNEL(void, TakeOfProgression,
                (uint64_t first, uint64_t step, const int32_t* places, int64_t count,
                 int64_t* out),
                (first, step, places, count, out)) {
  for (int64_t i = 0; i < count; ++i) {
    out[i] = static_cast<int64_t>(first + step * static_cast<uint64_t>(places[i]));
  }
}

/// Keys of parents that are a progression, at the children's places.
class ParentKeys final : public ColumnBlocks {
 public:
  ParentKeys(const ColumnBlocks& keys, std::shared_ptr<arrow::Int32Array> places)
      : ColumnBlocks(keys.type(), places->length()),
        keys_(*keys.progression()),
        places_(std::move(places)) {}

  void Fill(int64_t begin, int64_t count, void* out) const override {
    TakeOfProgression(static_cast<uint64_t>(keys_.first),
                      static_cast<uint64_t>(keys_.step), places_->raw_values() + begin,
                      count, static_cast<int64_t*>(out));
  }

 private:
  const Progression keys_;
  const std::shared_ptr<arrow::Int32Array> places_;
};

/// Values of the rows that are not null, and which those are.
class SomeValues final : public ColumnBlocks {
 public:
  SomeValues(BlocksPtr values, int64_t length, std::shared_ptr<arrow::Buffer> validity)
      : ColumnBlocks(values->type(), length, std::move(validity)),
        values_(std::move(values)) {}

  std::shared_ptr<arrow::Array> dictionary() const override {
    return values_->dictionary();
  }
  void Fill(int64_t begin, int64_t count, void* out) const override {
    values_->Fill(begin, count, out);
  }

 private:
  const BlocksPtr values_;
};

/// Instants of events.
class Times final : public ColumnBlocks {
 public:
  Times(std::shared_ptr<arrow::DataType> type, const RowSpace& space, const Rows& rows)
      : ColumnBlocks(std::move(type), rows.length()), space_(space), rows_(rows) {}

  void Fill(int64_t begin, int64_t count, void* out) const override {
    space_.TimesOf(rows_.Slice(begin, begin + count), static_cast<int64_t*>(out));
  }

 private:
  const RowSpace& space_;
  const Rows rows_;
};

}  // namespace

arrow::Result<BlocksPtr> Evaluation::Blocks(int index) {
  const GraphNode& node = table_.graph[static_cast<size_t>(index)];
  if (node.kind == GraphNode::Kind::kGenerator && node.inputs.empty()) {
    const auto made = node.generator->Blocks(
        {.rows = rows_, .inputs = {}, .fields = {}, .pool = pool_});
    // Of a progression nothing is made, so it does not matter who makes its array.
    const bool is_known = made != nullptr && made->progression();
    return is_known || program_.is_target_alone(table_.index, index) ? made : nullptr;
  }
  if (!program_.is_target_alone(table_.index, index)) return nullptr;
  if (node.kind == GraphNode::Kind::kParent) {
    ARROW_ASSIGN_OR_RAISE(const ParentLink* link, Parent());
    ARROW_ASSIGN_OR_RAISE(const BlocksPtr keys, link->parent->Blocks(node.other_node));
    if (keys == nullptr || !keys->progression()) return nullptr;
    return std::make_shared<ParentKeys>(*keys, link->place);
  }
  if (node.kind == GraphNode::Kind::kFact && node.fact == Fact::kTime) {
    return std::make_shared<Times>(node.type, *table_.rows, rows_);
  }
  if (node.kind != GraphNode::Kind::kNulls) return nullptr;
  // Of the rows that it leaves as they are, where the value is made for those alone.
  const GraphNode& value = table_.graph[static_cast<size_t>(node.inputs[0])];
  const Guards& guards = program_.guards(table_.index);
  const int set = guards.set_of(node.inputs[0]);
  const Guard kept_here{Guard::Holds::kKept, index};
  if (set < 0 || guards.sets()[static_cast<size_t>(set)] != std::vector{kept_here} ||
      value.kind != GraphNode::Kind::kGenerator || !value.inputs.empty()) {
    return nullptr;
  }
  ARROW_ASSIGN_OR_RAISE(const Guarded* guarded, GuardedBy(set));
  if (!guarded->selection) return nullptr;
  auto values = value.generator->Blocks(
      {.rows = guarded->selection->rows(), .inputs = {}, .fields = {}, .pool = pool_});
  if (values == nullptr) return nullptr;
  ARROW_ASSIGN_OR_RAISE(auto kept, KeptBy(index));
  kept_.erase(index);
  return std::make_shared<SomeValues>(std::move(values), num_rows(), std::move(kept));
}

}  // namespace lakeseed
