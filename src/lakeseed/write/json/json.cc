// json: JSON Lines, one object per row with every column in its order, UTF-8.
//
// Values are spelled as json_text.h says; the statistics still count NaN and
// infinity.

#include "lakeseed/write/block_writer.h"
#include "lakeseed/write/json/json_text.h"

namespace lakeseed {
namespace {

class JsonWriter final : public BlockWriter {
 public:
  explicit JsonWriter(const FileRequest& request) : BlockWriter("json", request) {}

  arrow::Status Start(Storage* storage) {
    const TextDialect dialect = JsonDialect(request().options.naive_timestamps);
    for (const ColumnLayout& column : request().columns) {
      ARROW_ASSIGN_OR_RAISE(auto formatter, ColumnFormatter::Make(column.type, dialect));
      std::string name = formatters_.empty() ? "{" : ",";
      AppendJsonText(column.name, &name);
      name.push_back(':');
      names_.push_back(std::move(name));
      formatters_.push_back(std::move(formatter));
    }
    texts_.resize(formatters_.size());
    return Open(storage);
  }

 protected:
  arrow::Status EncodeBlock(const arrow::RecordBatch& block) override {
    size_t size = 0;
    for (size_t i = 0; i < formatters_.size(); ++i) {
      ARROW_RETURN_NOT_OK(
          formatters_[i]->Format(*block.column(static_cast<int>(i)), &texts_[i]));
      size += texts_[i].text.size() +
              (names_[i].size() + 2) * static_cast<size_t>(block.num_rows());
    }
    lines_.clear();
    lines_.reserve(size);
    for (size_t row = 0; row < static_cast<size_t>(block.num_rows()); ++row) {
      for (size_t i = 0; i < texts_.size(); ++i) {
        const ColumnText& column = texts_[i];
        const size_t begin = row == 0 ? 0 : column.ends[row - 1];
        lines_.append(names_[i]);
        lines_.append(column.text, begin, column.ends[row] - begin);
      }
      lines_.append("}\n");
    }
    return stream()->Write(lines_);
  }

  arrow::Status EncodeEnd() override { return arrow::Status::OK(); }

 private:
  std::vector<std::unique_ptr<ColumnFormatter>> formatters_;
  std::vector<std::string> names_;  // With what stands before and behind.
  std::vector<ColumnText> texts_;
  std::string lines_;
};

constexpr arrow::Compression::type kCodecs[] = {arrow::Compression::UNCOMPRESSED};

arrow::Result<std::unique_ptr<FileWriter>> OpenJson(Storage* storage,
                                                    const FileRequest& request) {
  auto writer = std::make_unique<JsonWriter>(request);
  ARROW_RETURN_NOT_OK(writer->Start(storage));
  return writer;
}

}  // namespace

extern const FileFormatDef kJsonFormat{
    .name = "json",
    .extension = "json",
    .summary = "JSON Lines: one object per row",
    .has_types = false,
    .codecs = kCodecs,
    .open = OpenJson,
};

}  // namespace lakeseed
