#include "lakeseed/generate/evaluation.h"

#include <arrow/api.h>

#include <algorithm>
#include <utility>

#include "lakeseed/base/status.h"
#include "lakeseed/generate/changes.h"
#include "lakeseed/generate/children_of.h"
#include "lakeseed/generate/dirty_cells.h"
#include "lakeseed/generate/fanout.h"
#include "lakeseed/generate/fold.h"
#include "lakeseed/generate/gather.h"
#include "lakeseed/generate/spread.h"
#include "lakeseed/generate/tracked_generator.h"

namespace lakeseed {

using ArrayPtr = std::shared_ptr<arrow::Array>;

namespace {

/// The error of a value, with the column it belongs to.
arrow::Status OfColumn(const std::string& name, const arrow::Status& status) {
  std::vector<Diagnostic> diagnostics = DiagnosticsOf(status);
  for (Diagnostic& one : diagnostics) {
    if (one.path.empty()) one.path = name;
  }
  return SpecErrors(std::move(diagnostics));
}

}  // namespace

Evaluation::Evaluation(const Program& program, int table, Rows rows,
                       std::shared_ptr<arrow::Int32Array> view_days, AsOf as_of,
                       arrow::MemoryPool* pool)
    : program_(program),
      table_(program.dataset().table(table)),
      rows_(std::move(rows)),
      view_days_(std::move(view_days)),
      as_of_(as_of),
      pool_(pool),
      memo_(table_.graph.size()),
      uses_left_(program.uses(table)) {}

Evaluation::~Evaluation() = default;

arrow::Result<ArrayPtr> Evaluation::Get(int node) {
  ArrayPtr& value = memo_[static_cast<size_t>(node)];
  if (value == nullptr) {
    const GraphNode& n = table_.graph[static_cast<size_t>(node)];
    const int set = program_.guards(table_.index).set_of(node);
    ArrayPtr computed;
    if (set >= 0) {
      ARROW_ASSIGN_OR_RAISE(computed, GuardedValue(node, set));
    }
    const bool is_guarded = computed != nullptr;
    if (!is_guarded) {
      ARROW_ASSIGN_OR_RAISE(computed, Compute(n, node));
    }
    if (computed->length() != num_rows()) {
      return arrow::Status::UnknownError(n.name, ": made ", computed->length(),
                                         " values for ", num_rows(), " rows");
    }
    // Not through `value`: computing may not move the memo, but may fill it.
    memo_[static_cast<size_t>(node)] = std::move(computed);
    if (!is_guarded) ReleaseInputs(n);
  }
  return memo_[static_cast<size_t>(node)];
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> Evaluation::Batch(
    std::span<const int> columns) {
  ARROW_ASSIGN_OR_RAISE(const MadeRows rows, Make(columns, {}));
  return rows.ToBatch(pool_);
}

arrow::Result<MadeRows> Evaluation::Make(std::span<const int> columns,
                                         const ColumnForms& forms) {
  arrow::FieldVector fields;
  std::vector<MadeColumn> made;
  for (int c : columns) {
    const BoundColumn& column = table_.columns[static_cast<size_t>(c)];
    MadeColumn values;
    if (forms.blocks) {
      ARROW_ASSIGN_OR_RAISE(values.blocks, Blocks(column.node));
    }
    if (values.blocks == nullptr && forms.numbered_texts) {
      ARROW_ASSIGN_OR_RAISE(values.array, NumberedTexts(column.node));
    }
    if (values.blocks == nullptr && values.array == nullptr) {
      ARROW_ASSIGN_OR_RAISE(values.array, Get(column.node));
    }
    fields.push_back(arrow::field(column.name, values.type(), column.shape.nullable));
    made.push_back(std::move(values));
  }
  return MadeRows(arrow::schema(std::move(fields)), num_rows(), std::move(made));
}

arrow::Result<ArrayPtr> Evaluation::Compute(const GraphNode& node, int index) {
  switch (node.kind) {
    case GraphNode::Kind::kGenerator:
    case GraphNode::Kind::kTracked:
      return Generate(node, index);
    case GraphNode::Kind::kField: {
      ARROW_ASSIGN_OR_RAISE(const ArrayPtr whole, Get(node.inputs[0]));
      return FieldOf(node, *whole);
    }
    case GraphNode::Kind::kExpression: {
      ARROW_ASSIGN_OR_RAISE(std::vector<ArrayPtr> inputs, Inputs(node));
      return node.expression->Evaluate(inputs, num_rows(), pool_);
    }
    case GraphNode::Kind::kFact:
      if (node.fact == Fact::kStep || node.fact == Fact::kPart) return SeriesFact(node);
      return FactOf(node.fact);
    case GraphNode::Kind::kNulls:
      return Nulls(node, index);
    case GraphNode::Kind::kSpan:
      return Span(node);
    case GraphNode::Kind::kLaw:
      return Law(node);
    case GraphNode::Kind::kMix:
      return Mix(node);
    case GraphNode::Kind::kDirt: {
      ARROW_ASSIGN_OR_RAISE(const ArrayPtr clean, Get(node.inputs[0]));
      auto dirty = node.dirt->Apply(clean, rows_, pool_);
      return dirty.ok()
                 ? dirty
                 : dirty.status().WithMessage(node.name, ": ", dirty.status().message());
    }
    case GraphNode::Kind::kGrow:
      return Grow(node);
    case GraphNode::Kind::kCast: {
      ARROW_ASSIGN_OR_RAISE(const ArrayPtr value, Get(node.inputs[0]));
      auto cast = CastExactly(value, node.type, pool_);
      return cast.ok() ? cast : OfColumn(node.name, cast.status());
    }
    case GraphNode::Kind::kLookup:
      return Lookup(node);
    case GraphNode::Kind::kVersionKey:
      return VersionKey(node);
    case GraphNode::Kind::kParent: {
      ARROW_ASSIGN_OR_RAISE(const ParentLink* link, Parent());
      ARROW_ASSIGN_OR_RAISE(ArrayPtr value, link->parent->Get(node.other_node));
      return Gather(value, *link->place, pool_);
    }
    case GraphNode::Kind::kFold:
      return Fold(node);
    case GraphNode::Kind::kStruct:
      return Struct(node);
    case GraphNode::Kind::kList:
      return List(node);
    case GraphNode::Kind::kMember:
      return Member(node);
    case GraphNode::Kind::kWithin:
      return Within(node);
  }
  return arrow::Status::UnknownError("no such node kind");
}

ArrayPtr Evaluation::FieldOf(const GraphNode& node, const arrow::Array& whole) const {
  const std::span<const int> wanted = program_.fields(table_.index, node.inputs[0]);
  const auto at = std::lower_bound(wanted.begin(), wanted.end(), node.field);
  return static_cast<const arrow::StructArray&>(whole).field(
      static_cast<int>(at - wanted.begin()));
}

arrow::Result<std::vector<ArrayPtr>> Evaluation::Inputs(const GraphNode& node) {
  std::vector<ArrayPtr> inputs;
  inputs.reserve(node.inputs.size());
  for (int input : node.inputs) {
    ARROW_ASSIGN_OR_RAISE(ArrayPtr array, Get(input));
    inputs.push_back(std::move(array));
  }
  return inputs;
}

arrow::Result<ArrayPtr> Evaluation::Generate(const GraphNode& node, int index) {
  ARROW_ASSIGN_OR_RAISE(std::vector<ArrayPtr> inputs, Inputs(node));
  const GenerateRequest request{.rows = rows_,
                                .inputs = inputs,
                                .fields = program_.fields(table_.index, index),
                                .pool = pool_};
  if (node.kind == GraphNode::Kind::kGenerator) return node.generator->Generate(request);
  ARROW_ASSIGN_OR_RAISE(const std::vector<int32_t>* versions, SeenVersions());
  return node.tracked->Generate(request, *versions);
}

arrow::Result<const std::vector<int32_t>*> Evaluation::SeenVersions() {
  if (!seen_versions_) {
    ARROW_ASSIGN_OR_RAISE(const auto days, ViewDays());
    seen_versions_.emplace(static_cast<size_t>(num_rows()));
    table_.rows->changes()->VersionsOf(rows_, days->raw_values(), seen_versions_->data());
  }
  return &*seen_versions_;
}

arrow::Result<std::shared_ptr<arrow::Int32Array>> Evaluation::ViewDays() {
  if (view_days_ != nullptr) return view_days_;
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer,
                        arrow::AllocateBuffer(num_rows() * 4, pool_));
  int32_t* days = buffer->mutable_data_as<int32_t>();
  table_.rows->ArrivalDaysOf(rows_, days);
  // A row is never looked at before it is known.
  if (!as_of_.own_day) {
    for (int64_t i = 0; i < num_rows(); ++i) days[i] = std::max(days[i], as_of_.day);
  }
  return std::make_shared<arrow::Int32Array>(num_rows(), std::move(buffer));
}

arrow::Result<std::shared_ptr<arrow::Int32Array>> Evaluation::LookDays() {
  // Facts of day d, and versions, see the state of day d; a row without a day of its
  // own is looked at as of the run's day, and so are the rows it names.
  if (!table_.rows->sees_own_day()) return ViewDays();
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer,
                        arrow::AllocateBuffer(num_rows() * 4, pool_));
  table_.rows->DaysOf(rows_, buffer->mutable_data_as<int32_t>());
  return std::make_shared<arrow::Int32Array>(num_rows(), std::move(buffer));
}

