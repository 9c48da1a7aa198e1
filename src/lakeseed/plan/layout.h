// PathLayout: where the files of a run lie under the output root.
//
// A layout is two patterns with placeholders, one for a table of a single file
// and one for a table of several; new layouts are new patterns, not new code.
//   {dataset} {table} (= {table_name}) {part} {ext}
//   {digest}                                of what decides the bytes of the file
//   {yyyy} {mm} {dd} {yyyymmdd} {yyyy_mm_dd} {q} {ww} {iso_ww}   of the file's day
//
// Thread safety: plain values and pure functions.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lakeseed {

struct PathLayout {
  std::string single = "Files/synthetic_data/{dataset}/{table}.{ext}";
  std::string parts = "Files/synthetic_data/{dataset}/{table}/part-{part}.{ext}";

  bool operator==(const PathLayout&) const = default;
};

/// What a path is made of.
struct PathFacts {
  std::string_view dataset;
  std::string_view table;
  std::string_view extension;
  std::string_view digest;     ///< FileDigest of the plan.
  int64_t part = 0;            ///< From 0; printed with at least five digits.
  std::optional<int32_t> day;  ///< Days since 1970-01-01, for layouts by date.
};

/// Fill in a pattern.
/// \retval Invalid (exit code 2)  unknown placeholder, an open brace, a date
///                                placeholder without a day, a path that leaves
///                                the root or holds characters that no store takes
arrow::Result<std::string> ExpandPath(std::string_view pattern, const PathFacts& facts);

}  // namespace lakeseed
