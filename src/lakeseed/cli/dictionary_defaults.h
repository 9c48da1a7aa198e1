// What a dictionary given as `--custom-schema` says about the command line: defaults
// of options, which the command line and the environment go before.
//
// Thread safety: a command runs on the main thread.

#pragma once

#include <arrow/status.h>

#include "lakeseed/cli/arguments.h"

namespace lakeseed {

/// Take the dictionary's settings for the options that the command has. Nothing
/// happens without a dictionary.
/// \retval Invalid (exit code 2)  the dictionary, or a value no option takes
arrow::Status TakeDictionary(Arguments* arguments);

}  // namespace lakeseed
