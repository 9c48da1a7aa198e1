#include "lakeseed/generate/dirty_cells.h"

#include <arrow/api.h>
#include <arrow/util/bit_util.h>

#include <cmath>
#include <string>
#include <string_view>

#include "lakeseed/base/cell.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/gather.h"
#include "lakeseed/generate/real_column.h"

namespace lakeseed {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

bool IsCategory(const arrow::DataType& type) {
  return type.id() == arrow::Type::DICTIONARY;
}

bool IsText(const arrow::DataType& type) {
  return type.id() == arrow::Type::STRING || IsCategory(type);
}

bool IsNumber(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::INT32:
    case arrow::Type::INT64:
    case arrow::Type::DOUBLE:
    case arrow::Type::DECIMAL64:
      return true;
    default:
      return false;
  }
}

/// The values with `change` over those that are hit. T: their type in memory.
template <typename T, typename Change>
arrow::Result<ArrayPtr> Changed(const arrow::Array& clean,
                                const std::vector<uint8_t>& hits, arrow::MemoryPool* pool,
                                Change change) {
  ARROW_ASSIGN_OR_RAISE(auto memory, ColumnMemory<T>::Make(clean.length(), pool));
  const T* const from = clean.data()->GetValues<T>(1);
  for (int64_t i = 0; i < clean.length(); ++i) {
    memory.data()[i] = from[i];
    if (clean.IsNull(i)) {
      ARROW_RETURN_NOT_OK(memory.validity().SetNull(i));
    } else if (hits[static_cast<size_t>(i)] != 0) {
      ARROW_RETURN_NOT_OK(change(i, &memory.data()[i]));
    }
  }
  return std::move(memory).Finish(clean.type());
}

template <typename T>
arrow::Result<ArrayPtr> Outliers(const arrow::Array& clean,
                                 const std::vector<uint8_t>& hits, double factor,
                                 arrow::MemoryPool* pool) {
  const auto limit = static_cast<double>(LargestWhole(*clean.type()));
  return Changed<T>(clean, hits, pool, [&](int64_t, T* value) {
    // Of nothing an outlier is the factor itself.
    const double far = *value == 0 ? factor : static_cast<double>(*value) * factor;
    if constexpr (std::is_floating_point_v<T>) {
      *value = far;
    } else {
      if (!(std::abs(far) <= limit)) {
        return arrow::Status::Invalid("an outlier is out of ", clean.type()->ToString(),
                                      ": a smaller factor keeps it inside");
      }
      const auto whole = static_cast<T>(RoundHalfAway(far));
      *value = whole == *value ? static_cast<T>(whole + 1) : whole;
    }
    return arrow::Status::OK();
  });
}

/// Where each letter of a text begins, and its end.
void FindLetters(std::string_view text, std::vector<size_t>* starts) {
  starts->clear();
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) starts->push_back(i);
  }
  starts->push_back(text.size());
}

/// A slip of the hand: two letters that changed places, one that is missing, or one that
/// stands twice.
std::string Slip(std::string_view text, uint64_t cell, std::vector<size_t>* starts) {
  FindLetters(text, starts);
  const auto letters = static_cast<int64_t>(starts->size()) - 1;
  if (letters == 0) return "?";
  const auto letter = [&](int64_t i) {
    const size_t begin = (*starts)[static_cast<size_t>(i)];
    return text.substr(begin, (*starts)[static_cast<size_t>(i) + 1] - begin);
  };
  const int64_t at = Below(cell, letters);
  const size_t begin = (*starts)[static_cast<size_t>(at)];
  std::string slip(text.substr(0, begin));
  std::string_view rest = text.substr(begin + letter(at).size());
  const uint64_t kind = cell & 3;
  if (kind < 2 && at + 1 < letters && letter(at) != letter(at + 1)) {
    slip += letter(at + 1);
    rest = rest.substr(letter(at + 1).size());
    slip += letter(at);
  } else if (kind == 2 || letters == 1) {
    slip += letter(at);
    slip += letter(at);
  }  // Else it is missing.
  slip += rest;
  return slip;
}

