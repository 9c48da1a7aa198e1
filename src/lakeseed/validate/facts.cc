#include "lakeseed/validate/facts.h"

#include <arrow/api.h>

#include <algorithm>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/base/type_text.h"
#include "lakeseed/validate/file_parts.h"
#include "lakeseed/validate/nested_cells.h"

namespace lakeseed {
namespace {

using TypePtr = std::shared_ptr<arrow::DataType>;

arrow::Result<TypePtr> TypeOf(const std::string& text) {
  const arrow::Result<TypePtr> type = TypeFromText(text);
  if (type.ok()) return PlainType(*type);
  return arrow::Status::Invalid("manifest names an unknown type: ", text);
}

arrow::Result<FileFacts> FileFromJson(const nlohmann::json& json) {
  FileFacts file;
  file.path = json.at("path").get<std::string>();
  file.format = json.at("format").get<std::string>();
  file.num_rows = json.at("num_rows").get<int64_t>();
  file.size_bytes = json.at("size_bytes").get<int64_t>();
  file.first_row = json.at("rows").at(0).get<int64_t>();
  file.end_row = json.at("rows").at(1).get<int64_t>();
  if (json.contains("day")) {
    ARROW_ASSIGN_OR_RAISE(file.day, ParseDate(json.at("day").get<std::string>()));
  }
  for (const auto& pair : json.value("partition", nlohmann::json::array())) {
    const nlohmann::json& value = pair.at(1);
    file.partition.emplace_back(pair.at(0),
                                value.is_null() ? "" : value.get<std::string>());
  }
  file.order.is_z_order = json.contains("z_ordered_by");
  file.order.columns = json.value(file.order.is_z_order ? "z_ordered_by" : "sorted_by",
                                  std::vector<std::string>());
  for (const auto& one : json.at("columns")) {
    ColumnFacts column;
    column.name = one.at("name").get<std::string>();
    const std::string type = one.at("type").get<std::string>();
    ARROW_ASSIGN_OR_RAISE(column.type, TypeOf(type));
    column.naive = type.starts_with("timestamp[") && !type.ends_with("tz=UTC]");
    column.null_count = one.at("null_count").get<int64_t>();
    column.min = one.value("min", nlohmann::json());
    column.max = one.value("max", nlohmann::json());
    file.columns.push_back(std::move(column));
  }
  return file;
}

// The files of all days, as the segments of the manifest list them.
class SegmentReader {
 public:
  SegmentReader(const FilePlace& root, const std::string& dataset, DatasetFacts* facts)
      : root_(root), dataset_(dataset), facts_(facts) {}

  arrow::Status Read(const nlohmann::json& segment) {
    const std::string path = segment.at("path").get<std::string>();
    const auto text = root_.ReadText(path);
    if (!text.ok()) {
      return arrow::Status::Invalid("manifest is damaged: it lists a segment that ",
                                    "cannot be read: ", path);
    }
    const nlohmann::json json = nlohmann::json::parse(*text, nullptr, false);
    if (json.is_discarded()) {
      return arrow::Status::Invalid("segment of the manifest is damaged: ", path);
    }
    const bool is_own = segment.at("dataset").get<std::string>() == dataset_;
    int64_t rows = 0, bytes = 0;
    for (const auto& one : json.at("files")) {
      rows += one.at("num_rows").get<int64_t>();
      bytes += one.at("size_bytes").get<int64_t>();
      if (!is_own) {
        facts_->other_files.insert(one.at("path").get<std::string>());
        continue;
      }
      ARROW_ASSIGN_OR_RAISE(FileFacts file, FileFromJson(one));
      TableFacts& table = facts_->tables[one.at("table").get<std::string>()];
      table.num_rows += file.num_rows;
      table.size_bytes += file.size_bytes;
      table.files.push_back(std::move(file));
    }
    const bool is_whole = segment.at("num_files") == json.at("files").size() &&
                          segment.at("num_rows") == rows &&
                          segment.at("size_bytes") == bytes;
    if (is_whole) return arrow::Status::OK();
    return arrow::Status::Invalid(
        "manifest is damaged: a segment does not hold the files that it says: ", path);
  }

