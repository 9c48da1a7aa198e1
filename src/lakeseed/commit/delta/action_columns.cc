#include "lakeseed/commit/delta/action_columns.h"

#include <arrow/api.h>

#include <string>

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

}  // namespace

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

arrow::Status AppendAction(const ordered_json& value, arrow::ArrayBuilder* builder) {
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
        ARROW_RETURN_NOT_OK(AppendAction(one, list->value_builder()));
      }
      return arrow::Status::OK();
    }
    case arrow::Type::MAP: {
      auto* map = static_cast<arrow::MapBuilder*>(builder);
      ARROW_RETURN_NOT_OK(map->Append());
      for (const auto& [key, one] : value.items()) {
        ARROW_RETURN_NOT_OK(AppendAction(ordered_json(key), map->key_builder()));
        ARROW_RETURN_NOT_OK(AppendAction(one, map->item_builder()));
      }
      return arrow::Status::OK();
    }
    case arrow::Type::STRUCT: {
      auto* fields = static_cast<arrow::StructBuilder*>(builder);
      ARROW_RETURN_NOT_OK(fields->Append());
      for (int i = 0; i < fields->num_children(); ++i) {
        const auto at = value.find(fields->type()->field(i)->name());
        ARROW_RETURN_NOT_OK(AppendAction(at == value.end() ? ordered_json() : *at,
                                         fields->child_builder(i).get()));
      }
      return arrow::Status::OK();
    }
    default:
      return arrow::Status::NotImplemented("checkpoint of ", builder->type()->ToString());
  }
}

ordered_json ActionAt(const char* kind, const arrow::Array& column, int64_t row) {
  ordered_json action = ValueAt(column, row);
  // Writers that have no nulls for maps leave them empty.
  if (action.contains("tags") && action["tags"].empty()) action.erase("tags");
  return {{kind, std::move(action)}};
}

}  // namespace lakeseed::delta
