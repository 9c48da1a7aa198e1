// Terminal: what goes to stdout and stderr, and the signals that stop a run.
//
// Thread safety: Print and Note from one thread at a time; the rest from any.

#pragma once

#include <arrow/status.h>

#include <atomic>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace lakeseed {

/// Print a result to stdout.
void Print(std::string_view text);
/// Print one JSON object to stdout.
void PrintJson(const nlohmann::ordered_json& json);
/// Print a note to stderr: one line.
void Note(std::string_view text);
/// Print an error to stderr, with colour where a person looks at it.
void PrintError(const arrow::Status& status);

/// Everything printed has reached stdout. \retval IOError  it has not.
arrow::Status FlushOutput();

/// Whether a person looks at stderr; NO_COLOR does not change that.
bool IsTerminal();
/// Whether to use colours on stderr.
bool UsesColor();
/// Columns of the terminal.
int TerminalWidth();

/// Catch SIGINT and SIGTERM from here on; the flag is set by the first one, and a
/// second one ends the program at once.
const std::atomic<bool>* CatchInterrupts();

}  // namespace lakeseed
