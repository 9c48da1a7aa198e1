// ChoiceValues: the distinct values of a choice: a dictionary of texts, or a
// table of numbers, dates or times.
//
// Thread safety: ChoiceValues is immutable.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "lakeseed/base/column_shape.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/literal.h"

namespace lakeseed {

class Params;

class ChoiceValues {
 public:
  const std::shared_ptr<arrow::DataType>& type() const { return type_; }
  ColumnShape shape() const;
  int32_t size() const { return size_; }
  const std::shared_ptr<arrow::Array>& dictionary() const { return dictionary_; }
  /// The first place with the value of this one.
  int32_t FirstAlike(int32_t place) const;

  /// The column whose i-th value is number `places[i]` of the list.
  arrow::Result<std::shared_ptr<arrow::Array>> Finish(ColumnMemory<int32_t> places,
                                                      int64_t length,
                                                      arrow::MemoryPool* pool) const;
  /// Write the values as such a column has them in memory. REQUIRES: no booleans.
  void Look(const int32_t* places, int64_t count, void* out) const;

 private:
  friend class ChoiceValuesBuilder;

  std::shared_ptr<arrow::DataType> type_;
  std::shared_ptr<arrow::Array> dictionary_;  ///< Of text.
  std::vector<int64_t> numbers_;              ///< Of integer-like types.
  std::vector<double> doubles_;               ///< Of float64.
  int32_t size_ = 0;
};

class ChoiceValuesBuilder {
 public:
  /// Add a value; return its place. Equal texts have one place.
  int32_t Add(const SpecNode& node);

  /// Type all of them: as stated, else by CommonType.
  /// \retval Invalid  a value that is none of the stated type
  arrow::Result<ChoiceValues> Finish(
      const Params& params, const std::shared_ptr<arrow::DataType>& stated) const;

 private:
  std::vector<Literal> literals_;
};

}  // namespace lakeseed
