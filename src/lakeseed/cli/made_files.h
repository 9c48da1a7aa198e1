// MadeFiles: which dataset, with which identity, made the files below a root.
//
// Thread safety: plain values; the calls only read.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <string>
#include <vector>

#include "lakeseed/cli/check_output.h"
#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/write/data_file.h"

namespace lakeseed {

struct MadeFiles {
  std::shared_ptr<const BoundDataset> dataset;
  AsOf as_of;
  bool naive_timestamps = false;
  std::vector<std::string> tables;  ///< To be checked, in the dataset's order.
  std::vector<DataFile> files;      ///< Of these tables.
  std::vector<std::string> others;  ///< Tables of the dataset that another run made.
  std::vector<std::string> other_datasets;  ///< Also in this output.
  bool commit_pending = false;
};

/// \retval Invalid (exit code 2)  no manifest; no tables of the dataset; the dataset
///                                or the request is not what made them.
arrow::Result<MadeFiles> FindMadeFiles(const CheckRequest& request);

/// The variant of a custom dataset that an id names: `small` of `shop_small`.
/// Of a dictionary that states no id, the id itself.
arrow::Result<std::string> VariantOf(const std::string& custom, const std::string& id);

}  // namespace lakeseed
