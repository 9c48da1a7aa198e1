// walk: the events of a visit, one after the other: what happens and when.
//
// For children of a visit, whose number decides how many events it has; `depth` says how
// many stages it goes through.
//
// Method  WalkPath (walk_path.h), once for each visit among the wanted rows.

#include <arrow/api.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/fanout.h"
#include "lakeseed/generate/struct_generator.h"
#include "lakeseed/generate/walk_path.h"

namespace lakeseed {
namespace {

enum FieldIndex : int { kEvent, kStage, kSeconds, kNumber, kOpens, kFirst, kLast };

class Walk final : public StructGenerator {
 public:
  Walk(WalkPath path, const Fanout& fanout, int depth)
      : path_(std::move(path)), fanout_(fanout), depth_(depth) {
    ColumnShape stage{.kind = ShapeKind::kBounded, .min = 1, .max = path_.stages()};
    ColumnShape number{.kind = ShapeKind::kBounded, .min = 1, .max = fanout.max()};
    ColumnShape seconds{.kind = ShapeKind::kBounded, .min = 0};
    seconds.max = 1800 * fanout.max();
    const ColumnShape flag{.kind = ShapeKind::kBoolean};
    SetFields({{"event", path_.events().type(), path_.events().shape()},
               {"stage", arrow::int64(), stage},
               {"seconds", arrow::int64(), seconds},
               {"number", arrow::int64(), number},
               {"opens", arrow::boolean(), flag},
               {"is_first", arrow::boolean(), flag},
               {"is_last", arrow::boolean(), flag}});
  }

 protected:
  arrow::Result<std::unique_ptr<Block>> Open(
      const GenerateRequest& request) const override;

 private:
  class Visits;

  const WalkPath path_;
  const Fanout& fanout_;
  const int depth_;  ///< Input.
};

/// The wanted events of one request.
class Walk::Visits final : public StructGenerator::Block {
 public:
  Visits(const Walk& walk, const GenerateRequest& request)
      : walk_(walk), request_(request), n_(request.rows.length()) {}

  arrow::Status Fill();
  arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) override;

 private:
  template <typename ValueOf>
  arrow::Result<std::shared_ptr<arrow::Array>> Integers(ValueOf value_of) const {
    ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<int64_t>::Make(n_, request_.pool));
    for (int64_t i = 0; i < n_; ++i) memory.data()[i] = value_of(static_cast<size_t>(i));
    return std::move(memory).Finish(arrow::int64());
  }
  template <typename ValueOf>
  arrow::Result<std::shared_ptr<arrow::Array>> Flags(ValueOf value_of) const {
    arrow::BooleanBuilder builder(request_.pool);
    ARROW_RETURN_NOT_OK(builder.Reserve(n_));
    for (int64_t i = 0; i < n_; ++i)
      builder.UnsafeAppend(value_of(static_cast<size_t>(i)));
    return builder.Finish();
  }

  const Walk& walk_;
  const GenerateRequest& request_;
  const int64_t n_;
  std::vector<WalkPath::Event> events_;
  std::vector<int64_t> lines_, sizes_;
};

