// What is known of a column before any of its values exists.
//
// A generator declares its shape when it is bound; the writer chooses encoding,
// dictionary and statistics from it instead of rediscovering them.
//
// Thread safety: plain values; any thread may ask for a count.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace lakeseed {

enum class ShapeKind {
  kUnknown,   ///< Nothing is promised.
  kConstant,  ///< One value, or null.
  kSequence,  ///< row + constant, ascending by 1, no nulls.
  kSorted,    ///< Ascending (ties allowed) inside a dense range of rows.
  kBounded,   ///< Integers (times, scaled decimals too) in [min, max].
  kCategory,  ///< Few distinct values; arrives as dictionary codes.
  kBoolean,
  kReal,  ///< Doubles with random mantissas.
  kText,  ///< Strings, mostly distinct.
};

/// Number of distinct values, which may be found out when it is asked for first.
class CategoryCount {
 public:
  CategoryCount(int64_t known = 0) : known_(known) {}
  explicit CategoryCount(std::function<int64_t()> count)
      : count_(std::make_shared<const std::function<int64_t()>>(std::move(count))) {}

  operator int64_t() const { return count_ == nullptr ? known_ : (*count_)(); }

 private:
  int64_t known_ = 0;
  std::shared_ptr<const std::function<int64_t()>> count_;
};

struct ColumnShape {
  ShapeKind kind = ShapeKind::kUnknown;
  bool nullable = false;  ///< May hold nulls.
  /// kBounded: smallest and largest value, in the column's integer unit.
  std::optional<int64_t> min, max;
  CategoryCount num_categories;  ///< kCategory.
};

}  // namespace lakeseed
