// Readers of single values of a dataset file. Each one reports what is wrong to
// the list and returns nothing then, so that reading can go on. A node that the
// YAML parser could not read is passed over in silence: it was reported.
//
// Thread safety: pure but for the list.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/spec/dataset_spec.h"
#include "lakeseed/spec/error_list.h"

namespace lakeseed {

/// A value and its dotted path.
struct Field {
  const SpecNode& node;
  std::string path;
  ErrorList* errors;

  void Error(std::string reason, std::string hint = "") const;
};

/// Names that a key or a reference may have, for hints.
using Names = std::vector<std::string>;

/// The value of `key`, if it is there and could be read.
std::optional<Field> Child(const Field& mapping, std::string_view key);

/// True if the field is a mapping; reports it otherwise.
bool IsMapping(const Field& field);

/// Report every key that is not in `names`.
void CheckKeys(const Field& mapping, const Names& names);

std::optional<int64_t> ReadInt64(const Field& field, int64_t min, int64_t max);
std::optional<double> ReadDouble(const Field& field, double min, double max);
std::optional<bool> ReadBool(const Field& field);
std::optional<int32_t> ReadDate(const Field& field);
std::string ReadText(const Field& field);
/// One name or a list of names, none of them twice.
std::vector<SpecNode> ReadNames(const Field& field);

/// "0.002 per day", "1% per week", or a plain number in the unit of `days`;
/// the result counts per `days` days. Years have 365.25 days, months a twelfth.
std::optional<double> ReadRate(const Field& field, double days);

/// Days in a unit of rates.
inline constexpr double kDay = 1;
inline constexpr double kYear = 365.25;

/// An expression; null when there is an error.
ExprPtr ReadExpression(const Field& field);

/// A number, `10% of main` (read as 0.10 * main), or an expression.
ExprPtr ReadSize(const Field& field);

/// Report a name that cannot stand in expressions or is reserved.
bool CheckName(const SpecNode& key, const std::string& path, std::string_view what,
               ErrorList* errors);

}  // namespace lakeseed
