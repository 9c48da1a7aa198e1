// SortedFileWriter: a file whose rows are sorted as FileRequest::sort says.
//
// Law: the file depends on the rows and their order alone, not on batches. It holds all
// rows of its file until Close().
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/record_batch.h>
#include <arrow/result.h>

#include <memory>

#include "lakeseed/write/file_format.h"

namespace lakeseed {

/// A writer of a request's file: sorting, if the request says so.
arrow::Result<std::unique_ptr<FileWriter>> OpenRowWriter(const FileFormatDef& format,
                                                         Storage* storage,
                                                         const FileRequest& request);

}  // namespace lakeseed
