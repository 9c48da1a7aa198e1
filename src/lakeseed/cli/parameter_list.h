// The parameters of a dataset as its descriptions show them.
//
// Thread safety: pure functions.

#pragma once

#include <string>
#include <vector>

#include "lakeseed/spec/dataset_spec.h"

namespace lakeseed {

struct ShownParameter {
  std::string name;
  std::string value;
  std::string doc;  ///< With the numbers, or words, that it may be.
};

/// Parameters and settings, in file order of each.
std::vector<ShownParameter> ParametersOf(const DatasetSpec& spec);

}  // namespace lakeseed
