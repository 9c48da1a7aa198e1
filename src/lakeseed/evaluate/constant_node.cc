// Nodes of one value.

#include <fmt/format.h>

#include <cstring>

#include "lakeseed/evaluate/bind.h"

namespace lakeseed {
namespace {

template <class T>
Vector Single(const T& value) {
  auto owner = std::make_shared<T>(value);
  Vector vector;
  vector.values = owner.get();
  vector.constant = true;
  vector.owners.push_back(std::move(owner));
  return vector;
}

ValueType TypeOf(ValueKind kind) {
  ValueType type;
  type.kind = kind;
  type.nullable = false;
  return type;
}

}  // namespace

NodePtr Binder::Null(const Place& place, ValueType type) {
  static const uint8_t kInvalid = 0;
  type.nullable = true;
  type.dictionary = false;
  // Zero bytes are a value of every layout; truth has a null of its own.
  Vector zero = Single(std::array<Int128, 2>{});
  if (type.is(ValueKind::kBoolean)) {
    zero = Single<uint8_t>(kUnknown);
  } else {
    zero.valid = &kInvalid;
  }
  if (type.is(ValueKind::kText)) {
    zero = Single(std::string_view());
    zero.valid = &kInvalid;
  }
  return std::make_shared<ConstantNode>(type, place, std::move(zero));
}

NodePtr ExactConstant(const Place& place, ValueKind kind, Int128 value, int scale) {
  ValueType type = TypeOf(kind);
  type.scale = scale;
  type.limit = value < 0 ? -value : value;
  Vector vector = type.wide() ? Single(value) : Single(static_cast<int64_t>(value));
  return std::make_shared<ConstantNode>(type, place, std::move(vector));
}

NodePtr IntegerConstant(const Place& place, int64_t value) {
  return ExactConstant(place, ValueKind::kInteger, value, 0);
}

NodePtr TextConstant(const Place& place, std::string_view text) {
  auto owner = std::make_shared<std::string>(text);
  Vector vector = Single(std::string_view(*owner));
  vector.owners.push_back(std::move(owner));
  return std::make_shared<ConstantNode>(TypeOf(ValueKind::kText), place,
                                        std::move(vector));
}

NodePtr BooleanConstant(const Place& place, uint8_t truth) {
  return std::make_shared<ConstantNode>(TypeOf(ValueKind::kBoolean), place,
                                        Single(truth));
}

NodePtr DateConstant(const Place& place, int32_t days) {
  return std::make_shared<ConstantNode>(TypeOf(ValueKind::kDate), place,
                                        Single(int64_t{days}));
}

std::optional<std::string_view> ConstantText(const Node& node) {
  const Vector* value = node.constant();
  if (value == nullptr || !node.type().is(ValueKind::kText) || !value->IsValid(0)) {
    return std::nullopt;
  }
  if (value->dictionary != nullptr)
    return value->dictionary->values[value->as<int32_t>()[0]];
  return value->as<std::string_view>()[0];
}

std::optional<int64_t> ConstantInteger(const Node& node) {
  const Vector* value = node.constant();
  if (value == nullptr || !node.type().is(ValueKind::kInteger) || node.type().wide() ||
      !value->IsValid(0)) {
    return std::nullopt;
  }
  return value->as<int64_t>()[0];
}

std::string Describe(const ValueType& type) {
  if (!type.is(ValueKind::kDecimal)) return KindName(type.kind);
  return fmt::format("decimal of scale {}", type.scale);
}

}  // namespace lakeseed
