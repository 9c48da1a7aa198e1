// Variants and `--set`: changes to the tree of a file before it is read.
//
// Thread safety: pure but for the tree and the list of errors.

#pragma once

#include <arrow/result.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeseed/spec/field.h"

namespace lakeseed {

/// Names of the variants that a file offers, in file order.
std::vector<std::string> VariantNames(const SpecNode& root);

/// Cut "small_incremental" into variants of `names`, each at most once, in any
/// order; the result is in the order of `names`. A combination, that is a name
/// made of others, is no part: it follows from its parts.
/// \retval Invalid  unknown, or two ways to cut it (RequestError)
arrow::Result<std::vector<std::string>> SplitVariant(
    std::string_view text, const std::vector<std::string>& names);

/// Apply the variants of `chosen`: `a.b.c: value` replaces the value at a.b.c,
/// `a.b.c: null` takes it away. Two chosen variants must not set the same path.
/// A combination whose parts are all chosen comes after them, and what it sets its
/// parts do not. Without `main` there is nothing to count, so `main: null` takes
/// target_rows with it.
void ApplyVariants(SpecNode* root, const std::vector<std::string>& chosen,
                   ErrorList* errors);

/// Apply `--set KEY=VALUE`: a parameter's name, or else a path into the file.
void ApplySettings(SpecNode* root,
                   const std::vector<std::pair<std::string, std::string>>& settings,
                   ErrorList* errors);

}  // namespace lakeseed
