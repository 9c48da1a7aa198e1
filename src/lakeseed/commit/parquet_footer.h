// What the footer of a Parquet file says, for the statistics of table formats.
//
// Thread safety: plain values; the calls only read.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "lakeseed/write/data_file.h"
#include "lakeseed/write/storage.h"

namespace lakeseed {

struct ParquetFooter {
  int64_t size_bytes = 0;  ///< Of the footer itself.
  std::shared_ptr<arrow::Schema> schema;
  std::map<std::string, int64_t> column_bytes;  ///< By the path of the column.
};

/// The footer of a file of a run, staged or under its name.
/// \retval Invalid (exit code 2)  it is no Parquet file, as `tables` ("a DuckLake") need.
arrow::Result<ParquetFooter> ReadFooterOf(const Storage& storage, std::string_view run_id,
                                          const DataFile& file, std::string_view tables);

}  // namespace lakeseed
