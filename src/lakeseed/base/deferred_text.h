// DeferredText: a column of texts that are made where they are read.
//
// Rows hold numbers instead of texts, and a source knows the text of each row. Who reads
// the column asks once for each number that it has not met. In record batches it is an
// extension array over int64; a slice of it is one as well.
//
// Laws: under one meaning, equal numbers are equal texts, in all batches of a run
//       (equal texts may have several numbers)
//       a row that is not null has a text
//
// Thread safety: immutable; a source may be asked by any thread.

#pragma once

#include <arrow/extension_type.h>
#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace lakeseed {

class TextSource {
 public:
  virtual ~TextSource() = default;

  /// What the numbers stand for: sources of one meaning give a number the same text.
  virtual const void* meaning() const = 0;

  /// The texts at `places` of the whole array, not of a slice; none of them is null.
  virtual arrow::Result<std::shared_ptr<arrow::StringArray>> TextsAt(
      std::span<const int64_t> places, arrow::MemoryPool* pool) const = 0;
};

/// Type of the arrays of one source.
class DeferredTextType final : public arrow::ExtensionType {
 public:
  explicit DeferredTextType(std::shared_ptr<const TextSource> source);

  const TextSource& source() const { return *source_; }

  std::string extension_name() const override { return "lakeseed.deferred_text"; }
  bool ExtensionEquals(const arrow::ExtensionType& other) const override;
  std::shared_ptr<arrow::Array> MakeArray(
      std::shared_ptr<arrow::ArrayData> data) const override;
  /// It lives in memory only.
  arrow::Result<std::shared_ptr<arrow::DataType>> Deserialize(
      std::shared_ptr<arrow::DataType> storage, const std::string&) const override;
  std::string Serialize() const override { return {}; }

 private:
  const std::shared_ptr<const TextSource> source_;
};

/// A column with the rows' numbers and their source.
std::shared_ptr<arrow::Array> DeferredText(const arrow::Int64Array& numbers,
                                           std::shared_ptr<const TextSource> source);

/// The source of the arrays of a type; null: they are not deferred.
const TextSource* SourceOf(const arrow::DataType& type);

/// The texts of a deferred column, with its nulls.
arrow::Result<std::shared_ptr<arrow::Array>> MadeTexts(const arrow::Array& deferred,
                                                       arrow::MemoryPool* pool);

}  // namespace lakeseed
