#include "lakeseed/write/nested_text.h"

#include <arrow/array.h>
#include <arrow/type.h>

#include <utility>

#include "lakeseed/write/format_rows.h"

namespace lakeseed {
namespace {

class StructFormatter final : public ColumnFormatter {
 public:
  explicit StructFormatter(const TextDialect& dialect) : dialect_(dialect) {}

  arrow::Status Add(const arrow::Field& field) {
    Member& member = members_.emplace_back();
    member.before = members_.size() == 1 ? "{" : ",";
    dialect_.Append(field.name(), &member.before);
    member.before += ':';
    return ColumnFormatter::Make(field.type(), dialect_).Value(&member.formatter);
  }

  arrow::Status Format(const arrow::Array& array, ColumnText* out) override {
    const auto& structs = static_cast<const arrow::StructArray&>(array);
    for (size_t i = 0; i < members_.size(); ++i) {
      ARROW_RETURN_NOT_OK(members_[i].formatter->Format(
          *structs.field(static_cast<int>(i)), &members_[i].texts));
    }
    return FormatRows(array, dialect_.null, out, [&](int64_t row, ByteBuffer* memory) {
      for (const Member& member : members_) {
        ARROW_RETURN_NOT_OK(AppendText(member.before, memory));
        ARROW_RETURN_NOT_OK(AppendText(member.texts.at(row), memory));
      }
      return AppendText("}", memory);
    });
  }

 private:
  struct Member {
    std::string before;  ///< `{"name":` or `,"name":`
    std::unique_ptr<ColumnFormatter> formatter;
    ColumnText texts;
  };

  const TextDialect dialect_;
  std::vector<Member> members_;
};

class ListFormatter final : public ColumnFormatter {
 public:
  ListFormatter(const TextDialect& dialect, std::unique_ptr<ColumnFormatter> elements)
      : dialect_(dialect), elements_(std::move(elements)) {}

  arrow::Status Format(const arrow::Array& array, ColumnText* out) override {
    const auto& lists = static_cast<const arrow::ListArray&>(array);
    const bool is_empty = lists.length() == 0;  // It may have no offsets at all.
    const int64_t first = is_empty ? 0 : lists.value_offset(0);
    const int64_t last = is_empty ? 0 : lists.value_offset(lists.length());
    ARROW_RETURN_NOT_OK(
        elements_->Format(*lists.values()->Slice(first, last - first), &texts_));
    return FormatRows(array, dialect_.null, out, [&](int64_t row, ByteBuffer* memory) {
      ARROW_RETURN_NOT_OK(AppendText("[", memory));
      const int64_t begin = lists.value_offset(row), end = lists.value_offset(row + 1);
      for (int64_t i = begin; i < end; ++i) {
        if (i > begin) ARROW_RETURN_NOT_OK(AppendText(",", memory));
        ARROW_RETURN_NOT_OK(AppendText(texts_.at(i - first), memory));
      }
      return AppendText("]", memory);
    });
  }

 private:
  const TextDialect dialect_;
  const std::unique_ptr<ColumnFormatter> elements_;
  ColumnText texts_;
};

}  // namespace

bool IsNestedType(const arrow::DataType& type) { return type.num_fields() > 0; }

arrow::Result<std::unique_ptr<ColumnFormatter>> MakeNestedFormatter(
    const std::shared_ptr<arrow::DataType>& type, const TextDialect& dialect) {
  if (type->id() == arrow::Type::LIST) {
    ARROW_ASSIGN_OR_RAISE(auto elements,
                          ColumnFormatter::Make(type->field(0)->type(), dialect));
    return std::make_unique<ListFormatter>(dialect, std::move(elements));
  }
  if (type->id() != arrow::Type::STRUCT) {
    return arrow::Status::NotImplemented("no text form of type ", type->ToString());
  }
  auto structs = std::make_unique<StructFormatter>(dialect);
  for (const auto& field : type->fields()) ARROW_RETURN_NOT_OK(structs->Add(*field));
  return structs;
}

}  // namespace lakeseed