arrow::Result<const Evaluation::ParentLink*> Evaluation::Parent() {
  if (parent_.parent != nullptr) return &parent_;
  const int64_t n = num_rows();
  std::vector<int64_t> parents(static_cast<size_t>(n));
  table_.rows->fanout()->ParentsOf(rows_, parents.data());
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer,
                        arrow::AllocateBuffer(n * 4, pool_));
  int32_t* place = buffer->mutable_data_as<int32_t>();
  if (rows_.is_range() && view_days_ == nullptr) {
    const int64_t first = n == 0 ? 0 : parents.front();
    for (int64_t i = 0; i < n; ++i) {
      place[i] = static_cast<int32_t>(parents[static_cast<size_t>(i)] - first);
    }
    const RowRange range{first, n == 0 ? 0 : parents.back() + 1};
    parent_.owned = std::make_shared<Evaluation>(program_, table_.parent, Rows(range),
                                                 nullptr, as_of_, pool_);
  } else {
    for (int64_t i = 0; i < n; ++i) place[i] = static_cast<int32_t>(i);
    parent_.owned = std::make_shared<Evaluation>(
        program_, table_.parent, Rows(std::move(parents)), view_days_, as_of_, pool_);
  }
  parent_.parent = parent_.owned.get();
  parent_.place = std::make_shared<arrow::Int32Array>(n, std::move(buffer));
  return &parent_;
}

