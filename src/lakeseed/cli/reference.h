// Pages of the reference documentation, from the tables in the code.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>

#include <string>

namespace lakeseed {

std::string GeneratorsPage();
std::string FunctionsPage();
std::string FormatsPage();
std::string CommandsPage();
arrow::Result<std::string> DatasetsPage();
/// The language of dataset files: keys, sizes, expressions.
std::string SpecPage();
/// Keys of configuration dictionaries.
std::string DictionariesPage();

}  // namespace lakeseed
