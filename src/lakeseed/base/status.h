// What went wrong, for people: a place, a path, a reason, a value, a way out.
//
// Every error of lakeseed is an arrow::Status. Those made here carry their
// diagnostics and the exit code of the command line with them; a Status made
// elsewhere (Arrow, the operating system) means exit code 1.
//
// Thread safety: plain values and pure functions.

#pragma once

#include <arrow/status.h>

#include <optional>
#include <string>
#include <vector>

namespace lakeseed {

/// Exit codes of the program, one for each kind of ending.
enum class ExitCode {
  kDone = 0,
  kFailed = 1,      ///< The run failed: storage, memory, our bug.
  kRequest = 2,     ///< The request was wrong: name, value, spec.
  kConflict = 3,    ///< A commit conflict that retries did not settle.
  kViolations = 4,  ///< Validation found violations.
  kInterrupted = 130,
};

/// A place in a text file; line and column count from 1, 0 means unknown.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;

  /// "file:line:column", without the parts that are not known.
  std::string ToString() const;
};

/// One thing that is wrong.
struct Diagnostic {
  Place place;
  std::string path;                  ///< Dotted path in the spec; may be empty.
  std::string reason;                ///< Lower case, no full stop.
  std::optional<std::string> value;  ///< The offending value, printed last.
  std::string hint;                  ///< A way out; may be empty.

  /// "place: path: reason: value", then the hint on a line of its own.
  std::string ToString() const;
};

/// Return an Invalid status for a wrong request (exit code 2).
arrow::Status RequestError(std::string reason, std::string hint = "");

/// Return one Invalid status for all that is wrong in a spec (exit code 2).
/// REQUIRES: !diagnostics.empty().
arrow::Status SpecErrors(std::vector<Diagnostic> diagnostics);

/// Return an error with an exit code of its own.
arrow::Status ErrorWithCode(ExitCode code, std::string reason, std::string hint = "");

/// Diagnostics of a status made by this file; for any other status one made of
/// its message; none when it is OK.
std::vector<Diagnostic> DiagnosticsOf(const arrow::Status& status);

/// kDone for OK, the carried code if there is one, else kFailed.
ExitCode ExitCodeOf(const arrow::Status& status);

/// All diagnostics as "error: …" paragraphs, ready for stderr.
std::string Render(const arrow::Status& status);

}  // namespace lakeseed
