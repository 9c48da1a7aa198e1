// From a dataset's name, file or text to a DatasetSpec, with all errors at once.

#pragma once

#include <arrow/result.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeseed/spec/dataset_spec.h"
#include "lakeseed/spec/dictionary.h"

namespace lakeseed {

/// What a request changes in a spec. Part of the dataset's identity.
struct SpecOverrides {
  std::optional<int64_t> target_rows;
  double scale_factor = 1.0;
  /// `--set KEY=VALUE`: a parameter ("customers=5000"), or a dotted path into
  /// the file ("window.from=2024-01-01", "tables.orders.events.noise=0").
  std::vector<std::pair<std::string, std::string>> set;
};

/// Check target rows and scale factor before a spec is loaded with them:
/// 1 <= rows <= 1e13, 0 < scale factor <= 1e13.
arrow::Status CheckOverrides(const SpecOverrides& overrides);

/// One entry of `list-datasets`.
struct DatasetListing {
  std::string id;  ///< "retail_oltp_small"
  std::string name;
  std::string variant;
  std::string doc;
  std::string domain;
  std::string pattern;
  std::vector<std::string> tables;
  std::string main;
  std::optional<int64_t> target_rows;
};

/// Directory of the built-in dataset files; set once by the program.
void SetDatasetDirectory(std::string directory);

/// All built-in datasets with their variants, sorted by id.
arrow::Result<std::vector<DatasetSpec>> LoadAllDatasets();

/// The same as entries of a list.
arrow::Result<std::vector<DatasetListing>> ListDatasets();

/// Load built-in dataset `id` = <name>[_<variant>]; an unknown id is a
/// RequestError with the nearest name and the valid ones.
arrow::Result<DatasetSpec> LoadDataset(const std::string& id,
                                       const SpecOverrides& overrides);

/// Load a user's file (`--custom-schema`): a path to YAML or JSON, or inline JSON; a
/// dataset file, or a configuration dictionary (dictionary.h). `variant` may be
/// empty; for a dictionary without dataset_id it is the id.
arrow::Result<DatasetSpec> LoadCustomDataset(const std::string& file_or_json,
                                             const std::string& variant,
                                             const SpecOverrides& overrides);

/// What a dictionary says beside its dataset.
struct DictionaryFacts {
  bool states_id = false;  ///< It has a dataset_id.
  std::vector<DictionarySetting> settings;
};

/// nullopt if the text is a dataset file, or not well-formed, which loading reports.
/// `dataset_id` names the dataset where the dictionary does not; may be empty.
arrow::Result<std::optional<DictionaryFacts>> ReadDictionary(
    const std::string& file_or_json, const std::string& dataset_id);

/// Parse and check text. All errors of the file in one status.
arrow::Result<DatasetSpec> ParseDataset(std::string_view text, const std::string& file,
                                        const std::string& variant,
                                        const SpecOverrides& overrides);

}  // namespace lakeseed
