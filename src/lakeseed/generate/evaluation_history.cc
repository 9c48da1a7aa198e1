// Evaluation: facts of versions, and the versions that foreign keys name.

#include <arrow/api.h>

#include <vector>

#include "lakeseed/base/date.h"
#include "lakeseed/generate/evaluation.h"

namespace lakeseed {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

/// Last day of a version that is not known to end.
const int32_t kOpenDay = DaysFromCivil(9999, 12, 31);

}  // namespace

const HistoryRows::Versions& Evaluation::Versions() {
  if (!versions_) versions_ = table_.rows->history()->VersionsOf(rows_);
  return *versions_;
}

arrow::Result<ArrayPtr> Evaluation::VersionFact(Fact fact) {
  const HistoryRows::Versions& versions = Versions();
  const int64_t n = num_rows();
  const int32_t epoch = program_.dataset().spec().epoch;
  if (fact == Fact::kMember || fact == Fact::kVersion) {
    arrow::Int64Builder values(pool_);
    ARROW_RETURN_NOT_OK(values.Reserve(n));
    for (size_t i = 0; i < static_cast<size_t>(n); ++i) {
      values.UnsafeAppend(fact == Fact::kMember ? versions.members[i] + 1
                                                : int64_t{versions.numbers[i]});
    }
    return values.Finish();
  }
  if (fact == Fact::kValidFrom) {
    arrow::Date32Builder days(pool_);
    ARROW_RETURN_NOT_OK(days.Reserve(n));
    for (const int32_t day : versions.from) days.UnsafeAppend(day + epoch);
    return days.Finish();
  }
  ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<arrow::Int32Array> views, ViewDays());
  std::vector<int32_t> ends(static_cast<size_t>(n));
  table_.rows->history()->EndsOf(versions, views->raw_values(), ends.data());
  if (fact == Fact::kCurrent) {
    arrow::BooleanBuilder current(pool_);
    ARROW_RETURN_NOT_OK(current.Reserve(n));
    for (const int32_t end : ends) current.UnsafeAppend(end == kNoDay);
    return current.Finish();
  }
  arrow::Date32Builder days(pool_);
  ARROW_RETURN_NOT_OK(days.Reserve(n));
  for (const int32_t end : ends) {
    days.UnsafeAppend(end == kNoDay ? kOpenDay : end + epoch);
  }
  return days.Finish();
}

arrow::Result<ArrayPtr> Evaluation::VersionKey(const GraphNode& node) {
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr members, Get(node.inputs[0]));
  ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<arrow::Int32Array> days, LookDays());
  const auto& keys = static_cast<const arrow::Int64Array&>(*members);
  const HistoryRows& history =
      *program_.dataset().table(node.other_table).rows->history();
  std::vector<int64_t> there, its_keys;
  std::vector<int32_t> its_days;
  for (int64_t i = 0; i < num_rows(); ++i) {
    if (keys.IsNull(i)) continue;
    there.push_back(keys.Value(i) - 1);
    its_days.push_back(days->Value(i));
  }
  its_keys.resize(there.size());
  history.KeysOf(there, its_days.data(), its_keys.data());
  arrow::Int64Builder versions(pool_);
  ARROW_RETURN_NOT_OK(versions.Reserve(num_rows()));
  const int64_t* next = its_keys.data();
  for (int64_t i = 0; i < num_rows(); ++i) {
    keys.IsNull(i) ? versions.UnsafeAppendNull() : versions.UnsafeAppend(1 + *next++);
  }
  return versions.Finish();
}

}  // namespace lakeseed
