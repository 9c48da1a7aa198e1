#include "lakeseed/commit/iceberg/avro.h"

#include <arrow/util/compression.h>

#include <cstring>

namespace lakeseed::iceberg {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kMagic("Obj\x01", 4);
/// Tells blocks apart; ours have one at most.
constexpr std::string_view kSync = "lakeseed written";

arrow::Status Damaged(std::string_view what) {
  return arrow::Status::Invalid("Avro file: ", what);
}

/// Name of a type: of a named type's definition, or a reference, or a primitive.
std::string KindOf(const ordered_json& schema) {
  if (schema.is_array()) return "union";
  if (schema.is_string()) return schema.get<std::string>();
  const ordered_json& type = schema.at("type");
  return type.is_string() ? type.get<std::string>() : KindOf(type);
}

/// {"type": {"type": …}} is what stands inside.
const ordered_json& Inner(const ordered_json& schema) {
  if (!schema.is_object() || schema.at("type").is_string()) return schema;
  return Inner(schema.at("type"));
}

class Encoder {
 public:
  void Long(int64_t value) {
    auto zigzag =
        (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
    while (zigzag >= 0x80) {
      out_ += static_cast<char>(zigzag | 0x80);
      zigzag >>= 7;
    }
    out_ += static_cast<char>(zigzag);
  }
  void Bytes(std::string_view bytes) {
    Long(static_cast<int64_t>(bytes.size()));
    out_ += bytes;
  }
  void Raw(std::string_view bytes) { out_ += bytes; }
  std::string& out() { return out_; }

  arrow::Status Value(const ordered_json& given, const ordered_json& value) {
    const ordered_json& schema = Inner(given);
    const std::string kind = KindOf(schema);
    if (kind == "union") return Union(schema, value);
    if (kind == "null") return arrow::Status::OK();
    if (kind == "boolean") {
      out_ += static_cast<char>(value.get<bool>());
    } else if (kind == "int" || kind == "long") {
      Long(value.get<int64_t>());
    } else if (kind == "float") {
      Fixed(value.get<float>());
    } else if (kind == "double") {
      Fixed(value.get<double>());
    } else if (kind == "string") {
      Bytes(value.get_ref<const std::string&>());
    } else if (kind == "bytes") {
      const auto& binary = value.get_binary();
      Bytes({reinterpret_cast<const char*>(binary.data()), binary.size()});
    } else if (kind == "fixed") {
      const auto& binary = value.get_binary();
      Raw({reinterpret_cast<const char*>(binary.data()), binary.size()});
    } else if (kind == "array") {
      if (!value.empty()) Long(static_cast<int64_t>(value.size()));
      for (const ordered_json& item : value) {
        ARROW_RETURN_NOT_OK(Value(schema.at("items"), item));
      }
      Long(0);
    } else if (kind == "record") {
      for (const ordered_json& field : schema.at("fields")) {
        const std::string name = field.at("name").get<std::string>();
        static const ordered_json kNull;
        ARROW_RETURN_NOT_OK(
            Value(field.at("type"), value.contains(name) ? value[name] : kNull));
      }
    } else {
      return Damaged("no type is written for " + kind);
    }
    return arrow::Status::OK();
  }

 private:
  template <typename Real>
  void Fixed(Real value) {
    char bytes[sizeof(Real)];
    std::memcpy(bytes, &value, sizeof(Real));
    out_.append(bytes, sizeof(Real));
  }

  /// Our unions are null and one type, in either order.
  arrow::Status Union(const ordered_json& schema, const ordered_json& value) {
    for (size_t i = 0; i < schema.size(); ++i) {
      if ((KindOf(schema[i]) == "null") != value.is_null()) continue;
      Long(static_cast<int64_t>(i));
      return Value(schema[i], value);
    }
    return Damaged("a null where none may be");
  }

  std::string out_;
};

class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : bytes_(bytes) {}

