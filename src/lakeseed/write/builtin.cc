// The file formats, sorted by name. A new one adds a folder and a line here.

#include <set>

#include "lakeseed/base/status.h"
#include "lakeseed/write/choice.h"
#include "lakeseed/write/file_format.h"
#include "lakeseed/write/statistics.h"

namespace lakeseed {

extern const FileFormatDef kArrowFormat, kCsvFormat, kJsonFormat, kParquetFormat;

std::span<const FileFormatDef> BuiltinFileFormats() {
  static const FileFormatDef formats[] = {
      kArrowFormat,
      kCsvFormat,
      kJsonFormat,
      kParquetFormat,
  };
  return formats;
}

arrow::Result<const FileFormatDef*> FindFileFormat(std::string_view name) {
  std::vector<std::string_view> names;
  for (const FileFormatDef& format : BuiltinFileFormats()) {
    if (format.name == name) return &format;
    names.push_back(format.name);
  }
  return UnknownChoice("file format", name, names);
}

arrow::Result<ParquetProfile> ParseParquetProfile(std::string_view text) {
  if (text == "fast") return ParquetProfile::kFast;
  if (text == "compat") return ParquetProfile::kCompat;
  static constexpr std::string_view kNames[] = {"compat", "fast"};
  return UnknownChoice("Parquet profile", text, kNames);
}

arrow::Status CheckFileRequest(const FileFormatDef& format,
                               std::span<const ColumnLayout> columns,
                               const WriteOptions& options) {
  if (options.compression &&
      std::find(format.codecs.begin(), format.codecs.end(), options.compression->codec) ==
          format.codecs.end()) {
    std::string known;
    for (const auto codec : format.codecs) {
      known += (known.empty() ? "" : ", ") + Compression{codec, {}}.ToString();
    }
    return RequestError(fmt::format("format {} cannot use compression: {}", format.name,
                                    options.compression->ToString()),
                        fmt::format("{} can use {}", format.name, known));
  }
  if (columns.empty()) return RequestError("file without columns");
  std::set<std::string_view> names;
  for (const ColumnLayout& column : columns) {
    if (!names.insert(column.name).second) {
      return RequestError("two columns of one name: " + column.name);
    }
    const auto gatherer = StatisticsGatherer::Make(column.type);
    if (!gatherer.ok()) {
      return RequestError(fmt::format("{}: format {} cannot write type: {}", column.name,
                                      format.name, column.type->ToString()));
    }
  }
  return arrow::Status::OK();
}

arrow::Result<std::unique_ptr<FileWriter>> OpenFileWriter(const FileFormatDef& format,
                                                          Storage* storage,
                                                          const FileRequest& request) {
  ARROW_RETURN_NOT_OK(CheckFileRequest(format, request.columns, request.options));
  return format.open(storage, request);
}

}  // namespace lakeseed
