// Vocabulary tables of a user: CSV files that a dataset brings with it.
//
// The types of their columns are inferred where the header states none: whole numbers,
// decimals with as many places as the longest, else text. Numbers with leading zeros
// are text, as codes are.
//
// Law: a name means one table: it hides none that is built in, and a second dataset
// in the process cannot mean another table by it.
//
// Thread safety: all functions may be called from any thread.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <string>
#include <string_view>

#include "lakeseed/base/vocabulary.h"

namespace lakeseed {

/// Read CSV text whose header may leave types out. `name` is for errors.
arrow::Result<std::shared_ptr<const VocabularyTable>> ParseUserVocabulary(
    const std::string& name, std::string_view csv);

/// Make a table known to Vocabulary(). `text` is its CSV.
/// \retval Invalid (exit code 2)  a built-in table has the name, or another text has it
arrow::Status AddVocabulary(std::shared_ptr<const VocabularyTable> table,
                            std::string_view text);

}  // namespace lakeseed
