// Evaluation: values that are made where they are written.

#include <arrow/api.h>

#include <utility>

#include "lakeseed/generate/evaluation.h"

namespace lakeseed {

using BlocksPtr = std::shared_ptr<const ColumnBlocks>;

namespace {

/// Keys of parents that are a progression, at the children's places.
class ParentKeys final : public ColumnBlocks {
 public:
  ParentKeys(const ColumnBlocks& keys, std::shared_ptr<arrow::Int32Array> places)
      : ColumnBlocks(keys.type(), places->length()),
        keys_(*keys.progression()),
        places_(std::move(places)) {}

  void Fill(int64_t begin, int64_t count, void* out) const override {
    const int32_t* const places = places_->raw_values() + begin;
    auto* const values = static_cast<int64_t*>(out);
    for (int64_t i = 0; i < count; ++i) values[i] = keys_[places[i]];
  }

 private:
  const Progression keys_;
  const std::shared_ptr<arrow::Int32Array> places_;
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
  return nullptr;
}

}  // namespace lakeseed
