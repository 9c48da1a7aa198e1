#include "lakeseed/spec/day_counts.h"

#include <memory>
#include <utility>

namespace lakeseed {
namespace {

constexpr char kName[] = "day_counts";
constexpr size_t kSizes = 5;
constexpr char kHowToWrite[] =
    "write {uniform: [140, 260]}, or {normal: {mean: 200, stddev: 20}, at_least: 50}";

ExprPtr Number(const char* text, const Place& place) {
  auto number = std::make_shared<Expr>();
  number->kind = Expr::Kind::kInteger;
  number->text = text;
  number->place = place;
  return number;
}

/// Both ends of `uniform: [low, high]`.
void ReadUniform(const Field& field, Expr* law) {
  if (!field.node.is_sequence() || field.node.items.size() != 2) {
    return field.Error("must be two numbers of rows: [low, high]");
  }
  for (size_t i = 0; i < 2; ++i) {
    law->args[i] = ReadSize(Field{field.node.items[i], field.path, field.errors});
  }
}

void ReadNormal(const Field& field, Expr* law) {
  if (!IsMapping(field)) return;
  CheckKeys(field, {"mean", "stddev"});
  size_t place = 2;
  for (const char* key : {"mean", "stddev"}) {
    const auto child = Child(field, key);
    if (child) {
      law->args[place] = ReadSize(*child);
    } else {
      field.errors->Add(field.node.place, field.path, "missing key", key);
    }
    ++place;
  }
}

}  // namespace

ExprPtr ReadDayCounts(const Field& field) {
  CheckKeys(field, {"uniform", "normal", "at_least", "by_day"});
  auto law = std::make_shared<Expr>();
  law->kind = Expr::Kind::kCall;
  law->text = kName;
  law->place = field.node.place;
  law->args.assign(kSizes, Number("0", field.node.place));
  const auto uniform = Child(field, "uniform"), normal = Child(field, "normal");
  if (uniform) ReadUniform(*uniform, law.get());
  if (normal) ReadNormal(*normal, law.get());
  if (const auto least = Child(field, "at_least")) law->args[4] = ReadSize(*least);
  if (const auto by_day = Child(field, "by_day"); by_day && by_day->node.text != "1") {
    law->args.push_back(ReadExpression(*by_day));
  }
  if (!uniform && !normal) {
    field.Error("names no law of the numbers of rows", kHowToWrite);
    return nullptr;
  }
  for (const ExprPtr& one : law->args) {
    if (one == nullptr) return nullptr;
  }
  return law;
}

bool IsDayCounts(const Expr& size) {
  return size.kind == Expr::Kind::kCall && size.text == kName;
}

std::span<const ExprPtr> SizesOf(const Expr& law) {
  return std::span(law.args).first(kSizes);
}

const Expr* ByDayOf(const Expr& size) {
  return IsDayCounts(size) && size.args.size() > kSizes ? size.args[kSizes].get()
                                                        : nullptr;
}

}  // namespace lakeseed
