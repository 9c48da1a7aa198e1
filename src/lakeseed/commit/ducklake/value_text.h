// Types and values as a DuckLake catalog writes them.
//
// Laws: every value of a file but NaN lies between the bounds of its statistics; a
// bound that cannot be said exactly is left out.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <optional>
#include <string>

namespace lakeseed::ducklake {

/// "int64", "decimal(10,2)", "timestamptz", "struct", …
/// \retval Invalid (exit code 2)  a type that we do not write; names the column.
arrow::Result<std::string> TypeText(const arrow::DataType& type,
                                    const std::string& column);

/// A bound of a column; nullopt when there is none to tell.
std::optional<std::string> BoundText(const arrow::Scalar& scalar);

/// Whether `a` is before `b` in the order of the type; both made by BoundText, or by
/// another program.
bool IsBefore(const std::string& type, const std::string& a, const std::string& b);

inline constexpr int64_t kMicrosPerMilli = 1'000;

/// "2024-01-01 00:00:00.5+00" of microseconds since 1970-01-01.
std::string InstantText(int64_t microseconds);
/// The same read back; the least number if it is none.
int64_t InstantOf(const std::string& text);

}  // namespace lakeseed::ducklake
