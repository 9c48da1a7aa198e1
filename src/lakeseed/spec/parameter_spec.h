// ParameterSpec and SettingSpec: what a user of a dataset may change by name.
//
// Thread safety: plain values.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lakeseed/spec/expression.h"

namespace lakeseed {

/// Numbers that a parameter may be.
struct ParameterRange {
  std::optional<double> min, max;  ///< Both are in it,
  bool is_above = false;           ///< but for the least where this is true.

  bool holds(double value) const {
    if (min && !(is_above ? value > *min : value >= *min)) return false;
    return !max || value <= *max;
  }
  /// "from 0 to 1", "above 0", "at least 1"; empty: any number.
  std::string ToString() const;
};

/// A number that the file's expressions use.
struct ParameterSpec {
  std::string name;
  std::string doc;
  ExprPtr value;  ///< The default, or what `--set` said.
  Place place;
  ParameterRange range;
  bool takes_names = false;  ///< Names may be stated instead: it is how many they are.
  std::vector<std::string> one_of;  ///< Which names there may be; empty: any.
};

/// A name for a part of the file: `--freq 5m` writes the step of a series. Or for other
/// parameters: `--price_range 50,500` states `min_price` and `max_price`.
struct SettingSpec {
  std::string name;
  std::string doc;
  std::string path;  ///< Of that part; empty: it stands for others.
  std::vector<std::string> stands_for;
  std::string text;                 ///< What stands there.
  std::vector<std::string> one_of;  ///< What may stand there; empty: what the part takes.
};

}  // namespace lakeseed
