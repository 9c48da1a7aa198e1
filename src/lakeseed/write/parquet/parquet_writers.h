// The two writers of Parquet files: ours, and libparquet's column writers.
//
// Thread safety: as FileWriter.

#pragma once

#include <arrow/result.h>

#include <memory>

#include "lakeseed/write/file_format.h"

namespace lakeseed {

arrow::Result<std::unique_ptr<FileWriter>> OpenNativeWriter(Storage* storage,
                                                            const FileRequest& request);
arrow::Result<std::unique_ptr<FileWriter>> OpenLibraryWriter(Storage* storage,
                                                             const FileRequest& request);

}  // namespace lakeseed
