#include "lakeseed/feed/change_lines.h"

#include <fmt/format.h>

#include <iterator>

#include "lakeseed/base/date.h"
#include "lakeseed/write/json_text.h"

namespace lakeseed {
namespace {

constexpr int64_t kMillisecondsPerDay = 86'400'000;

std::string Quoted(std::string_view text) {
  std::string quoted;
  AppendJsonText(text, &quoted);
  return quoted;
}

struct OpWords {
  std::string_view plain, debezium;
};

OpWords WordsOf(ChangeOp op) {
  switch (op) {
    case ChangeOp::kInsert:
      return {"insert", "c"};
    case ChangeOp::kUpdate:
      return {"update", "u"};
    case ChangeOp::kDelete:
      return {"delete", "d"};
    case ChangeOp::kRead:
      break;
  }
  return {"insert", "r"};
}

}  // namespace

arrow::Result<std::unique_ptr<ChangeLines>> ChangeLines::Make(const BoundDataset& dataset,
                                                              const BoundTable& table,
                                                              Form form) {
  std::unique_ptr<ChangeLines> lines(new ChangeLines());
  lines->form_ = form;
  lines->epoch_ = dataset.spec().epoch;
  lines->dataset_ = Quoted(dataset.spec().id());
  lines->table_ = Quoted(table.name);
  const TextDialect dialect = JsonDialect(/*naive_timestamps=*/false);
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const BoundColumn& column = table.columns[i];
    ARROW_ASSIGN_OR_RAISE(auto formatter, ColumnFormatter::Make(column.type, dialect));
    lines->formatters_.push_back(std::move(formatter));
    lines->names_.push_back(Quoted(column.name) + ":");
    lines->columns_.push_back(i);
    if (column.is_key) lines->key_.push_back(i);
  }
  return lines;
}

arrow::Status ChangeLines::Format(const arrow::RecordBatch& batch, Image* image) {
  image->resize(formatters_.size());
  for (size_t i = 0; i < formatters_.size(); ++i) {
    ARROW_RETURN_NOT_OK(
        formatters_[i]->Format(*batch.column(static_cast<int>(i)), &(*image)[i]));
  }
  return arrow::Status::OK();
}

void ChangeLines::AppendCell(const Image& image, size_t column, size_t row,
                             std::string* out) const {
  out->append(image[column].at(static_cast<int64_t>(row)));
}

void ChangeLines::AppendObject(const Image& image, const std::vector<size_t>& columns,
                               size_t row, std::string* out) const {
  char mark = '{';
  for (const size_t column : columns) {
    out->push_back(mark);
    out->append(names_[column]);
    AppendCell(image, column, row, out);
    mark = ',';
  }
  out->push_back('}');
}

void ChangeLines::AppendChange(ChangeOp op, int32_t day, const size_t* before,
                               const size_t* after, std::string* out) const {
  const auto at = std::back_inserter(*out);
  const OpWords words = WordsOf(op);
  const auto append_images = [&] {
    out->append("\"before\":");
    before == nullptr ? (void)out->append("null")
                      : AppendObject(before_, columns_, *before, out);
    out->append(",\"after\":");
    after == nullptr ? (void)out->append("null")
                     : AppendObject(after_, columns_, *after, out);
  };
  if (form_ == Form::kPlain) {
    const std::string date = FormatDate(epoch_ + day);
    fmt::format_to(at, "{{\"op\":\"{}\",\"table\":{},\"key\":", words.plain, table_);
    if (key_.empty()) {
      out->append("null");
    } else if (after != nullptr) {
      AppendObject(after_, key_, *after, out);
    } else {
      AppendObject(before_, key_, *before, out);
    }
    fmt::format_to(at, ",\"day\":\"{0}\",\"commit_time\":\"{0}T00:00:00Z\",", date);
    append_images();
    out->append("}\n");
    return;
  }
  const int64_t instant = (int64_t{epoch_} + day) * kMillisecondsPerDay;
  out->push_back('{');
  append_images();
  fmt::format_to(at,
                 ",\"source\":{{\"connector\":\"lakeseed\",\"name\":{0},\"ts_ms\":{1},"
                 "\"snapshot\":\"{2}\",\"db\":{0},\"table\":{3}}},\"op\":\"{4}\","
                 "\"ts_ms\":{1}}}\n",
                 dataset_, instant, op == ChangeOp::kRead, table_, words.debezium);
}

arrow::Status ChangeLines::Append(const ChangeBatch& changes, std::string* lines) {
  ARROW_RETURN_NOT_OK(Format(*changes.before, &before_));
  ARROW_RETURN_NOT_OK(Format(*changes.after, &after_));
  size_t before = 0, after = 0;
  for (const ChangeOp op : changes.ops) {
    const bool has_before = op == ChangeOp::kDelete || op == ChangeOp::kUpdate;
    const bool has_after = op != ChangeOp::kDelete;
    AppendChange(op, changes.day, has_before ? &before : nullptr,
                 has_after ? &after : nullptr, lines);
    before += has_before;
    after += has_after;
  }
  return arrow::Status::OK();
}

}  // namespace lakeseed
