// SoundPart: a dataset file without the columns, values, rules and tables whose form is
// wrong, so that the rest can be bound and its mistakes are found too.
//
// Law: lines keep their numbers.
//
// Thread safety: pure functions.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lakeseed/base/status.h"

namespace lakeseed {

struct SoundPart {
  std::string text;
  std::vector<std::string> left_out;  ///< Names of what is gone.

  /// Whether an error says one of these names: then it may only follow from that.
  bool Explains(const Diagnostic& error) const;
};

/// nullopt where an error belongs to no entry that can be left out.
std::optional<SoundPart> SoundPartOf(const std::string& text, const std::string& file,
                                     const std::vector<Diagnostic>& errors);

}  // namespace lakeseed