 private:
  const FilePlace& root_;
  const std::string& dataset_;
  DatasetFacts* const facts_;
};

arrow::Status ReadTable(const std::string& name, const nlohmann::json& entry,
                        const std::string& dataset, DatasetFacts* facts) {
  const std::string bare = entry.at("table").get<std::string>();
  if (name != dataset + "." + bare) {
    for (const auto& file : entry.at("files")) {
      facts->other_files.insert(file.at("path").get<std::string>());
    }
    return arrow::Status::OK();
  }
  TableFacts& table = facts->tables[bare];
  table.num_rows = entry.at("num_rows").get<int64_t>();
  table.size_bytes = entry.at("size_bytes").get<int64_t>();
  table.identity = entry.value("identity", nlohmann::json::object());
  for (const auto& file : entry.at("files")) {
    ARROW_ASSIGN_OR_RAISE(FileFacts made, FileFromJson(file));
    table.files.push_back(std::move(made));
  }
  return arrow::Status::OK();
}

}  // namespace

const ColumnFacts* TableFacts::FindColumn(const std::string& name) const {
  for (const FileFacts& file : files) {
    if (const ColumnFacts* column = lakeseed::FindColumn(file, name)) return column;
  }
  return nullptr;
}

std::shared_ptr<arrow::DataType> PlainType(const TypePtr& type) {
  switch (type->id()) {
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64:
    case arrow::Type::DECIMAL128: {
      const auto& decimal = static_cast<const arrow::DecimalType&>(*type);
      if (decimal.precision() > 18) return type;
      return arrow::decimal64(decimal.precision(), decimal.scale());
    }
    case arrow::Type::LARGE_STRING:
    case arrow::Type::STRING_VIEW:
      return arrow::utf8();
    case arrow::Type::DICTIONARY:
      return PlainType(static_cast<const arrow::DictionaryType&>(*type).value_type());
    case arrow::Type::TIMESTAMP:
      return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    default:
      return WithInside(type, PlainType);
  }
}

const ColumnFacts* FindColumn(const FileFacts& file, const std::string& name) {
  for (const ColumnFacts& column : file.columns) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

arrow::Result<DatasetFacts> ReadFacts(const FilePlace& root,
                                      const nlohmann::json& manifest,
                                      const std::string& dataset) {
  DatasetFacts facts;
  try {
    for (const auto& [name, entry] : manifest.at("tables").items()) {
      ARROW_RETURN_NOT_OK(ReadTable(name, entry, dataset, &facts));
    }
    SegmentReader reader(root, dataset, &facts);
    for (const auto& segment : manifest.value("segments", nlohmann::json::array())) {
      ARROW_RETURN_NOT_OK(reader.Read(segment));
    }
  } catch (const nlohmann::json::exception& error) {
    return arrow::Status::Invalid("manifest is damaged: ", error.what());
  }
  for (auto& [name, table] : facts.tables) {
    table.files = JoinParts(std::move(table.files));
    std::stable_sort(table.files.begin(), table.files.end(),
                     [](const FileFacts& a, const FileFacts& b) {
                       return std::tie(a.day, a.first_row) < std::tie(b.day, b.first_row);
                     });
  }
  return facts;
}

arrow::Result<nlohmann::json> ReadManifestJson(const FilePlace& root) {
  const auto text = root.ReadText(kFactsPath);
  if (!text.ok()) {
    return RequestError("there is no dataset here: " + root.name(),
                        std::string("a dataset has a file ") + kFactsPath);
  }
  nlohmann::json json = nlohmann::json::parse(*text, nullptr, false);
  if (json.is_discarded()) {
    return arrow::Status::Invalid("manifest is not JSON: ", root.name(), "/", kFactsPath);
  }
  return json;
}

}  // namespace lakeseed
