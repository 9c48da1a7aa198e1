// Avro object container files: written with a schema of ours, read with whatever schema
// they carry. Values travel as JSON: records as objects, maps of Iceberg (arrays of key
// and value records) as arrays, bytes and fixed as binary values.
//
// Source: Apache Avro 1.12 specification, "Object Container Files" and "Binary
// Encoding"; codecs null and deflate.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace lakeseed::iceberg {

/// Records of one file, with the metadata of its header.
struct AvroFile {
  nlohmann::ordered_json schema;
  std::map<std::string, std::string> metadata;  ///< Without avro.schema and avro.codec.
  std::vector<nlohmann::ordered_json> records;
};

/// The bytes of a container file, not compressed; equal files have equal bytes.
/// \retval Invalid  a record does not fit the schema.
arrow::Result<std::string> WriteAvro(const AvroFile& file);

/// \retval Invalid  no container file, a codec that we do not know, or damaged.
arrow::Result<AvroFile> ReadAvro(std::string_view bytes);

}  // namespace lakeseed::iceberg