  arrow::Result<int64_t> Long() {
    uint64_t zigzag = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      ARROW_ASSIGN_OR_RAISE(const std::string_view byte, Raw(1));
      zigzag |= static_cast<uint64_t>(byte[0] & 0x7F) << shift;
      if ((byte[0] & 0x80) == 0) {
        return static_cast<int64_t>(zigzag >> 1) ^ -static_cast<int64_t>(zigzag & 1);
      }
    }
    return Damaged("a number is too long");
  }
  arrow::Result<std::string_view> Raw(int64_t size) {
    if (size < 0 || size > static_cast<int64_t>(bytes_.size())) {
      return Damaged("it ends early");
    }
    const std::string_view taken = bytes_.substr(0, static_cast<size_t>(size));
    bytes_.remove_prefix(static_cast<size_t>(size));
    return taken;
  }
  arrow::Result<std::string_view> Bytes() {
    ARROW_ASSIGN_OR_RAISE(const int64_t size, Long());
    return Raw(size);
  }
  bool done() const { return bytes_.empty(); }

  /// Definitions of named types, for references to them.
  void Know(const ordered_json& schema) {
    if (schema.is_array()) {
      for (const ordered_json& one : schema) Know(one);
    } else if (schema.is_object()) {
      if (schema.contains("name") &&
          (schema.contains("fields") || schema.contains("size")))
        named_[schema["name"].get<std::string>()] = &schema;
      for (const char* key : {"type", "items", "values"}) {
        if (schema.contains(key)) Know(schema[key]);
      }
      if (schema.contains("fields")) {
        for (const ordered_json& field : schema["fields"]) Know(field.at("type"));
      }
    }
  }

  arrow::Result<ordered_json> Value(const ordered_json& given) {
    const ordered_json& schema = Inner(given);
    const std::string kind = KindOf(schema);
    if (kind == "union") {
      ARROW_ASSIGN_OR_RAISE(const int64_t branch, Long());
      if (branch < 0 || branch >= static_cast<int64_t>(schema.size())) {
        return Damaged("no such branch of a union");
      }
      return Value(schema[static_cast<size_t>(branch)]);
    }
    if (kind == "null") return ordered_json();
    if (kind == "boolean") {
      ARROW_ASSIGN_OR_RAISE(const std::string_view byte, Raw(1));
      return ordered_json(byte[0] != 0);
    }
    if (kind == "int" || kind == "long") {
      ARROW_ASSIGN_OR_RAISE(const int64_t value, Long());
      return ordered_json(value);
    }
    if (kind == "float") return Fixed<float>();
    if (kind == "double") return Fixed<double>();
    if (kind == "string") {
      ARROW_ASSIGN_OR_RAISE(const std::string_view text, Bytes());
      return ordered_json(std::string(text));
    }
    if (kind == "bytes") {
      ARROW_ASSIGN_OR_RAISE(const std::string_view bytes, Bytes());
      return Binary(bytes);
    }
    if (kind == "fixed") {
      ARROW_ASSIGN_OR_RAISE(const std::string_view bytes,
                            Raw(schema.at("size").get<int64_t>()));
      return Binary(bytes);
    }
    if (kind == "array") return Array(schema);
    if (kind == "record") {
      ordered_json record = ordered_json::object();
      for (const ordered_json& field : schema.at("fields")) {
        ARROW_ASSIGN_OR_RAISE(record[field.at("name").get<std::string>()],
                              Value(field.at("type")));
      }
      return record;
    }
    const auto known = named_.find(kind);
    if (known == named_.end()) return Damaged("no type is read for " + kind);
    return Value(*known->second);
  }

 private:
  static ordered_json Binary(std::string_view bytes) {
    return ordered_json::binary(std::vector<uint8_t>(bytes.begin(), bytes.end()));
  }
  template <typename Real>
  arrow::Result<ordered_json> Fixed() {
    ARROW_ASSIGN_OR_RAISE(const std::string_view bytes, Raw(sizeof(Real)));
    Real value = 0;
    std::memcpy(&value, bytes.data(), sizeof(Real));
    return ordered_json(value);
  }
  arrow::Result<ordered_json> Array(const ordered_json& schema) {
    ordered_json items = ordered_json::array();
    for (;;) {
      ARROW_ASSIGN_OR_RAISE(int64_t count, Long());
      if (count == 0) return items;
      if (count < 0) {  // The block says its size, too.
        ARROW_RETURN_NOT_OK(Long().status());
        count = -count;
      }
      for (; count > 0; --count) {
        ARROW_ASSIGN_OR_RAISE(ordered_json item, Value(schema.at("items")));
        items.push_back(std::move(item));
      }
    }
  }