arrow::Result<Evaluation::Family*> Evaluation::FamilyOf(int table) {
  for (auto& family : children_) {
    if (family->table == table) return family.get();
  }
  const BoundTable& child = program_.dataset().table(table);
  auto family = std::make_unique<Family>();
  family->table = table;
  const int64_t n = num_rows();
  Rows rows;
  ARROW_RETURN_NOT_OK(ChildrenOf(*child.rows->fanout(), rows_, &rows, &family->offsets));
  const int64_t total = family->offsets[static_cast<size_t>(n)];
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> place,
                        arrow::AllocateBuffer(total * 4, pool_));
  int32_t* out = place->mutable_data_as<int32_t>();
  SpreadToChildren(
      std::span<const int32_t>(family->offsets),
      [](size_t parent) { return static_cast<int32_t>(parent); }, out);
  auto places = std::make_shared<arrow::Int32Array>(total, std::move(place));
  std::shared_ptr<arrow::Int32Array> view_days;
  if (view_days_ != nullptr) {
    ARROW_ASSIGN_OR_RAISE(ArrayPtr repeated, Gather(view_days_, *places, pool_));
    view_days = std::static_pointer_cast<arrow::Int32Array>(repeated);
  }
  family->children = std::make_unique<Evaluation>(program_, table, std::move(rows),
                                                  std::move(view_days), as_of_, pool_);
  family->children->parent_.parent = this;
  family->children->parent_.place = std::move(places);
  children_.push_back(std::move(family));
  return children_.back().get();
}

arrow::Result<Evaluation*> Evaluation::Children(int table) {
  ARROW_ASSIGN_OR_RAISE(Family * family, FamilyOf(table));
  return family->children.get();
}

arrow::Result<ArrayPtr> Evaluation::Fold(const GraphNode& node) {
  ARROW_ASSIGN_OR_RAISE(Family * family, FamilyOf(node.other_table));
  ArrayPtr values;
  if (node.other_node >= 0) {
    ARROW_ASSIGN_OR_RAISE(values, family->children->Get(node.other_node));
  }
  return FoldChildren(node.fold, values.get(), family->offsets, node.type, pool_);
}

}  // namespace lakeseed
