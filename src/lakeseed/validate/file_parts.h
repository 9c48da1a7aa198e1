// FileParts: the files of a partitioned table that share a stretch of its rows, read as
// the one file that they would be without partitions; and sorted files, read as they
// would be without their order. Rows are put in order by the table's key; such a stretch
// is held in memory, with the columns that are read.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <span>
#include <string>
#include <vector>

#include "lakeseed/validate/table_reader.h"

namespace lakeseed {

/// Make one of the files of a table with parts that share a stretch, or that is sorted.
/// REQUIRES: all of one table.
std::vector<FileFacts> JoinParts(std::vector<FileFacts> files);

/// The files that there are: the parts, or the file itself.
std::span<const FileFacts> PartsOf(const FileFacts& file);

/// REQUIRES: the file has parts.
FileProbe ProbeParts(const FilePlace& root, const FileFacts& file);
arrow::Result<BatchStream> OpenParts(const FilePlace& root, const FileFacts& file,
                                     const std::vector<std::string>& columns);

}  // namespace lakeseed
