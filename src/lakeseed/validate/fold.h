// FoldState: sum, count, min or max of a value over the children of each parent.
//
// Thread safety: one thread.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lakeseed {

class FoldState {
 public:
  /// \retval NotImplemented  no such fold over the type
  static arrow::Result<FoldState> Make(const std::string& name,
                                       const std::shared_ptr<arrow::DataType>& type);

  const std::shared_ptr<arrow::DataType>& type() const { return type_; }

  void Start(int64_t num_parents);
  /// Add a block: `parents[i]` is the parent's place (null: none); `values` may be
  /// null for a count of rows.
  arrow::Status Add(const arrow::Int64Array& parents, const arrow::Array* values);
  arrow::Result<std::shared_ptr<arrow::Array>> Finish();

 private:
  enum class Kind { kSum, kCount, kMin, kMax };
  Kind kind_ = Kind::kSum;
  bool real_ = false;
  std::shared_ptr<arrow::DataType> type_;
  std::vector<int64_t> integers_;
  std::vector<double> reals_;
  std::vector<uint8_t> found_;
};

}  // namespace lakeseed
