// ColumnBlocks: the values of a column that are made where they are written, some
// thousand at a time, so that no array of them is ever in memory.
//
// Laws: Fill() writes the same values in whatever cuts it is asked; ToArray() is the
// array that the column would be.
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>

namespace lakeseed {

class ColumnBlocks {
 public:
  /// So many values are made at a time: they stay in the nearest cache.
  static constexpr int64_t kRows = 2'048;

  /// Values first, first + step, …: all of them are known from these two.
  struct Progression {
    int64_t first = 0;
    int64_t step = 0;

    /// Without a sign, as a value behind the last one may leave the type.
    int64_t operator[](int64_t i) const {
      return static_cast<int64_t>(static_cast<uint64_t>(first) +
                                  static_cast<uint64_t>(step) * static_cast<uint64_t>(i));
    }
    Progression From(int64_t begin) const { return {(*this)[begin], step}; }
  };

  virtual ~ColumnBlocks() = default;

  /// Of 4 or 8 bytes in an array, a dictionary of int32 too.
  const std::shared_ptr<arrow::DataType>& type() const { return type_; }
  int64_t length() const { return length_; }

  /// Bits of the rows that are not null; nullptr: all of them.
  const std::shared_ptr<arrow::Buffer>& validity() const { return validity_; }
  /// Rows among [begin, begin + count) that are not null.
  int64_t CountValues(int64_t begin, int64_t count) const;
  int64_t null_count() const { return length_ - CountValues(0, length_); }

  /// Of a dictionary type.
  virtual std::shared_ptr<arrow::Array> dictionary() const { return nullptr; }

  /// Only of values that are int64 in an array, without nulls.
  virtual std::optional<Progression> progression() const { return std::nullopt; }

  /// Write values [begin, begin + count) as an array of the type has them in memory,
  /// counted without the rows that are null: those have none.
  virtual void Fill(int64_t begin, int64_t count, void* out) const = 0;

  /// Rows [begin, begin + count) as an array.
  arrow::Result<std::shared_ptr<arrow::Array>> ToArray(int64_t begin, int64_t count,
                                                       arrow::MemoryPool* pool) const;

 protected:
  ColumnBlocks(std::shared_ptr<arrow::DataType> type, int64_t length,
               std::shared_ptr<arrow::Buffer> validity = nullptr)
      : type_(std::move(type)), length_(length), validity_(std::move(validity)) {}

 private:
  const std::shared_ptr<arrow::DataType> type_;
  const int64_t length_;
  const std::shared_ptr<arrow::Buffer> validity_;
};

/// `length` values of a progression. REQUIRES: int64 in an array; no value leaves it.
std::shared_ptr<const ColumnBlocks> MakeProgression(std::shared_ptr<arrow::DataType> type,
                                                    ColumnBlocks::Progression values,
                                                    int64_t length);

}  // namespace lakeseed
