// Hashes for a Bloom filter: an encoder around the one that a column has.
//
// The filter holds the hash of each value as PLAIN stores it, so a reader may skip a
// row group that cannot hold a value it looks for.
//
// Thread safety: as ColumnEncoder.

#pragma once

#include <memory>

#include "lakeseed/write/parquet/column_encoder.h"

namespace lakeseed {

/// Whether Parquet has Bloom filters for a column: not of booleans, structs, lists.
bool CanHaveBloomFilter(const arrow::DataType& type);

/// `encoder` with the hashes of its chunks. REQUIRES: CanHaveBloomFilter.
std::unique_ptr<ColumnEncoder> WithBloomHashes(const ColumnLayout& column,
                                               std::unique_ptr<ColumnEncoder> encoder);

}  // namespace lakeseed