arrow::Result<ArrayPtr> Typos(const arrow::Array& clean, const std::vector<uint8_t>& hits,
                              const Key& key, const Rows& rows, arrow::MemoryPool* pool) {
  const arrow::Array* texts = &clean;
  const int32_t* codes = nullptr;
  if (IsCategory(*clean.type())) {
    const auto& category = static_cast<const arrow::DictionaryArray&>(clean);
    texts = category.dictionary().get();
    codes = category.indices()->data()->GetValues<int32_t>(1);
  }
  const auto& from = static_cast<const arrow::StringArray&>(*texts);
  arrow::StringBuilder builder(pool);
  std::vector<size_t> starts;
  for (int64_t i = 0; i < clean.length(); ++i) {
    if (clean.IsNull(i)) {
      ARROW_RETURN_NOT_OK(builder.AppendNull());
      continue;
    }
    const std::string_view text = from.GetView(codes == nullptr ? i : codes[i]);
    if (hits[static_cast<size_t>(i)] != 0) {
      ARROW_RETURN_NOT_OK(builder.Append(Slip(text, Cell(key, rows[i], 1), &starts)));
    } else {
      ARROW_RETURN_NOT_OK(builder.Append(text));
    }
  }
  return builder.Finish();
}

arrow::Result<ArrayPtr> Nulls(const ArrayPtr& clean, const std::vector<uint8_t>& hits,
                              arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> keep,
                        arrow::AllocateEmptyBitmap(clean->length(), pool));
  for (int64_t i = 0; i < clean->length(); ++i) {
    if (hits[static_cast<size_t>(i)] == 0) {
      arrow::bit_util::SetBit(keep->mutable_data(), i);
    }
  }
  return KeepWhere(clean, keep, pool);
}

}  // namespace

DirtyCells::DirtyCells(const CellDirt& dirt, const Key& key)
    : dirt_(dirt), key_(key), rows_(key, dirt.share) {}

std::string DirtyCells::WhyNot(const arrow::DataType& type) const {
  switch (dirt_.kind) {
    case DirtKind::kNull:
      return "";
    case DirtKind::kOrphan:
      return type.id() == arrow::Type::INT64 ? "" : "orphans are keys: int64";
    case DirtKind::kOutlier:
      return IsNumber(type) ? "" : "only numbers have outliers";
    case DirtKind::kTypo:
      return IsText(type) ? "" : "only texts have typos";
  }
  return "";
}

std::shared_ptr<arrow::DataType> DirtyCells::TypeOf(
    const std::shared_ptr<arrow::DataType>& type) const {
  return dirt_.kind == DirtKind::kTypo ? arrow::utf8() : type;
}

ColumnShape DirtyCells::ShapeOf(ColumnShape shape) const {
  switch (dirt_.kind) {
    case DirtKind::kNull:
      if (shape.kind == ShapeKind::kSequence || shape.kind == ShapeKind::kSorted ||
          shape.kind == ShapeKind::kConstant) {
        shape = {};
      }
      shape.nullable = true;
      return shape;
    case DirtKind::kOrphan:
      return {.nullable = shape.nullable};
    case DirtKind::kOutlier: {
      const bool is_real = shape.kind == ShapeKind::kReal;
      return {.kind = is_real ? ShapeKind::kReal : ShapeKind::kUnknown,
              .nullable = shape.nullable};
    }
    case DirtKind::kTypo:
      return {.kind = ShapeKind::kText, .nullable = shape.nullable};
  }
  return shape;
}

std::vector<uint8_t> DirtyCells::HitsOf(const Rows& rows) const {
  std::vector<int64_t> numbers(static_cast<size_t>(rows.length()));
  for (int64_t i = 0; i < rows.length(); ++i) numbers[static_cast<size_t>(i)] = rows[i];
  std::vector<uint8_t> hits(numbers.size());
  rows_.Of(numbers.data(), rows.length(), hits.data());
  return hits;
}

arrow::Result<ArrayPtr> DirtyCells::Apply(const ArrayPtr& clean, const Rows& rows,
                                          arrow::MemoryPool* pool) const {
  const std::vector<uint8_t> hits = HitsOf(rows);
  switch (dirt_.kind) {
    case DirtKind::kNull:
      return Nulls(clean, hits, pool);
    case DirtKind::kOrphan:
      return Changed<int64_t>(*clean, hits, pool, [&](int64_t i, int64_t* value) {
        *value = DirtyRows::kOrphan + rows[i];
        return arrow::Status::OK();
      });
    case DirtKind::kTypo:
      return Typos(*clean, hits, key_, rows, pool);
    case DirtKind::kOutlier:
      break;
  }
  switch (clean->type_id()) {
    case arrow::Type::DOUBLE:
      return Outliers<double>(*clean, hits, dirt_.factor, pool);
    case arrow::Type::INT32:
      return Outliers<int32_t>(*clean, hits, dirt_.factor, pool);
    default:
      return Outliers<int64_t>(*clean, hits, dirt_.factor, pool);
  }
}

}  // namespace lakeseed
