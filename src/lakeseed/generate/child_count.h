// The law of children per parent, as a spec says it.
//
//   {geometric: {mean: 2.5, min: 1, max: 12}}   {poisson: {mean: 1.6, min: 0, max: 9}}
//   {poisson: {mean: 2.6, stddev: 1.1, min: 1, max: 16}}, of a spread of its own
//   {uniform: [1, 5]}   {choice: {1: 0.5, 2: 0.3, 3: 0.2}}   {const: 3}
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <string>
#include <vector>

#include "lakeseed/base/quantiles.h"
#include "lakeseed/spec/dataset_spec.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {

/// Parents in one block: resolution of a law's tail.
inline constexpr int64_t kFanoutBlock = 1024;

struct ChildCounts {
  std::vector<int64_t> table;  ///< Quantiles of the law, kFanoutBlock of them.
  MeanFraction mean;           ///< Of the law; the table's is as near as it can be.
  CountLaw law;
};

/// `path` names the law in errors; `constant` evaluates parameters.
/// \retval Invalid  unknown law or parameter, impossible numbers
arrow::Result<ChildCounts> ChildCountsOf(const GeneratorCall& law,
                                         const std::string& path,
                                         Params::ConstantEvaluator constant);
/// The table alone.
arrow::Result<std::vector<int64_t>> ChildCountTable(const GeneratorCall& law,
                                                    const std::string& path);

}  // namespace lakeseed
