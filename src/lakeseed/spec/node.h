// A parsed YAML (or JSON) tree in which every node knows its place.
//
// Scalars are text: the spec decides their types, not YAML, so country NO is
// not false and 2020-01-01 is not a parser's date. The YAML library stays
// inside node.cc.
//
// Thread safety: plain values.

#pragma once

#include <arrow/result.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeseed/base/status.h"

namespace lakeseed {

struct SpecNode {
  enum class Kind { kNull, kScalar, kSequence, kMapping };

  Kind kind = Kind::kNull;
  std::string text;  ///< kScalar: the text as written, without quotes.
  bool quoted =
      false;  ///< kScalar: stood in quotes, so it is never an expression's number.
  std::vector<SpecNode> items;                         ///< kSequence
  std::vector<std::pair<SpecNode, SpecNode>> entries;  ///< kMapping, in file order
  Place place;
  bool broken = false;  ///< kNull: its text is malformed, which was already reported.

  bool is_null() const { return kind == Kind::kNull; }
  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_sequence() const { return kind == Kind::kSequence; }
  bool is_mapping() const { return kind == Kind::kMapping; }

  /// Value of `key` in a mapping, or nullptr.
  const SpecNode* Find(std::string_view key) const;
};

/// Parse YAML text. `file` only names it in errors.
///
/// Reports malformed YAML as SpecErrors with file:line:column; a duplicate key
/// is an error. Aliases and merge keys are resolved; documents after the first
/// are an error.
arrow::Result<SpecNode> ParseYaml(std::string_view text, const std::string& file);

/// What could be read of a text, and what could not.
struct PartialYaml {
  SpecNode root;  ///< Malformed parts are nodes with `broken` set.
  std::vector<Diagnostic> errors;
};

/// Like ParseYaml, but a syntax error costs only the section, table or column
/// that holds it: the others are parsed alone, so that their errors show too.
PartialYaml ParseYamlPartly(std::string_view text, const std::string& file);

}  // namespace lakeseed
