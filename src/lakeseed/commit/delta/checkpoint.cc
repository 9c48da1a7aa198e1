#include "lakeseed/commit/delta/checkpoint.h"

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <fmt/format.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/writer.h>
#include <parquet/exception.h>

#include <vector>

namespace lakeseed::delta {
namespace {

using nlohmann::ordered_json;

std::shared_ptr<arrow::DataType> TextMap() {
  return arrow::map(arrow::utf8(), arrow::utf8());
}

std::shared_ptr<arrow::Field> Text(const char* name) {
  return arrow::field(name, arrow::utf8());
}

std::shared_ptr<arrow::Field> Long(const char* name) {
  return arrow::field(name, arrow::int64());
}

std::shared_ptr<arrow::Field> DeletionVector() {
  return arrow::field(
      "deletionVector",
      arrow::struct_({Text("storageType"), Text("pathOrInlineDv"),
                      arrow::field("offset", arrow::int32()),
                      arrow::field("sizeInBytes", arrow::int32()), Long("cardinality")}));
}

/// One column per kind of action; each row has one of them.
std::shared_ptr<arrow::Schema> CheckpointSchema() {
  const auto whether = [](const char* name) {
    return arrow::field(name, arrow::boolean());
  };
  const auto words = [](const char* name) {
    return arrow::field(name, arrow::list(arrow::utf8()));
  };
  const auto partition = arrow::field("partitionValues", TextMap());
  const auto txn = arrow::struct_({Text("appId"), Long("version"), Long("lastUpdated")});
  const auto add =
      arrow::struct_({Text("path"), partition, Long("size"), Long("modificationTime"),
                      whether("dataChange"), arrow::field("tags", TextMap()),
                      DeletionVector(), Text("stats")});
  const auto remove = arrow::struct_(
      {Text("path"), Long("deletionTimestamp"), whether("dataChange"),
       whether("extendedFileMetadata"), partition, Long("size"), DeletionVector()});
  const auto format =
      arrow::struct_({Text("provider"), arrow::field("options", TextMap())});
  const auto metadata = arrow::struct_(
      {Text("id"), Text("name"), Text("description"), arrow::field("format", format),
       Text("schemaString"), words("partitionColumns"), Long("createdTime"),
       arrow::field("configuration", TextMap())});
  const auto protocol =
      arrow::struct_({arrow::field("minReaderVersion", arrow::int32()),
                      arrow::field("minWriterVersion", arrow::int32()),
                      words("readerFeatures"), words("writerFeatures")});
  return arrow::schema(
      {arrow::field("txn", txn), arrow::field("add", add), arrow::field("remove", remove),
       arrow::field("metaData", metadata), arrow::field("protocol", protocol)});
}

/// Append one JSON value; what is missing becomes null.
arrow::Status Append(const ordered_json& value, arrow::ArrayBuilder* builder) {
  if (value.is_null()) return builder->AppendNull();
  switch (builder->type()->id()) {
    case arrow::Type::STRING:
      return static_cast<arrow::StringBuilder*>(builder)->Append(
          value.is_string() ? value.get<std::string>() : value.dump());
    case arrow::Type::INT64:
      return static_cast<arrow::Int64Builder*>(builder)->Append(value.get<int64_t>());
    case arrow::Type::INT32:
      return static_cast<arrow::Int32Builder*>(builder)->Append(value.get<int32_t>());
    case arrow::Type::BOOL:
      return static_cast<arrow::BooleanBuilder*>(builder)->Append(value.get<bool>());
    case arrow::Type::LIST: {
      auto* list = static_cast<arrow::ListBuilder*>(builder);
      ARROW_RETURN_NOT_OK(list->Append());
      for (const ordered_json& one : value) {
        ARROW_RETURN_NOT_OK(Append(one, list->value_builder()));
      }
      return arrow::Status::OK();
    }
    case arrow::Type::MAP: {
      auto* map = static_cast<arrow::MapBuilder*>(builder);
      ARROW_RETURN_NOT_OK(map->Append());
      for (const auto& [key, one] : value.items()) {
        ARROW_RETURN_NOT_OK(Append(ordered_json(key), map->key_builder()));
        ARROW_RETURN_NOT_OK(Append(one, map->item_builder()));
      }
      return arrow::Status::OK();
    }
    case arrow::Type::STRUCT: {
      auto* fields = static_cast<arrow::StructBuilder*>(builder);
      ARROW_RETURN_NOT_OK(fields->Append());
      for (int i = 0; i < fields->num_children(); ++i) {
        const auto at = value.find(fields->type()->field(i)->name());
        ARROW_RETURN_NOT_OK(Append(at == value.end() ? ordered_json() : *at,
                                   fields->child_builder(i).get()));
      }
      return arrow::Status::OK();
    }
    default:
      return arrow::Status::NotImplemented("checkpoint of ", builder->type()->ToString());
  }
}

/// One value of a checkpoint as JSON; null members are left out.
ordered_json ValueAt(const arrow::Array& array, int64_t i) {
  if (array.IsNull(i)) return nullptr;
  switch (array.type_id()) {
    case arrow::Type::STRING:
      return static_cast<const arrow::StringArray&>(array).GetString(i);
    case arrow::Type::INT64:
      return static_cast<const arrow::Int64Array&>(array).Value(i);
    case arrow::Type::INT32:
      return static_cast<const arrow::Int32Array&>(array).Value(i);
    case arrow::Type::BOOL:
      return static_cast<const arrow::BooleanArray&>(array).Value(i);
    case arrow::Type::LIST: {
      const auto& list = static_cast<const arrow::ListArray&>(array);
      ordered_json json = ordered_json::array();
      for (int64_t at = list.value_offset(i); at < list.value_offset(i + 1); ++at) {
        json.push_back(ValueAt(*list.values(), at));
      }
      return json;
    }
    case arrow::Type::MAP: {
      const auto& map = static_cast<const arrow::MapArray&>(array);
      ordered_json json = ordered_json::object();
      for (int64_t at = map.value_offset(i); at < map.value_offset(i + 1); ++at) {
        json[ValueAt(*map.keys(), at).get<std::string>()] = ValueAt(*map.items(), at);
      }
      return json;
    }
    case arrow::Type::STRUCT: {
      const auto& fields = static_cast<const arrow::StructArray&>(array);
      ordered_json json = ordered_json::object();
      for (int f = 0; f < fields.num_fields(); ++f) {
        ordered_json value = ValueAt(*fields.field(f), i);
        if (!value.is_null()) json[fields.type()->field(f)->name()] = std::move(value);
      }
      return json;
    }
    default:
      return nullptr;  // Statistics in columns of their own; `stats` has them too.
  }
}

std::vector<ordered_json> ActionsOf(const Snapshot& snapshot) {
  std::vector<ordered_json> actions;
  actions.push_back({{"protocol", snapshot.protocol}});
  actions.push_back({{"metaData", snapshot.metadata}});
  for (const auto& [app_id, txn] : snapshot.transactions) {
    actions.push_back({{"txn", txn}});
  }
  for (const auto& [path, file] : snapshot.files) {
    actions.push_back({{"add", file}});
    actions.back()["add"]["dataChange"] = false;
  }
  for (const auto& [path, file] : snapshot.removed) {
    actions.push_back({{"remove", file}});
    actions.back()["remove"]["dataChange"] = false;
  }
  return actions;
}

arrow::Result<std::shared_ptr<arrow::Table>> TableOf(
    const std::vector<ordered_json>& actions) {
  const auto schema = CheckpointSchema();
  ARROW_ASSIGN_OR_RAISE(auto builder, arrow::RecordBatchBuilder::Make(
                                          schema, arrow::default_memory_pool()));
  for (const ordered_json& action : actions) {
    for (int i = 0; i < schema->num_fields(); ++i) {
      const auto at = action.find(schema->field(i)->name());
      ARROW_RETURN_NOT_OK(
          Append(at == action.end() ? ordered_json() : *at, builder->GetField(i)));
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto batch, builder->Flush());
  return arrow::Table::FromRecordBatches({batch});
}

}  // namespace

arrow::Status ReadCheckpoint(const Storage& storage, const std::string& path,
                             Snapshot* snapshot) {
  ARROW_ASSIGN_OR_RAISE(auto input, storage.OpenInput(path));
  std::shared_ptr<arrow::Table> table;
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  parquet::arrow::FileReaderBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Open(std::move(input)));
  std::unique_ptr<parquet::arrow::FileReader> reader;
  ARROW_RETURN_NOT_OK(builder.Build(&reader));
  ARROW_ASSIGN_OR_RAISE(table, reader->ReadTable());
  END_PARQUET_CATCH_EXCEPTIONS
  ARROW_ASSIGN_OR_RAISE(const auto batch, table->CombineChunksToBatch());
  // A file may be there under one deletion vector and removed under another.
  for (const char* kind : {"protocol", "metaData", "txn", "remove", "add"}) {
    const auto column = batch->GetColumnByName(kind);
    if (column == nullptr) continue;
    for (int64_t row = 0; row < column->length(); ++row) {
      if (column->IsNull(row)) continue;
      ordered_json action = ValueAt(*column, row);
      // Writers that have no nulls for maps leave them empty.
      if (action.contains("tags") && action["tags"].empty()) action.erase("tags");
      try {
        snapshot->Apply({{kind, std::move(action)}});
      } catch (const nlohmann::json::exception& error) {
        return arrow::Status::Invalid("checkpoint of a Delta table is damaged: ", path,
                                      ": ", error.what());
      }
    }
  }
  return arrow::Status::OK();
}

arrow::Status WriteCheckpoint(Storage* storage, const std::string& folder,
                              const std::string& scratch, const Snapshot& snapshot) {
  const std::vector<ordered_json> actions = ActionsOf(snapshot);
  std::shared_ptr<arrow::Table> table;
  try {
    ARROW_ASSIGN_OR_RAISE(table, TableOf(actions));
  } catch (const nlohmann::json::exception& error) {
    return arrow::Status::Invalid("action of a Delta table is damaged: ", error.what());
  }
  ARROW_ASSIGN_OR_RAISE(const auto sink, arrow::io::BufferOutputStream::Create());
  const auto properties = parquet::WriterProperties::Builder()
                              .compression(arrow::Compression::SNAPPY)
                              ->build();
  ARROW_RETURN_NOT_OK(parquet::arrow::WriteTable(
      *table, arrow::default_memory_pool(), sink, table->num_rows() + 1, properties));
  ARROW_ASSIGN_OR_RAISE(const auto bytes, sink->Finish());
  const std::string staged = scratch + "/checkpoint";
  ARROW_RETURN_NOT_OK(
      storage->WriteAll(staged, std::string_view(*bytes), Replace::kReplace));
  ARROW_RETURN_NOT_OK(storage->Rename(staged, CheckpointPath(folder, snapshot.version),
                                      Replace::kReplace));
  const ordered_json last{{"version", snapshot.version},
                          {"size", actions.size()},
                          {"sizeInBytes", bytes->size()},
                          {"numOfAddFiles", snapshot.files.size()}};
  ARROW_RETURN_NOT_OK(storage->WriteAll(staged, last.dump(), Replace::kReplace));
  return storage->Rename(staged, folder + "/_delta_log/_last_checkpoint",
                         Replace::kReplace);
}

}  // namespace lakeseed::delta