  std::string_view bytes_;
  std::map<std::string, const ordered_json*> named_;
};

arrow::Result<std::string> Inflated(std::string_view block) {
  arrow::util::GZipCodecOptions options;
  options.gzip_format = arrow::util::GZipFormat::DEFLATE;
  ARROW_ASSIGN_OR_RAISE(auto codec,
                        arrow::util::Codec::Create(arrow::Compression::GZIP, options));
  ARROW_ASSIGN_OR_RAISE(auto inflater, codec->MakeDecompressor());
  std::string out;
  std::string chunk(size_t{1} << 16, '\0');
  while (!inflater->IsFinished()) {
    ARROW_ASSIGN_OR_RAISE(
        const auto step,
        inflater->Decompress(static_cast<int64_t>(block.size()),
                             reinterpret_cast<const uint8_t*>(block.data()),
                             static_cast<int64_t>(chunk.size()),
                             reinterpret_cast<uint8_t*>(chunk.data())));
    out.append(chunk, 0, static_cast<size_t>(step.bytes_written));
    block.remove_prefix(static_cast<size_t>(step.bytes_read));
    if (step.bytes_read == 0 && step.bytes_written == 0 && !step.need_more_output) {
      return Damaged("a compressed block ends early");
    }
  }
  return out;
}

}  // namespace

arrow::Result<std::string> WriteAvro(const AvroFile& file) {
  Encoder records;
  for (const ordered_json& record : file.records) {
    ARROW_RETURN_NOT_OK(records.Value(file.schema, record));
  }
  Encoder out;
  out.Raw(kMagic);
  out.Long(static_cast<int64_t>(file.metadata.size()) + 2);
  out.Bytes("avro.schema");
  out.Bytes(file.schema.dump());
  out.Bytes("avro.codec");
  out.Bytes("null");
  for (const auto& [key, value] : file.metadata) {
    out.Bytes(key);
    out.Bytes(value);
  }
  out.Long(0);
  out.Raw(kSync);
  if (!file.records.empty()) {
    out.Long(static_cast<int64_t>(file.records.size()));
    out.Bytes(records.out());
    out.Raw(kSync);
  }
  return std::move(out.out());
}

arrow::Result<AvroFile> ReadAvro(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) return Damaged("it does not begin as one");
  Decoder in(bytes.substr(kMagic.size()));
  AvroFile file;
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(int64_t count, in.Long());
    if (count == 0) break;
    if (count < 0) {
      ARROW_RETURN_NOT_OK(in.Long().status());
      count = -count;
    }
    for (; count > 0; --count) {
      ARROW_ASSIGN_OR_RAISE(const std::string_view key, in.Bytes());
      ARROW_ASSIGN_OR_RAISE(const std::string_view value, in.Bytes());
      file.metadata[std::string(key)] = value;
    }
  }
  const std::string codec =
      file.metadata.contains("avro.codec") ? file.metadata["avro.codec"] : "null";
  if (codec != "null" && codec != "deflate") return Damaged("codec " + codec);
  file.schema = ordered_json::parse(file.metadata["avro.schema"], nullptr, false);
  if (file.schema.is_discarded()) return Damaged("its schema is no JSON");
  file.metadata.erase("avro.schema");
  file.metadata.erase("avro.codec");
  ARROW_RETURN_NOT_OK(in.Raw(kSync.size()).status());
  while (!in.done()) {
    ARROW_ASSIGN_OR_RAISE(int64_t count, in.Long());
    ARROW_ASSIGN_OR_RAISE(const std::string_view block, in.Bytes());
    ARROW_RETURN_NOT_OK(in.Raw(kSync.size()).status());
    std::string inflated;
    if (codec == "deflate") {
      ARROW_ASSIGN_OR_RAISE(inflated, Inflated(block));
    }
    Decoder records(codec == "deflate" ? std::string_view(inflated) : block);
    records.Know(file.schema);
    for (; count > 0; --count) {
      ARROW_ASSIGN_OR_RAISE(ordered_json record, records.Value(file.schema));
      file.records.push_back(std::move(record));
    }
  }
  return file;
}

}  // namespace lakeseed::iceberg