arrow::Status Walk::Visits::Fill() {
  const Rows& rows = request_.rows;
  const auto size = static_cast<size_t>(n_);
  std::vector<int64_t> parents(size), firsts(size);
  walk_.fanout_.ParentsOf(rows, parents.data());
  std::vector<int64_t> visits, starts;  // Each visit once where neighbours share it.
  for (size_t i = 0; i < size; ++i) {
    if (i == 0 || parents[i] != parents[i - 1]) visits.push_back(parents[i]);
  }
  // Where a visit's children begin and end, two row numbers each.
  std::vector<int64_t> ends;
  for (const int64_t visit : visits) ends.insert(ends.end(), {visit, visit + 1});
  starts.resize(ends.size());
  walk_.fanout_.FirstChildrenOf(Rows(std::move(ends)), starts.data());
  const auto* depths =
      request_.inputs[static_cast<size_t>(walk_.depth_)]->data()->GetValues<int64_t>(1);
  events_.resize(size);
  lines_.resize(size);
  sizes_.resize(size);
  WalkPath::Visit visit;
  for (size_t i = 0, v = 0; i < size; ++v) {
    const int64_t first = starts[2 * v], count = starts[2 * v + 1] - first;
    const int64_t depth = depths[i];
    if (depth < 1 || depth > std::min(count, walk_.path_.stages())) {
      return arrow::Status::Invalid("walk: ", count, " events of ", walk_.path_.stages(),
                                    " stages cannot reach stage ", depth);
    }
    walk_.path_.Fill(visits[v], first, count, depth, &visit);
    for (; i < size && parents[i] == visits[v]; ++i) {
      lines_[i] = rows[static_cast<int64_t>(i)] - first;
      sizes_[i] = count;
      events_[i] = visit.events[static_cast<size_t>(lines_[i])];
    }
  }
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::Array>> Walk::Visits::Make(int field) {
  switch (field) {
    case kEvent:
      return walk_.path_.events().Codes(n_, request_.pool, [&](int64_t i) {
        return events_[static_cast<size_t>(i)].code;
      });
    case kStage:
      return Integers([&](size_t i) { return events_[i].stage; });
    case kSeconds:
      return Integers([&](size_t i) { return events_[i].seconds; });
    case kNumber:
      return Integers([&](size_t i) { return lines_[i] + 1; });
    case kOpens:
      return Flags([&](size_t i) { return events_[i].opens; });
    case kFirst:
      return Flags([&](size_t i) { return lines_[i] == 0; });
    case kLast:
      return Flags([&](size_t i) { return lines_[i] + 1 == sizes_[i]; });
    default:
      return arrow::Status::IndexError("walk has no field number ", field);
  }
}

arrow::Result<std::unique_ptr<StructGenerator::Block>> Walk::Open(
    const GenerateRequest& request) const {
  auto block = std::make_unique<Visits>(*this, request);
  ARROW_RETURN_NOT_OK(block->Fill());
  return block;
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  const Fanout* fanout = context.rows().fanout();
  if (fanout == nullptr) {
    return params.Error("", "only children of visits walk", std::nullopt,
                        "make this table `per: {parent: …, count: …}`");
  }
  const SpecNode* depth = params.Find("depth");
  if (depth == nullptr) {
    return params.Error("depth", "missing: stages that a visit goes through",
                        std::nullopt, "write depth: 1, or depth: parent.stage");
  }
  ARROW_ASSIGN_OR_RAISE(const BoundInput input, context.Input(*depth));
  if (input.type->id() != arrow::Type::INT64) {
    return params.Error("depth", "must be a whole number", input.type->ToString());
  }
  ARROW_ASSIGN_OR_RAISE(WalkPath path, WalkPath::Read(params, context.key("value")));
  ARROW_RETURN_NOT_OK(params.Finish());
  return std::make_unique<Walk>(std::move(path), *fanout, input.index);
}

}  // namespace

extern const GeneratorDef kWalk{
    .name = "walk",
    .summary = "make the events of a visit in order: what happens and after how long",
    .params =
        "depth: stages that the visit goes through, an expression (required)\n"
        "stages: list of {first: event, then: {event: weight}, share: weight}; a visit's "
        "further events fall to its stages by share, 1 where `then` stands (required)\n"
        "seconds: median length by event (20)\n"
        "log_sigma: standard deviation of the logarithm of the lengths (0.9)",
    .example =
        "{walk: {depth: parent.stage, stages: [{first: page_view, then: {page_view: 0.7, "
        "search: "
        "0.3}}, {first: purchase}], seconds: {page_view: 18}}}",
    .bind = Bind,
};

}  // namespace lakeseed
