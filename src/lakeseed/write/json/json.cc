// json: JSON Lines, one object per row with every column in its order, UTF-8.
//
// Values are spelled as json_text.h says; the statistics still count NaN and
// infinity.

#include "lakeseed/write/gathering_writer.h"
#include "lakeseed/write/json_text.h"
#include "lakeseed/write/row_lines.h"

namespace lakeseed {
namespace {

class JsonWriter final : public GatheringWriter {
 public:
  explicit JsonWriter(const FileRequest& request) : GatheringWriter("json", request) {}

  arrow::Status Start(Storage* storage) {
    const TextDialect dialect = JsonDialect(request().options.naive_timestamps);
    for (const ColumnLayout& column : request().columns) {
      ARROW_ASSIGN_OR_RAISE(auto formatter, ColumnFormatter::Make(column.type, dialect));
      std::string name = &column == request().columns.data() ? "{" : ",";
      dialect.Append(column.name, &name);
      name.push_back(':');
      lines_.AddColumn(std::move(name), std::move(formatter));
    }
    return Open(storage);
  }

 protected:
  arrow::Status Encode(const arrow::RecordBatch& batch) override {
    return lines_.Write(batch, stream().get());
  }

  arrow::Status Finish() override { return lines_.Flush(stream().get()); }

 private:
  RowLines lines_{"}\n"};
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
    .cost = {.values = ValueLayout::kKeyedText, .cells_per_second = 8e6},
    .open = OpenJson,
};

}  // namespace lakeseed
